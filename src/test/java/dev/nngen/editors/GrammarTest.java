package dev.nngen.editors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.Lexeme;
import dev.nngen.parse.Lexeme.Role;
import dev.nngen.parse.Lexemes;
import dev.nngen.train.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The TextMate grammar gives each word of the samples and of the library the scope of its role in the compiler's own grammar. */
class GrammarTest {

  private static final Path EXTENSION = Path.of("editors/vscode");
  /** Roles that none of the texts has. */
  private static final Set<Role> MISSING = EnumSet.of(Role.STRAY);

  private static Map<?, ?> json(String name) throws IOException {
    return (Map<?, ?>) Json.parse(Files.readString(EXTENSION.resolve(name)));
  }

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>(List.of("""
        import "a.nn";
        samples rows;
        precision f32;
        init mine(fanIn, fanOut) = normal(1);
        model M {
          input loss[4] where loss in (0, 1], start == 1; target Y[2] of 10;
          param W[2, 2] = glorot frozen; noise U[2] = normal(1);
          state mean[2] = 0, var = 1;
          update mean = 0.9 * mean;
          size = where(loss > 0, size, -1);
          train sgd(rate = 1e-3) of W, b;
          share enc = dense(units = 2);
          repeat 4 { H = H |> relu; }
          A = sum[k: 3 : k < 2] X[2*k, :]' /* a
             note */ - .5 ./ 3 .^ 2 && !b || c != d;
          minimize J = mean(A) of W; output A, B;
        }
        """));
    for (String folder : List.of("generated-samples", "src/main/resources/dev/nngen/library", "src/test/resources/dev/nngen/model/sound")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".nn")).sorted().toList()) {
          texts.add(Files.readString(file));
        }
      }
    }
    return texts;
  }

  private static boolean fits(Lexeme lexeme, String scope) {
    String expected = switch (lexeme.role()) {
      case KEYWORD -> "keyword\\.(control|other).*|storage\\.type.*";
      case NAME -> "variable.*|constant\\.language.*|entity\\.name.*";
      case CALLEE -> "entity\\.name\\.function.*";
      case REDUCTION -> "keyword\\.operator\\.reduction.*";
      case NUMBER -> "constant\\.numeric.*";
      case STRING -> "string.*";
      case OPERATOR, TIGHT_OPERATOR, POWER, SIGN, QUOTE -> "keyword\\.operator\\.nngen";
      case SEMICOLON -> "punctuation\\.terminator.*";
      case COMMA, COLON, CONDITION, SLICE -> "punctuation\\.separator.*";
      case ATTACHED_BRACKET, OPENING_BRACKET, CLOSING_BRACKET, OPENING_BRACE, CLOSING_BRACE -> "punctuation\\.section.*";
      case COMMENT -> "comment.*";
      case STRAY -> "";
    };
    return scope != null && scope.matches(expected);
  }

  @Test
  void everyWordHasTheScopeOfItsRole() throws IOException {
    TextMate grammar = new TextMate(json("syntaxes/nngen.tmLanguage.json"));
    Set<Role> seen = EnumSet.noneOf(Role.class);
    for (String text : texts()) {
      String[] scopes = grammar.scopes(text);
      Diagnostics faults = new Diagnostics();
      for (Lexeme lexeme : Lexemes.of(new Source("a.nn", text), faults)) {
        seen.add(lexeme.role());
        for (int k = lexeme.span().start(); k < lexeme.span().end(); k++) {
          boolean visible = !Character.isWhitespace(text.charAt(k));
          String scope = scopes[k];
          assertTrue(!visible || fits(lexeme, scope), () -> lexeme.role() + " `" + lexeme.text() + "` at " + lexeme.span().place() + " is " + scope + "\n" + text);
        }
      }
      assertEquals(List.of(), faults.sorted());
    }
    assertEquals(EnumSet.complementOf(EnumSet.copyOf(MISSING)), seen);
  }

  /** The manifest names files that there are, and the grammar's own scope. */
  @Test
  void theManifestFitsItsFiles() throws IOException {
    Map<?, ?> contributes = (Map<?, ?>) json("package.json").get("contributes");
    Map<?, ?> grammar = (Map<?, ?>) ((List<?>) contributes.get("grammars")).get(0);
    assertEquals(json(((String) grammar.get("path")).substring(2)).get("scopeName"), grammar.get("scopeName"));
    Map<?, ?> language = (Map<?, ?>) ((List<?>) contributes.get("languages")).get(0);
    assertTrue(json(((String) language.get("configuration")).substring(2)).containsKey("comments"));
    assertTrue(Files.exists(EXTENSION.resolve((String) json("package.json").get("main"))));
  }
}
