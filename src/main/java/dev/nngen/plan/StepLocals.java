package dev.nngen.plan;

import dev.nngen.plan.LoopNest.Effect;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Removes the dimension of the steps from values that only the same step of a recurrence reads, such as the arguments of gates: {@code Z[t, g, m]} becomes
 * {@code Z[g, m]}, which each step overwrites, so that it stays in the second-level cache. Values that other steps or gradients read keep the dimension.
 */
final class StepLocals {

  /** A tensor without one of its dimensions. */
  private record Smaller(int dimension, Tensor tensor) {

    List<Integer> at(List<Integer> at) {
      return without(at, dimension);
    }
  }

  private final Map<Tensor, Smaller> smaller = new LinkedHashMap<>();

  private StepLocals() {}

  /**
   * Removes dimensions in all kernels.
   *
   * @param drafts kernels, whose steps are replaced
   * @param hidden whether only kernels access a tensor
   */
  static void run(List<KernelDraft> drafts, Predicate<Tensor> hidden) {
    StepLocals locals = new StepLocals();
    List<Step> steps = drafts.stream().flatMap(draft -> draft.steps().stream()).toList();
    steps.stream().filter(Sequence.class::isInstance).forEach(sequence -> locals.find((Sequence) sequence, steps, hidden));
    for (KernelDraft draft : drafts) {
      draft.steps().replaceAll(step -> step instanceof Sequence sequence ? locals.rewritten(sequence) : step);
      draft.values().replaceAll(value -> locals.smaller.containsKey(value.tensor()) ? new Kernel.Value(locals.smaller.get(value.tensor()).tensor(), value.value()) : value);
    }
  }

  private void find(Sequence sequence, List<Step> all, Predicate<Tensor> hidden) {
    Set<Tensor> elsewhere = new HashSet<>();
    all.stream().filter(step -> step != sequence).forEach(step -> {
      elsewhere.addAll(Accesses.reads(step));
      elsewhere.addAll(Accesses.writes(step));
    });
    for (Tensor tensor : Accesses.writes(sequence)) {
      List<List<Integer>> accesses = sequence.nests().stream().flatMap(nest -> accesses(nest, tensor)).toList();
      int dimension = accesses.get(0).indexOf(0);
      boolean sameStep = dimension >= 0 && accesses.stream().allMatch(at -> at.indexOf(0) == dimension);
      if (sameStep && tensor.rank() > 1 && !elsewhere.contains(tensor) && hidden.test(tensor) && sequence.nests().stream().noneMatch(nest -> isSummedOutside(nest, tensor))) {
        smaller.put(tensor, new Smaller(dimension, without(tensor, dimension)));
      }
    }
  }

  /** Returns the subscripts at which a nest reads or writes a tensor. */
  private static Stream<List<Integer>> accesses(LoopNest nest, Tensor tensor) {
    return Stream.concat(Accesses.loads(nest).stream().filter(load -> load.tensor().equals(tensor)).map(Scalar.Load::at),
        nest.effects().stream().filter(effect -> effect.to().equals(tensor)).map(Effect::at));
  }

  /** Returns whether a nest accumulates the tensor in a local, which requires that the outermost loops are those of the tensor. */
  private static boolean isSummedOutside(LoopNest nest, Tensor tensor) {
    return nest.effects().stream().anyMatch(effect -> effect.to().equals(tensor) && !(effect instanceof Store) && !(effect instanceof Reduce reduce && !reduce.isOuter()));
  }

  private static Tensor without(Tensor tensor, int dimension) {
    int rows = dimension < tensor.split() ? tensor.split() - 1 : tensor.split();
    int split = tensor.rank() > 2 ? Math.max(1, Math.min(tensor.rank() - 2, rows)) : rows;
    return new Tensor(tensor.id(), tensor.name(), tensor.kind(), without(tensor.dims(), dimension), split);
  }

  private static <T> List<T> without(List<T> list, int index) {
    List<T> rest = new ArrayList<>(list);
    rest.remove(index);
    return rest;
  }

  private Sequence rewritten(Sequence sequence) {
    return new Sequence(sequence.steps(), sequence.backward(), sequence.nests().stream().map(this::rewritten).toList());
  }

  private LoopNest rewritten(LoopNest nest) {
    Rewriting loads = new Rewriting() {
      @Override
      public Scalar load(Scalar.Load load) {
        List<Scalar> numbers = load.numbers().stream().map(this::apply).toList();
        Smaller other = smaller.get(load.tensor());
        return other == null ? new Scalar.Load(load.tensor(), load.at(), numbers) : new Scalar.Load(other.tensor(), other.at(load.at()), numbers);
      }
    };
    return nest.with(nest.lets().stream().map(let -> new LoopNest.Let(let.id(), let.depth(), loads.apply(let.value()), let.name(), let.at())).toList(),
        nest.effects().stream().map(effect -> rewritten(effect.with(effect.to(), loads::apply))).toList());
  }

  private Effect rewritten(Effect effect) {
    Smaller other = smaller.get(effect.to());
    if (other == null) {
      return effect;
    }
    return effect instanceof Reduce reduce ? new Reduce(reduce.reduction(), other.tensor(), other.at(reduce.at()), reduce.value(), reduce.scale())
        : new Store(other.tensor(), other.at(effect.at()), effect.value());
  }
}
