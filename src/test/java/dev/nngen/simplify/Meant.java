package dev.nngen.simplify;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The values of a small model as the user wrote them, and what they mean. */
record Meant(Program<? extends Phase.Differentiated> program, NormalForms normalForms) {

  static final Map<String, Integer> EXTENTS = Map.of("m", 3);

  /** @param statements of a model that has X, Y: any reals, S in (0, 1), U, V in [1, 5], N in [-9, -1], C in columns that add up to 1; parameters W, b, s */
  static Meant of(String statements) {
    Program<? extends Phase.Differentiated> program = Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model M {
          input X[3];  input Y[3];  input S[3] where S in (0, 1);  input U[3] where U in [1, 5];  input V[3] where V in [1, 5];
          input N[3] where N in [-9, -1];  target C[3] where colsum(C) == 1;
          param W[3, 3];  param b[3];  param s;
          P = 2 * X;  output P;
          %s
        }
        """.formatted(statements))));
    return new Meant(program, NormalForms.of(program.graph(), program.facts()));
  }

  Graph graph() {
    return program.graph();
  }

  int node(String name) {
    return graph().named(name).node();
  }

  RationalFunction normalForm(String name) {
    return normalForms.of(node(name));
  }

  Interval bounds(String name) {
    return normalForms.classBounds.of(normalForm(name));
  }

  boolean isNeverPositive(String name) {
    return normalForms.classBounds.isNeverPositive(normalForm(name));
  }

  /** Leaves that satisfy the facts, the same for the same seed. */
  static Map<String, double[]> point(long seed) {
    Random random = new Random(seed);
    Map<String, double[]> leaves = new LinkedHashMap<>();
    for (String name : List.of("X", "Y", "S", "U", "V", "N", "C", "W", "b", "s")) {
      double[] entries = new double[name.equals("s") ? 1 : name.equals("b") ? 3 : 9];
      Arrays.setAll(entries, k -> switch (name) {
        case "S" -> random.nextDouble(0.01, 0.99);
        case "U", "V" -> random.nextDouble(1, 5);
        case "N" -> random.nextDouble(-9, -1);
        case "C" -> 1 / 3.0;
        default -> random.nextDouble(-3, 3);
      });
      leaves.put(name, entries);
    }
    return leaves;
  }
}
