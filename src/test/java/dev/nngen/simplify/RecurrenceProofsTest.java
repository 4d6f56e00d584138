package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Extent;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backpropagation through time, written as a block, is proved to be the gradient; a block with a mistake is not. */
class RecurrenceProofsTest {

  private static final String ELMAN = "input X[3, 5, m]; target T[4, 5, m]; param V[4, 3]; param U[4, 4]; param b[4];"
      + "over t { start H = 0; Z = V * X[:, t] + U * prev(H) + b; H = tanh(Z); }";
  private static final String LINEAR = "input X[3, 6, m]; param a[3]; param w[3]; Q = w .* X; over s { start h = 0; h = a .* prev(h) + Q[:, s]; } minimize J = mean(h.^3) / 3;";

  private static Program<Phase.Differentiated> program(String id, String claims) {
    String loss = switch (id) {
      case "H1" -> ELMAN + "minimize J = mean(halfsquared(H, T));";
      case "H5" -> LINEAR;
      default -> ELMAN + "minimize J = mean(halfsquared(H[:, end], T[:, end]));";
    };
    return Autodiff.differentiate(Lowering.lower(ModelText.model("model M { " + loss + claims + " }")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "H1 | over t { start D = 0; D = (U' * next(D) + (H[:, t] - T[:, t]) / m) .* (1 - H[:, t].^2); } prove grad(J, Z) == D; prove grad(J, b) == rowsum(D);"
          + "W[i, j] = sum[t, s] D[i, t, s] * X[j, t, s]; prove grad(J, V) == W;",
      "H5 | over s { start D = 0; D = a .* next(D) + h[:, s].^2 / m; } prove D == grad(J, Q); prove grad(J, h) == D;"
          + "A[i] = sum[s, c] D[i, s, c] * pad(h)[i, s - 1, c]; prove grad(J, a) == A;",
      "H6 | over t { start D = 0; D = (U' * next(D) + (t == 4) * (H[:, end] - T[:, end]) / m) .* (1 - H[:, t].^2); } prove grad(J, Z) == D; prove grad(J, b) == rowsum(D);"})
  void isProved(String id, String claims) {
    Program<Phase.Differentiated> program = program(id, claims);
    Prover prover = new Prover(program);
    assertEquals("", program.claims().stream().filter(claim -> !(prover.decide(claim, points(program)) instanceof Proof.Proved)).map(Program.Claim::text).collect(Collectors.joining(", ")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "H1 | over t { start D = 0; D = (U * next(D) + (H[:, t] - T[:, t]) / m) .* (1 - H[:, t].^2); } prove grad(J, Z) == D;",
      "H1 | over t { start D = 0; D = (U' * prev(D) + (H[:, t] - T[:, t]) / m) .* (1 - H[:, t].^2); } prove grad(J, Z) == D;",
      "H1 | over t { start D = 1; D = (U' * next(D) + (H[:, t] - T[:, t]) / m) .* (1 - H[:, t].^2); } prove grad(J, Z) == D;",
      "H5 | over s { start D = 0; D = a .* next(D) + h[:, s].^2 / m; } prove grad(J, Q) == 2 * D;",
      "H5 | over s { start D = 0; D = 2 * a .* next(D) + h[:, s].^2 / m; } prove grad(J, Q) == D;"})
  void isRefuted(String id, String claims) {
    Program<Phase.Differentiated> program = program(id, claims);
    assertInstanceOf(Proof.Refuted.class, new Prover(program).decide(program.claims().get(0), points(program)));
  }

  private static LongFunction<Prover.Point> points(Program<Phase.Differentiated> program) {
    return seed -> {
      Random random = new Random(seed);
      Map<String, double[]> leaves = new HashMap<>();
      Stream.of(program.inputs(), program.targets(), program.parameters().stream().map(Program.Parameter::name).toList()).flatMap(List::stream)
          .forEach(name -> leaves.put(name, random.doubles(program.graph().node(program.graph().named(name).node()).shape().stream()
              .mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 3).reduce(1, (a, b) -> a * b), -1, 1).toArray()));
      return new Prover.Point(leaves, Map.of("m", 3));
    };
  }
}
