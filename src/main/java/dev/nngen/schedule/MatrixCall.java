package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Affine.Stride;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Axis;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Multiply;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A product of two entries as products of matrices that are stored row by row, as a library of matrices has them. A factor that is stored otherwise,
 * such as the keys of one head and one sample, or the windows of a convolution, is copied to a matrix first, and so is the result. Loops that move
 * all three stay around the call. Outer loops stay there too if the copies would be large.
 */
final class MatrixCall {

  /** Maximum number of entries of a copy. */
  private static final double MOST_COPIED = 1 << 18;
  /** Nanoseconds to copy or store an entry, for a multiplication in a call, and for a call. */
  private static final double COPY = 1.7;
  private static final double MULTIPLICATION = 0.35;
  private static final double CALL = 300;
  /** Nanoseconds for a multiplication in loops, if HotSpot vectorizes the innermost one, and if that sums contiguous entries. The last two hold for long loops; each run takes more. */
  private static final double LOOPS = 0.75;
  private static final double VECTORIZED = 0.3;
  private static final double VECTORIZED_RUN = 10;
  private static final int SHORTEST = 32;
  private static final double SUM = 0.4;
  private static final double SUM_RUN = 4;

  private final ProductNest nest;
  private final Entry left;
  private final Entry right;
  private final List<Loop> rows;
  private final List<Loop> columns;
  private final List<Loop> terms;
  private final List<Loop> around;
  private final Side leftSide;
  private final Side rightSide;
  private final Side result;

  MatrixCall(FoldedCall call) {
    this.nest = call.nest();
    this.left = call.left();
    this.right = call.right();
    this.rows = call.rows().stream().filter(Loop::isWhole).toList();
    this.columns = new ArrayList<>(call.columns().stream().filter(Loop::isWhole).toList());
    this.terms = new ArrayList<>(call.terms().stream().filter(Loop::isWhole).toList());
    while (CallNest.supposed(terms) * Math.max(CallNest.supposed(columns), CallNest.supposed(rows)) > MOST_COPIED && Math.max(columns.size(), terms.size()) > 1) {
      boolean fewerColumns = terms.size() == 1 || columns.size() > 1 && CallNest.supposed(columns) > CallNest.supposed(terms);
      (fewerColumns ? columns : terms).remove(0);
    }
    List<Loop> inside = Stream.of(rows, columns, terms).flatMap(List::stream).toList();
    this.around = nest.loops().stream().filter(loop -> !inside.contains(loop)).toList();
    this.leftSide = new Side(-3, "copyOf", left, rows, terms, true);
    this.rightSide = new Side(-4, "copyOf", right, terms, columns, !leftSide.isTransposed());
    this.result = new Side(-5, "productFor", nest.to(), rows, columns, false);
  }

  /** A matrix of the product: an entry of a tensor, and the loops along its rows and columns. */
  private final class Side {
    private final Entry entry;
    private final List<Loop> down;
    private final List<Loop> along;
    private final boolean straight;
    private final boolean transposed;
    private final Tensor copy;

    /**
     * @param word a copy's name begins with it
     * @param mayBeTransposed whether the matrix may be stored column by column
     */
    Side(int id, String word, Entry entry, List<Loop> down, List<Loop> along, boolean mayBeTransposed) {
      this.entry = entry;
      this.down = down;
      this.along = along;
      this.straight = isRowByRow(down, along);
      this.transposed = !straight && mayBeTransposed && isRowByRow(along, down);
      List<Extent> extents = new ArrayList<>(extents(down));
      int split = extents.size();
      extents.addAll(extents(along));
      this.copy = new Tensor(id, entry.tensor().nameAfter(word), Tensor.Kind.COPY, extents, split);
    }

    private boolean isRowByRow(List<Loop> first, List<Loop> second) {
      List<Axis> row = FoldedCall.axes(first, entry, entry);
      List<Axis> column = FoldedCall.axes(second, entry, entry);
      boolean whole = first().equals(Affine.ZERO) && around.stream().allMatch(loop -> stride(loop).equals(Affine.ZERO));
      return whole && row.size() == 1 && column.size() == 1 && column.get(0).one().equals(Affine.of(1)) && row.get(0).one().equals(column.get(0).length());
    }

    private Affine first() {
      return CallNest.of(nest, nest.loops()).first(entry).offset();
    }

    Affine stride(Loop loop) {
      return entry.offset().stride(loop.counter());
    }

    boolean isCopied() {
      return !straight && !transposed;
    }

    boolean isTransposed() {
      return transposed;
    }

    double copied() {
      return isCopied() ? CallNest.supposed(down) * CallNest.supposed(along) : 0;
    }

    /** Returns the matrix that the call reads or writes. */
    Entry matrix() {
      return new Entry(isCopied() ? copy : entry.tensor(), Affine.ZERO);
    }

    Affine length(List<Loop> loops) {
      return Affine.size(extents(loops));
    }

    /** Returns loops over the entries of the copy. */
    List<Instruction> over(Instruction inner) {
      return List.of(Loop.around(Stream.concat(down.stream(), along.stream()).toList(), inner));
    }

    Entry copied(List<Loop> first, List<Loop> second) {
      Affine at = Affine.ZERO;
      for (Loop loop : Stream.concat(first.stream(), second.stream()).toList()) {
        at = at.times(extents(List.of(loop))).plus(Affine.of(loop.counter()));
      }
      return new Entry(copy, at);
    }

    List<Instruction> load() {
      return isCopied() ? over(new Store(copied(down, along), entry)) : List.of();
    }

    List<Instruction> store() {
      Entry value = copied(down, along);
      return !isCopied() ? List.of() : over(accumulates() ? new Accumulate(Reduction.SUM, entry, value) : new Store(entry, value));
    }
  }

  private static List<Extent> extents(List<Loop> loops) {
    List<Extent> extents = new ArrayList<>();
    for (Loop loop : loops) {
      Stride size = loop.extent().terms().get(0).stride();
      if (size.factor() > 1) {
        extents.add(Extent.of(Math.toIntExact(size.factor())));
      }
      extents.addAll(size.symbols());
    }
    return extents;
  }

  private boolean isComplete() {
    return around.stream().noneMatch(loop -> result.stride(loop).equals(Affine.ZERO));
  }

  private boolean accumulates() {
    return nest.accumulates() || !isComplete();
  }

  /** Whether the loops are products of matrices that the library can compute. */
  boolean exists() {
    boolean sides = Stream.of(rows, columns, terms).noneMatch(List::isEmpty);
    return sides && CallNest.of(nest, Stream.of(rows, columns, terms).flatMap(List::stream).toList()).isIndependent() && Stream.of(left, right).noneMatch(factor -> factor.tensor().equals(nest.to().tensor()));
  }

  boolean isInPlace() {
    return around.isEmpty() && Stream.of(leftSide, rightSide, result).noneMatch(Side::isCopied);
  }

  /** Whether copies and calls are faster than the loops. */
  boolean isProfitable() {
    return nanoseconds() < loops() * CallNest.supposed(nest.loops());
  }

  /** Returns the time of a multiplication in loops. HotSpot vectorizes the innermost one if it runs over many contiguous entries of the result and of a factor. */
  private double loops() {
    Loop innermost = nest.loops().get(nest.loops().size() - 1);
    double length = innermost.extent().constant().orElse(0L);
    boolean vectorized = length >= SHORTEST && result.stride(innermost).equals(Affine.of(1));
    boolean sums = length > 0 && Stream.of(leftSide, rightSide).allMatch(side -> side.stride(innermost).equals(Affine.of(1)));
    return vectorized ? VECTORIZED + VECTORIZED_RUN / length : sums ? SUM + SUM_RUN / length : LOOPS;
  }

  /** Returns an estimate of the time of all calls. */
  double nanoseconds() {
    double copied = Stream.of(leftSide, rightSide, result).mapToDouble(side -> side.copied() * CallNest.supposed(around.stream().filter(loop -> side == result || !side.stride(loop).equals(Affine.ZERO)).toList())).sum();
    return COPY * copied + MULTIPLICATION * CallNest.supposed(nest.loops()) + CALL * CallNest.supposed(around);
  }

  /** Returns the calls, with copies before the outermost loop that they do not depend on. */
  List<Instruction> instructions() {
    List<Instruction> code = new ArrayList<>();
    if (accumulates() && !nest.accumulates()) {
      code.add(zeros());
    }
    code.addAll(level(0));
    return code;
  }

  private Instruction zeros() {
    return Loop.around(nest.loops().stream().filter(loop -> !result.stride(loop).equals(Affine.ZERO)).toList(), new Store(nest.to(), new Scalar.Number(Rational.ZERO)));
  }

  private List<Instruction> level(int depth) {
    List<Instruction> code = new ArrayList<>();
    Stream.of(leftSide, rightSide).filter(side -> depth(side) == depth).forEach(side -> code.addAll(side.load()));
    if (depth < around.size()) {
      code.add(around.get(depth).with(level(depth + 1)));
    } else {
      code.add(product());
      code.addAll(result.store());
    }
    return code;
  }

  /** Returns the number of outer loops that must be around the copy. */
  private int depth(Side side) {
    int depth = around.size();
    while (depth > 0 && side.stride(around.get(depth - 1)).equals(Affine.ZERO)) {
      depth--;
    }
    return depth;
  }

  private Multiply product() {
    Affine one = Affine.of(1);
    Affine height = leftSide.length(rows);
    Affine width = leftSide.length(columns);
    Affine depth = leftSide.length(terms);
    return new Multiply(nest.scale(), result.matrix(), width, leftSide.matrix(), leftSide.isTransposed() ? one : depth, leftSide.isTransposed() ? height : one,
        rightSide.matrix(), rightSide.isTransposed() ? one : width, rightSide.isTransposed() ? depth : one, height, width, depth, accumulates() && !result.isCopied());
  }
}
