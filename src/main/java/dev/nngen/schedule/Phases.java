package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Derived;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Rewrites a sum over a position of one factor as a sum over the subscript of the other: {@code sum[l] A[l] * K[y + 1 - 2*l]} becomes
 * {@code sum[k] A[(y + 1 - k) / 2] * K[k]}. If the position has a coefficient, only subscripts with an integer quotient count. Subscripts and related
 * axes are therefore split by remainder, and each combination with an integer quotient is a sum of its own that multiplies no zeros.
 *
 * @param axis the position
 * @param solved the subscript, in which the position has the coefficient
 * @param split the axes that are split by remainder, including the position's
 */
record Phases(GuardedSum sum, int axis, Scalar.Load other, int dim, Affine solved, long coefficient, List<Integer> split) {

  private static final long MOST_PHASES = 16;

  /** Matches a sum; empty if it does not sum over the axis, or if a subscript not of the other factor depends on it. */
  static Optional<Phases> of(GuardedSum sum, int axis) {
    List<Scalar.Load> alone = sum.factors().stream().filter(load -> load.at().contains(axis) && uses(sum, load, axis) == 1).toList();
    List<Scalar.Load> others = sum.factors().stream().filter(load -> !load.at().contains(axis) && uses(sum, load, axis) == 1).toList();
    if (sum.sum().at().contains(axis) || alone.size() != 1 || others.size() != 1 || sum.factors().stream().flatMap(load -> load.at().stream()).anyMatch(position -> sum.subscript(position).isEmpty())) {
      return Optional.empty();
    }
    Scalar.Load other = others.get(0);
    int dim = IntStream.range(0, other.at().size()).filter(d -> coefficient(sum, other.at().get(d), axis) != 0).findFirst().orElseThrow();
    Affine solved = sum.subscript(other.at().get(dim)).orElseThrow();
    long coefficient = solved.coefficient(axis);
    List<Integer> split = new ArrayList<>();
    solved.terms().stream().filter(term -> term.coefficient() % coefficient != 0).forEach(term -> split.add(term.axis()));
    if (Math.abs(coefficient) > 1) {
      split.add(axis);
    }
    boolean known = (Math.abs(coefficient) == 1 || other.tensor().dims().get(dim) instanceof Extent.Fixed) && solved.constant().isNumber()
        && split.stream().allMatch(a -> a == axis || sum.nest().axes().get(a) instanceof Extent.Fixed);
    boolean few = Math.pow((double) Math.abs(coefficient), split.size() - 1) <= MOST_PHASES;
    return known && few ? Optional.of(new Phases(sum, axis, other, dim, solved, coefficient, split)) : Optional.empty();
  }

  private static long uses(GuardedSum sum, Scalar.Load load, int axis) {
    return load.at().stream().filter(position -> coefficient(sum, position, axis) != 0).count();
  }

  private static long coefficient(GuardedSum sum, int position, int axis) {
    return sum.subscript(position).map(subscript -> subscript.coefficient(axis)).orElse(0L);
  }

  boolean isStrided() {
    return Math.abs(coefficient) > 1;
  }

  /** Whether far fewer subscripts have an integer quotient than there are positions. */
  boolean areFewer() {
    return isStrided() && (!(sum.nest().axes().get(axis) instanceof Extent.Fixed fixed) || 2L * ((Extent.Fixed) extent(axis)).size() <= Math.abs(coefficient) * fixed.size());
  }

  /** Returns a sum for each combination of remainders. */
  List<GuardedSum> sums() {
    List<GuardedSum> sums = new ArrayList<>();
    add(new LinkedHashMap<>(), sums);
    return sums;
  }

  private void add(Map<Integer, Long> remainders, List<GuardedSum> sums) {
    if (remainders.size() < split.size()) {
      for (long r = 0; r < Math.abs(coefficient); r++) {
        remainders.put(split.get(remainders.size()), r);
        add(remainders, sums);
        remainders.remove(split.get(remainders.size() - 1));
      }
      return;
    }
    Optional<Affine> position = over(difference(remainders));
    if (position.isPresent() && remainders.keySet().stream().allMatch(a -> length(a, remainders) > 0)) {
      sums.add(phase(remainders, position.get()));
    }
  }

  /** Returns the subscript without the position's part, in the axes of a phase, where the position's axis is the subscript's. */
  private Affine difference(Map<Integer, Long> remainders) {
    Affine rest = solved.plus(Affine.of(List.of(new Relation.Term(axis, -coefficient)), Offset.ZERO));
    return originalIndex(axis, remainders).minus(remap(rest, remainders));
  }

  /** Returns the quotient by the coefficient; empty if it is not an integer. */
  private Optional<Affine> over(Affine value) {
    boolean whole = value.terms().stream().allMatch(term -> term.coefficient() % coefficient == 0) && value.constant().number() % coefficient == 0;
    return whole ? Optional.of(Affine.of(value.terms().stream().map(term -> new Relation.Term(term.axis(), term.coefficient() / coefficient)).toList(), Offset.of(value.constant().number() / coefficient))) : Optional.empty();
  }

  private Extent extent(int a) {
    return a == axis ? other.tensor().dims().get(dim) : sum.nest().axes().get(a);
  }

  /** Returns the number of subscripts of an axis with its remainder. */
  private long length(int a, Map<Integer, Long> remainders) {
    long step = Math.abs(coefficient);
    return (((Extent.Fixed) extent(a)).size() - remainders.get(a) + step - 1) / step;
  }

  /** Returns an axis in a phase: a multiple plus a remainder if it is split. */
  private Affine originalIndex(int a, Map<Integer, Long> remainders) {
    return remainders.containsKey(a) ? Affine.axis(a).times(Math.abs(coefficient)).plus(Affine.constant(remainders.get(a))) : Affine.axis(a);
  }

  /** Returns an expression without the position, in the axes of a phase. */
  private Affine remap(Affine value, Map<Integer, Long> remainders) {
    return value.terms().stream().map(term -> originalIndex(term.axis(), remainders).times(term.coefficient())).reduce(Affine.constant(value.constant()), Affine::plus);
  }

  private GuardedSum phase(Map<Integer, Long> remainders, Affine position) {
    List<Integer> kept = IntStream.range(0, sum.nest().axes().size()).filter(a -> !remainders.containsKey(a) || length(a, remainders) > 1).boxed().toList();
    List<Extent> axes = kept.stream().map(a -> remainders.containsKey(a) ? new Extent.Fixed((int) length(a, remainders)) : extent(a)).toList();
    Function<Affine, Affine> seen = value -> without(seen(value, remainders, position), kept);
    List<Derived> derived = new ArrayList<>();
    List<Scalar.Load> factors = sum.factors().stream().map(load -> new Scalar.Load(load.tensor(), at(load.at(), axes.size(), seen, derived))).toList();
    Reduce reduce = sum.sum();
    List<Integer> to = at(reduce.at(), axes.size(), seen, derived);
    Set<Affine> conditions = new LinkedHashSet<>();
    sum.conditions().forEach(condition -> conditions.add(seen.apply(condition)));
    conditions.add(seen.apply(Affine.axis(axis)));
    conditions.add(seen.apply(Affine.constant(Offset.last(sum.nest().axes().get(axis))).minus(Affine.axis(axis))));
    conditions.removeIf(condition -> condition.isNeverNegative(axes));
    LoopNest nest = new LoopNest(axes, derived, false, sum.nest().lets(), sum.nest().effects());
    return new GuardedSum(nest, new Reduce(reduce.reduction(), reduce.to(), to, reduce.value(), reduce.scale()), conditions, factors, sum.scale());
  }

  /** Returns an expression of the remaining axes; the others have one subscript, 0. */
  private static Affine without(Affine value, List<Integer> kept) {
    return Affine.of(value.terms().stream().filter(term -> kept.contains(term.axis())).map(term -> new Relation.Term(kept.indexOf(term.axis()), term.coefficient())).toList(), value.constant());
  }

  /** Returns an expression in the axes of a phase. */
  private Affine seen(Affine value, Map<Integer, Long> remainders, Affine position) {
    long factor = value.coefficient(axis);
    return remap(value.plus(Affine.of(List.of(new Relation.Term(axis, -factor)), Offset.ZERO)), remainders).plus(position.times(factor));
  }

  private List<Integer> at(List<Integer> positions, int axes, Function<Affine, Affine> seen, List<Derived> derived) {
    return positions.stream().map(each -> {
      Affine subscript = seen.apply(sum.subscript(each).orElseThrow());
      boolean isAxis = subscript.constant().isZero() && subscript.terms().size() == 1 && subscript.terms().get(0).coefficient() == 1;
      Derived computed = new Derived(subscript, 1, 0);
      if (!isAxis && !derived.contains(computed)) {
        derived.add(computed);
      }
      return isAxis ? subscript.terms().get(0).axis() : axes + derived.indexOf(computed);
    }).toList();
  }
}
