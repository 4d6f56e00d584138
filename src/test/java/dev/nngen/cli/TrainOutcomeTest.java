package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.train.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that training leaves for any data and any later failure, and the messages about them. */
@Slow
class TrainOutcomeTest {

  private static final String REGRESSION = "model Net { input X[2]; target Y[1]; P = dense(X, 1); minimize J = mean((P - Y).^2); train adam(rate = 0.1); }";
  private static final String TWO_CLASSES = "model Net { input X[2]; target Y[1]; P = dense(X, 1) |> sigmoid; minimize J = mean(logloss(P, Y)); "
      + "train adam(rate = 0.1); }";

  @TempDir
  private Path folder;
  private Path out;
  private Path model;

  @BeforeEach
  void prepare() throws IOException {
    out = folder.resolve("out");
    model = Files.writeString(folder.resolve("net.nn"), REGRESSION);
  }

  private Path data(String... lines) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), "a,b,y\n" + String.join("\n", lines) + "\n");
  }

  private Path ordinary() throws IOException {
    return data("1,2,3\n2,1,4\n3,5,1\n0,1,2\n5,2,7\n".repeat(8).split("\n"));
  }

  private Command train(Path data, Object... options) {
    boolean asked = Stream.of(options).anyMatch(option -> option.toString().startsWith("--epochs"));
    Stream<Object> words = Stream.concat(Stream.of("train", model, "--data", data, "-d", out), Stream.of(options));
    return Command.run((asked ? words : Stream.concat(words, Stream.of("--epochs=3"))).toArray());
  }

  /** A model without a prediction trains, and each command says so. */
  @Test
  void aModelWithoutAPredictionHasALossOnly() throws IOException {
    Files.writeString(model, "model Net { input X[2]; target Y[1]; param w[1, 2]; minimize J = sum((w * X - Y).^2) / m; train adam(rate = 0.1); }");
    Path data = ordinary();
    Command trained = train(data);
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.err().contains("note: model `Net` has no prediction: all its values depend on targets"), trained.err());
    assertTrue(trained.out().contains("note: the model has no prediction of single samples, so only its loss is measured"), trained.out());
    Command eval = Command.run("eval", model, "--data", data, "--weights", out.resolve("Net.safetensors"));
    assertEquals(0, eval.status(), eval.err());
    assertTrue(eval.out().matches("(?s)note: the model has no prediction.*evaluation \\(40 samples\\): loss [0-9.]+\\R"), eval.out());
    Command predict = Command.run("predict", model, "--data", data, "--weights", out.resolve("Net.safetensors"));
    assertEquals(1, predict.status());
    assertTrue(predict.err().contains("error[E212]: model `Net` has no prediction: all its values depend on targets"), predict.err());
  }

  /** A class as a label and as a column of zeros and a one are the same training, and the same numbers afterwards. */
  @ParameterizedTest
  @CsvSource({"low, mid, top", "0, 1, 2", "4, 7, 9"})
  void aLabelIsTheColumnThatItStandsFor(String first, String second, String third) throws IOException {
    String[] names = {first, second, third};
    Path data = data(IntStream.range(0, 60).mapToObj(k -> k % 7 + "," + k % 5 + "," + names[(k % 7 + k % 5) / 4]).toArray(String[]::new));
    List<String> outputs = new ArrayList<>();
    for (String target : List.of("target Y[3]", "target Y of 3")) {
      Files.writeString(model, "model Net { input X[2]; " + target + "; P = softmax(dense(X, 3)); minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.1); }");
      Command trained = train(data, "--seed", 3, "--epochs=4");
      assertEquals(0, trained.status(), trained.err());
      assertTrue(trained.out().contains("accuracy"), trained.out());
      Command eval = Command.run("eval", model, "--data", data, "--weights", out.resolve("Net.safetensors"));
      Command predict = Command.run("predict", model, "--data", data, "--weights", out.resolve("Net.safetensors"));
      outputs.add(trained.out() + eval.out() + predict.out());
    }
    assertEquals(outputs.get(0), outputs.get(1));
    assertTrue(outputs.get(1).contains("P_" + third), outputs.get(1));
  }

  /** Words are numbers of rows in a table, which a scaling of features would make others. */
  @Test
  void wholeNumbersAreNotScaled() throws IOException {
    Files.writeString(model, "model Net { input word[2] of 7; target Y of 2; E = embedding(word, 4); P = softmax(dense(flatten(E), 2)); "
        + "minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.1); }");
    Path data = data(IntStream.range(0, 140).mapToObj(k -> k % 7 + "," + k % 5 + "," + (k % 7 == 3 ? "yes" : "no")).toArray(String[]::new));
    Command trained = train(data, "--epochs=30");
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("accuracy 1.0000"), trained.out());
    Command wrong = Command.run("predict", model, "--data", data("9,1,no"), "--weights", out.resolve("Net.safetensors"));
    assertEquals(1, wrong.status());
    assertTrue(wrong.err().contains("word must be in [0, 6]") && !wrong.err().contains("--scale"), wrong.err());
    Command between = Command.run("predict", model, "--data", data("1,2.5,no"), "--weights", out.resolve("Net.safetensors"));
    assertEquals(1, between.status());
    assertTrue(between.err().contains("word takes integers from 0 to 6, found 2.50000"), between.err());
  }

  /** Statistics of a batch make predictions depend on how many samples there are at once, which the commands say. */
  @Test
  void aPredictionThatDependsOnTheBatchIsNamed() throws IOException {
    Files.writeString(model, "model Net { input X[2]; target Y[1]; H = dense(X, 2); mu = rowsum(H) / m; P = dense(H - mu, 1); "
        + "minimize J = mean((P - Y).^2); train adam(rate = 0.1); }");
    Path data = ordinary();
    train(data);
    Command predict = Command.run("predict", model, "--data", data, "--weights", out.resolve("Net.safetensors"));
    assertEquals("note: `P` depends on all samples of a batch, and a batch here has up to 256\n", predict.err());
    assertTrue(predict.out().startsWith("P\n"), predict.out());
  }

  private List<String> written() throws IOException {
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(out)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // --- numbers at the end of their range ------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "1e200,1,1; -1e200,1,2; 2e200,1,3; 0,1,4", "1e-200,1,1; -1e-200,2,2; 2e-200,1,3; 0,1,4", "1e308,1,1; -1e308,3,2; 5e307,1,3; 0,1,4",
      "1.7e308,1,1; 1.7e308,2,2; 1.7e308,1,3; 1.7e308,1,4", "1e300,1,1; 1e300,2,2; 1e300,1,3; 1.0000000000001e300,1,4",
      "1,1,1e200; 2,3,-1e200; 5,1,2e200; 0,1,0", "4.9e-324,1,1; 0,2,2; 9.8e-324,1,3; 0,1,4"})
  void extremeDataTrainsAndServes(String rows) throws IOException {
    Path data = data(rows.split("; "));
    for (String scale : List.of("standard", "minmax")) {
      Command trained = train(data, "-q", "--scale", scale);
      if (scale.equals("minmax") && rows.startsWith("1e308")) {
        // The spread itself is beyond the largest number.
        assertEquals(1, trained.status());
        assertTrue(trained.err().contains("data.csv:2:1") && trained.err().contains("column `a` cannot be scaled"), trained.err());
        continue;
      }
      assertEquals(0, trained.status(), trained.err());
      assertFalse(trained.err().contains("could not be written"), trained.err());
      assertEquals(List.of("Net.history.csv", "Net.report.html", "Net.safetensors"), written());
      Command predicted = Command.run("predict", model, "--data", data, "--features", "a,b", "--weights", out.resolve("Net.safetensors"));
      assertEquals(4, predicted.out().lines().skip(1).filter(line -> Double.isFinite(Double.parseDouble(line))).count(), predicted.out() + predicted.err());
    }
  }

  @Test
  void dataBeyondThePrecisionIsAFaultWithItsPlace() throws IOException {
    Path data = data("1,1,1", "2,1e200,2", "3,1,3", "4,1,4");
    Command single = train(data, "--precision", "f32");
    assertEquals(1, single.status());
    assertTrue(single.err().contains("data.csv:3:3: error[E210]: `1e200` is beyond single precision in column `b`"), single.err());
    Command divided = train(data, "--scale", "1e-200");
    assertTrue(divided.err().contains("data.csv:3:3: error[E210]: column `b` cannot be scaled"), divided.err());
    assertEquals(List.of(), written());
  }

  /** After the last step of the first epoch the weights are not numbers, though no loss before a step was. */
  @Test
  void weightsThatAreNotNumbersAreAFault() throws IOException {
    Command command = train(data("1e200,1,1", "-1e200,1,2", "2e200,1,3", "0,1,4"), "--scale", "none");
    assertEquals(1, command.status());
    assertTrue(command.err().contains("is not a number, and there are no weights from before"), command.err());
    assertFalse(command.err().contains("\tat "), command.err());
  }

  @Test
  void longGradientsAreShortenedAndNotLost() throws IOException {
    Files.writeString(model, REGRESSION.replace("adam(rate = 0.1)", "sgd(rate = 0.1)"));
    Command command = train(data("1,1,1e200", "2,3,-1e200", "5,1,2e200", "0,1,0"), "--clip-norm", 1, "--validation", 0);
    assertEquals(0, command.status(), command.err());
    Map<String, Safetensors.Tensor> tensors = Safetensors.read(Files.readAllBytes(out.resolve("Net.safetensors"))).tensors();
    assertTrue(tensors.get("b_P").values()[0] != 0, "a step of length 0.1 was made");
  }

  // --- what fails after training --------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"Net.report.html", "Net.history.csv"})
  void whatFailsAfterTheWeightsIsAWarning(String blocked) throws IOException {
    Files.createDirectories(out.resolve(blocked));
    Command command = train(ordinary(), "-q");
    assertEquals(0, command.status(), command.err());
    assertTrue(command.err().contains("warning: ") && command.err().contains(blocked) && command.err().contains("it is a folder"), command.err());
    assertTrue(Files.size(out.resolve("Net.safetensors")) > 0);
    assertTrue(command.out().contains("RMSE") && command.out().contains("Net.safetensors"), command.out());
    assertEquals(3, written().size());
  }

  @Test
  void aFolderThatCannotBeWrittenIsFoundBeforeTraining() throws IOException {
    Files.writeString(out, "a file");
    Command command = train(ordinary());
    assertEquals(1, command.status());
    assertFalse(command.err().contains("epoch 1/3"), command.err());
    assertTrue(command.err().contains("cannot write to " + out), command.err());
  }

  // --- what is said beside the metrics --------------------------------------------------------------------------------

  @Test
  void doubtfulDataIsSaidOnceBeforeTheMetrics() throws IOException {
    Files.writeString(model, TWO_CLASSES);
    Command command = train(data("1,7,1", "2,7,1", "3,7,1"), "-q", "--validation", 0);
    assertEquals(0, command.status(), command.err());
    String report = Files.readString(out.resolve("Net.report.html"));
    for (String warning : List.of("only 3 samples for training", "no samples for validation", "column `b` has the same value",
        "all samples for training are of class `1`")) {
      assertEquals(2, command.err().split(Pattern.quote(warning), -1).length, warning + " in " + command.err());
      assertEquals(2, report.split(Pattern.quote(warning), -1).length, warning);
    }
    assertTrue(command.out().contains("ROC AUC -"), command.out());
    assertTrue(command.out().contains("       -  0.0000        0"), command.out());
    Command evaluated = Command.run("eval", model, "--data", folder.resolve("data.csv"), "--weights", out.resolve("Net.safetensors"));
    assertEquals("warning[W203]: all samples for evaluation are of class `1`\n\nwarning[W204]: only 3 samples for evaluation\n\n", evaluated.err());
  }

  @Test
  void outputsOfOneClassAreSaidBesideTheMetrics() throws IOException {
    Files.writeString(model, TWO_CLASSES.replace("|> sigmoid", "|> sigmoid |> half").replace("model", "fn half(p) = p / 2;\nmodel"));
    Command command = train(data("1,7,1\n2,4,0\n".repeat(30).split("\n")), "-q", "--validation", 0);
    assertTrue(command.out().contains("note: all samples are predicted as `0`\ntraining (60 samples)"), command.out() + command.err());
  }

  @Test
  void featuresThatSinglePrecisionHardlyTellsApartAreSaid() throws IOException {
    Path data = data("1700000000,2,3\n1700000200,1,4\n1700000900,5,1\n1700000400,1,2".split("\n"));
    assertTrue(train(data, "-q", "--precision", "f32").err().contains("warning[W206]: column `a` varies by little more than the resolution of single precision"));
    assertFalse(train(data, "-q").err().contains("W206"));
  }

  // --- going on -------------------------------------------------------------------------------------------------------

  private String repeated() throws IOException {
    Matcher command = Pattern.compile("<th>command</th><td><code>nngen (.*?)</code>").matcher(Files.readString(out.resolve("Net.report.html")));
    assertTrue(command.find());
    return command.group(1);
  }

  @Test
  void theReportRepeatsWhatWasResumed() throws IOException {
    Path data = ordinary();
    assertEquals(0, train(data, "-q", "--epochs", 7, "--checkpoint-every", 1).status());
    byte[] seven = Files.readAllBytes(out.resolve("Net.safetensors"));
    Command over = train(data, "--epochs=2", "--resume", "--patience", 1, "--checkpoint-every", 1);
    assertEquals(0, over.status(), over.err());
    assertTrue(over.err().contains("resumed at epoch 7 of 2; nothing is left to train"), over.err());
    assertTrue(repeated().endsWith("--checkpoint-every 1 --epochs 7") && !repeated().contains("--resume") && !repeated().contains("--patience"), repeated());
    Command further = train(data, "-q", "--epochs", 9, "--resume", "--checkpoint-every", 1);
    assertTrue(further.err().contains("resumed at epoch 8 of 9\n"), further.err());
    byte[] nine = Files.readAllBytes(out.resolve("Net.safetensors"));
    byte[] report = Files.readAllBytes(out.resolve("Net.report.html"));
    Command again = Command.run((Object[]) repeated().replace("'", "").split(" "));
    assertEquals(0, again.status(), again.err());
    assertArrayEquals(nine, Files.readAllBytes(out.resolve("Net.safetensors")));
    assertArrayEquals(report, Files.readAllBytes(out.resolve("Net.report.html")));
    assertFalse(Arrays.equals(seven, nine));
  }

  // --- weights from elsewhere -----------------------------------------------------------------------------------------

  private Path weights(String name, Map<String, Safetensors.Tensor> tensors) throws IOException {
    return Files.write(folder.resolve(name), new Safetensors(Map.of("format", "pt"), tensors).write());
  }

  private static Safetensors.Tensor floats(List<Long> shape, float... entries) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * entries.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float entry : entries) {
      bytes.putFloat(entry);
    }
    return new Safetensors.Tensor("F32", shape, bytes.array());
  }

  @Test
  void trainingStartsFromWeightsFromElsewhere() throws IOException {
    Files.writeString(model, REGRESSION.replace("adam(rate = 0.1)", "sgd(rate = 0.0)"));
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    tensors.put("W_P", floats(List.of(1L, 2L), 0.5f, -3));
    tensors.put("norm.weight", floats(List.of(1L), 1));
    Command command = train(ordinary(), "-q", "--init", weights("w.safetensors", tensors));
    assertEquals(0, command.status(), command.err());
    assertTrue(command.err().contains("w.safetensors; missing, so initialized as usual: b_P; ignored: norm.weight"), command.err());
    assertArrayEquals(new double[] {0.5, -3}, Safetensors.read(Files.readAllBytes(out.resolve("Net.safetensors"))).tensors().get("W_P").values());

    tensors.put("W_P", floats(List.of(2L, 1L, 1L), 0.5f, -3));
    assertEquals(0, train(ordinary(), "-q", "--init", weights("w.safetensors", tensors)).status(), "a shape of the same sides");
    tensors.put("W_P", floats(List.of(3L), 0.5f, -3, 1));
    Command wrong = train(ordinary(), "-q", "--init", weights("w.safetensors", tensors));
    assertEquals(1, wrong.status());
    assertTrue(wrong.err().contains("error[E209]") && wrong.err().contains("W_P must be 1 x 2"), wrong.err());
    tensors.remove("W_P");
    Command none = train(ordinary(), "-q", "--init", weights("w.safetensors", tensors));
    assertTrue(none.err().contains("the file has none of the model's parameters W_P, b_P"), none.err());
    assertTrue(train(ordinary(), "-q", "--init", folder.resolve("nothing")).err().contains("error[E209]"));
  }

  @Test
  void aTableNamesTheWeightsOfOtherTools() throws IOException {
    Files.writeString(model, "model Net { samples rows; input X[2]; target Y[1]; H = linear(X, 3); P = dense(H, 1);"
        + " minimize J = mean(halfsquared(P, Y)); train sgd(rate = 0.0); }");
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    tensors.put("fc1.weight", floats(List.of(3L, 2L), 1, 2, 3, 4, 5, 6));
    tensors.put("fc2.weight", floats(List.of(1L, 3L, 1L, 1L), 7, 8, 9));
    Path file = weights("torch.safetensors", tensors);
    Path names = Files.writeString(folder.resolve("names.txt"), "# of a module\n\nW_H = fc1.weight'  # has a row for each output\nW_P=fc2.weight\n");
    Command command = train(ordinary(), "-q", "--init", file, "--init-names", names);
    assertEquals(0, command.status(), command.err());
    assertTrue(command.err().contains("torch.safetensors; missing, so initialized as usual: b_P"), command.err());
    Safetensors trained = Safetensors.read(Files.readAllBytes(out.resolve("Net.safetensors")));
    assertArrayEquals(new double[] {1, 3, 5, 2, 4, 6}, trained.tensors().get("W_H").values());
    assertArrayEquals(new double[] {7, 8, 9}, trained.tensors().get("W_P").values());
  }

  @Test
  void whatATableCannotMeanIsExplained() throws IOException {
    Path file = weights("torch.safetensors", Map.of("fc1.weight", floats(List.of(3L, 2L), 1, 2, 3, 4, 5, 6)));
    Files.writeString(model, REGRESSION.replace("P = ", "H = dense(X, 2); G = dense(H, 3); P = ").replace("dense(X, 1)", "dense(G, 1)"));
    for (String[] wrong : new String[][] {{"W_H fc1.weight", "names.txt:1: expected a line such as `W_H = fc1.weight`, found `W_H fc1.weight`"},
        {"W_G = fc1.weight\nW_G = fc2.weight", "names.txt:2: `W_G` is already named"}, {"W_Q = fc1.weight", "the model has no parameter `W_Q`"},
        {"W_G = fc2.weight", "the weights have no tensor `fc2.weight`"}, {"W_G = fc1.weight'", "help: write the line `W_G = fc1.weight` in a table for --init-names"}}) {
      Path names = Files.writeString(folder.resolve("names.txt"), wrong[0]);
      Command command = train(ordinary(), "-q", "--init", file, "--init-names", names);
      assertEquals(1, command.status(), wrong[0]);
      assertTrue(command.err().contains(wrong[1]), wrong[0] + "\n" + command.err());
    }
    assertEquals(2, train(ordinary(), "--init-names", file).status());
  }

  /** The network that training starts from is the one in the file, on raw features. */
  @Test
  void scalingComesWithTheWeights() throws IOException {
    Path data = ordinary();
    assertEquals(0, train(data, "-q", "--epochs", 40, "--validation", 0).status());
    Path first = Files.move(out.resolve("Net.safetensors"), folder.resolve("first.safetensors"));
    Files.writeString(model, REGRESSION.replace("adam(rate = 0.1)", "sgd(rate = 0.0)"));
    Path part = Files.writeString(folder.resolve("part.csv"), "a,b,y\n1,2,3\n9,7,4\n");
    assertEquals(0, train(part, "-q", "--init", first, "--validation", 0, "--epochs", 1).status());
    Command before = Command.run("predict", Files.writeString(folder.resolve("old.nn"), REGRESSION), "--data", data, "--weights", first);
    Command after = Command.run("predict", model, "--data", data, "--weights", out.resolve("Net.safetensors"));
    assertEquals(before.out(), after.out());
  }
}
