package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.simplify.rules.Pattern;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The functions in the sums and products of a value, and those in their arguments. A pattern with another function cannot match and is skipped. */
final class SurfaceFunctions {

  private final FormBuilder builder;
  private final List<FunctionSet> known = new ArrayList<>();

  /**
   * Sets of functions.
   *
   * @param outer in sums, products and powers
   * @param inner in the arguments of these
   */
  record FunctionSet(Set<Fn> outer, Set<Fn> inner) {

    private static final FunctionSet NONE = new FunctionSet(Set.of(), Set.of());

    private FunctionSet and(FunctionSet other) {
      return containsAll(other) ? this : other.containsAll(this) ? other : new FunctionSet(union(outer, other.outer), union(inner, other.inner));
    }

    private static Set<Fn> union(Set<Fn> a, Set<Fn> b) {
      Set<Fn> all = EnumSet.noneOf(Fn.class);
      all.addAll(a);
      all.addAll(b);
      return all;
    }

    boolean containsAll(FunctionSet other) {
      return outer.containsAll(other.outer) && inner.containsAll(other.inner);
    }

    boolean isEmpty() {
      return outer.isEmpty();
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

  /** Computed in the order of ids, operands first, without recursion: a network may be deeper than the stack. */
  private FunctionSet of(int id) {
    for (int next = known.size(); next <= id; next++) {
      known.add(of(builder.graph().node(next)));
    }
    return known.get(id);
  }

  private FunctionSet of(Node node) {
    if (node instanceof Node.Apply apply) {
      FunctionSet arguments = operands(node);
      return new FunctionSet(readAs(apply.fn()), arguments.outer);
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

  /** Returns the functions as which a function may be read: expm1(u) is also e^u - 1. */
  private static Set<Fn> readAs(Fn fn) {
    return fn == Fn.EXPM1 ? EnumSet.of(fn, Fn.EXP) : EnumSet.of(fn);
  }

  /** Returns the functions that a value must contain to match a pattern. */
  static FunctionSet of(Pattern pattern) {
    if (pattern instanceof Pattern.Apply apply) {
      FunctionSet arguments = apply.arguments().stream().map(SurfaceFunctions::of).reduce(FunctionSet.NONE, FunctionSet::and);
      return new FunctionSet(EnumSet.of(apply.fn()), arguments.outer);
    }
    if (pattern instanceof Pattern.Sum sum) {
      return sum.terms().stream().map(term -> of(term.value())).reduce(FunctionSet.NONE, FunctionSet::and);
    }
    return pattern instanceof Pattern.Product product
        ? product.factors().stream().map(factor -> of(factor.base())).reduce(FunctionSet.NONE, FunctionSet::and) : FunctionSet.NONE;
  }
}
