package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {

  private static final Path SAMPLES = Path.of("generated-samples");

  @TempDir
  private Path folder;

  private static Path model(String sample) {
    return SAMPLES.resolve(sample).resolve(sample + ".nn");
  }

  private static double accuracy(Command command, String what) {
    Matcher found = Pattern.compile(what + " \\(\\d+ samples\\): .*accuracy ([0-9.]+)").matcher(command.out());
    assertTrue(found.find(), command.out() + command.err());
    return Double.parseDouble(found.group(1));
  }

  @Test
  void learnsIrisesAndWritesWeightsAndHistory() throws IOException {
    Command command = Command.run("train", model("iris"), "--data", SAMPLES.resolve("iris/iris.csv"), "-d", folder, "--epochs", 60, "--quiet");
    assertEquals(0, command.status(), command.err());
    assertTrue(accuracy(command, "validation") >= 0.93, command.out());
    assertEquals(61, Files.readAllLines(folder.resolve("Iris.history.csv")).size());
    assertTrue(Files.size(folder.resolve("Iris.safetensors")) > 1000);
  }

  /** Of a logit the classes part at 0, of a probability at 0.5. */
  @Test
  void classesPartWhereTheLossSays() throws IOException {
    Path data = SAMPLES.resolve("breast-cancer/breast-cancer.csv");
    String[][] models = {{"dense(X, 1)", "mean(softplus(P) - Y .* P)", "0"}, {"dense(X, 1) |> sigmoid", "mean(logloss(P, Y))", "0.5"},
      {"dense(X, 1)", "mean((P - Y).^2)", "0.5"}};
    for (String[] parts : models) {
      Path model = Files.writeString(folder.resolve("m.nn"), "model M { input X[30]; target Y[1]; P = " + parts[0] + "; minimize J = " + parts[1]
          + "; train adam(rate = 0.01); }");
      Command trained = Command.run("train", model, "--data", data, "-d", folder, "--epochs", 20, "-q");
      assertTrue(accuracy(trained, "validation") >= 0.9, parts[1] + trained.out());
      Command predicted = Command.run("predict", model, "--data", data, "--weights", folder.resolve("M.safetensors"));
      predicted.out().lines().skip(1).map(line -> line.split(",")).forEach(fields -> assertEquals(
          Double.parseDouble(fields[1]) > Double.parseDouble(parts[2]) ? "benign" : "malignant", fields[0], parts[1]));
    }
  }

  @Test
  void threadsChangeNoResult() throws IOException {
    Path model = Files.writeString(folder.resolve("wide.nn"), "model Wide { input X[64]; target Y[10] where colsum(Y) == 1; H = dense(X, 512) |> relu;"
        + " P = dense(H, 10) |> softmax; minimize J = mean(crossentropy(P, Y)); train adam(rate = 0.001); }");
    for (int threads : new int[] {1, 2}) {
      Command command = Command.run("train", model, "--data", SAMPLES.resolve("digits/digits.csv.gz"), "-d", folder.resolve("t" + threads), "--epochs", 2,
          "--threads", threads);
      assertEquals(0, command.status(), command.err());
      assertFalse(command.err().contains("one thread"), command.err());
    }
    for (String file : new String[] {"Wide.safetensors", "Wide.history.csv"}) {
      assertArrayEquals(Files.readAllBytes(folder.resolve("t1").resolve(file)), Files.readAllBytes(folder.resolve("t2").resolve(file)), file);
    }
    Command small = Command.run("train", model("iris"), "--data", SAMPLES.resolve("iris/iris.csv"), "-d", folder, "--epochs", 1, "--threads", 2);
    assertTrue(small.err().contains("one thread trains: the network is too small"), small.err());
    assertEquals(2, Command.run("train", model("iris"), "--data", SAMPLES.resolve("iris/iris.csv"), "--threads", 0).status());
  }

  @Test
  void sameSeedSameBits() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      Command command = Command.run("train", model("breast-cancer"), "--data", SAMPLES.resolve("breast-cancer/breast-cancer.csv"), "-d",
          folder.resolve(name), "--epochs", 5, "-q", "--seed", 7);
      assertEquals(0, command.status(), command.err());
    }
    for (String file : new String[] {"BreastCancer.safetensors", "BreastCancer.history.csv"}) {
      assertArrayEquals(Files.readAllBytes(folder.resolve("a").resolve(file)), Files.readAllBytes(folder.resolve("b").resolve(file)), file);
    }
  }

  @Test
  void readsHandwrittenDigits() {
    Command command = Command.run("train", model("digits"), "--data", SAMPLES.resolve("digits/digits.csv.gz"), "-d", folder, "--epochs", 60,
        "--test", 0.2, "--validation", 0.1, "-q");
    assertEquals(0, command.status(), command.err());
    assertTrue(accuracy(command, "test") >= 0.975, command.out());
  }
}
