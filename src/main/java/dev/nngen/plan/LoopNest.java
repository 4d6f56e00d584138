package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Loops around straight-line code. Position 0 is the outermost loop. A nest without axes is straight-line code alone.
 *
 * @param axes lengths of the loops
 * @param derived subscripts that are computed from positions; their own positions follow those of the axes
 * @param flat whether one loop over all entries can replace the nest, because every entry is addressed alike
 * @param lets the locals in order of evaluation
 * @param effects the writes, after all locals of the innermost level
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

  /** The subscript {@code floor(value / divisor)}, modulo {@code modulus} unless that is 0; the axes of {@code value} are positions. */
  public record Derived(Relation.Affine value, long divisor, long modulus) {}

  /** Returns the nest with other code. */
  public LoopNest with(List<Let> otherLets, List<Effect> otherEffects) {
    return new LoopNest(axes, derived, flat, otherLets, otherEffects);
  }

  /** Returns the nest with a loop for each axis, even if one loop over all entries would do. */
  public LoopNest byAxis() {
    return !flat ? this : new LoopNest(axes, derived, false, lets.stream()
        .map(let -> new Let(let.id(), let.depth() > 0 ? axes.size() : 0, let.value(), let.name(), let.at())).toList(), effects);
  }

  /**
   * A local number.
   *
   * @param depth number of loops around it
   * @param name suggested name
   * @param at the positions that address it, shown as subscripts of the name
   */
  public record Let(int id, int depth, Scalar value, String name, List<Integer> at) {}

  /** A write to memory. */
  public sealed interface Effect {
    Tensor to();

    /** Returns the position that addresses each dimension of {@link #to}. */
    List<Integer> at();

    Scalar value();

    /** Returns the value, then the other expressions that the effect evaluates. */
    default List<Scalar> expressions() {
      List<Scalar> expressions = new ArrayList<>(List.of(value()));
      if (this instanceof Reduce reduce) {
        expressions.add(reduce.scale);
      } else if (this instanceof Scatter scatter) {
        expressions.addAll(scatter.numbers);
      }
      return expressions;
    }

    /** Returns the effect on another tensor, with each expression replaced. */
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
   * Writes the sum or maximum of {@code value} over the loops that {@code at} does not name to {@code to[at]}.
   *
   * @param scale factor of the final result; one unless {@link #isOuter} holds
   */
  public record Reduce(Reduction reduction, Tensor to, List<Integer> at, Scalar value, Scalar scale) implements Effect {

    /** Whether {@code at} names exactly the outermost loops, so that a local can accumulate. */
    public boolean isOuter() {
      return at.stream().allMatch(position -> position < at.size());
    }
  }

  /**
   * Writes the sum of {@code value} over all points with these subscripts to {@code to[at]}.
   *
   * @param at as {@link Effect#at}, and -1, -2, ... for a dimension addressed by the first, second, ... of the numbers
   * @param numbers integers from data that are subscripts
   */
  public record Scatter(Tensor to, List<Integer> at, List<Scalar> numbers, Scalar value) implements Effect {
    public Scatter {
      at = List.copyOf(at);
      numbers = List.copyOf(numbers);
    }
  }

  /** Operation that combines the entries. */
  public enum Reduction { SUM, MAX }
}
