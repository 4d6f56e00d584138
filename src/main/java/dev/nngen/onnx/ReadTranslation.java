package dev.nngen.onnx;

import dev.nngen.ir.Resolution.Condition;
import dev.nngen.ir.Resolution.Solved;
import dev.nngen.ir.View;
import dev.nngen.onnx.AxisOrder.Tensor;
import dev.nngen.onnx.OnnxFile.Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes the reads of one product: a factor as a tensor over axes with loops, and conditions as tensors of zeros and ones. */
final class ReadTranslation {

  private final OperatorGraph operators;
  private final AxisOrder placement;
  private final Extents extents;
  private final StaticGather picks;
  private final Reads reads;

  ReadTranslation(OperatorGraph operators, AxisOrder placement, Extents extents, Reads reads) {
    this.operators = operators;
    this.placement = placement;
    this.extents = extents;
    this.picks = new StaticGather(operators);
    this.reads = reads;
  }

  /** Returns a factor of the product. Sides whose positions depend on the same loops are read together. */
  Tensor tensor(View view) {
    Tensor tensor = placement.tensor(view);
    for (int axis : view.axes()) {
      tensor = reads.number(axis).isPresent() ? chosen(tensor, axis) : tensor;
    }
    for (List<Integer> sides = solved(tensor.axes()); !sides.isEmpty(); sides = solved(tensor.axes())) {
      tensor = picked(tensor, sides);
    }
    return tensor;
  }

  private Tensor chosen(Tensor tensor, int axis) {
    int side = tensor.axes().indexOf(axis);
    Tensor numbers = placement.integers(reads.number(axis).get());
    return new Tensor(operators.apply("Gather", List.of(tensor.value(), numbers.value()), new Attribute("axis", (long) side)), joined(tensor.axes().subList(0, side), numbers.axes(), tensor.axes().subList(side + 1, tensor.axes().size())));
  }

  private static List<Integer> joined(List<Integer> before, List<Integer> axes, List<Integer> after) {
    return Stream.of(before, axes, after).flatMap(List::stream).toList();
  }

  /** Returns the first side that is read at a computed position, and all whose positions depend on the same loops. */
  private List<Integer> solved(List<Integer> axes) {
    TreeSet<Integer> sides = new TreeSet<>();
    IntStream.range(0, axes.size()).filter(side -> axes.get(side) != AxisOrder.ONE && reads.solved(axes.get(side)).isPresent()).limit(1).forEach(sides::add);
    for (int before = 0; sides.size() > before; ) {
      before = sides.size();
      Collection<Integer> loops = loops(axes, sides);
      IntStream.range(0, axes.size()).filter(side -> axes.get(side) != AxisOrder.ONE && reads.loops(axes.get(side)).stream().anyMatch(loops::contains)).forEach(sides::add);
    }
    return List.copyOf(sides);
  }

  private TreeSet<Integer> loops(List<Integer> axes, Collection<Integer> sides) {
    TreeSet<Integer> loops = new TreeSet<>();
    sides.forEach(side -> loops.addAll(reads.loops(axes.get(side))));
    return loops;
  }

  private Tensor picked(Tensor tensor, List<Integer> sides) {
    List<Integer> axes = tensor.axes();
    boolean joins = sides.size() > 1;
    List<Integer> read = sides.stream().map(axes::get).toList();
    List<Integer> before = joins ? IntStream.range(0, axes.size()).filter(side -> !sides.contains(side)).mapToObj(axes::get).toList() : axes.subList(0, sides.get(0));
    List<Integer> after = joins ? List.of() : axes.subList(sides.get(0) + 1, axes.size());
    List<Integer> loops = new ArrayList<>(loops(axes, sides));
    if (Stream.of(read, loops).flatMap(List::stream).anyMatch(axis -> reads.length(axis).isEmpty()) || read.stream().anyMatch(axis -> !isKnown(axis))) {
      DynamicGather open = new DynamicGather(operators, extents, reads);
      return new Tensor(open.along(joins ? mergeSides(tensor, sides) : tensor.value(), before.size() + 1 + after.size(), before.size(), read, loops), joined(before, loops, after));
    }
    loops.sort(Comparator.comparing((Integer loop) -> -Math.abs(step(read, loop))));
    int[] shape = loops.stream().mapToInt(reads::size).toArray();
    String value = picks.along(joins ? mergeSides(tensor, sides) : tensor.value(), before.size() + 1 + after.size(), before.size(), length(read),
        after.stream().map(reads::length).toList(), positions(read, loops, shape), shape);
    return new Tensor(value, joined(before, loops, after));
  }

  private boolean isKnown(int axis) {
    return reads.solved(axis).map(solved -> solved.value().constant().isNumber()).orElse(true);
  }

  /** Merges the sides into one, which is last. */
  private String mergeSides(Tensor tensor, List<Integer> sides) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, tensor.axes().size()).filter(side -> !sides.contains(side)).boxed().toList());
    long[] shape = new long[order.size() + 1];
    shape[order.size()] = -1;
    order.addAll(sides);
    boolean moves = IntStream.range(0, order.size()).anyMatch(k -> order.get(k) != k);
    String moved = moves ? operators.apply("Transpose", List.of(tensor.value()), new Attribute("perm", order.stream().map(side -> (long) side).toList())) : tensor.value();
    return operators.apply("Reshape", moved, operators.integers(shape));
  }

  private int length(List<Integer> axes) {
    return axes.stream().mapToInt(reads::size).reduce(1, Math::multiplyExact);
  }

  /** Returns the distance by which the position moves with a loop, at the start of all loops. */
  private long step(List<Integer> axes, int loop) {
    int[] point = new int[reads.extents().size()];
    long start = position(axes, point, false);
    point[loop] = 1;
    return position(axes, point, false) - start;
  }

  /** Returns the positions at all points of the loops. */
  private int[] positions(List<Integer> axes, List<Integer> loops, int[] shape) {
    int[] positions = new int[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    int[] point = new int[reads.extents().size()];
    for (int at = 0; at < positions.length; at++) {
      Extents.locate(point, loops, reads.extents(), at);
      positions[at] = (int) position(axes, point, true);
    }
    return positions;
  }

  /** Returns the row-major position in several axes. */
  private long position(List<Integer> axes, int[] point, boolean isChecked) {
    long position = 0;
    for (int axis : axes) {
      long at = reads.solved(axis).map(solved -> at(solved, point)).orElse((long) point[axis]);
      if (isChecked && (at < 0 || at >= reads.size(axis))) {
        return StaticGather.OUTSIDE;
      }
      position = position * reads.size(axis) + at;
    }
    return position;
  }

  private static long at(Solved solved, int[] point) {
    long at = Math.floorDiv(solved.value().at(point, Extents::fixedLength), solved.divisor());
    return solved.modulus() == 0 ? at : Math.floorMod(at, solved.modulus());
  }

  /** Returns 1 if the condition holds, otherwise 0. */
  Tensor mask(Condition condition) {
    return extents.relation(condition.kind(), condition.affine(), reads.extents());
  }
}
