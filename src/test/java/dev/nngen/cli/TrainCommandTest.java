package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
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

  /** The threshold between classes is 0 for a logit and 0.5 for a probability. */
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
    assertTrue(small.err().contains("training uses one thread: the network is too small"), small.err());
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

  /** Targets that a loss is not bounded for are refused, with their line, before training. */
  @Test
  void targetsThatALossExcludes() throws IOException {
    String[][] losses = {{"sigmoid", "logloss(P, Y)", "logloss", "[0, 1]", "2"}, {"sigmoid", "crossentropy(P, Y)", "crossentropy", "[0, 1]", "2"},
      {"sigmoid", "kldivergence(P, Y)", "kldivergence", "[0, 1]", "-1"}, {"sigmoid", "focal(P, Y)", "focal", "[0, 1]", "2"}, {"exp", "poisson(P, Y)", "poisson", "[0, inf)", "-1"},
      {"logsigmoid", "nll(P, Y)", "nll", "[0, 1]", "2"}, {"identity", "hinge(P, Y)", "hinge", "[-1, 1]", "2"}, {"sigmoid", "own(P, Y)", "own", "[0, 1)", "1"}};
    for (String[] loss : losses) {
      Path model = Files.writeString(folder.resolve("m.nn"), "loss own(p, y) domain y in [0, 1) = (p - y)^2; model M { input X[1]; target Y[1]; P = dense(X, 1) |> "
          + loss[0] + "; minimize J = mean(" + loss[1] + "); train sgd(rate = 0.1); }");
      Path data = Files.writeString(folder.resolve("d.csv"), "x,y\n1,0.5\n2,0\n3," + loss[4] + "\n4,0.5\n");
      Command command = Command.run("train", model, "--data", data, "-d", folder, "-q");
      assertEquals(1, command.status(), command.err());
      assertTrue(command.err().contains("d.csv:4:3: error[E207]: Y must be in " + loss[3] + ", as `" + loss[2] + "` needs, found " + loss[4]), command.err());
      assertFalse(Files.exists(folder.resolve("M.safetensors")));
    }
  }

  /** The condition that failed is named, before training and where training ends in NaN. */
  @Test
  void aDoubtfulConditionIsNamedWhereTrainingEnds() throws IOException {
    Path model = Files.writeString(folder.resolve("m.nn"), "model M { input X[1]; target Y[1]; P = dense(X, 1); minimize J = mean(logloss(P, Y)); train sgd(rate = 0.5); }");
    Path data = Files.writeString(folder.resolve("d.csv"), "x,y\n1,0\n2,1\n-1,0\n-2,1\n");
    String condition = "`logloss` needs p in (0, 1), and `P` can be any number";
    for (String option : new String[] {"-q", "--check-finite"}) {
      Command command = Command.run("train", model, "--data", data, "-d", folder, "--validation", 0, option);
      assertEquals(1, command.status(), command.err());
      assertTrue(command.err().indexOf("warning[W110]: " + condition) < command.err().indexOf("error[E210]"), command.err());
      assertTrue(command.err().contains("= help: " + condition), command.err());
      assertFalse(command.err().contains("lower rate"), command.err());
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
