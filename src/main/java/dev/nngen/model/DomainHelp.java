package dev.nngen.model;

import dev.nngen.ast.AstPrinter;
import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Argument;
import dev.nngen.ast.Expr.Call;
import dev.nngen.ast.Expr.Pipe;
import dev.nngen.ir.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Suggests activations that bring an argument into the interval that a function requires. */
final class DomainHelp {

  /** Maximum length of an expression that a help repeats; for a longer one it uses its name. */
  private static final int LONGEST = 48;
  private static final double INF = Double.POSITIVE_INFINITY;

  /** An activation and its range; a layer acts on whole columns, one entry for each class. */
  private record Activation(String name, Interval range, boolean overClasses) {}

  /** Activations in order of preference. */
  private static final List<Activation> ACTIVATIONS = List.of(
      new Activation("softmax", Interval.open(0, 1), true), new Activation("sigmoid", Interval.open(0, 1), false),
      new Activation("tanh", Interval.open(-1, 1), false), new Activation("relu", new Interval(0, false, INF, true), false),
      new Activation("softplus", Interval.open(0, INF), false), new Activation("logsoftmax", Interval.open(-INF, 0), true),
      new Activation("logsigmoid", Interval.open(-INF, 0), false));

  /** Losses of the library over scores: name of the loss, and the equivalent without an activation before it. */
  private static final Map<String, String> OVER_SCORES = Map.of("crossentropy", "nll(logsoftmax(%s), %s)");

  private final Session session;

  DomainHelp(Session session) {
    this.session = session;
  }

  /**
   * Returns changes that bring the argument into the interval.
   *
   * @param expr the argument's definition if it is a name, otherwise itself
   * @param text its name, or the expression as written
   */
  List<String> help(Invocation call, Definition callee, Map<String, Arguments.Given> all, Arguments.Given argument, Expr expr, String text,
      Interval needed) {
    int value = argument.id();
    if (value == Values.POISON) {
      return List.of();
    }
    Shape shape = session.values.shape(value);
    boolean matrix = call.frame().code == Frame.Code.MATRIX;
    boolean severalRows = matrix && !(session.rows ? shape.columns() : shape.rows()).isOne();
    boolean overClasses = severalRows && (needed.contains(1) || needed.contains(0) && needed.high() == 0
        || all.values().stream().anyMatch(given -> isDistribution(given.id())));
    boolean inPlace = expr.equals(argument.expr()) || matrix;
    String changed = "`" + changed(inPlace ? expr : argument.expr(), text, needed, overClasses, call.frame()) + "`";
    Optional<Arguments.Given> target = all.values().stream().filter(given -> !given.equals(argument)).findFirst();
    if (severalRows && target.isPresent() && callee.home().isLibrary() && OVER_SCORES.containsKey(callee.label()) && isScore(expr, call.frame())) {
      String scores = String.format(OVER_SCORES.get(callee.label()), text, FaultReport.excerpt(target.get().expr().span()));
      return List.of(changed + ", or `" + scores + "` for scores");
    }
    return List.of(changed);
  }

  /** Whether the columns of a target are declared to sum to one. */
  private boolean isDistribution(int value) {
    return value != Values.POISON && session.facts.stream().anyMatch(fact -> fact instanceof Model.Fact.Equality equality
        && session.values.get(equality.left()).op() instanceof Op.Reduce reduce && reduce.kind() == Op.Kind.SUM
        && session.values.get(equality.left()).operands().contains(value) && session.values.constant(equality.right()).isPresent());
  }

  private String changed(Expr expr, String text, Interval needed, boolean overClasses, Frame frame) {
    Expr bare = withoutActivation(expr, frame);
    String base = AstPrinter.print(bare);
    boolean isShort = base.length() <= LONGEST;
    boolean pipes = isShort && (bare instanceof Call || bare instanceof Pipe);
    String argument = isShort ? base : text;
    for (Activation activation : ACTIVATIONS) {
      boolean fits = activation.range().low() == needed.low() && activation.range().high() == needed.high()
          && needed.encloses(activation.range()) && (overClasses || !activation.overClasses());
      if (fits) {
        return pipes ? argument + " |> " + activation.name() : activation.name() + "(" + argument + ")";
      }
    }
    return scaled(argument, needed);
  }

  /** Returns a scaled activation: {@code 2 + 3 * sigmoid(Z)} for [2, 5]. */
  private static String scaled(String argument, Interval needed) {
    if (Double.isInfinite(needed.high())) {
      return WrittenIntervals.text(needed.low()) + " + softplus(" + argument + ")";
    } else if (Double.isInfinite(needed.low())) {
      return WrittenIntervals.text(needed.high()) + " - softplus(" + argument + ")";
    }
    double width = needed.high() - needed.low();
    String factor = width == 1 ? "" : WrittenIntervals.text(width) + " * ";
    String low = needed.low() == 0 ? "" : WrittenIntervals.text(needed.low()) + " + ";
    return low + factor + "sigmoid(" + argument + ")";
  }

  /** Whether the expression does not end in an activation. */
  private boolean isScore(Expr expr, Frame frame) {
    return withoutActivation(expr, frame).equals(expr);
  }

  /** Returns the expression without its last activation, or without the activation of its layer. */
  private Expr withoutActivation(Expr expr, Frame frame) {
    if (expr instanceof Pipe pipe) {
      boolean activation = pipe.call().arguments().isEmpty() && isActivation(pipe.call().callee().name(), frame);
      return activation ? pipe.value() : new Pipe(pipe.value(), withoutFunctions(pipe.call(), frame), pipe.span());
    }
    if (expr instanceof Call call) {
      boolean activation = call.arguments().size() == 1 && isActivation(call.callee().name(), frame);
      return activation ? call.arguments().get(0).value() : withoutFunctions(call, frame);
    }
    return expr;
  }

  private Call withoutFunctions(Call call, Frame frame) {
    List<Argument> kept = new ArrayList<>(call.arguments());
    boolean isLayer = session.expressions.callee(call.callee().name(), frame).map(callee -> callee.sort() == Callee.Sort.LAYER).orElse(false);
    kept.removeIf(argument -> isLayer && argument.value() instanceof Expr.Name name && isEntrywise(name.name(), frame));
    return new Call(call.callee(), kept, call.span());
  }

  private boolean isActivation(String name, Frame frame) {
    return isEntrywise(name, frame) || ACTIVATIONS.stream().anyMatch(activation -> activation.name().equals(name));
  }

  private boolean isEntrywise(String name, Frame frame) {
    return !(frame.bindings.get(name) instanceof Binding.Bound)
        && session.expressions.callee(name, frame).map(callee -> callee.sort() == Callee.Sort.FUNCTION).orElse(false);
  }
}
