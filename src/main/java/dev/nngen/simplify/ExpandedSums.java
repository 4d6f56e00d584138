package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Normal forms of sums over axes for proofs. Products of sums are multiplied out, nested sums are merged, and factors that do not depend on a summed
 * axis move out. Each part that shares no summed axis with others is an atom in the form of {@link TermLabeling}. So equal polynomials of matrices
 * have equal normal forms. Beyond the bounds below a sum or a power is an opaque factor; an identity may then stay unproved, but no false one is
 * proved.
 */
final class ExpandedSums {

  /** A product of sums with more terms is not multiplied out. */
  private static final int MAX_TERMS = 1000;
  /** A sum is not merged into a term with more factors. */
  private static final int MAX_FACTORS = 24;

  /** Key of the sums computed before. */
  private record Key(List<Extent> loops, NavigableSet<Integer> bound, RationalFunction term) {}

  private final AtomTable atomTable;
  private final RationalArithmetic arithmetic;
  private final SumNormalizer sumNormalizer;
  private final Map<Key, RationalFunction> known = new HashMap<>();

  ExpandedSums(AtomTable atomTable, RationalArithmetic arithmetic, SumNormalizer sumNormalizer) {
    this.atomTable = atomTable;
    this.arithmetic = arithmetic;
    this.sumNormalizer = sumNormalizer;
  }

  /**
   * Sums a function over some of its axes.
   *
   * @param loops the extents of the axes
   * @param bound the summed axes
   */
  RationalFunction sum(List<Extent> loops, NavigableSet<Integer> bound, RationalFunction function) {
    if (productTerms(function) > MAX_TERMS) {
      return new Term(loops, bound).sum(function);
    }
    RationalFunction denominator = RationalFunction.of(function.denominator()).inverse();
    List<RationalFunction> parts = new ArrayList<>();
    for (Map.Entry<Monomial, Rational> term : function.numerator().terms().entrySet()) {
      RationalFunction part = arithmetic.times(RationalFunction.of(Polynomial.term(Rational.ONE, term.getKey())), denominator);
      TreeSet<Integer> own = new TreeSet<>(bound);
      RationalFunction resolved = sumNormalizer.resolved(loops, own, List.of(part)).get(0);
      parts.add(term(loops, own, resolved).times(term.getValue().times(function.coefficient())));
    }
    return arithmetic.sum(parts);
  }

  private RationalFunction term(List<Extent> loops, NavigableSet<Integer> bound, RationalFunction product) {
    Key key = new Key(loops, bound, product);
    RationalFunction sum = known.get(key);
    if (sum == null) {
      sum = new Term(loops, bound).sum(product);
      known.put(key, sum);
    }
    return sum;
  }

  /** Returns the number of terms of the numerator, multiplied out, before cancellation. */
  private static double productTerms(RationalFunction function) {
    double terms = 1;
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      terms *= factor.getValue() > 0 ? Math.pow(factor.getKey().size(), factor.getValue()) : 1;
    }
    return terms;
  }

  /** The sum of one product. */
  private final class Term {
    private final List<Extent> loops;
    private final TreeSet<Integer> bound;
    private final List<View> factors = new ArrayList<>();
    private RationalFunction outside = RationalFunction.ONE;

    Term(List<Extent> loops, NavigableSet<Integer> bound) {
      this.loops = new ArrayList<>(loops);
      this.bound = new TreeSet<>(bound);
    }

    RationalFunction sum(RationalFunction product) {
      outside = outside.times(product.coefficient());
      product.factors().forEach(this::put);
      return partialSum().orElseGet(this::atoms);
    }

    private void put(Polynomial factor, int exponent) {
      RationalFunction power = RationalFunction.of(factor).power(exponent);
      boolean isSum = factor.isVariable() && exponent > 0 && atomTable.definitionOf(factor.asVariable()) instanceof Node.Product;
      if (atomTable.axes(factor).stream().noneMatch(bound::contains)) {
        outside = arithmetic.times(outside, power);
      } else if (isSum && factors.size() + exponent * atomTable.definitionOf(factor.asVariable()).operands().size() <= MAX_FACTORS) {
        for (int k = 0; k < exponent; k++) {
          flatten(atomTable.view(factor.asVariable()));
        }
      } else {
        factors.add(atomTable.classOf(power));
      }
    }

    /** Adds the factors of another sum, with new axes for its summed axes. */
    private void flatten(View sum) {
      Node.Product inner = (Node.Product) atomTable.definition(sum.node());
      List<Integer> outer = new ArrayList<>(sum.axes());
      for (Extent extent : inner.loops().subList(inner.rank(), inner.loops().size())) {
        bound.add(loops.size());
        outer.add(loops.size());
        loops.add(extent);
      }
      inner.factors().forEach(factor -> factors.add(factor.rewire(outer)));
    }

    /**
     * Replaces a sum over one axis that a fact determines, or by which the term is divided: sum_ik E_ik / (sum_l E_lk) is the number of columns. The
     * rest is summed over the other axes.
     */
    private Optional<RationalFunction> partialSum() {
      Set<Integer> facts = sumNormalizer.facts();
      Set<Integer> divisors = divisors();
      Set<List<Integer>> wanted = new HashSet<>();
      facts.forEach(atom -> wanted.add(classes(atomTable.definition(atom).operands())));
      divisors.forEach(variable -> wanted.add(classes(atomTable.definitionOf(variable).operands())));
      for (int axis : wanted.isEmpty() ? Set.<Integer>of() : bound) {
        List<View> along = factors.stream().filter(factor -> factor.axes().contains(axis)).toList();
        if (wanted.contains(classes(along))) {
          TermLabeling.Labeled part = labeled(along, new TreeSet<>(List.of(axis)));
          View view = new View(atomTable.atom(part.definition()), part.axes());
          if (facts.contains(view.node()) || divisors.contains(atomTable.variable(view))) {
            return Optional.of(withPartialSum(axis, along, sumNormalizer.entry(part.definition(), part.axes())));
          }
        }
      }
      return Optional.empty();
    }

    /** Returns the entries by which the term is divided. */
    private Set<Integer> divisors() {
      Set<Integer> divisors = new HashSet<>();
      for (View factor : factors) {
        atomTable.normalForm(factor).factors().forEach((polynomial, exponent) -> {
          if (exponent < 0 && polynomial.isVariable()) {
            divisors.add(polynomial.asVariable());
          }
        });
      }
      return divisors;
    }

    private static List<Integer> classes(List<View> views) {
      return views.stream().map(View::node).sorted().toList();
    }

    private RationalFunction withPartialSum(int axis, List<View> along, RationalFunction part) {
      RationalFunction rest = part;
      List<View> others = new ArrayList<>(factors);
      others.removeAll(along);
      for (View other : others) {
        rest = arithmetic.times(rest, atomTable.normalForm(other));
      }
      bound.remove(axis);
      return arithmetic.times(outside, bound.isEmpty() ? rest : ExpandedSums.this.sum(loops, bound, rest));
    }

    /** Returns the product of the atoms of all parts, and of the extents of axes that no factor has. */
    private RationalFunction atoms() {
      TreeSet<Integer> open = new TreeSet<>(bound);
      while (!open.isEmpty()) {
        TreeSet<Integer> joined = new TreeSet<>(List.of(open.first()));
        List<View> part = List.of();
        for (int before = -1; before < part.size(); ) {
          before = part.size();
          part = factors.stream().filter(factor -> factor.axes().stream().anyMatch(joined::contains)).toList();
          part.forEach(factor -> factor.axes().stream().filter(bound::contains).forEach(joined::add));
        }
        outside = arithmetic.times(outside, part.isEmpty() ? sumNormalizer.extent(loops.get(open.first())) : atom(part, joined));
        open.removeAll(joined);
      }
      return outside;
    }

    private RationalFunction atom(List<View> part, NavigableSet<Integer> summed) {
      TermLabeling.Labeled labeled = labeled(part, summed);
      return sumNormalizer.entry(labeled.definition(), labeled.axes());
    }

    private TermLabeling.Labeled labeled(List<View> part, NavigableSet<Integer> summed) {
      TermLabeling.Labeled labeled = TermLabeling.of(atomTable.symmetries(), loops, summed::contains, part);
      atomTable.symmetries().declare(atomTable.atom(labeled.definition()), labeled.axes().size(), labeled.symmetries());
      return labeled;
    }
  }
}
