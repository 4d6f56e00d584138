package dev.nngen.onnx;

import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Resolution.Solved;
import dev.nngen.onnx.OnnxFile.Attribute;
import java.util.List;
import java.util.stream.IntStream;

/** Reads entries along a side at positions that are computed at run time, because they depend on lengths known only then. */
final class DynamicGather {

  private final OperatorGraph operators;
  private final Extents extents;
  private final Reads reads;

  DynamicGather(OperatorGraph operators, Extents extents, Reads reads) {
    this.operators = operators;
    this.extents = extents;
    this.reads = reads;
  }

  /**
   * Returns the value with loops instead of a side.
   *
   * @param rank number of sides of the value
   * @param side the side that is read
   * @param axes that the side runs over, row by row
   * @param loops on which the positions depend
   */
  String along(String value, int rank, int side, List<Integer> axes, List<Integer> loops) {
    if (axes.size() == 1 && isSame(axes.get(0), loops)) {
      return value;
    }
    String position = null;
    String outside = null;
    for (int axis : axes) {
      String at = at(axis, loops);
      position = position == null ? at : operators.apply("Add", operators.apply("Mul", position, length(axis)), at);
      outside = isInside(axis) ? outside : or(outside, outside(axis, loops));
    }
    if (outside == null) {
      return operators.apply("Gather", List.of(value, position), new Attribute("axis", (long) side));
    }
    String last = operators.squeeze(operators.apply("Shape", List.of(value), new Attribute("start", (long) side), new Attribute("end", side + 1L)), 0);
    String zeros = operators.apply("Pad", value, operators.integers(IntStream.range(0, 2 * rank).mapToLong(k -> k == rank + side ? 1 : 0).toArray()));
    return operators.apply("Gather", List.of(zeros, operators.apply("Where", outside, last, position)), new Attribute("axis", (long) side));
  }

  private boolean isSame(int axis, List<Integer> loops) {
    return loops.size() == 1 && reads.extents().get(loops.get(0)).equals(reads.extents().get(axis))
        && reads.solved(axis).filter(solved -> solved.value().equals(Affine.axis(loops.get(0))) && solved.divisor() == 1 && solved.modulus() == 0).isPresent();
  }

  private String length(int axis) {
    return extents.integer(Offset.of(reads.extents().get(axis)));
  }

  private boolean isInside(int axis) {
    return reads.solved(axis).map(Solved::isInside).orElse(true);
  }

  private String at(int axis, List<Integer> loops) {
    if (reads.solved(axis).isEmpty()) {
      return extents.integers(Affine.axis(axis), loops, reads.extents());
    }
    Solved solved = reads.solved(axis).get();
    String value = extents.integers(solved.value(), loops, reads.extents());
    String quotient = solved.divisor() == 1 ? value : operators.apply("Div", value, operators.integer(solved.divisor()));
    return solved.modulus() == 0 ? quotient : operators.apply("Mod", quotient, operators.integer(solved.modulus()));
  }

  /** Returns whether the position is out of bounds of the axis. */
  private String outside(int axis, List<Integer> loops) {
    Solved solved = reads.solved(axis).orElseThrow();
    String value = extents.integers(solved.value(), loops, reads.extents());
    return operators.apply("Or", operators.apply("Less", value, operators.integer(0)), operators.apply("GreaterOrEqual", value, extents.integer(reads.beyond(axis, solved))));
  }

  private String or(String condition, String other) {
    return condition == null ? other : operators.apply("Or", condition, other);
  }
}
