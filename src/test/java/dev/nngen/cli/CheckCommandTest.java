package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
