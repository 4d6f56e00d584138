package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.codegen.GeneratedClass;
import dev.nngen.codegen.JavaText;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.ProjectFiles;
import dev.nngen.model.SourceLoader;
import dev.nngen.samples.JavaMembers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For any text in a model file, its name or an option, the generated source has exactly the expected members: either the compiler rejects the text,
 * or javac's own parser finds the same members as without the payload.
 */
@Slow
class InjectionTest {

  private static final String MODEL = """
      // @comment@
      /* @block@ */
      @import@
      size @size@ = 4;
      fn @function@(z) = 2 * tanh(z);
      layer @layer@(X) { param @local@[3, rows(X)] = 0.5; return @local@ * X; }
      model @model@ {
        input @input@[2]; target Y[3];
        param @parameter@[@size@, 2] = glorot;
        @value@ = @function@(@parameter@ * @input@);
        P = @layer@(@value@);
        minimize @loss@ = mean(squared(P, Y));
        train adam(rate = 1e-3);
      }
      """;
  private static final Pattern PLACE = Pattern.compile("@(\\w+)@");
  private static final Set<String> PLACES =
      PLACE.matcher(MODEL).results().map(found -> found.group(1)).collect(Collectors.toCollection(LinkedHashSet::new));
  private static final List<String> EXPECTED = members(new Compiler(Options.DEFAULT, SourceLoader.NONE)
      .generate(new Source("nice.nn", model("", "")), new Diagnostics()));

  @TempDir
  private Path folder;

  static List<String> payloads() throws IOException {
    try (var in = InjectionTest.class.getResourceAsStream("payloads.txt")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).lines().filter(line -> !line.isEmpty())
          .map(InjectionTest::unescaped).toList();
    }
  }

  /** Characters that an editor would not keep are written as {@code <U+000A>}. */
  private static String unescaped(String line) {
    return Pattern.compile("<U\\+([0-9A-F]{4})>").matcher(line)
        .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
  }

  @Test
  void thereAreSixty() throws IOException {
    assertTrue(Set.copyOf(payloads()).size() >= 60);
  }

  private static String model(String place, String payload) {
    return PLACE.matcher(MODEL).replaceAll(found -> java.util.regex.Matcher.quoteReplacement(
        found.group(1).equals(place) ? payload : benign(found.group(1))));
  }

  private static String benign(String place) {
    return switch (place) {
      case "comment", "block", "import" -> "";
      default -> "nice" + place;
    };
  }

  private List<GeneratedFile> generate(String name, String text, String packageName) {
    Diagnostics diagnostics = new Diagnostics();
    Options options = new Options(packageName, Options.Kernels.EJML, Optional.empty());
    List<GeneratedFile> files = new Compiler(options, new ProjectFiles(folder)).generate(new Source(name, text), diagnostics);
    assertEquals(files.isEmpty(), diagnostics.hasErrors(), text);
    return files;
  }

  private static List<String> members(List<GeneratedFile> files) {
    assertEquals(1, files.size());
    return JavaMembers.of(files.get(0).text());
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void textChangesNothingButNames(String payload) {
    for (String place : PLACES) {
      check(place, payload);
    }
    check("import", "import \"" + payload + "\";");
    check("value", "\"" + payload + "\"");
  }

  /** Helper names may differ, also by the length of the text's names, but their number of each kind is the same. */
  private void check(String place, String payload) {
    List<GeneratedFile> files = generate("nice.nn", model(place, payload), "");
    if (files.isEmpty()) {
      return;
    }
    List<String> members = members(files);
    List<String> same = new ArrayList<>(EXPECTED);
    if (!benign(place).isEmpty()) {
      same.retainAll(members(generate("nice.nn", model(place, "q"), "")));
    }
    assertTrue(members.containsAll(same), () -> place + " lacks " + same.stream().filter(member -> !members.contains(member)).toList());
    assertEquals(kinds(EXPECTED), kinds(members), place);
  }

  private static List<String> kinds(List<String> members) {
    return members.stream().map(member -> member.substring(0, member.indexOf(' '))).toList();
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void namesOfFilesChangeNothing(String payload) {
    String model = model("", "");
    assertEquals(EXPECTED, members(generate(payload + ".nn", model, "")));
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void packagesAreNamesOrRefused(String payload) {
    try {
      GeneratedFile file = generate("nice.nn", model("", ""), payload).get(0);
      assertTrue(payload.isEmpty() || payload.matches("[\\p{javaJavaIdentifierPart}.]+"), payload);
      assertEquals(payload.replace('.', '/') + "/nicemodel.java", file.path());
      assertTrue(file.text().contains("\npackage " + payload + ";\n"), payload);
    } catch (IllegalArgumentException refused) {
      assertFalse(payload.matches("[a-z]+(\\.[a-z]+)*") && JavaNames.isPackageName(payload), payload);
    }
  }

  /** A class of such a name would hide the class that its own code means. */
  @Test
  void classesHideNothingThatTheyUse() {
    String model = model("", "").replace("nicemodel", "NAME");
    String java = new Compiler(vectorIn(""), SourceLoader.NONE).generate(new Source("a.nn", model), new Diagnostics()).get(0).text();
    Set<String> types = Pattern.compile("\\b[A-Z][A-Za-z]+[a-z]\\w*").matcher(java).results().map(MatchResult::group)
        .collect(Collectors.toCollection(LinkedHashSet::new));
    List<JavaText> classes = new ArrayList<>();
    for (String type : types) {
      // Classes in packages of their own do not meet.
      String folder = "p" + classes.size();
      Diagnostics diagnostics = new Diagnostics();
      List<GeneratedFile> files = new Compiler(vectorIn(folder), SourceLoader.NONE).generate(new Source("a.nn", model.replace("NAME", type)), diagnostics);
      if (!diagnostics.hasErrors()) {
        classes.add(new JavaText(folder, type, files.get(0).text()));
      }
    }
    assertEquals(classes.size(), GeneratedClass.compile(classes).size());
  }

  private static Options vectorIn(String packageName) {
    return new Options(packageName, Options.Kernels.VECTOR, Optional.empty());
  }

  @Test
  void importsStayInTheProject() throws IOException {
    Path outside = Files.createTempFile("outside", ".nn");
    Files.writeString(outside, "fn stolen(x) = x;");
    Path link = Files.createSymbolicLink(folder.resolve("linked"), outside.getParent());
    for (String path : List.of(outside.toString(), "../" + outside.getFileName(), "linked/" + outside.getFileName(),
        "./linked/../linked/" + outside.getFileName(), "file://" + outside, "a/../../" + outside.getFileName())) {
      String text = "import \"" + path + "\"; model M { input X[1]; param s = 1; minimize J = sum(stolen(s .* X)); }";
      assertEquals(List.of(), generate(folder.resolve("m.nn").toString(), text, ""), path);
    }
    Files.delete(link);
    Files.delete(outside);
  }

  @Test
  void nothingIsWrittenElsewhere() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    for (String payload : payloads()) {
      for (String path : List.of(payload, payload + "/A.java", "a/" + payload)) {
        try {
          new OutputFolder(out).write(List.of(new GeneratedFile(path, "text")));
        } catch (IOException | java.nio.file.InvalidPathException refused) {
          assertFalse(refused.getMessage().isEmpty());
        }
      }
    }
    try (Stream<Path> all = Files.list(folder)) {
      assertEquals(List.of(out), all.toList());
    }
  }
}
