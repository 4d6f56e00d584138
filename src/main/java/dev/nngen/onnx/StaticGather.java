package dev.nngen.onnx;

import dev.nngen.onnx.OnnxFile.Attribute;
import dev.nngen.onnx.OnnxFile.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Reads entries along one side of a tensor by the simplest possible operator: {@code Reshape}, {@code Slice}, {@code Pad} or {@code Gather}. */
final class StaticGather {

  /** Represents a position out of bounds, whose entry is 0. */
  static final int OUTSIDE = -1;

  private final OperatorGraph operators;

  StaticGather(OperatorGraph operators) {
    this.operators = operators;
  }

  /**
   * Returns the value with other sides instead of one.
   *
   * @param rank number of sides of the value
   * @param side the side that is read
   * @param size its length
   * @param after the lengths of the sides after it; empty for one known only at run time
   * @param positions the positions that are read, row by row
   * @param shape the lengths of the new sides
   */
  String along(String value, int rank, int side, int size, List<OptionalInt> after, int[] positions, int[] shape) {
    boolean isAll = positions.length == size && IntStream.range(0, size).allMatch(k -> positions[k] == k);
    if (isAll && shape.length == 1) {
      return value;
    }
    if (isAll && after.stream().filter(OptionalInt::isEmpty).count() <= 1) {
      return reshaped(value, side, shape, after);
    }
    boolean isInside = Arrays.stream(positions).noneMatch(position -> position == OUTSIDE);
    if (shape.length == 1 && isInside && isProgression(positions)) {
      return slice(value, side, positions);
    }
    int shift = shift(positions);
    if (shape.length == 1 && IntStream.range(0, positions.length).allMatch(k -> positions[k] == (k + shift >= 0 && k + shift < size ? k + shift : OUTSIDE))) {
      return padded(value, rank, side, -shift, positions.length + shift - size);
    }
    int[] inside = Arrays.stream(positions).map(position -> position == OUTSIDE ? size : position).toArray();
    return gathered(isInside ? value : padded(value, rank, side, 0, 1), side, inside, shape);
  }

  private String reshaped(String value, int side, int[] shape, List<OptionalInt> after) {
    LongStream kept = LongStream.generate(() -> 0).limit(side);
    LongStream last = after.stream().mapToLong(size -> size.orElse(-1));
    long[] sides = LongStream.concat(LongStream.concat(kept, IntStream.of(shape).asLongStream()), last).toArray();
    return operators.apply("Reshape", value, operators.integers(sides));
  }

  private static boolean isProgression(int[] positions) {
    return positions.length > 1 && positions[1] != positions[0]
        && IntStream.range(1, positions.length).allMatch(k -> positions[k] - positions[k - 1] == positions[1] - positions[0]);
  }

  /** Writes a slice. Its end is one step after the last position; before the first entry that is the smallest number. */
  private String slice(String value, int side, int[] positions) {
    int step = positions[1] - positions[0];
    int last = positions[positions.length - 1];
    long end = step > 0 ? last + 1 : last == 0 ? Integer.MIN_VALUE : last - 1;
    return operators.apply("Slice", value, operators.integers(positions[0]), operators.integers(end), operators.integers(side), operators.integers(step));
  }

  /** Returns the position of the first entry if all are consecutive. */
  private static int shift(int[] positions) {
    int first = IntStream.range(0, positions.length).filter(k -> positions[k] != OUTSIDE).findFirst().orElse(0);
    return positions[first] - first;
  }

  /** Adds zeros before and after a side; a negative number removes entries. */
  private String padded(String value, int rank, int side, int before, int behind) {
    long[] pads = new long[2 * rank];
    pads[side] = before;
    pads[rank + side] = behind;
    return operators.apply("Pad", value, operators.integers(pads));
  }

  private String gathered(String value, int side, int[] positions, int[] shape) {
    String where = operators.constant("i", ElementType.INT64, IntStream.of(shape).asLongStream().boxed().toList(), IntStream.of(positions).asDoubleStream().toArray());
    return operators.apply("Gather", List.of(value, where), new Attribute("axis", (long) side));
  }
}
