package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckCommandTest {

  @TempDir
  private Path folder;

  private Path model(String statements) throws IOException {
    return Files.writeString(folder.resolve("m.nn"), "model M { input X[3]; target Y[2]; P = dense(X, 2) |> sigmoid;\n" + statements + "\n}\n");
  }

  @Test
  void printsALineForEachClaimAndGradient() throws IOException {
    Command command = Command.run("check", model("minimize J = mean((P - Y).^2); prove grad(J, Y) == -grad(J, P);"));
    assertEquals("", command.err());
    assertEquals(0, command.status());
    assertTrue(command.out().matches("""
        M
          ok   grad\\(J, Y\\) == -grad\\(J, P\\): proved, .*
          ok   dJ/dW_P: 6 compared, largest relative error .*
          ok   dJ/db_P: 2 compared, largest relative error .*
        """.replace("\n", "\\R")), command.out());
  }

  /** Comparisons that real numbers would never satisfy: data is drawn so that they hold for some entries and not for others. */
  @ParameterizedTest
  @ValueSource(strings = {
      "input id[1]; input all[5, 1]; target Y[2]; param E[2, 5]; P = E * where(all == id, 1, 0); minimize J = mean((P - Y).^2);",
      "input X[1]; target Y[2]; param E[2]; P = E * where(X == 3, 1, 0); minimize J = mean((P - Y).^2);",
      "input X[1]; target Y[2]; param E[2]; P = E * (2 * X - 1 == 40); minimize J = mean((P - Y).^2);",
      "input word[1] where word in [5, 9]; target Y[2]; param E[2]; P = E * (word == 7); minimize J = mean((P - Y).^2);",
      "input A[3]; input B[3]; target Y[1]; param s = 1; P = s * colsum(A == B); minimize J = mean((P - Y).^2);",
      "input A[3]; target Y[1]; param s = 1; P = s * colsum(A); minimize J = mean(where(Y == 1, (P - Y).^2, 0));",
      "input A[3]; target L[1]; param w[1, 3]; P = w * A; minimize J = sum(where(L' == L, (P - P').^2, 0));",
      "input H[4] where colsum(H) == 1; target Y[2]; param E[2, 4]; P = E * where(H == 1, 1, 0); minimize J = mean((P - Y).^2);",
      "input age[1]; target Y[1]; param s = 1; P = s * where(age >= 65, age, 0); minimize J = mean((P - Y).^2);",
      "input hour[1] where hour in [0, 24]; target Y[1]; param s = 1; P = s * (hour - 2 * floor(hour / 2) == 1); minimize J = mean((P - Y).^2);",
      "input X[1]; target Y[1]; param s = 1; P = s * max(floor(X / 100), 0); minimize J = mean((P - Y).^2);",
      "input k[1]; input n[1]; target Y[1]; param s = 1; P = s * (k == n && n == 1000 || k == 12); minimize J = mean((P - Y).^2);"})
  void drawsWhatComparisonsAskFor(String statements) throws IOException {
    Path file = Files.writeString(folder.resolve("m.nn"), "model M { " + statements + " }");
    for (int seed = 1; seed <= 5; seed++) {
      Command command = Command.run("check", file, "--seed", seed);
      assertEquals(0, command.status(), command.out());
      assertFalse(command.out().contains("zero at"), command.out());
      assertTrue(command.out().contains("  ok   dJ/d"), command.out());
    }
  }

  @Test
  void saysWhereAllItSawWasZero() throws IOException {
    Command command = Command.run("check", model("param s = 1; minimize J = mean((P - Y).^2) + stop(s); prove s * where(exp(P.^2) - P > 7, 1, 0) == 0;"));
    assertTrue(command.out().contains("  warn dJ/ds: 1 compared, zero at every point tried"), command.out());
    assertTrue(command.err().contains("both sides are zero at every point tried, which does not prove it"), command.err());
  }

  @Test
  void failsWhereAClaimFails() throws IOException {
    Command command = Command.run("check", model("minimize J = mean((P - Y).^2); prove grad(J, P) == P - Y;"));
    assertEquals(1, command.status());
    assertTrue(command.out().contains("  FAIL grad(J, P) == P - Y: refuted"), command.out());
    assertTrue(command.out().contains("  ok   dJ/dW_P"), command.out());
    assertTrue(command.err().contains("m.nn:2:32: error[E160]: this does not hold"), command.err());
  }

  @Test
  void failsWhereNoDataSatisfiesTheFacts() throws IOException {
    Command command = Command.run("check", model("minimize J = mean(log(sin(P).^2 + cos(P).^2 - 1.5)) + sum(Y);"));
    assertEquals(1, command.status());
    assertTrue(command.out().contains("  FAIL gradients: "), command.out());
  }

  /** Three samples of a billion numbers are more than an array holds, whatever the heap; the two of the claim are more than most heaps. */
  @Test
  void saysWhereThereIsNoRoomForAPoint() throws IOException {
    Path file = Files.writeString(folder.resolve("big.nn"), """
        model Big {
          input X[1000000000]; target Y[1]; param s = 1;
          P = s * colsum(X);
          minimize J = mean(squared(P, Y));
          prove grad(J, P) == P;
        }
        """);
    Command command = Command.run("check", file);
    assertEquals(1, command.status());
    assertTrue(command.out().contains("  FAIL gradients: a value at a point takes 24000000000 bytes, more than a Java array holds"), command.out());
    assertTrue(command.err().contains("big.nn:1:7: error[E162]: a value at a point takes 24000000000 bytes"), command.err());
    assertTrue(command.err().contains("big.nn:5:3: error[E161]: this is neither proved nor refuted"), command.err());
    assertTrue(command.err().matches("(?s).*help: (a value at a point takes|the values at a point take) 160000\\d+ bytes.*"), command.err());
  }

  @Test
  void reportsErrorsOfTheModel() throws IOException {
    Command command = Command.run("check", model("minimize J = mean(Q);"));
    assertEquals(1, command.status());
    assertEquals("", command.out());
    assertTrue(command.err().contains("error[E102]"), command.err());
  }
}
