package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a model of two losses, several outputs, and a frozen parameter. */
@Slow
class SeveralLossesCommandTest {

  private static final String MODEL = """
      model Pair {
        input X[4]; target Y[2];
        param F[3, 4] = glorot frozen;
        K = tanh(F * X);
        code = dense(K, 2);
        back = dense(code, 4);
        P = dense(code, 2);
        s = colsum(code);
        output P, s, code;
        minimize A = mean(squared(back, X)) of W_code, b_code, W_back, b_back;
        minimize B = mean(squared(P, Y)) of W_P, b_P;
        train adam(rate = 0.01) of W_P, W_code; train sgd(rate = 0.02);
      }
      """;

  @TempDir
  private Path folder;
  private Path model;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    model = Files.writeString(folder.resolve("pair.nn"), MODEL);
    Random random = new Random(1);
    data = Files.writeString(folder.resolve("pair.csv"), "a,b,c,d,y,z\n"
        + random.doubles(40 * 6).mapToObj(Double::toString).collect(Collectors.collectingAndThen(Collectors.toList(), SeveralLossesCommandTest::lines)));
  }

  private static String lines(List<String> fields) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < fields.size(); k++) {
      text.append(fields.get(k)).append(k % 6 == 5 ? '\n' : ',');
    }
    return text.toString();
  }

  private Command train(String into, Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", model, "--data", data, "-d", folder.resolve(into), "--batch", 8, "--scale", "none"));
    words.addAll(List.of(more));
    return Command.run(words.toArray());
  }

  @Test
  void trainingReportsEachLoss() throws IOException {
    Command trained = train("out", "--epochs", 3);
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.err().lines().anyMatch(line -> line.matches("epoch 3/3  losses A [\\d.]+, B [\\d.]+  validation losses A [\\d.]+, B [\\d.]+.*")), trained.err());
    assertTrue(trained.out().contains("last epoch 3 of 3"), "of several losses none tells which weights are best");
    assertTrue(trained.out().lines().anyMatch(line -> line.startsWith("validation (8 samples): losses A ")), trained.out());
    assertEquals("epoch,loss_A,loss_B,validation_loss_A,validation_loss_B,rmse,best", Files.readAllLines(folder.resolve("out/Pair.history.csv")).get(0));
    String report = Files.readString(folder.resolve("out/Pair.report.html"));
    assertTrue(report.contains("Loss A") && report.contains("loss B, validation"));
  }

  @Test
  void trainingGoesOnToTheSameBits() throws IOException {
    assertEquals(0, train("whole", "--epochs", 4).status());
    assertEquals(0, train("parts", "--epochs", 2, "--checkpoint-every", 1).status());
    assertEquals(0, train("parts", "--epochs", 4, "--checkpoint-every", 1, "--resume").status());
    for (String file : List.of("Pair.safetensors", "Pair.history.csv")) {
      assertArrayEquals(Files.readAllBytes(folder.resolve("whole").resolve(file)), Files.readAllBytes(folder.resolve("parts").resolve(file)), file);
    }
  }

  @Test
  void optionsOfTraining() {
    assertEquals(0, train("clipped", "--epochs", 2, "--clip-norm", 0.1, "--check-finite", "--threads", 2).status());
    Command refused = train("patient", "--epochs", 2, "--patience", 2);
    assertTrue(refused.status() != 0 && refused.err().contains("--patience needs a single loss, and Pair has several: A, B"), refused.err());
  }

  @Test
  void predictionsHaveTheColumnsOfAllOutputs() {
    train("out", "--epochs", 1);
    Path weights = folder.resolve("out/Pair.safetensors");
    Command predicted = Command.run("predict", model, "--weights", weights, "--data", data);
    assertEquals("P_1,P_2,s,code_1,code_2", predicted.out().lines().findFirst().orElseThrow());
    double[] line = predicted.out().lines().skip(7).limit(1).flatMapToDouble(text -> List.of(text.split(",")).stream().mapToDouble(Double::parseDouble)).toArray();
    assertEquals(line[2], line[3] + line[4], 1e-12, "s is the sum of code");
    Command evaluated = Command.run("eval", model, "--weights", weights, "--data", data, "--json");
    assertTrue(evaluated.out().contains("\"losses\":{\"A\":") && evaluated.out().contains(",\"B\":"), evaluated.out());
  }

  @Test
  void gradientsOfEachAreCheckedAndExplained() {
    Command checked = Command.run("check", model);
    assertEquals(0, checked.status());
    for (String gradient : List.of("dA/dW_code", "dA/db_back", "dB/dW_P", "dB/db_P")) {
      assertTrue(checked.out().contains("ok   " + gradient + ":"), checked.out());
    }
    assertFalse(checked.out().contains("dF") || checked.out().contains("dB/dW_code"), checked.out());
    Command explained = Command.run("explain", model, "--ascii");
    assertTrue(explained.out().contains("3 x 4, frozen parameter") && explained.out().contains("A = ") && explained.out().contains("dB/dW_P ="), explained.out());
    assertFalse(explained.out().contains("dA/dF") || explained.out().contains("dB/dcode"), explained.out());
    Command one = Command.run("explain", model, "--ascii", "--of", "W_P");
    assertTrue(one.status() == 0 && one.out().contains("dB/dW_P") && !one.out().contains("dA/dW") && !one.out().contains("dA/db"), one.out());
    assertTrue(Command.run("explain", model, "--wrt", "b_P,W_code").status() == 0);
    assertTrue(Command.run("explain", model, "--wrt", "F").err().contains("F"), "a frozen parameter has no gradient");
    for (String format : List.of("markdown", "latex", "html", "json", "svg")) {
      assertEquals(0, Command.run("explain", model, "--format", format).status(), format);
    }
  }
}
