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
 * How far a sum's subscripts go beyond a tensor, where conditions of the sum say that what is there counts as 0.
 *
 * @param before how many entries in front of each dimension
 * @param after how many behind it
 * @param conditions those that say so
 */
record Margins(Scalar.Load load, List<Long> before, List<Long> after, Set<Relation.Affine> conditions) {

  /** Empty where a length is not known at compile time. */
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
    return front.isNumber() && back.isNumber() && (load.tensor().dims().get(dim) instanceof Extent.Fixed || before.get(dim) + after.get(dim) == 0);
  }

  /** Whether it is one of the sum's conditions that the expression is not negative. */
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

  /** As much as both need. */
  Margins joined(Margins other) {
    return new Margins(load, larger(before, other.before), larger(after, other.after), conditions);
  }

  private static List<Long> larger(List<Long> one, List<Long> two) {
    return IntStream.range(0, one.size()).mapToObj(dim -> Math.max(one.get(dim), two.get(dim))).toList();
  }

  Tensor tensor() {
    return load.tensor();
  }

  /** The dimensions of the tensor with margins. */
  List<Extent> dims() {
    return IntStream.range(0, before.size()).mapToObj(dim -> tensor().dims().get(dim) instanceof Extent.Fixed fixed
        ? new Extent.Fixed((int) (fixed.size() + before.get(dim) + after.get(dim))) : tensor().dims().get(dim)).toList();
  }
}
