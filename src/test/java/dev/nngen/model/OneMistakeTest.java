package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Severity;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One mistake in a sound model is one error, wherever it is made and however often what is wrong is used. */
@Slow
class OneMistakeTest {

  private static final Pattern TOKEN = Pattern.compile("//[^\n]*|[A-Za-z_]\\w*|[0-9.]+(?:e-?[0-9]+)?|\\|>|==|<=|>=|\\.[*/^]|\\S");
  private static final Path FOLDER = Path.of("src/test/resources/dev/nngen/model/sound");

  private static List<Diagnostic> errors(String text) {
    Diagnostics diagnostics = new Diagnostics();
    var file = NnParser.parse(new Source("a.nn", text), diagnostics);
    if (!diagnostics.hasErrors()) {
      Models.resolve(file, SourceLoader.NONE, diagnostics);
    }
    return diagnostics.sorted().stream().filter(d -> d.severity() == Severity.ERROR).toList();
  }

  /** What more than one error is found in, with these errors. */
  private static String cascade(String mutation, String text) {
    List<Diagnostic> errors = errors(text);
    StringBuilder told = new StringBuilder(mutation).append('\n');
    errors.forEach(e -> told.append(new DiagnosticRenderer(false).render(e)));
    return errors.size() > 1 ? told.toString() : "";
  }

  private static String model(String name) throws IOException {
    String text = Files.readString(FOLDER.resolve(name + ".nn"));
    assertEquals(List.of(), errors(text));
    return text;
  }

  private static List<MatchResult> tokens(String text) {
    return TOKEN.matcher(text).results().filter(token -> !token.group().startsWith("//")).toList();
  }

  private static String with(String text, MatchResult token, String replacement) {
    return text.substring(0, token.start()) + replacement + text.substring(token.end());
  }

  private static void check(List<String> cascades, int mutations) {
    cascades.removeIf(String::isEmpty);
    assertTrue(cascades.isEmpty(), cascades.size() + " of " + mutations + "\n" + String.join("\n", cascades));
  }

  private static String place(String text, MatchResult token) {
    long line = text.substring(0, token.start()).lines().count();
    return "line " + line + ", `" + token.group() + "`";
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "equations", "library", "rows"})
  void aTokenIsMissing(String name) throws IOException {
    String text = model(name);
    List<String> cascades = new ArrayList<>();
    tokens(text).forEach(token -> cascades.add(cascade("missing: " + place(text, token), with(text, token, ""))));
    check(cascades, tokens(text).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "equations", "library", "rows"})
  void aTokenStandsTwice(String name) throws IOException {
    String text = model(name);
    List<String> cascades = new ArrayList<>();
    tokens(text).forEach(token -> cascades.add(cascade("twice: " + place(text, token), with(text, token, token.group() + " " + token.group()))));
    check(cascades, tokens(text).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "equations", "library", "rows"})
  void aNameIsMisspelt(String name) throws IOException {
    String text = model(name);
    List<String> cascades = new ArrayList<>();
    tokens(text).stream().filter(token -> Character.isLetter(token.group().charAt(0))).forEach(token -> {
      cascades.add(cascade("misspelt: " + place(text, token), with(text, token, token.group() + "q")));
      cascades.add(cascade("foreign: " + place(text, token), with(text, token, "qqq")));
    });
    check(cascades, cascades.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "equations", "library", "rows"})
  void aNumberIsAnother(String name) throws IOException {
    String text = model(name);
    List<String> cascades = new ArrayList<>();
    tokens(text).stream().filter(token -> Character.isDigit(token.group().charAt(0))).forEach(token -> {
      cascades.add(cascade("another: " + place(text, token), with(text, token, "7")));
      cascades.add(cascade("zero: " + place(text, token), with(text, token, "0")));
      cascades.add(cascade("fraction: " + place(text, token), with(text, token, "2.5")));
    });
    check(cascades, cascades.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "equations", "library", "rows"})
  void aStatementIsMissing(String name) throws IOException {
    String text = model(name);
    List<String> cascades = new ArrayList<>();
    Pattern.compile("(?m)^[^\n;{}]*;").matcher(text).results()
        .forEach(statement -> cascades.add(cascade("missing: " + statement.group(), with(text, statement, ""))));
    check(cascades, cascades.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "equations", "library", "rows"})
  void aCharacterIsForeign(String name) throws IOException {
    String text = model(name);
    List<String> cascades = new ArrayList<>();
    for (String sign : List.of("@", "?", "$", "\u03c3", "\u2299", "\\alpha", ":", "\"", "[", "%")) {
      tokens(text).forEach(token -> cascades.add(cascade("`" + sign + "` before " + place(text, token), with(text, token, sign + " " + token.group()))));
    }
    check(cascades, cascades.size());
  }

  @Test
  void aFileWithoutAModelIsOneMistake() {
    assertEquals(1, errors("input X[4];\ntarget Y[1];\nsize n = 3;\nP = dense(X, n) |> dense(1);\nminimize J = mean(squared(P, Y));\ntrain sgd();\n").size());
  }

  @Test
  void aFileWithoutSemicolonsIsOneMistake() throws IOException {
    assertEquals(1, errors(model("network").replace(";", "")).size());
    assertEquals(1, errors(model("equations").replace(";", "")).size());
  }
}
