package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NngenCommandTest {

  private static final String MODEL = """
      model Tiny {
        input X[3];
        target Y[2];
        P = dense(X, 2) |> sigmoid;
        minimize J = mean((P - Y).^2);
        train sgd(rate = 0.1);
      }
      """;

  @TempDir
  private Path folder;

  private Path model(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private List<String> generated() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(p -> folder.relativize(p).toString()).filter(p -> p.endsWith(".java") || p.endsWith(".tmp")).sorted().toList();
    }
  }

  @Test
  void writesAClassForEachModelAndPrintsWhere() throws IOException {
    Path one = model("one.nn", MODEL);
    Path two = model("two.nn", MODEL.replace("Tiny", "A") + MODEL.replace("Tiny", "B"));
    Command command = Command.run(one, two, "-d", folder.resolve("out"), "-p", "a.b");
    assertEquals("", command.err());
    assertEquals(0, command.status());
    assertEquals(List.of("out/a/b/A.java", "out/a/b/B.java", "out/a/b/Tiny.java"), generated());
    assertEquals(Stream.of("Tiny", "A", "B").map(n -> folder.resolve("out/a/b/" + n + ".java")  + System.lineSeparator()).toList(),
        command.out().lines().map(line -> line + System.lineSeparator()).toList());
  }

  @Test
  void printsThePlanOrLoopsAndWritesNothing() throws IOException {
    Path one = model("one.nn", MODEL);
    Command plan = Command.run(one, "--print", "plan", "-d", folder);
    assertTrue(plan.out().startsWith("model Tiny\nkernel forwardP for predict, loss, gradients\n  product P[2, m] = W_P * X\n"), plan.out());
    Command loops = Command.run(one, "--print", "loops", "--kernels", "ejml");
    assertTrue(loops.out().contains("kernel forwardP\ngemm P = 1 * W_P * X\nsequential i in 0 .. 2 {\n"), loops.out());
    assertTrue(Command.run(one, "--print", "loops:IndexSharing", "--kernels", "ejml").out().contains("index at = i * m + c"));
    assertEquals(List.of(), generated());
  }

  @ParameterizedTest
  @ValueSource(strings = {"loops:Vectorizer", "trees", "loops:", "plan:"})
  void printsNoStageThatThereIsNot(String stage) throws IOException {
    Command command = Command.run(model("one.nn", MODEL), "--print", stage);
    assertEquals(2, command.status());
    assertTrue(command.err().contains(stage.equals("loops:Vectorizer") ? "ejml has no pass `Vectorizer`; it has StridedProducts, IndexSharing"
        : "--print takes plan or loops[:PASS], not '" + stage + "'"), command.err());
  }

  @Test
  void writesNothingWhereAnyFileIsWrong() throws IOException {
    Path right = model("right.nn", MODEL);
    Path wrong = model("wrong.nn", MODEL.replace("minimize", "minimze"));
    Command command = Command.run(right, wrong, "-d", folder);
    assertEquals(1, command.status());
    assertEquals("", command.out());
    assertTrue(command.err().startsWith(wrong + ":5:3: error[E005]: no statement begins with `minimze`"), command.err());
    assertTrue(command.err().contains("= help: did you mean `minimize`?"), command.err());
    assertEquals(List.of(), generated());
  }

  @Test
  void refusesTwoModelsOfOneName() throws IOException {
    Command command = Command.run(model("one.nn", MODEL), model("two.nn", MODEL), "-d", folder);
    assertEquals(1, command.status());
    assertTrue(command.err().contains("error[E101]: two models would both be written to Tiny.java"), command.err());
    assertEquals(List.of(), generated());
  }

  @Test
  void reportsFilesThatCannotBeRead() throws IOException {
    Path none = folder.resolve("none.nn");
    Command command = Command.run(none, folder, model("right.nn", MODEL), "-d", folder);
    assertEquals(1, command.status());
    assertTrue(command.err().contains(none + ": there is no such file"), command.err());
    assertTrue(command.err().contains(folder + ": this is a folder"), command.err());
    assertEquals(List.of(), generated());
  }

  @Test
  void reportsAFolderThatCannotBeWritten() throws IOException {
    Path file = model("right.nn", MODEL);
    Command command = Command.run(file, "-d", file);
    assertEquals(1, command.status());
    assertTrue(command.err().contains("cannot write"), command.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x/../../y", "a..b", "class", "a.1"})
  void refusesPackageNamesThatAreNone(String name) throws IOException {
    Command command = Command.run(model("one.nn", MODEL), "-d", folder, "-p", name);
    assertEquals(2, command.status());
    assertTrue(command.err().contains("'" + name + "' is not a Java package name"), command.err());
    assertEquals(List.of(), generated());
  }

  @ParameterizedTest
  @CsvSource({"fn twice(x) = 2 * x;, there is no model in this file", "// nothing here, the file holds comments only", "' ', the file is empty",
      "'', the file is empty"})
  void everyCommandSaysWhereAFileHoldsNoModel(String text, String message) throws IOException {
    Path file = model("none.nn", text);
    List<List<Object>> commands = List.of(List.of(file, "-d", folder), List.of("check", file), List.of("explain", file),
        List.of("train", file, "--data", file), List.of("eval", file, "--weights", file, "--data", file),
        List.of("predict", file, "--weights", file, "--data", file));
    for (List<Object> words : commands) {
      Command command = Command.run(words.toArray());
      assertEquals(1, command.status(), words + command.err());
      assertTrue(command.err().startsWith("error[E146]: " + file + ": " + message + "\n"), command.err());
      assertEquals(1, command.err().lines().filter(line -> line.contains("error[")).count(), command.err());
      assertEquals("", command.out());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void saysHowToConvertTextInWideEncodings(String encoding) throws IOException {
    Path file = Files.write(folder.resolve("wide.nn"), MODEL.getBytes(encoding));
    Command command = Command.run("check", file);
    assertEquals(1, command.status());
    assertTrue(command.err().startsWith("error[E001]: " + file + ": the file is text in " + encoding.substring(0, "UTF-16".length())), command.err());
    assertTrue(command.err().contains("iconv -f " + encoding + " -t UTF-8"), command.err());
  }

  @Test
  void saysWhereAFileIsBinary() throws IOException {
    Path file = Files.write(folder.resolve("binary.nn"), new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 1, 2, 3});
    Command command = Command.run(file, "-d", folder);
    assertEquals("error[E001]: " + file + ": the file is binary, not a model file\n\n", command.err());
  }

  @Test
  void helpAndVersionAreCommands() {
    assertEquals(Command.run("--help"), Command.run("help"));
    assertEquals(Command.run("explain", "--help"), Command.run("help", "explain"));
    assertEquals(Command.run("--version"), Command.run("version"));
  }

  @Test
  void explainsCodes() {
    Command page = Command.run("explain", "E160");
    assertEquals(0, page.status(), page.err());
    assertTrue(page.out().startsWith("error[E160]: a refuted claim"), page.out());
    assertTrue(page.out().contains("Wrong:") && page.out().contains("Right:") && page.out().contains("What to do: "), page.out());
    assertEquals(page, Command.run("explain", "e160"));
    Command unknown = Command.run("explain", "E999");
    assertEquals(2, unknown.status());
    assertTrue(unknown.err().contains("there is no diagnostic with the code 'E999'"), unknown.err());
  }

  @Test
  void suggestsAMisspeltCommand() {
    Command command = Command.run("chek", "x.nn");
    assertEquals(2, command.status());
    assertTrue(command.err().contains("Did you mean: nngen check?"), command.err());
  }

  @Test
  void explainsWrongUsage() throws IOException {
    assertEquals(2, Command.run().status());
    assertEquals(2, Command.run(model("one.nn", MODEL), "--kernels", "fast").status());
    assertEquals(2, Command.run(model("one.nn", MODEL), "--precision", "f16").status());
    assertEquals(2, Command.run(model("one.nn", MODEL), "--unknown").status());
    assertTrue(Command.run("--unknown").err().contains("Usage: nngen"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "check"})
  void helpsOnStdout(String subcommand) {
    Command command = subcommand.isEmpty() ? Command.run("--help") : Command.run(subcommand, "--help");
    assertEquals(0, command.status());
    assertEquals("", command.err());
    assertTrue(command.out().startsWith("Usage: nngen"), command.out());
    assertEquals(0, Command.run("--version").status());
    assertTrue(Command.run("--version").out().matches("nngen \\d+\\.\\d+\\.\\d+.*\\R"));
  }
}
