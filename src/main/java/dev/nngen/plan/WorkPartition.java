package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How steps that follow each other are divided among threads without waiting for each other: each thread runs all of them, for a
 * part of one loop of each. No two threads write to one entry, and what a thread reads of these steps' results it has computed
 * itself. A sum is never divided, so that it is added up in the same order by any number of threads.
 *
 * @param loops the position of the divided loop in each step; in a product 0 are its rows and 1 its columns
 */
public record Division(List<Integer> loops) {

  /** The dimensions of a product. */
  public static final int ROWS = 0;
  public static final int COLUMNS = 1;

  /** With fewer columns a thread's part of them is too narrow, with more its part of the right factor is worth copying alone. */
  private static final int MANY_COLUMNS = 128;

  public Division {
    loops = List.copyOf(loops);
  }

  /** Empty where there is no such division. */
  static Optional<Division> of(List<Step> steps, SharedMemory memory) {
    return steps.isEmpty() ? Optional.empty() : new Search(memory).division(steps);
  }

  /** A tensor and which of its dimensions is divided; -1 where threads access all of it. */
  private record Access(Tensor tensor, int dimension) {}

  /** A loop of a step, with what a part of it reads and writes. */
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
   * The first loops that suit each other. Loops do if those of any two steps do, so a choice takes from the other steps what does not suit it,
   * and what suits nothing that is left, before the next one is made; trying all combinations takes minutes for some dozens of steps.
   */
  private record Search(SharedMemory memory) {

    Optional<Division> division(List<Step> steps) {
      List<List<Choice>> choices = steps.stream().map(step -> candidates(step).stream().filter(loop -> writesApart(step, loop))
          .map(loop -> Choice.of(step, loop)).filter(choice -> suit(choice, choice)).toList()).toList();
      return from(0, narrowed(choices, IntStream.range(0, steps.size()).boxed().toList()))
          .map(chosen -> new Division(chosen.stream().map(choice -> choice.get(0).loop()).toList()));
    }

    /** The first choices from step {@code s} on; steps before have one each. */
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
      return narrowed(chosen, List.of(s));
    }

    /** Without choices that suit none of one of these steps, or of a step that loses choices by it (AC-3, Mackworth 1977). */
    private List<List<Choice>> narrowed(List<List<Choice>> choices, List<Integer> changed) {
      List<List<Choice>> narrowed = new ArrayList<>(choices);
      Deque<Integer> open = new ArrayDeque<>(changed);
      while (!open.isEmpty()) {
        List<Choice> by = narrowed.get(open.pop());
        for (int s = 0; s < narrowed.size(); s++) {
          List<Choice> left = narrowed.get(s).stream().filter(choice -> by.stream().anyMatch(other -> suit(choice, other))).toList();
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

    /** True where each part of the loop writes entries of its own; what adds up in memory is cleared row by row. */
    private static boolean writesApart(Step step, int loop) {
      return step instanceof MatrixProduct || ((LoopNest) step).effects().stream().allMatch(effect ->
          effect instanceof LoopNest.Scatter || effect instanceof LoopNest.Reduce reduce && !reduce.isOuter() ? effect.at().indexOf(loop) == 0 : effect.at().contains(loop));
    }

    /** True where no thread needs for one of them, or writes over, what another thread works on for the other. */
    private boolean suit(Choice one, Choice other) {
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
