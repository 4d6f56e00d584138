package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.simplify.rules.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Which functions the sums and products of a value consist of, and which are in the arguments of those: a pattern that has another one need not be tried.
 * Sets are bits of a number.
 */
final class SurfaceFunctions {

  private final FormBuilder builder;
  private final List<FunctionSet> known = new ArrayList<>();

  /**
   * Sets of functions.
   *
   * @param outer in sums, products and powers
   * @param inner in the arguments of these
   */
  record FunctionSet(long outer, long inner) {

    private static final FunctionSet NONE = new FunctionSet(0, 0);

    private FunctionSet and(FunctionSet other) {
      return new FunctionSet(outer | other.outer, inner | other.inner);
    }

    boolean containsAll(FunctionSet other) {
      return (other.outer & ~outer) == 0 && (other.inner & ~inner) == 0;
    }
  }

  SurfaceFunctions(FormBuilder builder) {
    this.builder = builder;
  }

  FunctionSet of(FactoredTerm term) {
    FunctionSet all = FunctionSet.NONE;
    for (View base : term.powers().keySet()) {
      all = all.and(of(base.node()));
    }
    return all;
  }

  /** Operands have smaller identifiers, so they are known first; a network may be deeper than the stack. */
  private FunctionSet of(int id) {
    for (int next = known.size(); next <= id; next++) {
      known.add(of(builder.graph().node(next)));
    }
    return known.get(id);
  }

  private FunctionSet of(Node node) {
    if (node instanceof Node.Apply apply) {
      FunctionSet arguments = operands(node);
      return new FunctionSet(bit(apply.fn()), arguments.outer);
    }
    boolean isOpen = node instanceof Node.Sum || node instanceof Node.Power || node instanceof Node.Product product && !product.isSumming();
    return isOpen ? operands(node) : FunctionSet.NONE;
  }

  private FunctionSet operands(Node node) {
    FunctionSet all = FunctionSet.NONE;
    for (View operand : node.operands()) {
      all = all.and(known.get(operand.node()));
    }
    return all;
  }

  /** expm1(u) is read as e^u - 1 too. */
  private static long bit(Fn fn) {
    return 1L << fn.ordinal() | (fn == Fn.EXPM1 ? 1L << Fn.EXP.ordinal() : 0);
  }

  /** The functions that a value needs to match a pattern. */
  static FunctionSet of(Pattern pattern) {
    if (pattern instanceof Pattern.Apply apply) {
      FunctionSet arguments = apply.arguments().stream().map(SurfaceFunctions::of).reduce(FunctionSet.NONE, FunctionSet::and);
      return new FunctionSet(1L << apply.fn().ordinal(), arguments.outer);
    }
    if (pattern instanceof Pattern.Sum sum) {
      return sum.terms().stream().map(term -> of(term.value())).reduce(FunctionSet.NONE, FunctionSet::and);
    }
    return pattern instanceof Pattern.Product product
        ? product.factors().stream().map(factor -> of(factor.base())).reduce(FunctionSet.NONE, FunctionSet::and) : FunctionSet.NONE;
  }
}
