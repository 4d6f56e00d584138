package dev.nngen.ir;

import dev.nngen.ir.Relation.Affine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The points of a loop nest, row by row. Points of one result come in the order of the loops. The last axis is that of lanes, which are independent. Axes that a {@link Resolution} computes have no loop. A
 * row has no points at which such an axis is out of range or a condition fails.
 */
final class LoopPoints {

  private final int[] turns;
  private final int[] index;
  /** The axis along which rows run; negative if each row has a single point. */
  private final int axis;
  private final List<Line> lines = new ArrayList<>();
  private final Operand[] operands;
  private final Operand result;
  private int from;
  private int to;

  /**
   * @param loops lengths of the axes
   * @param rank the number of axes of the result, which come first; the others are reduced
   * @param sizes length of an extent
   */
  LoopPoints(int[] loops, int rank, int lanes, Resolution resolution, Operand[] operands, ToIntFunction<Extent> sizes) {
    this.turns = Arrays.copyOf(loops, loops.length + 1);
    turns[loops.length] = lanes;
    this.index = new int[turns.length];
    this.operands = operands;
    resolution.solved().keySet().forEach(axis -> turns[axis] = 1);
    this.axis = lanes > 1 ? loops.length : longest(rank, resolution);
    resolution.solved().forEach((axis, solved) ->
        lines.add(new Line(axis, coefficients(solved.value()), solved.value().constant().at(sizes), solved.divisor(), solved.modulus(), loops[axis] - 1)));
    resolution.relations().forEach(condition -> lines.add(new Line(-1, coefficients(condition.affine()), condition.affine().constant().at(sizes), 1, 0,
        condition.kind() == Relation.Kind.ZERO ? 0 : Long.MAX_VALUE)));
    this.result = new Operand(new double[0], strides(rank), false);
    result.step = axis < 0 ? 0 : result.strides[axis];
    for (Operand operand : operands) {
      operand.step = axis < 0 ? 0 : operand.strides[axis];
      for (Line line : lines) {
        operand.step += line.axis < 0 ? 0 : operand.strides[line.axis] * (int) line.step();
      }
    }
  }

  /** Returns the longest axis of the result, or the last reduced axis. */
  private int longest(int rank, Resolution resolution) {
    int last = turns.length - 1;
    while (last >= rank && turns[last] == 1) {
      last--;
    }
    int longest = -1;
    for (int k = 0; k < turns.length; k++) {
      boolean isLonger = turns[k] > (longest < 0 ? 1 : turns[longest]);
      longest = isLonger && (k < rank || k == last) && isEven(k, resolution) ? k : longest;
    }
    return longest;
  }

  /** True if all numbers are linear along the axis. Quotients and remainders are not. */
  private static boolean isEven(int axis, Resolution resolution) {
    for (Resolution.Solved solved : resolution.solved().values()) {
      if ((solved.divisor() != 1 || solved.modulus() != 0) && solved.value().coefficient(axis) != 0) {
        return false;
      }
    }
    return true;
  }

  private long[] coefficients(Affine affine) {
    long[] coefficients = new long[turns.length];
    affine.terms().forEach(term -> coefficients[term.axis()] = term.coefficient());
    return coefficients;
  }

  private int[] strides(int rank) {
    int[] strides = new int[turns.length];
    int lane = turns.length - 1;
    strides[lane] = 1;
    int stride = turns[lane];
    for (int k = rank - 1; k >= 0; k--) {
      strides[k] = stride;
      stride *= turns[k];
    }
    return strides;
  }

  /** A number that is computed from the loops and must be in a range from 0 to a largest value: an axis, or a condition. */
  private final class Line {
    private final int axis;
    private final long[] coefficients;
    private final long divisor;
    private final long modulus;
    private final long greatest;
    private long sum;

    /** @param axis negative for a condition */
    Line(int axis, long[] coefficients, long constant, long divisor, long modulus, long greatest) {
      this.axis = axis;
      this.coefficients = coefficients;
      this.sum = constant;
      this.divisor = divisor;
      this.modulus = modulus;
      this.greatest = greatest;
    }

    long step() {
      return LoopPoints.this.axis < 0 ? 0 : coefficients[LoopPoints.this.axis];
    }

    long first() {
      long number = divisor == 1 ? sum : Math.floorDiv(sum, divisor);
      return modulus == 0 ? number : Math.floorMod(number, modulus);
    }

    /** Removes points of the row at which the number is out of range. The remaining points are consecutive. */
    void clip(long first) {
      long step = step();
      while (from < to && (first + from * step < 0 || first + from * step > greatest)) {
        from++;
      }
      while (from < to && (first + (to - 1) * step < 0 || first + (to - 1) * step > greatest)) {
        to--;
      }
    }
  }

  /** An operand's entries along the current row. */
  static final class Operand {
    private final double[] entries;
    private final int[] strides;
    private final boolean divides;
    private int offset;
    private int start;
    private int step;

    /**
     * @param strides for each axis, the distance in {@code entries} between neighbors along it
     * @param divides true if this operand is a divisor of the product
     */
    Operand(double[] entries, int[] strides, boolean divides) {
      this.entries = entries;
      this.strides = strides;
      this.divides = divides;
    }

    boolean divides() {
      return divides;
    }

    /** The entry at a point of the row. */
    double get(int i) {
      return entries[start + i * step];
    }
  }

  /** The largest number of points of a row. */
  int length() {
    return axis < 0 ? 1 : turns[axis];
  }

  /** The number of rows. */
  int count() {
    int count = 1;
    for (int k = 0; k < turns.length; k++) {
      count *= k == axis ? 1 : turns[k];
    }
    return count;
  }

  /** The first point of the row. */
  int from() {
    return from;
  }

  /** The end of the row, exclusive. */
  int to() {
    return to;
  }

  int operands() {
    return operands.length;
  }

  Operand operand(int k) {
    return operands[k];
  }

  /** The offset of the result to which a point of the row contributes. */
  int result(int i) {
    return result.offset + i * result.step;
  }

  /** Finds the points of the current row, and the operands' first entries. */
  void locate() {
    from = 0;
    to = length();
    for (Operand operand : operands) {
      operand.start = operand.offset;
    }
    for (int k = 0; k < lines.size(); k++) {
      Line line = lines.get(k);
      long first = line.first();
      line.clip(first);
      for (Operand operand : operands) {
        operand.start += line.axis < 0 ? 0 : operand.strides[line.axis] * (int) first;
      }
    }
  }

  /** Advances to the next row. */
  void advance() {
    for (int k = turns.length - 1; k >= 0; k--) {
      if (k != axis && turns[k] > 1) {
        boolean isLast = ++index[k] == turns[k];
        move(k, isLast ? 1 - turns[k] : 1);
        if (!isLast) {
          return;
        }
        index[k] = 0;
      }
    }
  }

  private void move(int axis, int turns) {
    result.offset += result.strides[axis] * turns;
    for (Operand operand : operands) {
      operand.offset += operand.strides[axis] * turns;
    }
    for (int k = 0; k < lines.size(); k++) {
      lines.get(k).sum += lines.get(k).coefficients[axis] * turns;
    }
  }
}
