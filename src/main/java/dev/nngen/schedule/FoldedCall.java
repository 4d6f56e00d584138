package dev.nngen.schedule;

import dev.nngen.schedule.Instruction.Axis;
import dev.nngen.schedule.Instruction.Contract;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A product of two entries as a product of matrices whose rows, columns and terms are several loops each, as in a convolution. A loop that moves the
 * result and the left factor is one of the rows, and so on. Loops that move all three, such as one over the heads of attention, stay around the call.
 *
 * @param inRegisters whether sums are in registers, which suits few rows and columns; otherwise they are in rows of memory, which should be long
 * @param rows in memory order of the left factor's entries, the contiguous one innermost; columns and terms likewise
 */
public record FoldedCall(ProductNest nest, Entry left, Entry right, boolean inRegisters, List<Loop> rows, List<Loop> columns, List<Loop> terms) {

  /** Maximum number of axes of rows, columns or terms. */
  public static final int MOST_AXES = 8;

  /** Number of terms that are added in one block. */
  private static final double TERMS = 512;
  private static final double ROWS = 8;
  private static final double LANES = 16;
  /** Cycles to copy or store a single entry, and an entry of a vector. */
  private static final double ENTRY = 1.5;
  private static final double VECTOR_ENTRY = 0.15;
  /** Minimum number of contiguous terms of the left factor that are read in place: if they are all terms, and if not. Shorter runs are copied. */
  private static final double LEAST_RUN = 64;
  private static final double LONG_RUN = 128;

  /** Overhead of a row of sums in memory, in columns. */
  private static final double START_OF_ROW = 48;

  /** Returns the product with the given left and right factor. */
  static FoldedCall of(ProductNest nest, Entry left, Entry right, boolean inRegisters) {
    return new FoldedCall(nest, left, right, inRegisters, loops(nest, nest.to(), left, loop -> moves(nest.to(), loop) && moves(left, loop) && !moves(right, loop)),
        loops(nest, nest.to(), right, loop -> moves(nest.to(), loop) && moves(right, loop) && !moves(left, loop)),
        loops(nest, right, left, loop -> !moves(nest.to(), loop) && (moves(left, loop) || moves(right, loop))));
  }

  private static boolean moves(Entry entry, Loop loop) {
    return !entry.offset().stride(loop.counter()).equals(Affine.ZERO);
  }

  /** Returns the loops of a kind in memory order of the entries, the contiguous one innermost. */
  private static List<Loop> loops(ProductNest nest, Entry second, Entry first, Predicate<Loop> kind) {
    return nest.loops().stream().filter(CallNest::isPlain).filter(kind).sorted(Comparator.comparingDouble((Loop loop) -> -distance(first, loop)).thenComparingDouble(loop -> -distance(second, loop))).toList();
  }

  private static double distance(Entry entry, Loop loop) {
    double distance = Math.abs(CallNest.supposed(entry.offset().stride(loop.counter())));
    return distance == 0 ? Double.POSITIVE_INFINITY : distance;
  }

  /** Returns the loops with the call inside; empty if there is none or it does not pay. */
  Optional<Instruction> instruction() {
    List<Loop> inside = new ArrayList<>(rows);
    inside.addAll(columns);
    inside.addAll(terms);
    CallNest around = CallNest.of(nest, inside);
    List<List<Axis>> axes = List.of(axes(rows, left, nest.to()), axes(columns, right, nest.to()), axes(terms, left, right));
    return around.isProfitable(List.of(rows, columns, terms)) && axes.stream().allMatch(side -> side.size() <= MOST_AXES)
        ? Optional.of(around.with(new Contract(nest.scale(), around.first(nest.to()), around.first(left), around.first(right), axes.get(0), axes.get(1), axes.get(2), nest.accumulates()))) : Optional.empty();
  }

  /** Merges loops into as few axes as possible: one axis if the entries of an outer loop follow those of an inner one. */
  static List<Axis> axes(List<Loop> loops, Entry one, Entry other) {
    List<Axis> axes = new ArrayList<>();
    for (Loop loop : loops) {
      Axis inner = new Axis(CallNest.length(loop), one.offset().stride(loop.counter()), other.offset().stride(loop.counter()));
      Optional<Axis> joined = axes.isEmpty() || !loop.isWhole() ? Optional.empty() : joined(axes.get(axes.size() - 1), inner);
      joined.ifPresent(axis -> axes.remove(axes.size() - 1));
      axes.add(joined.orElse(inner));
    }
    return axes;
  }

  private static Optional<Axis> joined(Axis outer, Axis inner) {
    boolean follows = inner.one().timesSize(inner.length()).equals(Optional.of(outer.one())) && inner.other().timesSize(inner.length()).equals(Optional.of(outer.other()));
    return follows ? inner.length().timesSize(outer.length()).map(length -> new Axis(length, inner.one(), inner.other())) : Optional.empty();
  }

  /** Estimates the cycles of all calls: copying both factors, adding, and storing the sums. The estimate selects the left factor. */
  double cycles() {
    double rowCount = CallNest.supposed(rows);
    double columnCount = CallNest.supposed(columns);
    double termCount = CallNest.supposed(terms);
    List<Axis> termAxes = axes(terms, left, right);
    boolean inPlace = runs(terms, left) && CallNest.supposed(termAxes.get(termAxes.size() - 1).length()) >= Math.min(LONG_RUN, Math.max(LEAST_RUN, termCount));
    double copiedLeft = inRegisters && !inPlace ? rowCount * termCount * ENTRY : 0;
    double copiedRight = columnCount * termCount * (runs(columns, right) ? VECTOR_ENTRY : ENTRY);
    double stored = rowCount * columnCount * Math.ceil(termCount / TERMS) * (runs(columns, nest.to()) ? VECTOR_ENTRY : ENTRY);
    double added = inRegisters ? Math.ceil(rowCount / ROWS) * ROWS * Math.ceil(columnCount / LANES) * termCount : 2 * rowCount * (columnCount + START_OF_ROW) / LANES * termCount;
    List<Loop> inside = Stream.of(rows, columns, terms).flatMap(List::stream).toList();
    return (copiedLeft + copiedRight + stored + added) * CallNest.supposed(nest.loops().stream().filter(loop -> !inside.contains(loop)).toList());
  }

  private static boolean runs(List<Loop> loops, Entry entry) {
    return !loops.isEmpty() && entry.offset().stride(loops.get(loops.size() - 1).counter()).equals(Affine.of(1));
  }
}
