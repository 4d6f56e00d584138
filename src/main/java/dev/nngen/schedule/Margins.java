package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The distance that a sum's subscripts go beyond a tensor, if conditions of the sum make those terms 0.
 *
 * @param before number of entries before each dimension
 * @param after number of entries after each dimension
 * @param conditions the conditions on these subscripts
 */
record Margins(Scalar.Load load, List<Long> before, List<Long> after, Set<Relation.Affine> conditions) {

  /** Returns the margins of a factor; empty if a margin is not known at compile time. */
  static Optional<Margins> of(GuardedSum sum, Scalar.Load load) {
    Margins margins = new Margins(load, new ArrayList<>(), new ArrayList<>(), new LinkedHashSet<>());
    boolean known = IntStream.range(0, load.at().size()).allMatch(dim -> margins.measure(sum, dim));
    return known ? Optional.of(margins) : Optional.empty();
  }

  private boolean measure(GuardedSum sum, int dim) {
    Optional<Relation.Affine> subscript = sum.subscript(load.at().get(dim));
    Offset last = Offset.last(load.tensor().dims().get(dim));
    Offset front = subscript.map(at -> met(sum, at) ? at.times(-1).greatest(sum.nest().axes()) : Offset.ZERO).orElse(Offset.ZERO);
    Offset back = subscript.map(at -> met(sum, Relation.Affine.constant(last).minus(at)) ? at.greatest(sum.nest().axes()).minus(last) : Offset.ZERO).orElse(Offset.ZERO);
    before.add(Math.max(0, front.number()));
    after.add(Math.max(0, back.number()));
    return front.isNumber() && back.isNumber();
  }

  /** Whether a condition of the sum says that the expression is nonnegative. */
  private boolean met(GuardedSum sum, Relation.Affine expression) {
    boolean isMet = sum.conditions().contains(expression);
    if (isMet) {
      conditions.add(expression);
    }
    return isMet;
  }

  boolean isNone() {
    return IntStream.range(0, before.size()).allMatch(dim -> before.get(dim) + after.get(dim) == 0);
  }

  /** Returns margins that are large enough for both. */
  Margins joined(Margins other) {
    return new Margins(load, larger(before, other.before), larger(after, other.after), conditions);
  }

  private static List<Long> larger(List<Long> one, List<Long> two) {
    return IntStream.range(0, one.size()).mapToObj(dim -> Math.max(one.get(dim), two.get(dim))).toList();
  }

  Tensor tensor() {
    return load.tensor();
  }

  /** Returns the dimensions of the tensor with margins. */
  List<Extent> dims() {
    return IntStream.range(0, before.size()).mapToObj(dim -> longer(tensor().dims().get(dim), before.get(dim) + after.get(dim))).toList();
  }

  private static Extent longer(Extent extent, long more) {
    return extent instanceof Extent.Fixed fixed ? new Extent.Fixed((int) (fixed.size() + more)) : ((Extent.Symbol) extent).plus(more);
  }
}
