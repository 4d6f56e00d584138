package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A partition of consecutive steps among threads that needs no synchronization between the steps. Each thread runs all steps, for a part of one loop
 * of each. No two threads write to the same entry, and a thread reads only those results of these steps that it has computed itself. A sum is never
 * divided, so its order of addition does not depend on the number of threads.
 *
 * @param loops the position of the divided loop in each step; for a product, 0 for rows and 1 for columns
 */
public record WorkPartition(List<Integer> loops) {

  /** Loop positions of a product. */
  public static final int ROWS = 0;
  public static final int COLUMNS = 1;

  /** Preferred number of columns: with fewer, a thread's part is too narrow; with more, it is worth copying its part of the right factor. */
  private static final int MANY_COLUMNS = 128;

  public WorkPartition {
    loops = List.copyOf(loops);
  }

  /** Returns a partition of the steps; empty if there is none. */
  static Optional<WorkPartition> of(List<Step> steps, SharedMemory memory) {
    return steps.isEmpty() ? Optional.empty() : new Search(memory).division(steps);
  }

  /** A tensor and the dimension of it that is divided; -1 if threads access all of it. */
  private record Access(Tensor tensor, int dimension) {}

  /** A loop of a step, with what a part of the loop reads and writes. */
  private record Choice(int loop, List<Access> reads, List<Access> writes) {

    static Choice of(Step step, int loop) {
      return new Choice(loop, reads(step, loop), writes(step, loop));
    }

    private static List<Access> writes(Step step, int loop) {
      return step instanceof MatrixProduct product ? List.of(new Access(product.to(), loop))
          : ((LoopNest) step).effects().stream().map(effect -> new Access(effect.to(), effect.at().indexOf(loop))).toList();
    }

    private static List<Access> reads(Step step, int loop) {
      List<Access> reads = new ArrayList<>();
      if (step instanceof MatrixProduct product) {
        reads.add(new Access(product.left(), loop == ROWS && product.left().rank() == 2 ? product.leftTransposed() ? 1 : 0 : -1));
        reads.add(new Access(product.right(), loop == COLUMNS && product.right().rank() == 2 ? product.rightTransposed() ? 0 : 1 : -1));
      }
      Accesses.loads(step).forEach(load -> reads.add(new Access(load.tensor(), load.at().indexOf(loop))));
      return reads;
    }
  }

  /**
   * Finds the first compatible loops. Compatibility is pairwise, so each choice removes the incompatible ones of other steps, and then all that have
   * no compatible partner left, before the next choice. Trying all combinations takes minutes for a few dozen steps.
   */
  private record Search(SharedMemory memory) {

    Optional<WorkPartition> division(List<Step> steps) {
      List<List<Choice>> choices = steps.stream().map(step -> candidates(step).stream().filter(loop -> writesApart(step, loop))
          .map(loop -> Choice.of(step, loop)).filter(choice -> areCompatible(choice, choice)).toList()).toList();
      return from(0, propagate(choices, IntStream.range(0, steps.size()).boxed().toList()))
          .map(chosen -> new WorkPartition(chosen.stream().map(choice -> choice.get(0).loop()).toList()));
    }

    /** Returns the first valid choices from step {@code s} on; earlier steps have one choice each. */
    private Optional<List<List<Choice>>> from(int s, List<List<Choice>> choices) {
      if (choices.stream().anyMatch(List::isEmpty)) {
        return Optional.empty();
      }
      if (s == choices.size()) {
        return Optional.of(choices);
      }
      return choices.get(s).stream().map(choice -> from(s + 1, chosen(choices, s, choice))).flatMap(Optional::stream).findFirst();
    }

    private List<List<Choice>> chosen(List<List<Choice>> choices, int s, Choice choice) {
      if (choices.get(s).size() == 1) {
        return choices;
      }
      List<List<Choice>> chosen = new ArrayList<>(choices);
      chosen.set(s, List.of(choice));
      return propagate(chosen, List.of(s));
    }

    /** Removes choices without a compatible partner in one of the changed steps, and repeats for steps that lose choices (AC-3, Mackworth 1977). */
    private List<List<Choice>> propagate(List<List<Choice>> choices, List<Integer> changed) {
      List<List<Choice>> narrowed = new ArrayList<>(choices);
      Deque<Integer> open = new ArrayDeque<>(changed);
      while (!open.isEmpty()) {
        List<Choice> by = narrowed.get(open.pop());
        for (int s = 0; s < narrowed.size(); s++) {
          List<Choice> left = narrowed.get(s).stream().filter(choice -> by.stream().anyMatch(other -> areCompatible(choice, other))).toList();
          if (left.size() < narrowed.get(s).size()) {
            narrowed.set(s, left);
            open.add(s);
          }
        }
      }
      return narrowed;
    }

    private static List<Integer> candidates(Step step) {
      if (step instanceof LoopNest nest) {
        return IntStream.range(0, nest.flat() ? Math.min(1, nest.axes().size()) : nest.axes().size()).boxed().toList();
      }
      if (step instanceof Sequence) {
        return List.of();
      }
      Tensor to = ((MatrixProduct) step).to();
      boolean wide = to.rank() == 2 && to.dims().get(COLUMNS) instanceof Extent.Fixed fixed && fixed.size() >= MANY_COLUMNS;
      return to.rank() != 2 ? List.of() : wide ? List.of(COLUMNS, ROWS) : List.of(ROWS, COLUMNS);
    }

    /** Whether each part of the loop writes entries of its own. Memory that sums accumulate in is cleared row by row. */
    private static boolean writesApart(Step step, int loop) {
      return step instanceof MatrixProduct || ((LoopNest) step).effects().stream().allMatch(effect ->
          effect instanceof LoopNest.Scatter || effect instanceof LoopNest.Reduce reduce && !reduce.isOuter() ? effect.at().indexOf(loop) == 0 : effect.at().contains(loop));
    }

    /** Whether no thread reads or overwrites, for one of the choices, what another thread computes for the other. */
    private boolean areCompatible(Choice one, Choice other) {
      return one.writes.stream().allMatch(write -> other.writes.stream().allMatch(also -> !write.tensor.equals(also.tensor) || write.dimension == also.dimension))
          && areApart(one.reads, other.writes) && areApart(other.reads, one.writes);
    }

    private boolean areApart(List<Access> reads, List<Access> writes) {
      return reads.stream().allMatch(read -> writes.stream().allMatch(write -> isApart(read, write.tensor, write.dimension)));
    }

    private boolean isApart(Access read, Tensor written, int dimension) {
      return !memory.overlap(read.tensor, written) || read.dimension == dimension && read.tensor.dims().equals(written.dims());
    }
  }
}
