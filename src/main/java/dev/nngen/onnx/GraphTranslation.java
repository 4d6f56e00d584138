package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.onnx.OnnxFile.Attribute;
import dev.nngen.onnx.OnnxFile.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes each node with ONNX's primitive operators, as {@link dev.nngen.ir.Evaluator} defines it. Returns the name of the node's value. */
final class GraphTranslation implements Node.Visitor<String> {

  private static final int MOST_LETTERS = 20;

  private final Graph graph;
  private final Operators operators;
  private final Placement placement;
  private final String sampled;

  /** @param sampled the name of an input whose first axis runs over the samples; empty if there is none */
  GraphTranslation(Graph graph, Operators operators, Placement placement, String sampled) {
    this.graph = graph;
    this.operators = operators;
    this.placement = placement;
    this.sampled = sampled;
  }

  /** A factor of a product: a reciprocal divides by its base, since y / p may be finite where 1 / p is not. */
  record Factor(View view, boolean divides) {}

  /**
   * The factors of a product as they are computed. In double precision a sigmoid among them divides too: ONNX Runtime fuses
   * {@code z * Sigmoid(z)} into an operator that it has in single precision only.
   */
  List<Factor> factors(Node.Product product) {
    return product.factors().stream().map(view -> graph.node(view.node()) instanceof Node.Power power && product.factors().size() > 1
        && power.exponent().equals(Rational.MINUS_ONE) && !(operators.real() == ElementType.FLOAT && Folding.isSigmoid(graph, power))
        ? new Factor(power.base().through(view.axes()), true) : new Factor(view, false)).toList();
  }

  /** What a node reads. */
  List<View> operands(Node node) {
    return node instanceof Node.Product product ? factors(product).stream().map(Factor::view).toList()
        : node instanceof Node.Apply apply && indicator(apply).isPresent() ? conditional(apply)
        : node.operands();
  }

  private List<View> conditional(Node.Apply apply) {
    List<View> views = new ArrayList<>(compared(apply));
    views.addAll(apply.arguments().subList(1, 3));
    return views;
  }

  /** The comparison that is the condition of {@code where}, if it is one. */
  private Optional<Node.Apply> indicator(Node.Apply apply) {
    return apply.fn() == Fn.WHERE && graph.node(apply.arguments().get(0).node()) instanceof Node.Apply condition && condition.fn().isIndicator()
        ? Optional.of(condition) : Optional.empty();
  }

  private List<View> compared(Node.Apply apply) {
    View condition = apply.arguments().get(0);
    return indicator(apply).orElseThrow().arguments().stream().map(view -> view.through(condition.axes())).toList();
  }

  @Override
  public String leaf(Node.Leaf leaf) {
    if (leaf.role() != Node.Role.EXTENT) {
      throw new IllegalStateException("the leaf " + leaf.name() + " has no value");
    }
    String count = operators.apply("Shape", List.of(sampled), new Attribute("start", 0L), new Attribute("end", 1L));
    return operators.cast(operators.squeeze(count, 0), operators.real());
  }

  @Override
  public String sum(Node.Sum sum) {
    if (sum.isNumber()) {
      return expanded(operators.number(sum.constant().doubleValue()), List.of(), sum.shape());
    }
    return expanded(terms(null, sum.constant(), sum.terms(), Placement.order(sum.shape())), sum.operands(), sum.shape());
  }

  /** Adds terms and a constant to what is there already, or null if nothing is. */
  String terms(String start, Rational constant, List<Node.Term> terms, List<Integer> order) {
    String total = start;
    Rational rest = constant;
    if (total == null && !rest.isZero() && terms.get(0).coefficient().signum() < 0) {
      total = operators.number(rest.doubleValue());
      rest = Rational.ZERO;
    }
    for (Node.Term term : terms) {
      String value = placement.place(term.view(), order);
      boolean subtracts = total != null && term.coefficient().signum() < 0;
      String scaled = scaled(value, subtracts ? term.coefficient().negate() : term.coefficient());
      total = total == null ? scaled : operators.apply(subtracts ? "Sub" : "Add", total, scaled);
    }
    return rest.isZero() ? total : rest.signum() < 0 ? operators.apply("Sub", total, operators.number(-rest.doubleValue()))
        : operators.apply("Add", total, operators.number(rest.doubleValue()));
  }

  private String scaled(String value, Rational coefficient) {
    return coefficient.isOne() ? value : coefficient.equals(Rational.MINUS_ONE) ? operators.apply("Neg", value)
        : operators.apply("Mul", operators.number(coefficient.doubleValue()), value);
  }

  @Override
  public String product(Node.Product product) {
    List<Factor> factors = factors(product);
    if (!product.isSumming()) {
      return expanded(multiplied(factors, Placement.order(product.shape())), factors.stream().map(Factor::view).toList(), product.shape());
    }
    Set<Integer> named = factors.stream().flatMap(factor -> factor.view().axes().stream()).collect(Collectors.toCollection(LinkedHashSet::new));
    List<Integer> summed = IntStream.range(product.rank(), product.loops().size()).boxed().filter(named::contains).toList();
    List<Integer> order = new ArrayList<>(Placement.loops(product.loops(), product.rank()));
    order.removeIf(axis -> axis >= product.rank() && !named.contains(axis));
    boolean contracts = factors.size() > 1 && factors.stream().noneMatch(Factor::divides) && product.loops().size() <= MOST_LETTERS;
    String total = contracts ? einsum(product, factors) : reduced("ReduceSum", multiplied(factors, order), product.rank(), summed.size(), product.shape());
    for (int axis = product.rank(); axis < product.loops().size(); axis++) {
      if (!named.contains(axis)) {
        total = operators.apply("Mul", total, extent(product.loops().get(axis)));
      }
    }
    return expanded(total, factors.stream().map(Factor::view).toList(), product.shape());
  }

  private String extent(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? operators.number(fixed.size()) : leaf(new Node.Leaf("m", Node.Role.EXTENT, List.of()));
  }

  private String multiplied(List<Factor> factors, List<Integer> order) {
    String total = null;
    for (Factor factor : factors) {
      if (!factor.divides()) {
        String value = placement.place(factor.view(), order);
        total = total == null ? value : operators.apply("Mul", total, value);
      }
    }
    total = total == null ? operators.number(1) : total;
    for (Factor factor : factors) {
      total = factor.divides() ? operators.apply("Div", total, placement.place(factor.view(), order)) : total;
    }
    return total;
  }

  private String einsum(Node.Product product, List<Factor> factors) {
    List<Integer> order = Placement.loops(product.shape(), product.rank()).stream()
        .filter(axis -> factors.stream().anyMatch(factor -> factor.view().axes().contains(axis))).toList();
    String equation = factors.stream().map(factor -> Placement.letters(placement.axes(factor.view()))).collect(Collectors.joining(","));
    String total = operators.apply("Einsum", factors.stream().map(factor -> placement.value(factor.view().node())).toList(),
        new Attribute("equation", equation + "->" + Placement.letters(order)));
    return product.shape().equals(List.of(Extent.BATCH)) ? operators.unsqueeze(total, 1) : total;
  }

  /** A reduction over the last axes of a value that has the shape's axes before them. */
  private String reduced(String type, String value, int rank, int count, List<Extent> shape) {
    if (count == 0) {
      return value;
    }
    List<Long> axes = IntStream.range(rank, rank + count).asLongStream().boxed().toList();
    boolean column = shape.equals(List.of(Extent.BATCH));
    Attribute keep = new Attribute("keepdims", column && count == 1 ? 1L : 0L);
    String total = type.equals("ReduceSum") ? operators.apply(type, List.of(value, operators.integers(axes.stream().mapToLong(a -> a).toArray())), keep)
        : operators.apply(type, List.of(value), new Attribute("axes", axes), keep);
    return column && count > 1 ? operators.unsqueeze(total, 1) : total;
  }

  @Override
  public String power(Node.Power power) {
    String base = placement.place(power.base(), Placement.order(power.shape()));
    String value = power.exponent().equals(Rational.HALF) ? operators.apply("Sqrt", base)
        : power.exponent().equals(Rational.MINUS_ONE) ? operators.apply("Reciprocal", base)
        : operators.apply("Pow", base, operators.number(power.exponent().doubleValue()));
    return expanded(value, power.operands(), power.shape());
  }

  @Override
  public String max(Node.Max max) {
    List<Integer> order = new ArrayList<>(Placement.loops(max.loops(), max.rank()));
    order.removeIf(axis -> axis >= max.rank() && !max.argument().axes().contains(axis));
    int count = order.size() - max.rank();
    return expanded(reduced("ReduceMax", placement.place(max.argument(), order), max.rank(), count, max.shape()), max.operands(), max.shape());
  }

  @Override
  public String apply(Node.Apply apply) {
    List<Integer> order = Placement.order(apply.shape());
    if (indicator(apply).isPresent()) {
      List<String> branches = apply.arguments().subList(1, 3).stream().map(view -> placement.place(view, order)).toList();
      String condition = comparison(indicator(apply).get().fn(), compared(apply).stream().map(view -> placement.place(view, order)).toList());
      return expanded(operators.apply("Where", condition, branches.get(0), branches.get(1)), conditional(apply), apply.shape());
    }
    return expanded(function(apply.fn(), apply.arguments().stream().map(view -> placement.place(view, order)).toList()), apply.arguments(), apply.shape());
  }

  private String comparison(Fn fn, List<String> x) {
    return operators.apply(fn == Fn.GREATER ? "Greater" : fn == Fn.AT_LEAST ? "GreaterOrEqual" : "Equal", x);
  }

  private String function(Fn fn, List<String> x) {
    return switch (fn) {
      case EXP -> operators.apply("Exp", x);
      case LOG -> operators.apply("Log", x);
      case SIN -> operators.apply("Sin", x);
      case COS -> operators.apply("Cos", x);
      case TANH -> operators.apply("Tanh", x);
      case ERF -> operators.apply("Erf", x);
      case LOG1P -> operators.apply("Log", operators.apply("Add", operators.number(1), x.get(0)));
      case EXPM1 -> operators.apply("Sub", operators.apply("Exp", x), operators.number(1));
      case ABS -> operators.apply("Abs", x);
      case SIGN -> operators.apply("Sign", x);
      case FLOOR -> operators.apply("Floor", x);
      case STOP -> x.get(0);
      case POW -> operators.apply("Pow", x);
      case MAXIMUM -> operators.apply("Max", x);
      case MINIMUM -> operators.apply("Min", x);
      case GREATER, AT_LEAST, EQUAL -> operators.cast(comparison(fn, x), operators.real());
      case WEIGHTED -> operators.apply("Where", operators.cast(x.get(0), ElementType.BOOL), operators.apply("Mul", x), operators.number(0));
      case WHERE -> operators.apply("Where", operators.cast(x.get(0), ElementType.BOOL), x.get(1), x.get(2));
      case PI -> operators.number(Math.PI);
      case SINH, COSH, ASIN, ACOS, ATAN, ASINH, ACOSH, ATANH -> operators.apply(fn.name().charAt(0) + fn.label().substring(1), x);
      case LOG2 -> operators.apply("Div", operators.apply("Log", x), operators.number(Math.log(2)));
      case LOG10 -> operators.apply("Div", operators.apply("Log", x), operators.number(Math.log(10)));
      case CBRT -> operators.apply("Mul", operators.apply("Sign", x), operators.apply("Pow", operators.apply("Abs", x), operators.number(1.0 / 3)));
      case NORMCDF -> operators.apply("Mul", operators.number(0.5), operators.apply("Add", operators.number(1),
          operators.apply("Erf", operators.apply("Mul", x.get(0), operators.number(Math.sqrt(0.5))))));
      case ATAN2, LGAMMA, DIGAMMA, POLYGAMMA, ERFINV -> throw new IllegalStateException(fn + " has no operator");
    };
  }

  /** False for functions that ONNX can't compute by any of its operators. */
  static boolean isExpressible(Fn fn) {
    return switch (fn) {
      case ATAN2, LGAMMA, DIGAMMA, POLYGAMMA, ERFINV -> false;
      default -> true;
    };
  }

  @Override
  public String derivative(Node.Derivative derivative) {
    throw new IllegalStateException("autodiff has not run");
  }

  /** Repeats a value along those axes of a shape that none of its operands has. */
  private String expanded(String value, List<View> operands, List<Extent> shape) {
    Set<Integer> present = operands.stream().flatMap(view -> view.axes().stream()).collect(Collectors.toSet());
    if (IntStream.range(0, shape.size()).allMatch(present::contains)) {
      return value;
    }
    List<String> sides = Placement.order(shape).stream().map(axis -> axis == Placement.ONE ? operators.integers(1)
        : shape.get(axis) instanceof Extent.Fixed fixed ? operators.integers(fixed.size())
        : operators.apply("Shape", List.of(sampled), new Attribute("start", 0L), new Attribute("end", 1L))).toList();
    return operators.apply("Expand", value, operators.apply("Concat", sides, new Attribute("axis", 0L)));
  }
}
