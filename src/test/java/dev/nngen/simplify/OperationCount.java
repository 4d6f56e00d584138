package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.List;

/** Counts the operations of the loss with all gradients, in additions, each node once; weights are the planner's. */
public final class OperationCount {

  private static final int SAMPLES = 16;
  private static final int ROOT = 4;
  private static final int TRANSCENDENTAL = 20;

  private OperationCount() {}

  /** Operations for 16 samples; what depends on numbers only costs nothing. */
  public static double of(Program<? extends Phase.Differentiated> program) {
    Graph graph = program.graph();
    String loss = program.loss().orElseThrow();
    List<Integer> roots = new ArrayList<>(List.of(graph.named(loss).node()));
    program.parameters().forEach(parameter -> roots.add(graph.named(ValueName.gradient(loss, parameter.name()).text()).node()));
    boolean[] needed = graph.reachable(roots);
    boolean[] isConstant = new boolean[graph.size()];
    double total = 0;
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      isConstant[id] = node.rank() == 0 && !(node instanceof Node.Leaf) && node.operands().stream().allMatch(operand -> isConstant[operand.node()]);
      total += needed[id] && !isConstant[id] ? operations(node) * size(node.loops()) : 0;
    }
    return total;
  }

  private static double size(List<Extent> loops) {
    return loops.stream().mapToDouble(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : SAMPLES).reduce(1, (a, b) -> a * b);
  }

  private static double operations(Node node) {
    if (node instanceof Node.Sum sum) {
      long scaled = sum.terms().stream().filter(term -> !term.coefficient().abs().isOne()).count();
      return Math.max(0, sum.terms().size() - 1) + scaled + (sum.constant().isZero() || sum.isNumber() ? 0 : 1);
    }
    if (node instanceof Node.Product product) {
      return product.factors().size() - (product.isSumming() ? 0 : 1);
    }
    if (node instanceof Node.Power power) {
      return !power.exponent().isSmallInteger(3) ? power.exponent().equals(Rational.HALF) ? ROOT : TRANSCENDENTAL
          : power.exponent().equals(Rational.MINUS_ONE) ? 2 : 1;
    }
    return node instanceof Node.Apply apply ? apply.fn().isTranscendental() ? TRANSCENDENTAL : 1 : node instanceof Node.Max ? 1 : 0;
  }
}
