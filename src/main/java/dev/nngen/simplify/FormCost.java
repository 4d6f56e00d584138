package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntPredicate;

/** The cost of a form, in additions. Each value counts once, and available values cost nothing. */
final class FormCost {

  private static final double DIVISION = 4;
  private static final double TRANSCENDENTAL = 20;
  /** Assumed length of an axis whose extent is known at run time only. */
  private static final int SAMPLES = 16;

  /** The cost of an unnamed value of the forward pass, which must be stored for the backward pass. */
  private static final double UNNAMED = 3;
  /** Added for each bit of a number: among forms of equal cost, the one with smaller numbers is chosen. */
  private static final double BIT = 0x1p-10;

  private final Graph.Builder graph;
  private final IntPredicate isFree;
  private final IntPredicate isForward;

  /**
   * @param isFree true for a node that is computed and stored anyway
   * @param isForward true for a node of the forward pass
   */
  FormCost(Graph.Builder graph, IntPredicate isFree, IntPredicate isForward) {
    this.graph = graph;
    this.isFree = isFree;
    this.isForward = isForward;
  }

  double of(int node) {
    return below(node, new HashSet<>(), true);
  }

  /** Includes a matrix product, but not its operands, whose forms are chosen separately. */
  private double below(int id, Set<Integer> seen, boolean isRoot) {
    Node node = graph.node(id);
    if (!seen.add(id) || node instanceof Node.Leaf || !isRoot && isFree.test(id)) {
      return 0;
    }
    double total = own(node) * entries(node) + BIT * bits(node);
    boolean isMatrixProduct = node instanceof Node.Product product && product.isSumming() && product.factors().size() > 1;
    if (!isMatrixProduct) {
      for (View operand : node.operands()) {
        total += below(operand.node(), seen, false);
      }
    }
    return !isRoot && isForward.test(id) ? Math.min(total, UNNAMED * entries(node)) : total;
  }

  private static double entries(Node node) {
    double entries = 1;
    for (Extent extent : node.loops()) {
      entries *= extent instanceof Extent.Fixed fixed ? fixed.size() : SAMPLES;
    }
    return entries;
  }

  private static double own(Node node) {
    if (node instanceof Node.Sum sum) {
      long scaled = sum.terms().stream().filter(term -> !term.coefficient().abs().isOne()).count();
      return scaled + Math.max(0, sum.terms().size() - (sum.constant().isZero() ? 1 : 0));
    }
    if (node instanceof Node.Product product) {
      return product.factors().size() - (product.isSumming() ? 0 : 1);
    }
    if (node instanceof Node.Power power) {
      return power.exponent().isInteger()
          ? (power.exponent().signum() < 0 ? DIVISION : 0) + power.exponent().abs().intValueExact() - 1 : TRANSCENDENTAL;
    }
    return node instanceof Node.Apply apply ? cost(apply.fn()) : 1;
  }

  private static int bits(Node node) {
    return node instanceof Node.Sum sum ? bits(sum.constant()) + sum.terms().stream().mapToInt(term -> bits(term.coefficient())).sum() : 0;
  }

  private static int bits(Rational number) {
    return number.isZero() ? 0 : number.numerator().abs().bitLength() + number.denominator().bitLength() - 2;
  }

  private static double cost(Fn fn) {
    return fn.isTranscendental() ? TRANSCENDENTAL : fn == Fn.PI || fn == Fn.STOP ? 0 : 1;
  }
}
