package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Maps all summation orders of a sum of products to one atom: sum_s E_s (sum_j V_sj D_j) is sum_sj D_j V_sj E_s. Nested sums are merged, and
 * {@link TermLabeling} decides equality; the first sum represents all equal ones. Sums that are adjoints of values are opaque, so that the size of a
 * form does not grow with the depth of a network.
 */
final class SummationOrders {

  /** A sum with more factors is not merged into others. */
  private static final int MAX_FACTORS = 24;

  /** A product over loops, summed from {@code rank} on. */
  private record Flat(List<Extent> loops, int rank, RationalFunction product) {}

  private final AtomTable atomTable;
  private final RationalArithmetic arithmetic;
  private final Map<Node.Product, View> atoms = new HashMap<>();
  /** The first atom of each form, over the form's axes. */
  private final Map<Node.Product, View> firsts = new HashMap<>();
  private final Map<Integer, Flat> flats = new HashMap<>();
  private final Set<Integer> kept = new HashSet<>();

  SummationOrders(AtomTable atomTable, RationalArithmetic arithmetic) {
    this.atomTable = atomTable;
    this.arithmetic = arithmetic;
  }

  /** Declares that the sum is not merged into others. */
  void keep(int atom) {
    kept.add(atom);
  }

  /** Returns the atom that represents a sum, over the sum's free axes. */
  View of(Node.Product sum) {
    View atom = atoms.get(sum);
    if (atom == null) {
      atom = find(sum);
      atoms.put(sum, atom);
    }
    return atom;
  }

  private View find(Node.Product sum) {
    Flat flat = flat(sum);
    if (flat.product().factors().size() > MAX_FACTORS || !flat.product().coefficient().isOne()) {
      return View.identity(atomTable.atom(sum), sum.rank());
    }
    TermLabeling.Labeled form = form(flat, flat.product().factors());
    View first = firsts.get(form.definition());
    if (first == null) {
      first = new View(atomTable.atom(sum), IntStream.range(0, sum.rank()).map(form.axes()::indexOf).boxed().toList());
      firsts.put(form.definition(), first);
      flats.put(first.node(), flat);
    }
    return first.rewire(form.axes());
  }

  private TermLabeling.Labeled form(Flat flat, Map<Polynomial, Integer> factors) {
    List<View> views = new ArrayList<>();
    factors.forEach((polynomial, exponent) -> views.add(atomTable.classOf(RationalFunction.of(polynomial).power(exponent))));
    return TermLabeling.of(atomTable.symmetries(), flat.loops(), axis -> axis >= flat.rank(), views);
  }

  /** True if the function is zero after all factors that do not depend on a summed axis have moved out of their sums. */
  boolean isZero(RationalFunction function) {
    RationalFunction outside = function;
    for (int variable : function.variables()) {
      Flat flat = flats.get(atomTable.view(variable).node());
      outside = flat == null ? outside : Gathers.substituted(outside, variable, atomTable.rewire(scaled(flat), atomTable.view(variable).axes()));
    }
    return arithmetic.sum(List.of(outside)).isZero();
  }

  /** Returns the factors that do not depend on a summed axis, times the sum of the others. */
  private RationalFunction scaled(Flat flat) {
    RationalFunction outside = RationalFunction.ONE;
    Map<Polynomial, Integer> inside = new LinkedHashMap<>();
    for (Map.Entry<Polynomial, Integer> factor : flat.product().factors().entrySet()) {
      if (atomTable.axes(factor.getKey()).stream().allMatch(axis -> axis < flat.rank())) {
        outside = outside.times(RationalFunction.of(factor.getKey()).power(factor.getValue()));
      } else {
        inside.put(factor.getKey(), factor.getValue());
      }
    }
    TermLabeling.Labeled form = form(flat, inside);
    View first = firsts.computeIfAbsent(form.definition(), sum -> View.identity(atomTable.atom(sum), sum.rank()));
    return outside.times(RationalFunction.variable(atomTable.variable(first.rewire(form.axes()))));
  }

  private Flat flat(Node.Product sum) {
    List<Extent> loops = new ArrayList<>(sum.loops());
    RationalFunction product = RationalFunction.ONE;
    for (View factor : sum.factors()) {
      product = arithmetic.times(product, flat(atomTable.normalForm(factor), loops));
    }
    return new Flat(loops, sum.rank(), product);
  }

  /** Replaces sums by their products, over more loops. */
  private RationalFunction flat(RationalFunction function, List<Extent> loops) {
    RationalFunction product = RationalFunction.constant(function.coefficient());
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      Flat inner = factor.getKey().isVariable() && factor.getValue() == 1 ? inner(factor.getKey().asVariable()) : null;
      product = arithmetic.times(product, inner == null ? RationalFunction.of(factor.getKey()).power(factor.getValue())
          : over(inner, atomTable.view(factor.getKey().asVariable()).axes(), loops));
    }
    return product;
  }

  private Flat inner(int variable) {
    int atom = atomTable.view(variable).node();
    return kept.contains(atom) ? null : flats.get(atom);
  }

  /** Returns a nested sum's product, with new loops for its summed axes. */
  private RationalFunction over(Flat inner, List<Integer> axes, List<Extent> loops) {
    List<Integer> outer = new ArrayList<>(axes);
    for (Extent extent : inner.loops().subList(inner.rank(), inner.loops().size())) {
      outer.add(loops.size());
      loops.add(extent);
    }
    return atomTable.rewire(inner.product(), outer);
  }
}
