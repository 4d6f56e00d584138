package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What a form costs per entry, in additions; values that are kept anyway cost nothing. */
final class Cost {

  private static final int DIVISION = 4;
  private static final int TRANSCENDENTAL = 20;
  /** The most that is counted for a value that is kept whole and not written yet. */
  private static final int SIGMOID = TRANSCENDENTAL + DIVISION + 1;
  /** Reading a value that is there but has no name, so that a named one is preferred. */
  private static final int UNNAMED = 6;

  private final Universe universe;
  private final Graph.Builder graph;
  private final Set<Integer> free;
  private final IntPredicate isWritten;

  /**
   * @param free nodes of the graph that are computed in any case
   * @param isWritten tells of a class that the graph has it
   */
  Cost(Universe universe, Graph.Builder graph, Set<Integer> free, IntPredicate isWritten) {
    this.isWritten = isWritten;
    this.universe = universe;
    this.graph = graph;
    this.free = free;
  }

  /** The cost of a node and of all entrywise nodes below it that are not free, each once. */
  int of(int node) {
    Set<Integer> seen = new HashSet<>();
    return below(node, seen);
  }

  private int below(int id, Set<Integer> seen) {
    Node node = graph.node(id);
    boolean contraction = node instanceof Node.Product product && product.isSumming();
    if (!seen.add(id) || free.contains(id) || node instanceof Node.Leaf) {
      return 0;
    }
    int total = own(node);
    if (!contraction) {
      for (View operand : node.operands()) {
        total += below(operand.node(), seen);
      }
    }
    return total;
  }

  private static int own(Node node) {
    if (node instanceof Node.Sum sum) {
      return sum.terms().size() + (sum.constant().isZero() ? 0 : 1);
    }
    if (node instanceof Node.Product product) {
      return product.factors().size();
    }
    if (node instanceof Node.Power power) {
      return power.exponent().signum() < 0 ? DIVISION : power.exponent().isInteger() ? 2 : TRANSCENDENTAL;
    }
    return node instanceof Node.Apply apply ? cost(apply.fn()) : 1;
  }

  private static int cost(Fn fn) {
    return fn.isTranscendental() ? TRANSCENDENTAL : 1;
  }

  /** The cost of writing a function out: its terms and factors, and its atoms, each once. */
  int of(RationalFunction function) {
    int total = 0;
    for (Map.Entry<Polynomial, Integer> entry : function.factors().entrySet()) {
      total += ofPolynomial(entry.getKey()) + Math.abs(entry.getValue());
      total += entry.getValue() < 0 ? DIVISION : 0;
    }
    for (int variable : function.variables()) {
      total += isWrittenPower(variable) ? UNNAMED : ofAtom(universe.definitionOf(variable));
    }
    return total;
  }

  /** True for an exponential of which the graph has the square, the first power or their reciprocals. */
  private boolean isWrittenPower(int variable) {
    return universe.isApplied(Fn.EXP, variable) && IntStream.of(1, -1, 2, -2).anyMatch(power ->
        isWritten.test(universe.classOf(RationalFunction.variable(variable).power(power)).node()));
  }

  private static int ofPolynomial(Polynomial polynomial) {
    return polynomial.terms().keySet().stream().mapToInt(Monomial::totalDegree).map(degree -> degree + 1).sum() - 1;
  }

  private int ofAtom(Node definition) {
    if (definition instanceof Node.Apply apply) {
      return cost(apply.fn());
    }
    if (definition instanceof Node.Sum whole) {
      return ofWhole(whole.terms().get(0).view().node());
    }
    return definition instanceof Node.Power power ? (power.exponent().signum() < 0 ? DIVISION : TRANSCENDENTAL) : 0;
  }

  /** What a value that is kept whole costs; nested ones are not looked into, which could take for ever. */
  private int ofWhole(int classId) {
    if (isWritten.test(classId)) {
      return 0;
    }
    RationalFunction meaning = universe.meaning(classId);
    boolean isFlat = meaning.variables().stream().map(universe::definitionOf)
        .allMatch(definition -> !(definition instanceof Node.Sum whole) || isWritten.test(whole.terms().get(0).view().node()));
    return isFlat ? Math.min(of(meaning), SIGMOID) : SIGMOID;
  }
}
