package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    Search search = new Search(steps, memory);
    return steps.isEmpty() || !search.from(0) ? Optional.empty() : Optional.of(new Division(search.loops));
  }

  /** A search with one step back at a time; steps are few, and the first choice is mostly the right one. */
  private static final class Search {
    private final List<Step> steps;
    private final SharedMemory memory;
    private final List<Integer> loops = new ArrayList<>();

    Search(List<Step> steps, SharedMemory memory) {
      this.steps = steps;
      this.memory = memory;
    }

    boolean from(int s) {
      if (s == steps.size()) {
        return isSound();
      }
      for (int loop : candidates(steps.get(s))) {
        loops.add(loop);
        if (writesApart(steps.get(s), loop) && from(s + 1)) {
          return true;
        }
        loops.remove(loops.size() - 1);
      }
      return false;
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
          effect instanceof LoopNest.Reduce reduce && !reduce.isOuter() ? effect.at().indexOf(loop) == 0 : effect.at().contains(loop));
    }

    /** True where no thread needs, or writes over, what another one works on. */
    private boolean isSound() {
      Map<Tensor, Integer> written = new HashMap<>();
      for (int s = 0; s < steps.size(); s++) {
        for (Access access : writes(s)) {
          Integer known = written.putIfAbsent(access.tensor, access.dimension);
          if (known != null && known != access.dimension) {
            return false;
          }
        }
      }
      return IntStream.range(0, steps.size()).allMatch(s -> reads(s).stream().allMatch(read -> written.entrySet().stream()
          .allMatch(write -> isApart(read, write.getKey(), write.getValue()))));
    }

    private boolean isApart(Access read, Tensor written, int dimension) {
      return !memory.overlap(read.tensor, written) || read.dimension == dimension && read.tensor.dims().equals(written.dims());
    }

    /** A tensor and which of its dimensions is divided; -1 where threads access all of it. */
    private record Access(Tensor tensor, int dimension) {}

    private List<Access> writes(int s) {
      return steps.get(s) instanceof MatrixProduct product ? List.of(new Access(product.to(), loops.get(s)))
          : ((LoopNest) steps.get(s)).effects().stream().map(effect -> new Access(effect.to(), effect.at().indexOf(loops.get(s)))).toList();
    }

    private List<Access> reads(int s) {
      List<Access> reads = new ArrayList<>();
      if (steps.get(s) instanceof MatrixProduct product) {
        reads.add(new Access(product.left(), loops.get(s) == ROWS && product.left().rank() == 2 ? product.leftTransposed() ? 1 : 0 : -1));
        reads.add(new Access(product.right(), loops.get(s) == COLUMNS && product.right().rank() == 2 ? product.rightTransposed() ? 0 : 1 : -1));
      }
      Accesses.loads(steps.get(s)).forEach(load -> reads.add(new Access(load.tensor(), load.at().indexOf(loops.get(s)))));
      return reads;
    }
  }
}
