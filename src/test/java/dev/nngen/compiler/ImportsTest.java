package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imports from files, as the command and Maven resolve them. */
class ImportsTest {

  private static final String MODEL = "model M { input X[2]; P = mine(X); minimize J = sum(P); param s; }";

  @TempDir
  private Path folder;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(folder.resolve("project/models")).getParent();
  }

  private void file(String path, String text) throws IOException {
    Files.writeString(project.resolve(path), text);
  }

  private List<CompiledModel> compile(String text, Diagnostics diagnostics) {
    Source main = new Source(project.resolve("models/main.nn").toString(), text);
    return new Compiler(Options.DEFAULT, new ProjectFiles(project)).derive(main, diagnostics);
  }

  private List<String> messages(String text) {
    Diagnostics diagnostics = new Diagnostics();
    compile(text, diagnostics);
    return diagnostics.sorted().stream().map(Diagnostic::message).toList();
  }

  @Test
  void importsAreRelativeToTheImportingFile() throws IOException {
    file("common.nn", "import \"models/more.nn\"; fn mine(x) = twice(x);");
    file("models/more.nn", "fn twice(x) = 2 * x;");
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = compile("import \"../common.nn\";" + MODEL, diagnostics);
    assertFalse(diagnostics.hasErrors());
    assertEquals(List.of("main.nn", "common.nn", "more.nn"),
        models.get(0).sources().stream().map(source -> Path.of(source.name()).getFileName().toString()).toList());
  }

  @Test
  void circlesAndDuplicatesAreReadOnce() throws IOException {
    file("models/a.nn", "import \"b.nn\"; fn mine(x) = also(x);");
    file("models/b.nn", "import \"a.nn\"; import \"b.nn\"; fn also(x) = 3 * x;");
    String main = "import \"a.nn\"; import \"a.nn\"; import \"b.nn\"; import \"main.nn\";" + MODEL;
    file("models/main.nn", main);
    Diagnostics diagnostics = new Diagnostics();
    assertEquals(3, compile(main, diagnostics).get(0).sources().size());
    assertFalse(diagnostics.hasErrors());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '#', value = {
      "../../secret.nn # it is outside the folder",
      "../../project/../secret.nn # it is outside the folder",
      "/etc/passwd # paths are relative to the importing file",
      "link.nn # it is outside the folder",
      "none.nn # there is no file",
      "../models # there is no file"})
  void refusesWhatIsNotInTheProject(String path, String reason) throws IOException {
    Files.writeString(folder.resolve("secret.nn"), "fn mine(x) = x;");
    Files.createSymbolicLink(project.resolve("models/link.nn"), folder.resolve("secret.nn"));
    String message = messages("import \"" + path + "\";" + MODEL).get(0);
    assertTrue(message.startsWith("cannot import \"" + path + "\": " + reason), message);
  }

  @Test
  void faultsOfImportedFilesAreShownThere() throws IOException {
    file("models/a.nn", "fn mine(x) = ;");
    Diagnostics diagnostics = new Diagnostics();
    assertEquals(List.of(), compile("import \"a.nn\";" + MODEL, diagnostics));
    assertTrue(diagnostics.sorted().stream().anyMatch(d -> d.span().orElseThrow().place().endsWith("a.nn:1:14")
        && d.message().equals("expected an expression, found `;`")));
  }

  @Test
  void theHashChangesWithEveryText() throws IOException {
    String main = "import \"a.nn\";" + MODEL;
    file("models/a.nn", "fn mine(x) = x;");
    String before = Imports.hash(compile(main, new Diagnostics()).get(0).sources());
    file("models/a.nn", "fn mine(x) = 2 * x;");
    String after = Imports.hash(compile(main, new Diagnostics()).get(0).sources());
    assertNotEquals(before, after);
    assertTrue(before.matches("[0-9a-f]{64}"), before);
  }
}
