package dev.nngen.explain;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The derivatives dU/dV of values by values that they depend on entry by entry. Each is the derivative of the sum of U's
 * entries, found and simplified like any gradient.
 */
final class LocalDerivatives {

  /** A value and one that it depends on entry by entry. */
  record Pair(String of, String by) {
    String name() {
      return Lowered.gradientName(of, by);
    }
  }

  private LocalDerivatives() {}

  /** A graph in which every pair's derivative has its name. */
  static Graph of(Lowered lowered, List<Pair> pairs, UnaryOperator<Lowered> simplify) {
    Graph.Builder builder = new Graph.Builder(lowered.graph());
    for (Pair pair : pairs) {
      Graph.Value of = lowered.graph().named(pair.of());
      Graph.Value by = lowered.graph().named(pair.by());
      List<Extent> shape = lowered.graph().node(by.node()).shape();
      int total = builder.add(new Node.Product(shape, 0, List.of(View.identity(of.node(), shape.size()))));
      int derivative = builder.add(new Node.Derivative(shape, new View(total, List.of()), View.identity(by.node(), shape.size())));
      builder.name(pair.name(), new Graph.Value(derivative, by.row(), by.column()));
    }
    Lowered asked = new Lowered(lowered.name(), lowered.singlePrecision(), lowered.samplesInRows(), builder.build(),
        lowered.facts(), Optional.empty(), lowered.output(), lowered.inputs(), lowered.targets(), lowered.parameters(),
        Optional.empty(), List.of());
    return simplify.apply(Autodiff.differentiate(asked)).graph();
  }
}
