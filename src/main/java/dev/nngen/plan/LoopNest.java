package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Loops around straight-line code. Position 0 is the outermost loop. A nest without axes is straight-line code alone.
 *
 * @param axes how long each loop runs
 * @param derived subscripts that are computed from positions; they count as further positions behind those of the axes
 * @param flat true where every entry is addressed alike, so that one loop over all entries does the work of the nest
 * @param lets the locals in the order of their evaluation
 * @param effects what is written, after all locals of the innermost level
 */
public record LoopNest(List<Extent> axes, List<Derived> derived, boolean flat, List<Let> lets, List<Effect> effects) implements Step {

  public LoopNest {
    axes = List.copyOf(axes);
    derived = List.copyOf(derived);
    lets = List.copyOf(lets);
    effects = List.copyOf(effects);
  }

  public LoopNest(List<Extent> axes, boolean flat, List<Let> lets, List<Effect> effects) {
    this(axes, List.of(), flat, lets, effects);
  }

  /** A subscript that is {@code floor(value / divisor)}, of which the remainder by {@code modulus} is taken unless that is 0; value's axes are positions. */
  public record Derived(Relation.Affine value, long divisor, long modulus) {}

  /** The same nest with other code. */
  public LoopNest with(List<Let> otherLets, List<Effect> otherEffects) {
    return new LoopNest(axes, derived, flat, otherLets, otherEffects);
  }

  /** The nest with a loop for each axis, also where one loop over all entries would do. */
  public LoopNest byAxis() {
    return !flat ? this : new LoopNest(axes, derived, false, lets.stream()
        .map(let -> new Let(let.id(), let.depth() > 0 ? axes.size() : 0, let.value(), let.name(), let.at())).toList(), effects);
  }

  /**
   * A local number.
   *
   * @param depth how many loops are around it
   * @param name what it might be called
   * @param at the positions that address it, as subscripts of that name
   */
  public record Let(int id, int depth, Scalar value, String name, List<Integer> at) {}

  /** A write to memory. */
  public sealed interface Effect {
    Tensor to();

    /** The position that addresses each dimension of {@link #to}. */
    List<Integer> at();

    Scalar value();

    /** The value, and then what else the effect evaluates. */
    default List<Scalar> expressions() {
      List<Scalar> expressions = new ArrayList<>(List.of(value()));
      if (this instanceof Reduce reduce) {
        expressions.add(reduce.scale);
      } else if (this instanceof Scatter scatter) {
        expressions.addAll(scatter.numbers);
      }
      return expressions;
    }

    /** The same into another tensor, with each of its expressions replaced. */
    default Effect with(Tensor other, UnaryOperator<Scalar> change) {
      if (this instanceof Scatter scatter) {
        return new Scatter(other, scatter.at, scatter.numbers.stream().map(change).toList(), change.apply(scatter.value));
      }
      return this instanceof Reduce reduce ? new Reduce(reduce.reduction, other, reduce.at, change.apply(reduce.value), change.apply(reduce.scale))
          : new Store(other, at(), change.apply(value()));
    }
  }

  /** {@code to[at] = value}. */
  public record Store(Tensor to, List<Integer> at, Scalar value) implements Effect {}

  /**
   * {@code to[at]} is the sum or maximum of {@code value} over the loops that {@code at} does not name.
   *
   * @param scale by which the result is multiplied in the end; one where {@link #isOuter} does not hold
   */
  public record Reduce(Reduction reduction, Tensor to, List<Integer> at, Scalar value, Scalar scale) implements Effect {

    /** True where {@code at} names just the outermost loops, so that a local can accumulate. */
    public boolean isOuter() {
      return at.stream().allMatch(position -> position < at.size());
    }
  }

  /**
   * {@code to[at]} is the sum of {@code value} over all points that have these subscripts.
   *
   * @param at as {@link Effect#at}, and -1, -2, ... for a dimension that the first, second, ... of the numbers addresses
   * @param numbers whole numbers of data that are subscripts
   */
  public record Scatter(Tensor to, List<Integer> at, List<Scalar> numbers, Scalar value) implements Effect {
    public Scatter {
      at = List.copyOf(at);
      numbers = List.copyOf(numbers);
    }
  }

  /** How entries are put together. */
  public enum Reduction { SUM, MAX }
}
