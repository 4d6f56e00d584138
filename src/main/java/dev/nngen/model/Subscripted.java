package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Offset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A value with subscripts, and the axis of each.
 *
 * @param value the subscripted value
 * @param pad the value at positions out of bounds; empty if there must be none
 * @param sizes the size of the axis of each subscript
 * @param places the axis of each subscript
 * @param samples the axis of samples, if the text leaves it out
 * @param blocks the index of each axis that the value has for an enclosing block
 */
record Subscripted(int value, Optional<Expr> pad, List<Size> sizes, List<Integer> places, Optional<Integer> samples, Map<Integer, Index> blocks) {

  /**
   * Returns the ways in which that many subscripts fit a shape, the likeliest first: all axes, those without m, those with more than one entry, or
   * the single axis of a vector with one entry. Empty if they do not fit.
   *
   * @param isReduced whether a dimension of one is not an axis of the value, see {@link UnitAxes}
   */
  static List<Subscripted> fits(int value, Optional<Expr> pad, Shape shape, int count, boolean isReduced) {
    List<Size> axes = shape.axes();
    List<Integer> all = IntStream.range(0, axes.size()).boxed().toList();
    Optional<Integer> samples = axes.stream().filter(Size::isSamples).count() == 1 ? Optional.of(axes.indexOf(Size.SAMPLES)) : Optional.empty();
    List<Integer> sampled = all.stream().filter(axis -> !samples.equals(Optional.of(axis))).toList();
    List<Integer> longAll = all.stream().filter(axis -> !axes.get(axis).isOne()).toList();
    List<Integer> longSampled = sampled.stream().filter(axis -> !axes.get(axis).isOne()).toList();
    List<Integer> first = longAll.isEmpty() ? all.subList(0, 1) : all;
    return (isReduced ? Stream.of(all, longAll, longSampled, sampled, first) : Stream.of(all, sampled, longAll, longSampled, first)).filter(places -> places.size() == count)
        .distinct().map(places -> new Subscripted(value, pad, places.stream().map(axes::get).toList(), places, samples.filter(axis -> !places.contains(axis)), Map.of()))
        .toList();
  }

  /** Returns a carried value of unknown shape: a number, whatever its subscripts. */
  static Subscripted open(int value, Optional<Expr> pad) {
    return new Subscripted(value, pad, List.of(), List.of(), Optional.empty(), Map.of());
  }

  boolean isOpen() {
    return sizes.isEmpty();
  }

  /** Returns the value, which belongs to a block, at all indices of the block. */
  Subscripted outside(Session session, boolean rows) {
    Subscripted outer = this;
    List<Integer> around = new ArrayList<>(session.values.blocks(value));
    Collections.reverse(around);
    for (int number : around) {
      outer = outer.outside(session, session.numbered.get(number), rows);
    }
    return outer;
  }

  private Subscripted outside(Session session, Block block, boolean rows) {
    List<Integer> axes = new ArrayList<>(Block.axes(session.values.shape(value), rows, session.units.areKept(value)));
    int outer = session.outside(value, block, rows);
    if (axes.size() == 1 && rows) {
      axes.add(0, Integer.MIN_VALUE);
    }
    Map<Integer, Index> all = new TreeMap<>();
    blocks.forEach((axis, index) -> all.put(axes.indexOf(axis), index));
    all.put(axes.indexOf(-1), block.index);
    return new Subscripted(outer, pad, sizes, places.stream().map(axes::indexOf).toList(), samples.map(axes::indexOf), all);
  }

  /** Returns the last subscript of an axis; empty for that of samples. */
  Optional<Offset> end(int subscript) {
    return Optional.of(sizes.get(subscript)).filter(size -> !size.isSamples()).map(size -> size.offset().plus(-1));
  }

  Size size(int subscript) {
    return sizes.get(subscript);
  }

  /** Returns an error for a value of that shape without subscripts in index code. */
  static Diagnostic missing(Expr expr, Shape shape) {
    int count = (int) shape.axes().stream().filter(size -> !size.isSamples()).count();
    return Diagnostic.of(ErrorCode.SUBSCRIPT_COUNT, expr.span(), "`" + FaultReport.excerpt(expr.span()) + "` has the axes " + text(shape) + " but no subscripts")
        .help("among indices every value is a number: write an entry, with " + (count == 1 ? "one subscript" : count + " subscripts"));
  }

  /** Returns the sizes as text for a message. */
  static String text(Shape shape) {
    return shape.axes().stream().map(Size::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
