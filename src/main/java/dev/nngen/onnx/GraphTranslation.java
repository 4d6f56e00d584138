package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.onnx.OnnxFile.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes each node with ONNX's primitive operators, as {@link dev.nngen.ir.Evaluator} defines it. Returns the name of the node's value. */
final class GraphTranslation implements Node.Visitor<String> {

  private final Graph graph;
  private final OperatorGraph operators;
  private final AxisOrder placement;
  private final Extents extents;
  private final ProductTranslation products;

  GraphTranslation(Graph graph, OperatorGraph operators, AxisOrder placement, Extents extents, ProductTranslation products) {
    this.graph = graph;
    this.operators = operators;
    this.placement = placement;
    this.extents = extents;
    this.products = products;
  }

  /** Returns the operands of a node. */
  List<View> operands(Node node) {
    return node instanceof Node.Product product ? products.operands(product)
        : node instanceof Node.Scatter scatter ? products.operands(scatter.sum())
        : node instanceof Node.Apply apply && indicator(apply).isPresent() ? conditional(apply)
        : node.operands();
  }

  private List<View> conditional(Node.Apply apply) {
    List<View> views = new ArrayList<>(compared(apply));
    views.addAll(apply.arguments().subList(1, 3));
    return views;
  }

  /** Returns the comparison that is the condition of {@code where}, if it is one. */
  private Optional<Node.Apply> indicator(Node.Apply apply) {
    return apply.fn() == Fn.WHERE && graph.node(apply.arguments().get(0).node()) instanceof Node.Apply condition && condition.fn().isIndicator()
        ? Optional.of(condition) : Optional.empty();
  }

  private List<View> compared(Node.Apply apply) {
    View condition = apply.arguments().get(0);
    return indicator(apply).orElseThrow().arguments().stream().map(view -> view.rewire(condition.axes())).toList();
  }

  @Override
  public String leaf(Node.Leaf leaf) {
    if (leaf.isConstant()) {
      return extents.constant(leaf);
    }
    return leaf.role() == Node.Role.EXTENT ? extents.number(new Extent.Symbol(leaf.name()))
        : operators.cast(placement.integers(View.identity(graph.named(leaf.name()).node(), leaf.rank())).value(), operators.real());
  }

  @Override
  public String sum(Node.Sum sum) {
    if (sum.isNumber()) {
      return expanded(operators.number(sum.constant().doubleValue()), List.of(), sum.shape());
    }
    return expanded(terms(null, sum.constant(), sum.terms(), AxisOrder.order(sum.shape())), sum.operands(), sum.shape());
  }

  /** Adds terms and a constant to the start value, or null if there is none. */
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
    return products.product(product);
  }

  @Override
  public String power(Node.Power power) {
    String base = placement.place(power.base(), AxisOrder.order(power.shape()));
    String value = power.exponent().equals(Rational.HALF) ? operators.apply("Sqrt", base)
        : power.exponent().equals(Rational.MINUS_ONE) ? operators.apply("Reciprocal", base)
        : operators.apply("Pow", base, operators.number(power.exponent().doubleValue()));
    return expanded(value, power.operands(), power.shape());
  }

  @Override
  public String max(Node.Max max) {
    List<Integer> order = new ArrayList<>(AxisOrder.loops(max.loops(), max.rank()));
    order.removeIf(axis -> axis >= max.rank() && !max.argument().axes().contains(axis));
    return expanded(operators.reduced("ReduceMax", placement.place(max.argument(), order), max.shape(), order.size() - max.rank()), max.operands(), max.shape());
  }

  @Override
  public String apply(Node.Apply apply) {
    List<Integer> order = AxisOrder.order(apply.shape());
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

  /** Whether ONNX has operators that compute the function. */
  static boolean isExpressible(Fn fn) {
    return switch (fn) {
      case ATAN2, LGAMMA, DIGAMMA, POLYGAMMA, ERFINV -> false;
      default -> true;
    };
  }

  private String expanded(String value, List<View> operands, List<Extent> shape) {
    return extents.expanded(value, operands.stream().flatMap(view -> view.axes().stream()).collect(Collectors.toSet()), shape);
  }
}
