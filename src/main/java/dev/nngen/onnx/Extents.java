package dev.nngen.onnx;

import dev.nngen.ir.Evaluator;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Relation.Term;
import dev.nngen.onnx.AxisOrder.Tensor;
import dev.nngen.onnx.OnnxFile.Attribute;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Computes values that depend only on the lengths of axes. Lengths known only at run time are read from inputs. */
final class Extents {

  private static final String BATCH = "batch";

  private final OperatorGraph operators;
  private final Map<Extent.Symbol, Side> sides;

  /** A side of an input. */
  record Side(String input, int number) {}

  /**
   * @param sides the inputs' sides that have the lengths known only at run time
   */
  Extents(OperatorGraph operators, Map<Extent.Symbol, Side> sides) {
    this.operators = operators;
    this.sides = sides;
  }

  /** Returns the same lengths for another graph with the same inputs. */
  Extents in(OperatorGraph other) {
    return new Extents(other, sides);
  }

  /** Returns a length as a list with one entry. */
  private String side(Extent extent) {
    if (extent instanceof Extent.Fixed fixed) {
      return operators.integers(fixed.size());
    }
    Side side = sides.get((Extent.Symbol) extent);
    return operators.apply("Shape", List.of(side.input()), new Attribute("start", (long) side.number()), new Attribute("end", side.number() + 1L));
  }

  /** Returns a side of a port: a number, or a name if it is known only at run time. */
  static Object side(List<Extent> shape, int axis) {
    if (axis == AxisOrder.ONE) {
      return 1L;
    }
    return shape.get(axis) instanceof Extent.Fixed fixed ? (Object) (long) fixed.size() : shape.get(axis).equals(Extent.BATCH) ? BATCH : shape.get(axis).toString();
  }

  /** Returns the shape of a value with axes of these lengths; {@link AxisOrder#ONE} is a side of length one. */
  String shape(List<Integer> order, List<Extent> loops) {
    if (order.stream().allMatch(axis -> axis == AxisOrder.ONE || loops.get(axis) instanceof Extent.Fixed)) {
      return operators.integers(order.stream().mapToLong(axis -> axis == AxisOrder.ONE ? 1 : fixedLength(loops.get(axis))).toArray());
    }
    List<String> lengths = order.stream().map(axis -> axis == AxisOrder.ONE ? operators.integers(1) : side(loops.get(axis))).toList();
    return operators.apply("Concat", lengths, new Attribute("axis", 0L));
  }

  /** Returns an extent as a number of the model's precision. */
  String number(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? operators.number(fixed.size()) : operators.cast(operators.squeeze(side(extent), 0), operators.real());
  }

  /**
   * Broadcasts a value along the axes of a shape that it does not have.
   *
   * @param present the axes that it has
   */
  String expanded(String value, Set<Integer> present, List<Extent> shape) {
    return IntStream.range(0, shape.size()).allMatch(present::contains) ? value : operators.apply("Expand", value, shape(AxisOrder.order(shape), shape));
  }

  /** Returns the length of an axis that is known at compile time. */
  static int fixedLength(Extent extent) {
    return ((Extent.Fixed) extent).size();
  }

  /** Whether the values of the expression are known at compile time. */
  static boolean isKnown(Affine affine, List<Extent> loops) {
    return affine.constant().isNumber() && affine.terms().stream().allMatch(term -> loops.get(term.axis()) instanceof Extent.Fixed);
  }

  /** Returns a leaf that does not depend on data. */
  String constant(Node.Leaf leaf) {
    List<Integer> order = AxisOrder.order(leaf.shape());
    if (leaf.relation().isPresent()) {
      return relation(leaf.relation().get().kind(), leaf.relation().get().over(IntStream.range(0, leaf.rank()).boxed().toList()), order, leaf.shape());
    }
    if (leaf.shape().stream().allMatch(Extent.Fixed.class::isInstance)) {
      return operators.constant("c", operators.real(), leaf.shape().stream().map(extent -> (long) fixedLength(extent)).toList(), Evaluator.constant(leaf, Extents::fixedLength));
    }
    return operators.cast(integers(Affine.axis(0), order, leaf.shape()), operators.real());
  }

  /** Returns the numbers 0, 1, 2, ... */
  private String counter(Extent extent) {
    return operators.apply("Range", operators.integer(0), operators.squeeze(side(extent), 0), operators.integer(1));
  }

  /** Returns an offset as an integer. */
  String integer(Offset offset) {
    String total = null;
    for (Map.Entry<Extent.Symbol, Long> multiple : offset.multiples().entrySet()) {
      total = plus(total, times(operators.squeeze(side(multiple.getKey()), 0), multiple.getValue()));
    }
    return total == null ? operators.integer(offset.number()) : offset.number() == 0 ? total : plus(total, operators.integer(offset.number()));
  }

  private String times(String value, long factor) {
    return factor == 1 ? value : operators.apply("Mul", value, operators.integer(factor));
  }

  private String plus(String total, String value) {
    return total == null ? value : operators.apply("Add", total, value);
  }

  /** Returns the integers of an expression at all points of its axes, as a value with these sides. */
  String integers(Affine affine, List<Integer> order, List<Extent> loops) {
    String total = affine.constant().isZero() && !affine.terms().isEmpty() ? null : integer(affine.constant());
    for (Term term : affine.terms()) {
      int place = order.indexOf(term.axis());
      long[] others = IntStream.range(0, order.size()).filter(k -> k != place).asLongStream().toArray();
      String number = times(counter(loops.get(term.axis())), term.coefficient());
      total = plus(total, others.length == 0 ? number : operators.unsqueeze(number, others));
    }
    return total;
  }

  /** Returns 1 if an expression is 0, or nonnegative, and otherwise 0, as a value whose sides are its axes. */
  Tensor relation(Relation.Kind kind, Affine affine, List<Extent> loops) {
    List<Integer> axes = affine.terms().stream().map(Term::axis).toList();
    return new Tensor(relation(kind, affine, axes, loops), axes);
  }

  private String relation(Relation.Kind kind, Affine affine, List<Integer> order, List<Extent> loops) {
    if (!isKnown(affine, loops)) {
      return operators.cast(holds(kind, integers(affine, order, loops)), operators.real());
    }
    int[] point = new int[loops.size()];
    double[] entries = new double[order.stream().mapToInt(axis -> fixedLength(loops.get(axis))).reduce(1, Math::multiplyExact)];
    Relation relation = new Relation(kind, affine.terms().stream().map(Term::coefficient).toList(), affine.constant());
    for (int at = 0; at < entries.length; at++) {
      locate(point, order, loops, at);
      entries[at] = relation.at(affine.terms().stream().mapToInt(term -> point[term.axis()]).toArray(), Extents::fixedLength);
    }
    return operators.constant("c", operators.real(), order.stream().map(axis -> (long) fixedLength(loops.get(axis))).toList(), entries);
  }

  private String holds(Relation.Kind kind, String value) {
    return operators.apply(kind == Relation.Kind.ZERO ? "Equal" : "GreaterOrEqual", value, operators.integer(0));
  }

  /** Sets axes to the point with that row-major number. */
  static void locate(int[] point, List<Integer> axes, List<Extent> loops, int number) {
    int[] shape = axes.stream().mapToInt(axis -> fixedLength(loops.get(axis))).toArray();
    int rest = number;
    for (int k = shape.length - 1; k >= 0; k--) {
      point[axes.get(k)] = rest % shape[k];
      rest /= shape[k];
    }
  }
}
