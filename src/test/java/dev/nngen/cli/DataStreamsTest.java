package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data and models from standard input and pipes; predictions and metrics as tables and JSON. */
@Slow
class DataStreamsTest {

  private static final String DATA = """
      id,a,color,bought
      007,0.5,red,no
      008,1.5,green,yes
      "x,9",2.5,blue,yes
      010,0.1,red,no
      """;

  @TempDir
  private Path folder;
  private Path model;
  private Path data;
  private Path weights;

  @BeforeEach
  void train() throws IOException {
    model = Files.writeString(folder.resolve("m.nn"),
        "model M { input X[4]; target Y[1]; P = dense(X, 1) |> sigmoid; minimize J = mean(logloss(P, Y)); train adam(rate = 0.05); }");
    data = Files.writeString(folder.resolve("data.csv"), DATA);
    weights = folder.resolve("M.safetensors");
    Command command = train(data.toString());
    assertEquals(0, command.status(), command.err());
  }

  private Command train(String file) {
    return Command.run("train", model, "--data", file, "--features", "a,color", "--categorical", "color", "-d", folder, "--epochs", 20, "-q", "--validation", 0);
  }

  private static Command withInput(String input, Object... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return Command.run(args);
    } finally {
      System.setIn(before);
    }
  }

  private Command predict(Object... more) {
    Object[] args = new Object[more.length + 4];
    System.arraycopy(new Object[] {"predict", model, "--weights", weights}, 0, args, 0, 4);
    System.arraycopy(more, 0, args, 4, more.length);
    return Command.run(args);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "/dev/stdin"})
  void dataFromStandardInput(String name) throws IOException {
    byte[] fromFile = Files.readAllBytes(weights);
    Command trained = withInput(DATA, "train", model, "--data", name, "--features", "a,color", "--categorical", "color", "-d", folder, "--epochs", 20, "-q",
        "--validation", 0);
    assertEquals(0, trained.status(), trained.err());
    assertArrayEquals(fromFile, Files.readAllBytes(weights));
    Command evaluated = withInput(DATA, "eval", model, "--weights", weights, "--data", name);
    assertTrue(evaluated.out().startsWith("evaluation (4 samples): "), evaluated.out() + evaluated.err());
    assertEquals(predict("--data", data).out(), withInput(DATA, "predict", model, "--weights", weights, "--data", name).out());
    Command faulty = withInput("a,color\n1,red\nx,red\n", "predict", model, "--weights", weights, "--data", name);
    assertTrue(faulty.err().startsWith("<stdin>:3:1: error[E203]: `x` is not a number in column `a`"), faulty.err());
    assertTrue(withInput("", "predict", model, "--weights", weights, "--data", name).err().contains("<stdin>: the file is empty"));
  }

  @Test
  void dataFromANamedPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Process writer = new ProcessBuilder("sh", "-c", "cat data.csv > pipe").directory(folder.toFile()).start();
    assertEquals(predict("--data", data, "--keep", 1).out(), predict("--data", pipe, "--keep", 1).out());
    assertEquals(0, writer.waitFor());
  }

  @Test
  void modelsFromStandardInput() throws IOException {
    String text = Files.readString(model);
    assertEquals(Command.run("explain", model).out(), withInput(text, "explain", "-", "-o", "-").out());
    assertEquals(Command.run("check", model).out(), withInput(text, "check", "-").out());
    Command generated = withInput(text, "-", "-d", "-");
    assertTrue(generated.status() == 0 && generated.out().contains("public final class M {"), generated.out() + generated.err());
    assertEquals(predict("--data", data).out(), withInput(text, "predict", "-", "--weights", weights, "--data", data).out());
    assertTrue(withInput(text + "x", "check", "-").err().startsWith("<stdin>:1:"));
  }

  @Test
  void standardInputIsReadOnce() {
    for (List<String> words : List.of(List.of("predict", "-", "--weights", weights.toString(), "--data", "-"),
        List.of("eval", "/dev/stdin", "--weights", weights.toString(), "--data", "-"), List.of("train", "-", "--data", data.toString(), "--validation", "-"),
        List.of("train", model.toString(), "--data", "-", "--test", "-"))) {
      Command command = withInput(DATA, words.toArray());
      assertEquals(2, command.status());
      assertTrue(command.err().startsWith("standard input can be read only once"), command.err());
    }
  }

  @Test
  void keepsColumnsAndNamesTheProbability() throws IOException {
    List<String> lines = predict("--data", data, "--keep", "id,bought", "--keep", "2-3").out().lines().toList();
    assertEquals("id,bought,a,color,class,P_yes", lines.get(0));
    assertTrue(lines.get(1).matches("007,no,0\\.5,red,no,0\\.\\d+(E-\\d+)?"), lines.get(1));
    assertTrue(lines.get(3).startsWith("\"x,9\",yes,2.5,blue,yes,"), lines.get(3));
    Path second = Files.writeString(folder.resolve("second.csv"), "color;id;a\nblue;\"p;q\";3\n");
    assertTrue(predict("--data", data, "--data", second, "--keep", "id").out().lines().skip(5).findFirst().orElseThrow().startsWith("p;q,yes,"));
    assertTrue(predict("--data", data, "--keep", "ids").err().contains("cannot find column `ids`\n    = help: did you mean `id`?"));
    Path headless = Files.writeString(folder.resolve("headless.csv"), "1.5,0.5,red\n2.5,1.5,blue\n");
    assertEquals("column_1,class,P_yes", predict("--data", headless, "--keep", 1, "--features", "2,3").out().lines().findFirst().orElseThrow());
    Path clash = Files.writeString(folder.resolve("clash.csv"), "class,a,color,class\n1,0.5,red,2\n");
    assertEquals("class,class_2,predicted_class,P_yes", predict("--data", clash, "--keep", "1,4").out().lines().findFirst().orElseThrow());
  }

  @Test
  void writesJson() {
    List<String> lines = predict("--data", data, "--keep", "id", "--json", "-o", "-").out().lines().toList();
    assertEquals(4, lines.size());
    assertTrue(lines.get(2).matches("\\{\"id\":\"x,9\",\"class\":\"yes\",\"P_yes\":0\\.\\d+}"), lines.get(2));
    String evaluated = Command.run("eval", model, "--weights", weights, "--data", data, "--json").out();
    assertTrue(evaluated.matches("\\{\"samples\":4,\"loss\":0\\.\\d+,\"metrics\":\\{\"accuracy\":1\\.0,\"macro_f1\":1\\.0,\"roc_auc\":1\\.0},"
        + "\"classes\":\\[\\{\"class\":\"no\",\"precision\":1\\.0,\"recall\":1\\.0,\"f1\":1\\.0,\"samples\":2},.*"
        + "\"confusion\":\\[\\[2,0],\\[0,2]],\"warnings\":\\[\"only 4 samples for evaluation\"]}\n"), evaluated);
  }

  @Test
  void categoriesComeFromTheWeights() throws IOException {
    Path one = Files.writeString(folder.resolve("one.csv"), "color,a\ngreen,1.5\n");
    String whole = predict("--data", data).out().lines().skip(2).findFirst().orElseThrow();
    assertEquals(whole, predict("--data", one).out().lines().skip(1).findFirst().orElseThrow());
    assertEquals(whole, predict("--data", one, "--categorical", "color").out().lines().skip(1).findFirst().orElseThrow());
    Path other = Files.writeString(folder.resolve("other.csv"), "color,a\ngreen,1.5\npink,2\n");
    Command unknown = predict("--data", other);
    assertEquals(1, unknown.status());
    assertTrue(unknown.err().startsWith(other + ":3:1: error[E213]: the training data has no category `pink` in column `color`"), unknown.err());
    assertTrue(unknown.err().contains("= help: its categories are blue, green, red"), unknown.err());
    assertTrue(predict("--data", one, "--categorical", "a").err().contains("--categorical names other columns than in training"));
  }

  @Test
  void saysWhatDataLacksBeforeTraining() throws IOException {
    Path constant = Files.writeString(folder.resolve("constant.csv"), "a,b,c,d,bought\n1,2,3,4,1\n1,5,3,4,1\n1,6,3,5,1\n");
    Command command = Command.run("train", model, "--data", constant, "-d", folder, "--epochs", 2, "-q", "--validation", 0);
    assertEquals(0, command.status(), command.err());
    String report = Files.readString(folder.resolve("M.report.html"));
    for (String warning : new String[] {"columns `a`, `c` have the same value in every training sample", "all samples for training are of class `1`",
        "only 3 samples for training", "no samples for validation: the best epoch is selected by the training loss"}) {
      assertTrue(command.err().contains("]: " + warning), command.err());
      assertTrue(report.contains("Warning: " + warning), warning);
    }
    Command enough = Command.run("train", "generated-samples/iris/iris.nn", "--data", "generated-samples/iris/iris.csv", "-d", folder, "--epochs", 1, "-q");
    assertFalse(enough.err().contains("warning"), enough.err());
  }
}
