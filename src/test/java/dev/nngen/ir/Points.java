package dev.nngen.ir;

import java.util.Arrays;

/** The points of a node's loops, for what evaluates graphs in another arithmetic than the interpreter's. */
final class Points {

  private final Node node;
  private final int[] loops;
  private final int summed;
  /** By how much each operand's place grows with each loop. */
  private final int[][] strides;
  private final int[] index;
  private final int[] offsets;
  private int current;

  Points(Node node, Interpreter sizes) {
    this.node = node;
    this.loops = node.loops().stream().mapToInt(sizes::size).toArray();
    this.summed = count(node.rank(), loops.length);
    this.strides = node.operands().stream().map(this::strides).toArray(int[][]::new);
    this.index = new int[loops.length];
    this.offsets = new int[strides.length];
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

  /** Returns the number of points that are combined to one entry. */
  int summed() {
    return summed;
  }

  /** Where in its entries each operand is read at a point of an entry, in an array that the next call overwrites. */
  int[] offsets(int entry, int point) {
    int wanted = entry * summed + point;
    if (wanted == current + 1) {
      advance();
    } else if (wanted != current) {
      jump(wanted);
    }
    current = wanted;
    return offsets;
  }

  private void advance() {
    for (int k = loops.length - 1; k >= 0; k--) {
      boolean isLast = ++index[k] == loops[k];
      move(k, isLast ? 1 - loops[k] : 1);
      if (!isLast) {
        return;
      }
      index[k] = 0;
    }
  }

  private void jump(int wanted) {
    for (int k = loops.length - 1, rest = wanted; k >= 0; rest /= loops[k], k--) {
      move(k, rest % loops[k] - index[k]);
      index[k] = rest % loops[k];
    }
  }

  private void move(int axis, int by) {
    for (int operand = 0; operand < offsets.length; operand++) {
      offsets[operand] += strides[operand][axis] * by;
    }
  }
}
