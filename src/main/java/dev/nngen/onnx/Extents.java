package dev.nngen.onnx;

import dev.nngen.ir.Evaluator;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import dev.nngen.onnx.OnnxFile.Attribute;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Values that follow from the lengths of axes alone. The number of samples is that of an input; all other lengths are known. */
final class Extents {

  private final OperatorGraph operators;
  private final String sampled;

  /** @param sampled the name of an input whose first axis runs over the samples; empty if there is none */
  Extents(OperatorGraph operators, String sampled) {
    this.operators = operators;
    this.sampled = sampled;
  }

  /** The number of samples, as a list with one entry. */
  private String samples() {
    return operators.apply("Shape", List.of(sampled), new Attribute("start", 0L), new Attribute("end", 1L));
  }

  private String side(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? operators.integers(fixed.size()) : samples();
  }

  /** An extent as a number of the model's precision. */
  String number(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? operators.number(fixed.size()) : operators.cast(operators.squeeze(samples(), 0), operators.real());
  }

  /**
   * Repeats a value along those axes of a shape that it does not have.
   *
   * @param present the axes that it has
   */
  String expanded(String value, Set<Integer> present, List<Extent> shape) {
    if (IntStream.range(0, shape.size()).allMatch(present::contains)) {
      return value;
    }
    List<String> sides = AxisOrder.order(shape).stream().map(axis -> axis == AxisOrder.ONE ? operators.integers(1) : side(shape.get(axis))).toList();
    return operators.apply("Expand", value, operators.apply("Concat", sides, new Attribute("axis", 0L)));
  }

  /** The length of an axis that has one at compile time. */
  static int known(Extent extent) {
    return ((Extent.Fixed) extent).size();
  }

  /** A leaf that is known without data. */
  String constant(Node.Leaf leaf) {
    if (leaf.shape().stream().allMatch(Extent.Fixed.class::isInstance) && leaf.relation().map(relation -> relation.constant().isNumber()).orElse(true)) {
      int[] sizes = leaf.shape().stream().mapToInt(Extents::known).toArray();
      return operators.constant("c", operators.real(), IntStream.of(sizes).asLongStream().boxed().toList(), Evaluator.constant(leaf, Extents::known));
    }
    return leaf.relation().map(relation -> relation(relation, leaf.shape())).orElseGet(() -> operators.cast(operators.unsqueeze(counter(leaf.shape().get(0)), 1), operators.real()));
  }

  /** 0, 1, 2, ... */
  private String counter(Extent extent) {
    return operators.apply("Range", operators.integer(0), operators.squeeze(side(extent), 0), operators.integer(1));
  }

  private String whole(Offset offset) {
    String total = operators.integer(offset.number());
    for (Map.Entry<Extent.Symbol, Long> multiple : offset.multiples().entrySet()) {
      String length = operators.squeeze(side(multiple.getKey()), 0);
      total = operators.apply("Add", total, operators.apply("Mul", length, operators.integer(multiple.getValue())));
    }
    return total;
  }

  /** A relation one of whose axes runs over the samples. */
  private String relation(Relation relation, List<Extent> shape) {
    List<Integer> order = AxisOrder.order(shape);
    String total = whole(relation.constant());
    for (int axis = 0; axis < shape.size(); axis++) {
      int place = order.indexOf(axis);
      long[] others = IntStream.range(0, order.size()).filter(k -> k != place).asLongStream().toArray();
      String number = operators.apply("Mul", counter(shape.get(axis)), operators.integer(relation.coefficients().get(axis)));
      total = operators.apply("Add", total, others.length == 0 ? number : operators.unsqueeze(number, others));
    }
    String holds = operators.apply(relation.kind() == Relation.Kind.ZERO ? "Equal" : "GreaterOrEqual", total, operators.integer(0));
    return operators.cast(holds, operators.real());
  }
}
