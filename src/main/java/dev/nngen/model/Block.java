package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A block {@code over t { .. }} during typing. Inside the block, a name is the value of one step. Outside, it has one more axis, with an entry for
 * each step: the last axis before the samples, or the first one after them if samples are rows.
 */
final class Block {

  /** Order of the steps: forward if the block reads {@code prev}, backward if it reads {@code next}. */
  enum Direction { FORWARD, BACKWARD }

  /**
   * The known properties of a carried value.
   *
   * @param shape at one index, in the model's orientation
   * @param keepsUnits whether an axis of one entry is an axis of the value, see {@link UnitAxes}
   * @param blocks numbers of the blocks over whose indices it varies
   */
  record Carry(Shape shape, boolean keepsUnits, Set<Integer> blocks) {}

  /** A value carried from one index to the next. */
  static final class Carried {
    final Name name;
    /** In the model's orientation. */
    final int start;
    final int number;
    /** The definition in the block; empty until it is typed. */
    Optional<CallSite.Local> local = Optional.empty();
    /** The block's axis among the value's axes outside of all blocks. */
    int axis;

    Carried(Name name, int start, int number) {
      this.name = name;
      this.start = start;
      this.number = number;
    }
  }

  final int number;
  final Index index;
  final Map<String, Carried> carried = new LinkedHashMap<>();
  Optional<Direction> direction = Optional.empty();

  Block(int number, Index index) {
    this.number = number;
    this.index = index;
  }

  Size extent() {
    return index.size().get();
  }

  /**
   * Returns, for each axis that a value of the block has outside, the value's own axis, or -1 for the axis of the block.
   *
   * @param keepsUnits whether an axis of one entry is an axis of the value, and not the second axis of a vector
   */
  static List<Integer> axes(Shape inner, boolean rows, boolean keepsUnits) {
    List<Size> sizes = inner.axes();
    List<Integer> axes = new ArrayList<>(IntStream.range(0, sizes.size()).boxed().toList());
    int other = rows ? 0 : 1;
    if (!keepsUnits && !inner.isTensor() && !sizes.contains(Size.SAMPLES) && sizes.get(other).isOne()) {
      axes.remove(other);
      if (sizes.get(1 - other).isOne()) {
        axes.clear();
      }
    }
    boolean sampled = !axes.isEmpty() && sizes.get(axes.get(rows ? 0 : axes.size() - 1)).isSamples();
    axes.add(rows ? (sampled ? 1 : 0) : axes.size() - (sampled ? 1 : 0), -1);
    return axes;
  }

  /** Returns the position of an axis of the value outside the block; -1 for the axis along which the block runs. */
  static int place(Shape inner, int axis, boolean rows, boolean keepsUnits) {
    List<Integer> axes = axes(inner, rows, keepsUnits);
    return axes.indexOf(axis) + (axes.size() == 1 && rows ? 1 : 0);
  }

  /** Returns the shape that a value of the block has outside. */
  Shape outside(Shape inner, boolean rows, boolean keepsUnits) {
    return Shape.of(axes(inner, rows, keepsUnits).stream().map(axis -> axis < 0 ? extent() : inner.axes().get(axis)).toList(), rows);
  }
}
