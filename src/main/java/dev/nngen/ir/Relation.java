package dev.nngen.ir;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A tensor of zeros and ones: 1 where an affine expression of the subscripts is 0, or nonnegative. As a factor of a sum it is a Kronecker delta that
 * reads a tensor at affine positions: {@code sum[p] X[p] (p == y + i)} is {@code X[y + i]}, and 0 if out of range. So such reads need no adjoint rule
 * of their own: the adjoint of a read is a read.
 *
 * @param kind the comparison of the expression with 0
 * @param coefficients one for each axis
 */
public record Relation(Kind kind, List<Long> coefficients, Offset constant) {

  public enum Kind {
    ZERO, NOT_NEGATIVE;

    boolean holds(long value) {
      return this == ZERO ? value == 0 : value >= 0;
    }
  }

  public Relation {
    coefficients = List.copyOf(coefficients);
  }

  /** An axis of a loop nest times an integer. */
  public record Term(int axis, long coefficient) {}

  /**
   * Returns the two axes of equal length that a node declares equal, if it is the indicator {@code [i = j]}.
   *
   * @param axes the loop axis of each axis of the node
   */
  public static Optional<Map.Entry<Integer, Integer>> equalAxes(Node node, List<Integer> axes) {
    return node instanceof Node.Leaf leaf && leaf.shape().stream().distinct().count() == 1
        ? leaf.relation().flatMap(relation -> relation.equalAxes(relation.over(axes))) : Optional.empty();
  }

  private Optional<Map.Entry<Integer, Integer>> equalAxes(Affine difference) {
    boolean isEquality = kind == Kind.ZERO && difference.terms().size() == 2 && difference.constant().isZero()
        && difference.terms().get(0).coefficient() == -difference.terms().get(1).coefficient();
    return isEquality ? Optional.of(Map.entry(difference.terms().get(0).axis(), difference.terms().get(1).axis())) : Optional.empty();
  }

  /** A sum of terms and a constant, with at most one term per axis and no zero term. */
  public record Affine(List<Term> terms, Offset constant) {

    public Affine {
      terms = List.copyOf(terms);
    }

    public static Affine of(List<Term> terms, Offset constant) {
      List<Term> sums = terms.stream().map(Term::axis).distinct().sorted().map(axis -> new Term(axis,
          terms.stream().filter(term -> term.axis == axis).mapToLong(Term::coefficient).reduce(0, Math::addExact))).filter(term -> term.coefficient != 0).toList();
      return new Affine(sums, constant);
    }

    public static Affine constant(long constant) {
      return constant(Offset.of(constant));
    }

    public static Affine constant(Offset constant) {
      return new Affine(List.of(), constant);
    }

    public static Affine axis(int axis) {
      return new Affine(List.of(new Term(axis, 1)), Offset.ZERO);
    }

    public Affine plus(Affine other) {
      List<Term> all = new ArrayList<>(terms);
      all.addAll(other.terms);
      return of(all, constant.plus(other.constant));
    }

    public Affine times(long factor) {
      return of(terms.stream().map(term -> new Term(term.axis, Math.multiplyExact(term.coefficient, factor))).toList(), constant.times(factor));
    }

    public Affine minus(Affine other) {
      return plus(other.times(-1));
    }

    public long coefficient(int axis) {
      return terms.stream().filter(term -> term.axis == axis).mapToLong(Term::coefficient).sum();
    }

    /** Returns the value at a point of the axes. */
    public long at(int[] index, ToIntFunction<Extent> sizes) {
      long number = constant.at(sizes);
      for (int k = 0; k < terms.size(); k++) {
        number += terms.get(k).coefficient * index[terms.get(k).axis];
      }
      return number;
    }

    /** Substitutes an expression for an axis. */
    public Affine replace(int axis, Affine value) {
      long coefficient = coefficient(axis);
      return coefficient == 0 ? this : of(terms.stream().filter(term -> term.axis != axis).toList(), constant).plus(value.times(coefficient));
    }

    /** The smallest value, given the extent of each axis. */
    public Offset least(List<Extent> loops) {
      return times(-1).greatest(loops).times(-1);
    }

    /** The largest value, given the extent of each axis. */
    public Offset greatest(List<Extent> loops) {
      return terms.stream().filter(term -> term.coefficient > 0).map(term -> Offset.last(loops.get(term.axis)).times(term.coefficient))
          .reduce(constant, Offset::plus);
    }

    /** True if it is at least 0 at all points of the axes. */
    public boolean isNeverNegative(List<Extent> loops) {
      return least(loops).isNeverNegative();
    }

    /** True if it is below 0 at all points of the axes. */
    public boolean isAlwaysNegative(List<Extent> loops) {
      return greatest(loops).isAlwaysNegative();
    }
  }

  /** Returns the entry of the tensor at a point: 0 or 1. */
  public double at(int[] subscripts, ToIntFunction<Extent> sizes) {
    long value = constant.at(sizes);
    for (int k = 0; k < subscripts.length; k++) {
      value += coefficients.get(k) * subscripts[k];
    }
    return kind.holds(value) ? 1 : 0;
  }

  /** Returns the expression over the axes of a loop nest to which the tensor's axes are wired. */
  public Affine over(List<Integer> axes) {
    return Affine.of(IntStream.range(0, coefficients.size()).mapToObj(k -> new Term(axes.get(k), coefficients.get(k))).toList(), constant);
  }

  /**
   * Returns the relation over a loop nest as a view of its tensor. Equal relations have one tensor, for any names of axes and either side of the
   * equation. A relation that always or never holds is a number.
   */
  public static View view(Algebra algebra, Kind kind, Affine affine, List<Extent> loops) {
    boolean always = kind == Kind.ZERO ? affine.terms.isEmpty() && affine.constant.isZero() : affine.isNeverNegative(loops);
    boolean never = affine.isAlwaysNegative(loops) || kind == Kind.ZERO && affine.times(-1).isAlwaysNegative(loops);
    if (always || never) {
      return algebra.numberView(always ? Rational.ONE : Rational.ZERO);
    }
    Comparator<Term> order = Comparator.comparing((Term term) -> -Math.abs(term.coefficient)).thenComparing(term -> -term.coefficient)
        .thenComparing(term -> loops.get(term.axis).toString()).thenComparing(Term::axis);
    List<Term> terms = affine.terms.stream().sorted(order).toList();
    if (kind == Kind.ZERO) {
      List<Term> turned = affine.times(-1).terms.stream().sorted(order).toList();
      boolean other = text(turned, loops, affine.constant.times(-1)).compareTo(text(terms, loops, affine.constant)) < 0;
      return other ? leaf(algebra, kind, turned, affine.constant.times(-1), loops) : leaf(algebra, kind, terms, affine.constant, loops);
    }
    return leaf(algebra, kind, terms, affine.constant, loops);
  }

  private static String text(List<Term> terms, List<Extent> loops, Offset constant) {
    return terms.stream().map(term -> term.coefficient + "*" + loops.get(term.axis)).collect(Collectors.joining(" ")) + " " + constant;
  }

  private static View leaf(Algebra algebra, Kind kind, List<Term> terms, Offset constant, List<Extent> loops) {
    Relation relation = new Relation(kind, terms.stream().map(Term::coefficient).toList(), constant);
    List<Extent> shape = terms.stream().map(term -> loops.get(term.axis)).toList();
    return new View(algebra.graph().add(Node.Leaf.of(relation, shape)), terms.stream().map(Term::axis).toList());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < coefficients.size(); k++) {
      long c = coefficients.get(k);
      text.append(c < 0 ? "-" : k == 0 ? "" : "+").append(Math.abs(c) == 1 ? "" : Long.toString(Math.abs(c))).append((char) ('i' + k));
    }
    String number = constant.toString();
    text.append(constant.isZero() ? "" : (number.startsWith("-") ? "" : "+") + number);
    return "[" + text + (kind == Kind.ZERO ? "==0]" : ">=0]");
  }
}
