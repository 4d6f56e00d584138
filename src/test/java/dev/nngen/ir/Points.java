package dev.nngen.ir;

import java.util.Arrays;

/** The points of a node's loops, for what evaluates graphs in another arithmetic than the interpreter's. */
final class Points {

  private final Node node;
  private final int[] loops;
  private final int summed;
  /** By how much each operand's place grows with each loop. */
  private final int[][] strides;

  Points(Node node, Interpreter sizes) {
    this.node = node;
    this.loops = node.loops().stream().mapToInt(sizes::size).toArray();
    this.summed = count(node.rank(), loops.length);
    this.strides = node.operands().stream().map(this::strides).toArray(int[][]::new);
  }

  private int[] strides(View operand) {
    int[] result = new int[loops.length];
    int stride = 1;
    for (int k = operand.axes().size() - 1; k >= 0; k--) {
      result[operand.axes().get(k)] += stride;
      stride *= loops[operand.axes().get(k)];
    }
    return result;
  }

  private int count(int from, int to) {
    return Arrays.stream(loops, from, to).reduce(1, (a, b) -> a * b);
  }

  /** The number of entries of the node. */
  int entries() {
    return count(0, node.rank());
  }

  /** The number of points that are put together to one entry. */
  int summed() {
    return summed;
  }

  /** Where in its entries each operand is read at a point of an entry. */
  int[] offsets(int entry, int point) {
    int[] offsets = new int[strides.length];
    for (int k = loops.length - 1, rest = entry * summed + point; k >= 0; rest /= loops[k], k--) {
      for (int operand = 0; operand < offsets.length; operand++) {
        offsets[operand] += strides[operand][k] * (rest % loops[k]);
      }
    }
    return offsets;
  }
}
