package dev.nngen.plan;

import dev.nngen.ir.Extent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A partition of consecutive steps among threads that needs no synchronization between the steps. Each thread runs all steps, for a part of one loop
 * of each. No two threads write to the same entry, and a thread reads only those results of these steps that it has computed itself. A sum is never
 * divided, so its order of addition does not depend on the number of threads.
 *
 * @param loops the position of the divided loop in each step, for a recurrence in each of its nests; for a product, 0 for rows and 1 for columns
 */
public record WorkPartition(List<List<Integer>> loops) {

  /** Loop positions of a product. */
  public static final int ROWS = 0;
  public static final int COLUMNS = 1;

  /** Preferred number of columns: with fewer, a thread's part is too narrow; with more, it is worth copying its part of the right factor. */
  private static final int MANY_COLUMNS = 128;

  /** The maximum number of lanes of a vector. */
  public static final int LANES = 16;

  public WorkPartition {
    loops = loops.stream().map(List::copyOf).toList();
  }

  /** Returns a partition of the steps; empty if there is none. */
  static Optional<WorkPartition> of(List<Step> steps, SharedMemory memory) {
    return preferred(steps, memory).or(() -> of(steps, new Search(memory, false)));
  }

  /**
   * Returns a partition that keeps short innermost loops whole, and in which each thread packs only its own part of the larger factor of a sum of products;
   * empty if there is none.
   */
  static Optional<WorkPartition> preferred(List<Step> steps, SharedMemory memory) {
    return of(steps, new Search(memory, true));
  }

  private static Optional<WorkPartition> of(List<Step> steps, Search search) {
    List<Part> parts = steps.stream().flatMap(step -> parts(step).stream().map(part -> new Part(part, step instanceof Sequence))).toList();
    return parts.isEmpty() ? Optional.empty() : search.division(parts).map(loops -> new WorkPartition(grouped(steps, loops)));
  }

  private static List<List<Integer>> grouped(List<Step> steps, List<Integer> loops) {
    List<List<Integer>> grouped = new ArrayList<>();
    int next = 0;
    for (Step step : steps) {
      int count = parts(step).size();
      grouped.add(loops.subList(next, next + count));
      next += count;
    }
    return grouped;
  }

  /** Returns the nests of a recurrence; a product or a nest itself. */
  public static List<Step> parts(Step step) {
    return step instanceof Sequence sequence ? List.copyOf(sequence.nests()) : List.of(step);
  }

  /** Returns the shapes of the parts of results that belong to one iteration of the divided loop. */
  public static Set<List<Extent>> rows(Step part, int loop) {
    return part instanceof LoopNest nest ? nest.effects().stream().map(effect -> effect.to().dims().subList(effect.at().indexOf(loop) + 1, effect.to().rank())).collect(Collectors.toCollection(LinkedHashSet::new))
        : Set.of(side(((MatrixProduct) part).to(), loop).subList(1, side(((MatrixProduct) part).to(), loop).size()));
  }

  /** Returns the extents of a matrix's rows or columns. The first of them is divided. */
  public static List<Extent> side(Tensor matrix, int loop) {
    return loop == ROWS ? matrix.rows() : matrix.columns();
  }

  /** Returns the first dimension of a matrix's rows or columns; -1 if it has none. */
  private static int dimension(Tensor matrix, int loop) {
    return side(matrix, loop).isEmpty() ? -1 : loop == ROWS ? 0 : matrix.rows().size();
  }

  /** Returns the extent of a step's divided loop. */
  public static Extent extent(Step step, int loop) {
    return step instanceof LoopNest nest ? nest.axes().get(loop) : side(((MatrixProduct) step).to(), loop).get(0);
  }

  /** A product, a nest, or a nest of a recurrence, whose steps run in sequence on each thread. */
  private record Part(Step step, boolean isInSequence) {}

  /** A tensor and the dimension of it that is divided; -1 if threads access all of it. */
  private record Access(Tensor tensor, int dimension) {}

  /** A loop of a step, with what a part of the loop reads and writes. */
  private record Choice(int loop, List<Access> reads, List<Access> writes) {

    static Choice of(Step step, int loop) {
      return new Choice(loop, reads(step, loop), writes(step, loop));
    }

    private static List<Access> writes(Step step, int loop) {
      return step instanceof MatrixProduct product ? List.of(new Access(product.to(), dimension(product.to(), loop)))
          : ((LoopNest) step).effects().stream().map(effect -> new Access(effect.to(), effect.at().indexOf(loop))).toList();
    }

    private static List<Access> reads(Step step, int loop) {
      List<Access> reads = new ArrayList<>();
      if (step instanceof MatrixProduct product) {
        reads.add(new Access(product.left(), loop == ROWS ? dimension(product.left(), product.leftTransposed() ? COLUMNS : ROWS) : -1));
        reads.add(new Access(product.right(), loop == COLUMNS ? dimension(product.right(), product.rightTransposed() ? ROWS : COLUMNS) : -1));
      }
      Accesses.loads(step).forEach(load -> reads.add(new Access(load.tensor(), load.at().indexOf(loop))));
      return reads;
    }
  }

  /**
   * Finds the first compatible loops. Compatibility is pairwise, so each choice removes the incompatible ones of other steps, and then all that have
   * no compatible partner left, before the next choice. Trying all combinations takes minutes for a few dozen steps.
   */
  private record Search(SharedMemory memory, boolean isSelective) {

    Optional<List<Integer>> division(List<Part> parts) {
      List<List<Choice>> choices = parts.stream().map(part -> candidates(part).stream()
          .map(loop -> Choice.of(part.step, loop)).filter(choice -> areCompatible(choice, choice)).toList()).toList();
      return from(0, propagate(choices, IntStream.range(0, parts.size()).boxed().toList()))
          .map(chosen -> chosen.stream().map(choice -> choice.get(0).loop()).toList());
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

    /** Returns the loops that may be divided. Those over samples come first, so that a thread finds in its cache what it computed in earlier kernels. */
    private List<Integer> candidates(Part part) {
      return valid(part).stream().sorted(Comparator.comparing(loop -> !(extent(part.step, loop) instanceof Extent.Symbol && isOfWholeVectors(part.step, loop)))).toList();
    }

    /** Whether each iteration of a loop computes a multiple of the maximum number of lanes, whatever the sizes at run time. */
    private static boolean isOfWholeVectors(Step part, int loop) {
      return rows(part, loop).stream().allMatch(shape -> shape.stream().mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b) % LANES == 0);
    }

    private List<Integer> valid(Part part) {
      if (part.step instanceof LoopNest nest) {
        List<Integer> loops = IntStream.range(part.isInSequence ? 1 : 0, nest.axes().size()).boxed().filter(loop -> writesApart(nest, loop)).toList();
        double most = loops.stream().mapToDouble(loop -> moved(nest, loop)).max().orElse(0);
        List<Integer> preferred = loops.stream().filter(loop -> moved(nest, loop) >= most / 2 && (loop < nest.axes().size() - 1 || WorkPartitions.size(nest.axes().subList(loop, loop + 1)) >= MANY_COLUMNS)).toList();
        return isSelective && !preferred.isEmpty() ? preferred : loops;
      }
      Tensor to = ((MatrixProduct) part.step).to();
      boolean isWide = !to.columns().isEmpty() && (isOfWholeVectors(part.step, COLUMNS) || to.columns().get(0) instanceof Extent.Fixed fixed && fixed.size() >= MANY_COLUMNS);
      return (isWide ? List.of(COLUMNS, ROWS) : List.of(ROWS, COLUMNS)).stream().filter(loop -> dimension(to, loop) >= 0).toList();
    }

    /** Returns the number of entries that all loops read and this loop moves. */
    private static double moved(LoopNest nest, int loop) {
      return Accesses.loads(nest).stream().map(load -> loops(nest, load)).filter(loops -> loops.contains(loop))
          .mapToDouble(loops -> WorkPartitions.size(loops.stream().map(nest.axes()::get).toList())).sum();
    }

    /** Returns the loops on which the subscripts of a load depend. */
    private static Set<Integer> loops(LoopNest nest, Scalar.Load load) {
      int axes = nest.axes().size();
      return load.at().stream().filter(at -> at >= 0).flatMap(at -> at < axes ? Stream.of(at) : nest.derived().get(at - axes).value().terms().stream().map(term -> term.axis()))
          .collect(Collectors.toSet());
    }

    /** Whether each part of the loop writes entries of its own. */
    private static boolean writesApart(LoopNest nest, int loop) {
      return nest.effects().stream().allMatch(effect -> effect.at().contains(loop));
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
