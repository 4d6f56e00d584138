package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Let;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether the innermost loop of a nest can run over vectors: what it touches lies side by side or stays the same along that
 * loop, and it computes nothing but what vectors can.
 */
final class VectorLanes {

  /** Vector operations in one loop body, so that HotSpot inlines them all. */
  private static final int MOST_OPERATIONS = 80;

  /** A shorter loop fills too few vectors. */
  private static final int SHORTEST = 8;

  private final LoopNest nest;
  private final boolean flat;
  private final int innermost;
  private final Set<Integer> vectorLets;
  private final int mostLanes;
  private int operations;

  VectorLanes(LoopNest nest, boolean flat, int mostLanes) {
    this.mostLanes = mostLanes;
    this.nest = nest;
    this.flat = flat;
    this.innermost = nest.axes().size() - 1;
    this.vectorLets = nest.lets().stream().filter(let -> let.depth() == depths()).map(Let::id).collect(Collectors.toSet());
  }

  private int depths() {
    return flat ? 1 : nest.axes().size();
  }

  /** True where a value differs from lane to lane. */
  boolean varies(Scalar scalar) {
    return Accesses.anyPart(scalar, part -> part instanceof Scalar.Load load && varies(load.at())
        || part instanceof Scalar.Local local && vectorLets.contains(local.id()));
  }

  /** True where such an address moves along the innermost loop. */
  boolean varies(List<Integer> at) {
    return flat ? !at.isEmpty() : at.contains(innermost);
  }

  boolean possible() {
    if (nest.axes().isEmpty() || !flat && nest.axes().get(innermost) instanceof Extent.Fixed fixed && fixed.size() < SHORTEST) {
      return false;
    }
    Stream<Scalar> values = Stream.concat(nest.lets().stream().filter(let -> let.depth() == depths()).map(Let::value),
        nest.effects().stream().map(LoopNest.Effect::value));
    return values.allMatch(this::isPossible) && nest.effects().stream().allMatch(this::isPossible) && operations <= MOST_OPERATIONS;
  }

  /**
   * True where the last vector may run beyond the last entry, or nothing is left for it: all entries lie side by side in
   * matrices of the class's own, which have room for more samples, and nothing is summed up.
   */
  boolean needNoTail(boolean anySize) {
    boolean fills = !anySize && run().filter(Extent.Fixed.class::isInstance).count() == run().count()
        && run().mapToLong(extent -> ((Extent.Fixed) extent).size()).reduce(1, (a, b) -> a * b) % mostLanes == 0;
    boolean overSamples = !anySize && (flat || nest.axes().size() == 1) && nest.axes().stream().anyMatch(Extent.Symbol.class::isInstance);
    return fills || overSamples && nest.effects().stream().allMatch(effect -> effect instanceof LoopNest.Store && isOwn(effect.to(), effect.at()))
        && Stream.concat(nest.lets().stream().map(Let::value), nest.effects().stream().map(LoopNest.Effect::value))
            .flatMap(value -> Accesses.loads(value).stream()).allMatch(load -> load.at().isEmpty() || isOwn(load.tensor(), load.at()));
  }

  /** The axes that the loop over vectors runs along. */
  private Stream<Extent> run() {
    return flat ? nest.axes().stream() : Stream.of(nest.axes().get(innermost));
  }

  /** True for all entries of a matrix that is not the caller's. */
  private boolean isOwn(Tensor tensor, List<Integer> at) {
    return (tensor.kind() == Tensor.Kind.TEMPORARY || tensor.kind() == Tensor.Kind.OUTPUT) && tensor.batchDegree() == 1
        && tensor.rank() == nest.axes().size() && at.size() == nest.axes().size();
  }

  private boolean isPossible(LoopNest.Effect effect) {
    operations++;
    return effect instanceof LoopNest.Reduce reduce && reduce.isOuter() && !varies(effect.at()) || isContiguous(effect.at());
  }

  private boolean isContiguous(List<Integer> at) {
    return flat ? !at.isEmpty() : !at.isEmpty() && at.indexOf(innermost) == at.size() - 1;
  }

  private boolean isPossible(Scalar scalar) {
    return !Accesses.anyPart(scalar, part -> {
      operations++;
      return varies(part) && !isPossiblePart(part);
    });
  }

  private boolean isPossiblePart(Scalar part) {
    if (part instanceof Scalar.Load load) {
      return isContiguous(load.at());
    }
    if (part instanceof Scalar.Power power) {
      return VectorExpressionWriter.supports(power.exponent());
    }
    if (part instanceof Scalar.Apply apply) {
      return VectorExpressionWriter.supports(apply.fn())
          && (apply.fn() != dev.nngen.ir.Fn.WHERE || varies(apply.arguments().get(0)));
    }
    return true;
  }
}
