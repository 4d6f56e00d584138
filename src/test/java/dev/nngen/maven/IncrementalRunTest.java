package dev.nngen.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncrementalRunTest {

  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir
  private Path project;

  private final IdeMarkers ide = new IdeMarkers();
  private String settings = "";
  private boolean fatalWarnings;
  private Options options = Options.DEFAULT;
  private Set<String> executions = Set.of("first");
  private List<Diagnostic> reported = List.of();

  @BeforeEach
  void oneModel() throws IOException {
    write("Net.nn", model("Net"));
  }

  private static String model(String name) {
    return "model " + name + " {\n  input X[2];\n  target Y[1];\n  P = dense(X, 1);\n  minimize J = mean(squared(P, Y));\n}\n";
  }

  private Path models() {
    return project.resolve("models");
  }

  private Path output() {
    return project.resolve("out");
  }

  private void write(String name, String text) throws IOException {
    Path file = models().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Optional<IncrementalRun.Outcome> run(String execution) throws IOException {
    IncrementalRun run = new IncrementalRun(new IncrementalRun.Setup(project, output(), project, settings, true),
        (model, source, loader, diagnostics) -> new Compiler(options, loader).generate(source, diagnostics),
        new Manifests(project, project.resolve("state"), execution, executions), new Reporter(new SystemStreamLog(), ide.context()));
    Optional<IncrementalRun.Outcome> outcome = run.run(ModelFile.below(models(), List.of(), List.of()), fatalWarnings);
    reported = run.diagnostics().sorted();
    return outcome;
  }

  /** How many model files were compiled. */
  private int stale() throws IOException {
    return run("first").orElseThrow().stale();
  }

  private Set<String> generated() throws IOException {
    try (Stream<Path> files = Files.walk(output())) {
      return files.filter(Files::isRegularFile).map(file -> output().relativize(file).toString())
          .collect(LinkedHashSet::new, Set::add, Set::addAll);
    }
  }

  @Test
  void whatClassesShareStaysAsLongAsOneNeedsIt() throws IOException {
    options = new Options("", Options.Kernels.EJML, Optional.empty(), Map.of(), true);
    write("Other.nn", model("Other"));
    assertEquals(2, stale());
    assertEquals(Set.of("Net.java", "Other.java", "Network.java"), generated());
    Files.delete(models().resolve("Net.nn"));
    assertEquals(0, stale());
    assertEquals(Set.of("Other.java", "Network.java"), generated());
    write("Other.nn", model("Network"));
    assertTrue(run("first").isEmpty());
    assertEquals(ErrorCode.DUPLICATE_NAME, reported.get(0).code());
    Files.delete(models().resolve("Other.nn"));
    assertEquals(0, stale());
    assertEquals(Set.of(), generated());
  }

  @Test
  void nothingIsDoneTwice() throws IOException {
    assertEquals(1, stale());
    Files.setLastModifiedTime(output().resolve("Net.java"), LONG_AGO);
    assertEquals(new IncrementalRun.Outcome(0, List.of()), run("first").orElseThrow());
    assertEquals(LONG_AGO, Files.getLastModifiedTime(output().resolve("Net.java")));
  }

  @Test
  void aTouchedFileIsNoChange() throws IOException {
    stale();
    Files.setLastModifiedTime(models().resolve("Net.nn"), LONG_AGO);
    assertEquals(0, stale());
  }

  @Test
  void settingsAreInputs() throws IOException {
    stale();
    settings = "another version";
    assertEquals(1, stale());
  }

  @Test
  void outputThatWasDeletedOrEditedIsMadeAnew() throws IOException {
    stale();
    String text = Files.readString(output().resolve("Net.java"));
    Files.delete(output().resolve("Net.java"));
    assertEquals(1, stale());
    Files.writeString(output().resolve("Net.java"), "edited");
    assertEquals(1, stale());
    assertEquals(text, Files.readString(output().resolve("Net.java")));
  }

  @Test
  void onlyWhatChangedIsTouched() throws IOException {
    write("Other.nn", model("Other"));
    assertEquals(2, stale());
    Files.setLastModifiedTime(output().resolve("Net.java"), LONG_AGO);
    write("Other.nn", model("Other").replace("dense(X, 1)", "linear(X, 1)"));
    assertEquals(1, stale());
    assertEquals(LONG_AGO, Files.getLastModifiedTime(output().resolve("Net.java")));
  }

  @Test
  void importsOfImportsAreInputs() throws IOException {
    write("Net.nn", "import \"lib/a.nn\";\n" + model("Net").replace("dense(X, 1)", "dense(X, 1) |> f"));
    write("lib/a.nn", "import \"b.nn\";\nfn f(z) = g(z);\n");
    write("lib/b.nn", "fn g(z) = tanh(z);\n");
    assertEquals(3, stale());
    assertEquals(List.of(), reported);
    write("lib/b.nn", "fn g(z) = z^3;\n");
    assertEquals(3, stale());
    assertFalse(Files.readString(output().resolve("Net.java")).contains("tanh"));
    Files.delete(models().resolve("lib/b.nn"));
    assertEquals(Optional.empty(), run("first"));
    assertEquals(ErrorCode.IMPORT, reported.get(0).code());
  }

  @Test
  void faultsLeaveTheLastOutputAsItWas() throws IOException {
    write("Other.nn", model("Other"));
    stale();
    Set<String> before = generated();
    String net = Files.readString(output().resolve("Net.java"));
    write("Net.nn", model("Net").replace("dense(X, 1)", "linear(X, 1)"));
    write("Other.nn", model("Other").replace("X,", "Xs,"));
    write("Third.nn", model("Third").replace("P, Y", "P, Ys"));
    assertEquals(Optional.empty(), run("first"));
    assertEquals(2, reported.size());
    assertEquals(before, generated());
    assertEquals(net, Files.readString(output().resolve("Net.java")));
    write("Other.nn", model("Other"));
    Files.delete(models().resolve("Third.nn"));
    assertEquals(1, stale());
  }

  @Test
  void orphansAreDeletedAndNothingElseIs() throws IOException {
    write("old/Gone.nn", model("Gone"));
    stale();
    Files.writeString(output().resolve("Foreign.java"), "class Foreign {}");
    Files.move(models().resolve("Net.nn"), models().resolve("New.nn"));
    write("New.nn", model("New"));
    Files.delete(models().resolve("old/Gone.nn"));
    List<Path> changed = run("first").orElseThrow().changed();
    assertEquals(Set.of("New.java", "Foreign.java"), generated());
    assertEquals(Set.of("New.java", "Net.java", "Gone.java"),
        Set.copyOf(changed.stream().map(file -> file.getFileName().toString()).toList()));
  }

  @Test
  void orphansThatSomebodyRewroteStay() throws IOException {
    stale();
    Files.writeString(output().resolve("Net.java"), "written by another generator");
    Files.move(models().resolve("Net.nn"), models().resolve("New.nn"));
    write("New.nn", model("New"));
    assertEquals(1, stale());
    assertEquals("written by another generator", Files.readString(output().resolve("Net.java")));
  }

  @Test
  void theLastModelsClassGoesToo() throws IOException {
    stale();
    Files.delete(models().resolve("Net.nn"));
    assertEquals(0, stale());
    assertEquals(Set.of(), generated());
    assertFalse(Files.exists(project.resolve("state/first.manifest")));
  }

  @Test
  void anotherExecutionsFilesStay() throws IOException {
    executions = Set.of("first", "second");
    run("first");
    run("second");
    Files.delete(models().resolve("Net.nn"));
    run("first");
    assertEquals(Set.of("Net.java"), generated(), "the second made it too");
    run("second");
    assertEquals(Set.of(), generated());
  }

  @Test
  void anExecutionThatIsGoneLeavesNothingBehind() throws IOException {
    executions = Set.of("first", "a name: with / all sorts of *?");
    write("Other.nn", model("Other"));
    run("a name: with / all sorts of *?");
    executions = Set.of("first");
    Files.delete(models().resolve("Other.nn"));
    run("first");
    assertEquals(Set.of("Net.java"), generated());
    try (Stream<Path> manifests = Files.list(project.resolve("state"))) {
      assertEquals(List.of("first.manifest"), manifests.map(file -> file.getFileName().toString()).toList());
    }
  }

  @Test
  void executionsMayNotOverwriteEachOther() throws IOException {
    executions = Set.of("first", "second");
    run("first");
    write("Net.nn", model("Net").replace("dense(X, 1)", "linear(X, 1)"));
    assertEquals(Optional.empty(), run("second"));
    assertEquals("out/Net.java is also written by the execution 'first', with other contents; set different outputDirectory parameters",
        reported.get(0).message());
  }

  @Test
  void namesMayNotClash() throws IOException {
    write("sub/net.nn", model("NET"));
    assertEquals(Optional.empty(), run("first"));
    assertEquals("models of Net.nn and sub/net.nn would both be written to NET.java", reported.get(0).message());
  }

  @Test
  void aFileOfDefinitionsThatNobodyImportsIsWorthAWarning() throws IOException {
    write("lib.nn", "fn f(z) = z^2;\n");
    assertEquals(2, stale());
    assertEquals(List.of(ErrorCode.NO_MODEL), reported.stream().map(Diagnostic::code).toList());
    write("lib.nn", "fn f(z) = z^3;\n");
    fatalWarnings = true;
    assertEquals(Optional.empty(), run("first"));
    write("Net.nn", "import \"lib.nn\";\n" + model("Net"));
    assertTrue(run("first").isPresent());
  }

  @Test
  void aManifestThatCannotBeReadIsNoManifest() throws IOException {
    stale();
    Path file = project.resolve("state/first.manifest");
    String whole = Files.readString(file);
    Files.writeString(file, "nngen 0\nsomething else");
    assertEquals(1, stale());
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertEquals(1, stale());
    assertEquals(whole, Files.readString(file));
  }

  @Test
  void theProjectMayBeMoved(@TempDir Path elsewhere) throws IOException {
    stale();
    project = Files.move(project, elsewhere.resolve("moved"));
    assertEquals(0, stale());
    Files.createDirectories(elsewhere);
  }

  @Test
  void faultsAreMarkedInAnIdeAndTheMarksAreTakenOff() throws IOException {
    write("Net.nn", model("Net").replace("X,", "Xs,"));
    IncrementalRun run = new IncrementalRun(new IncrementalRun.Setup(project, output(), project, "", true),
        (model, source, loader, diagnostics) -> new Compiler(Options.DEFAULT, loader).generate(source, diagnostics),
        new Manifests(project, project.resolve("state"), "first", executions), new Reporter(new SystemStreamLog(), ide.context()));
    run.run(ModelFile.below(models(), List.of(), List.of()), false);
    new Reporter(new SystemStreamLog(), ide.context()).report(run.diagnostics());
    assertEquals(List.of("removed Net.nn", "error Net.nn 4 13 cannot find value `Xs`"), ide.calls());
  }

  @Test
  void localeTimeZoneAndLineEndsDoNotMatter() throws IOException {
    stale();
    byte[] expected = Files.readAllBytes(output().resolve("Net.java"));
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      write("Net.nn", model("Net").replace("\n", "\r\n"));
      assertEquals(1, stale());
      assertEquals(new String(expected, StandardCharsets.UTF_8), Files.readString(output().resolve("Net.java")));
      write("Net.nn", model("Net").replace('\n', '\r'));
      assertEquals(1, stale());
      assertEquals(new String(expected, StandardCharsets.UTF_8), Files.readString(output().resolve("Net.java")));
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }
}
