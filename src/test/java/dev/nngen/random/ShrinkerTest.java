package dev.nngen.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Faults made up for the purpose, of which it is known how small a text shows them. */
@Slow
class ShrinkerTest {

  private static final int SEEDS = 400;

  /** As if the compiler failed on {@code first} of something that {@code second} is computed from. */
  private static boolean fails(String text, Fn first, Fn second) {
    if (!ModelText.diagnostics(text).isEmpty() && ModelText.diagnostics(text).contains("error") || !text.contains("model")) {
      return false;
    }
    Graph graph = Lowering.lower(ModelText.model(text)).graph();
    return IntStream.range(0, graph.size()).filter(id -> applies(graph, id, first))
        .anyMatch(id -> graph.node(id).operands().stream().anyMatch(view -> applies(graph, view.node(), second)));
  }

  private static boolean applies(Graph graph, int id, Fn fn) {
    return graph.node(id) instanceof Node.Apply apply && apply.fn() == fn;
  }

  @Test
  void whatDoesNotMatterGoes() {
    Predicate<String> fails = text -> fails(text, Fn.SIN, Fn.TANH);
    int found = 0;
    for (long seed = 0; seed < SEEDS && found < 2; seed++) {
      String text = RandomTexts.next(seed);
      if (fails.test(text)) {
        found++;
        String small = Shrinker.shrink(text, fails);
        assertTrue(fails.test(small), small);
        assertTrue(small.length() < 80, small);
      }
    }
    assertEquals(2, found);
  }

  @Test
  void sizesAndDefinitionsShrink() {
    String text = """
        size h = 7;
        fn unused(z) = z;
        model M {
          input X[5];
          param W[h, 5] = glorot;
          Z = W * X;
          A = tanh(Z);
          B = A + 1;
          C = sin(2 * B);
          D = cos(exp(A) .* C);
          minimize J = mean(D .* D) + l2(0.1);
          output A;
        }
        """;
    Predicate<String> fails = candidate -> fails(candidate, Fn.COS, Fn.EXP);
    assertFalse(fails.test(text));
    String small = Shrinker.shrink(text.replace("cos(exp(A) .* C)", "cos(exp(A)) .* C"), fails);
    assertEquals("model M {\n  input X;\n  D = cos(exp(1));\n}\n", small);
  }

  @Test
  void namesOfArgumentsStayNames() {
    String small = Shrinker.shrink("model M { input X; D = sin(elu(X, alpha = 2)) + 3; }", text -> text.contains("alpha = "));
    assertEquals("model M {\n  D = elu(alpha = 1);\n}\n", small);
  }
}
