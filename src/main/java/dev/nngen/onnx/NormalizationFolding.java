package dev.nngen.onnx;

import static dev.nngen.onnx.OperatorFolding.SUMMED;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.onnx.AxisOrder.Tensor;
import dev.nngen.onnx.OnnxFile.Attribute;
import dev.nngen.onnx.OnnxFile.ElementType;
import dev.nngen.onnx.OperatorFolding.Computed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Finds normalized values: {@code Softmax}, {@code LogSoftmax}, {@code LayerNormalization} and {@code BatchNormalization}. */
final class NormalizationFolding {

  private final Graph graph;
  private final OperatorGraph operators;
  private final AxisOrder placement;

  NormalizationFolding(Graph graph, OperatorGraph operators, AxisOrder placement) {
    this.graph = graph;
    this.operators = operators;
    this.placement = placement;
  }

  Optional<Computed> of(Node node) {
    if (node instanceof Node.Product product && !product.isSumming()) {
      return Stream.of(0, 1).filter(k -> product.factors().size() == 2).flatMap(k -> softmax(product, product.factors().get(k), product.factors().get(1 - k)).stream())
          .findFirst().or(() -> normalization(product, product.factors(), Optional.empty()));
    }
    return node instanceof Node.Sum sum ? logSoftmax(sum).or(() -> normalization(sum)) : Optional.empty();
  }

  /** Matches {@code exp(z)} over the sum of its entries along an axis, with any shift of {@code z} along that axis. */
  private Optional<Computed> softmax(Node.Product product, View exponential, View reciprocal) {
    if (!(graph.node(exponential.node()) instanceof Node.Apply exp) || exp.fn() != Fn.EXP
        || !(graph.node(reciprocal.node()) instanceof Node.Power power) || !power.exponent().equals(Rational.MINUS_ONE)) {
      return Optional.empty();
    }
    View argument = exp.arguments().get(0).rewire(exponential.axes());
    return summand(power.base().rewire(reciprocal.axes())).flatMap(summand -> axis(exponential, summand))
        .filter(axis -> OperatorFolding.covers(argument, product.rank()))
        .map(axis -> along("Softmax", unshifted(argument, axis), axis, product));
  }

  private Computed along(String type, View z, int axis, Node node) {
    List<Integer> order = AxisOrder.order(node.shape());
    return new Computed(List.of(z), () -> operators.apply(type, List.of(placement.place(z, order)), new Attribute("axis", (long) order.indexOf(axis))));
  }

  /** Returns the argument of the exponential without a subtracted maximum that does not depend on the axis. */
  private View unshifted(View argument, int axis) {
    if (graph.node(argument.node()) instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() == 2) {
      for (int k = 0; k < 2; k++) {
        View shift = sum.terms().get(1 - k).view().rewire(argument.axes());
        View rest = sum.terms().get(k).view().rewire(argument.axes());
        if (sum.terms().get(k).coefficient().isOne() && graph.node(shift.node()) instanceof Node.Max && !shift.axes().contains(axis)
            && rest.axes().size() == argument.axes().size()) {
          return rest;
        }
      }
    }
    return argument;
  }

  /** Matches {@code z - log(sum(exp(z)))}. */
  private Optional<Computed> logSoftmax(Node.Sum sum) {
    if (!sum.constant().isZero() || sum.terms().size() != 2) {
      return Optional.empty();
    }
    return Stream.of(0, 1).filter(k -> sum.terms().get(k).coefficient().isOne() && sum.terms().get(1 - k).coefficient().equals(Rational.MINUS_ONE))
        .flatMap(k -> logSoftmax(sum, sum.terms().get(k).view(), sum.terms().get(1 - k).view()).stream()).findFirst();
  }

  private Optional<Computed> logSoftmax(Node.Sum sum, View z, View logarithm) {
    return argument(Fn.LOG, logarithm).flatMap(this::summand).flatMap(summand -> argument(Fn.EXP, summand)).flatMap(argument -> axis(z, argument))
        .filter(axis -> OperatorFolding.covers(z, sum.rank())).map(axis -> along("LogSoftmax", unshifted(z, axis), axis, sum));
  }

  private Optional<View> argument(Fn fn, View view) {
    return graph.node(view.node()) instanceof Node.Apply apply && apply.fn() == fn ? Optional.of(apply.arguments().get(0).rewire(view.axes())) : Optional.empty();
  }

  /** Returns the summand of a sum along an axis, with {@link OperatorFolding#SUMMED} for that axis. */
  private Optional<View> summand(View view) {
    return graph.node(view.node()) instanceof Node.Product product && product.loops().size() == product.rank() + 1 && product.factors().size() == 1
        ? Optional.of(product.factors().get(0).rewire(OperatorFolding.outer(view, product))) : Optional.empty();
  }

  /** Returns the axis along which the summand is the value. */
  private static Optional<Integer> axis(View value, View summand) {
    int summed = summand.axes().indexOf(SUMMED);
    boolean agrees = summed >= 0 && value.node() == summand.node()
        && IntStream.range(0, value.axes().size()).allMatch(k -> k == summed || value.axes().get(k).equals(summand.axes().get(k)));
    return agrees ? Optional.of(value.axes().get(summed)) : Optional.empty();
  }

  /**
   * A value normalized along an axis: {@code d / sqrt(mean(d^2) + epsilon)} with {@code d = z - mean(z)}.
   *
   * @param reciprocal of the root
   */
  private record Normalized(View reciprocal, View z, int axis, float epsilon) {}

  /** Matches a normalized value, with or without a scale, and a shift. */
  private Optional<Computed> normalization(Node.Sum sum) {
    boolean isShifted = sum.constant().isZero() && sum.terms().size() == 2 && sum.terms().stream().allMatch(term -> term.coefficient().isOne());
    return Stream.of(0, 1).filter(k -> isShifted)
        .flatMap(k -> normalization(sum, List.of(sum.terms().get(k).view()), Optional.of(sum.terms().get(1 - k).view())).stream()).findFirst();
  }

  /** Matches the product of a deviation, a reciprocal root and perhaps a scale, in any order. */
  private Optional<Computed> normalization(Node node, List<View> product, Optional<View> shift) {
    List<View> factors = product.stream().flatMap(this::factors).toList();
    if (factors.size() != 2 && factors.size() != 3) {
      return Optional.empty();
    }
    return factors.stream().flatMap(deviation -> factors.stream().filter(reciprocal -> !reciprocal.equals(deviation)).flatMap(reciprocal -> {
      Optional<View> scale = factors.stream().filter(factor -> !factor.equals(deviation) && !factor.equals(reciprocal)).findFirst();
      return normalized(node, deviation, reciprocal).filter(found -> areAlong(found.axis(), scale, shift)).map(found -> computed(node, found, scale, shift))
          .or(() -> batch(node, deviation, reciprocal).filter(found -> areAlong(found.axis(), scale, shift)).map(found -> computed(node, found, scale, shift))).stream();
    })).findFirst();
  }

  private static boolean areAlong(int axis, Optional<View> scale, Optional<View> shift) {
    return Stream.of(scale, shift).allMatch(view -> view.isEmpty() || view.get().axes().equals(List.of(axis)));
  }

  /** Returns the factors of a product without sums, or the view itself. */
  private Stream<View> factors(View view) {
    return graph.node(view.node()) instanceof Node.Product product && !product.isSumming() ? product.factors().stream().flatMap(factor -> factors(factor.rewire(view.axes()))) : Stream.of(view);
  }

  private Optional<Normalized> normalized(Node node, View deviation, View reciprocal) {
    return OperatorFolding.covers(deviation, node.rank()) && node.shape().size() == deviation.axes().size()
        ? deviation.axes().stream().filter(axis -> node.shape().get(axis) instanceof Extent.Fixed).flatMap(axis -> normalized(node, deviation, reciprocal, axis).stream()).findFirst()
        : Optional.empty();
  }

  private Optional<Normalized> normalized(Node node, View deviation, View reciprocal, int axis) {
    Rational share = Rational.of(1, ((Extent.Fixed) node.shape().get(axis)).size());
    return root(reciprocal).filter(base -> graph.node(base.node()) instanceof Node.Sum sum && sum.terms().size() == 1 && sum.constant().signum() > 0
            && (operators.real() == ElementType.FLOAT || isExact(sum.constant())) && isMeanSquare(sum.terms().get(0), base, share, deviation, axis))
        .flatMap(base -> centered(deviation, share, axis).map(z -> new Normalized(reciprocal, z, axis, (float) ((Node.Sum) graph.node(base.node())).constant().doubleValue())));
  }

  /** A value normalized with any mean and variance for each index of an axis. */
  private record Batch(View z, View mean, View variance, int axis, float epsilon) {}

  private Optional<Batch> batch(Node node, View deviation, View reciprocal) {
    if (!(graph.node(deviation.node()) instanceof Node.Sum sum) || !sum.constant().isZero() || sum.terms().size() != 2 || !node.shape().contains(Extent.BATCH)
        || reciprocal.axes().size() != 1 || !(node.shape().get(reciprocal.axes().get(0)) instanceof Extent.Fixed)) {
      return Optional.empty();
    }
    int axis = reciprocal.axes().get(0);
    return Stream.of(0, 1).filter(k -> sum.terms().get(k).coefficient().isOne() && sum.terms().get(1 - k).coefficient().equals(Rational.MINUS_ONE)).flatMap(k -> {
      View z = sum.terms().get(k).view().rewire(deviation.axes());
      View mean = sum.terms().get(1 - k).view().rewire(deviation.axes());
      return root(reciprocal).filter(base -> mean.axes().equals(List.of(axis)) && OperatorFolding.covers(z, node.rank()) && z.axes().size() == node.rank())
          .flatMap(base -> batch(z, mean, base, axis)).stream();
    }).findFirst();
  }

  private Optional<Batch> batch(View z, View mean, View base, int axis) {
    return graph.node(base.node()) instanceof Node.Sum sum && sum.terms().size() == 1 && sum.terms().get(0).coefficient().isOne() && sum.constant().signum() > 0
        && (operators.real() == ElementType.FLOAT || isExact(sum.constant()))
        ? Optional.of(new Batch(z, mean, sum.terms().get(0).view().rewire(base.axes()), axis, (float) sum.constant().doubleValue())) : Optional.empty();
  }

  private Computed computed(Node node, Batch found, Optional<View> scale, Optional<View> shift) {
    List<Integer> order = AxisOrder.order(node.shape());
    int samples = node.shape().indexOf(Extent.BATCH);
    List<Integer> sides = Stream.concat(Stream.of(samples, found.axis()), order.stream().filter(axis -> axis != samples && axis != found.axis())).toList();
    List<View> operands = Stream.of(Stream.of(found.z()), scale.stream(), shift.stream(), Stream.of(found.mean(), found.variance())).flatMap(views -> views).toList();
    return new Computed(operands, () -> {
      List<String> inputs = Stream.of(placement.arrange(placement.tensor(found.z()), sides), along(found.axis(), node, scale, 1), along(found.axis(), node, shift, 0),
          along(found.axis(), node, Optional.of(found.mean()), 0), along(found.axis(), node, Optional.of(found.variance()), 0)).toList();
      return placement.place(new Tensor(operators.apply("BatchNormalization", inputs, new Attribute("epsilon", found.epsilon())), sides), order);
    });
  }

  /** Returns a value that runs along the axis, or a constant for all indices. */
  private String along(int axis, Node node, Optional<View> view, double standard) {
    return view.map(present -> placement.arrange(placement.tensor(present), List.of(axis))).orElseGet(() -> {
      double[] entries = new double[((Extent.Fixed) node.shape().get(axis)).size()];
      Arrays.fill(entries, standard);
      return operators.constant("c", operators.real(), List.of((long) entries.length), entries);
    });
  }

  private static boolean isExact(Rational number) {
    return (float) number.doubleValue() == number.doubleValue();
  }

  private Computed computed(Node node, Normalized found, Optional<View> scale, Optional<View> shift) {
    List<Integer> order = AxisOrder.order(node.shape());
    List<Integer> sides = Stream.concat(order.stream().filter(axis -> axis != found.axis()), Stream.of(found.axis())).toList();
    return new Computed(Stream.of(Stream.of(found.z()), scale.stream(), shift.stream()).flatMap(views -> views).toList(), () -> {
      List<String> inputs = new ArrayList<>(List.of(placement.arrange(placement.tensor(found.z()), sides)));
      inputs.add(along(found.axis(), node, scale, 1));
      shift.ifPresent(view -> inputs.add(along(found.axis(), node, shift, 0)));
      return placement.place(new Tensor(operators.apply("LayerNormalization", inputs, new Attribute("epsilon", found.epsilon())), sides), order);
    });
  }

  /** Returns the argument of a reciprocal root. */
  private Optional<View> root(View view) {
    return power(view, Rational.MINUS_ONE).flatMap(base -> power(base, Rational.HALF)).or(() -> power(view, Rational.HALF.negate()));
  }

  private Optional<View> power(View view, Rational exponent) {
    return graph.node(view.node()) instanceof Node.Power power && power.exponent().equals(exponent) ? Optional.of(power.base().rewire(view.axes())) : Optional.empty();
  }

  private boolean isMeanSquare(Node.Term term, View sum, Rational share, View deviation, int axis) {
    Node.Term mean = unwrapped(new Node.Term(term.coefficient(), term.view().rewire(sum.axes())));
    return mean.coefficient().equals(share) && summand(mean.view()).flatMap(square -> power(square, Rational.TWO)).flatMap(base -> axis(deviation, base))
        .filter(found -> found == axis).isPresent();
  }

  /** Returns a term without products that only scale it. */
  private Node.Term unwrapped(Node.Term term) {
    return graph.node(term.view().node()) instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() == 1
        ? unwrapped(new Node.Term(term.coefficient().times(sum.terms().get(0).coefficient()), sum.terms().get(0).view().rewire(term.view().axes()))) : term;
  }

  /** Returns the value whose mean along an axis is subtracted. */
  private Optional<View> centered(View deviation, Rational share, int axis) {
    if (!(graph.node(deviation.node()) instanceof Node.Sum sum) || !sum.constant().isZero() || sum.terms().size() != 2) {
      return Optional.empty();
    }
    List<Node.Term> terms = sum.terms().stream().map(term -> new Node.Term(term.coefficient(), term.view().rewire(deviation.axes()))).toList();
    return Stream.of(0, 1).filter(k -> terms.get(k).coefficient().isOne()).map(k -> List.of(terms.get(k), unwrapped(terms.get(1 - k))))
        .filter(pair -> pair.get(1).coefficient().equals(share.negate()) && summand(pair.get(1).view()).flatMap(summand -> axis(pair.get(0).view(), summand))
            .filter(found -> found == axis).isPresent())
        .map(pair -> pair.get(0).view()).findFirst();
  }
}
