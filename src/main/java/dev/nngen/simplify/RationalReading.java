package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads written values as rational functions of other values. An available value is a variable, or is expanded. Exponentials of multiples of a value
 * are powers of one variable, and sums that select the same entry are one variable.
 */
final class RationalReading {

  /** A function with more terms becomes one variable, so that the cost per layer does not grow with depth. */
  static final int MAX_SIZE = 40;
  private static final int MAX_MULTIPLIED_OUT = 200;
  private static final int MAX_EXPONENT = 8;

  private final FormBuilder builder;
  private final AvailableExpressions available;
  private final Exponentials exponentials;
  private final Gathers gathers = new Gathers(new Reading(false), RationalFunction::inverse);
  private final Gathers transparentGathers = new Gathers(new Reading(true), RationalFunction::inverse);
  private final List<View> variables = new ArrayList<>();
  private final Map<View, Integer> variableIds = new HashMap<>();
  private final Map<Integer, RationalFunction> opaque = new HashMap<>();
  private final Map<Integer, RationalFunction> transparent = new HashMap<>();
  private final Map<Map<View, Rational>, Rational> units = new HashMap<>();
  /** The variable of all sums that select the same entry. */
  private final Map<Gathers.Gather, Integer> picked = new HashMap<>();

  RationalReading(FormBuilder builder, AvailableExpressions available, Exponentials exponentials) {
    this.builder = builder;
    this.available = available;
    this.exponentials = exponentials;
  }

  int variable(View view) {
    return variableIds.computeIfAbsent(view, v -> {
      variables.add(v);
      return variables.size() - 1;
    });
  }

  View view(int variable) {
    return variables.get(variable);
  }

  /** The definitions of variables, with available values expanded or not. */
  private final class Reading implements Gathers.Vocabulary {
    private final boolean isTransparent;

    Reading(boolean isTransparent) {
      this.isTransparent = isTransparent;
    }

    @Override
    public Node node(int variable) {
      return builder.node(view(variable));
    }

    @Override
    public View view(int variable) {
      return RationalReading.this.view(variable);
    }

    @Override
    public int variable(View view) {
      return RationalReading.this.variable(view);
    }

    @Override
    public RationalFunction of(View operand) {
      return RationalReading.this.of(operand, isTransparent);
    }
  }

  /** True for an indicator that an integer of the data equals the index of an axis. */
  boolean picks(View indicator, int axis) {
    return gathers.counted(variable(indicator)).filter(counted -> counted == axis).isPresent();
  }

  /**
   * Returns a written value as a function of other values.
   *
   * @param isTransparent true if available values are expanded
   */
  RationalFunction of(View view, boolean isTransparent) {
    Map<Integer, RationalFunction> known = isTransparent ? transparent : opaque;
    RationalFunction own = known.get(view.node());
    if (own == null) {
      own = gathers.resolved(read(View.identity(view.node(), view.axes().size()), isTransparent));
      own = own.size() > MAX_SIZE ? RationalFunction.variable(variable(View.identity(view.node(), view.axes().size()))) : own;
      known.put(view.node(), own);
    }
    return own.renamed(v -> variable(view(v).rewire(view.axes())));
  }

  private RationalFunction read(View view, boolean isTransparent) {
    Node node = builder.node(view);
    if (available.contains(view.node()) && !isTransparent) {
      return node instanceof Node.Apply apply && apply.fn() == Fn.EXP ? exponential(apply) : RationalFunction.variable(variable(view));
    }
    RationalFunction structure = structure(view, node, isTransparent);
    boolean hasFunction = structure.variables().stream().anyMatch(variable -> isFunction(view(variable)));
    return hasFunction || !available.contains(view.node()) ? structure : RationalFunction.variable(variable(view));
  }

  private RationalFunction structure(View view, Node node, boolean isTransparent) {
    Optional<FactoredTerm> definition = available.definition(view.node());
    if (definition.isPresent()) {
      return of(definition.get(), isTransparent).orElseGet(() -> RationalFunction.variable(variable(view)));
    }
    if (node instanceof Node.Sum sum) {
      List<RationalFunction> terms = new ArrayList<>();
      terms.add(RationalFunction.constant(sum.constant()));
      sum.terms().forEach(term -> terms.add(of(term.view(), isTransparent).times(term.coefficient())));
      return RationalFunction.termsOfSum(terms, MAX_MULTIPLIED_OUT) == MAX_MULTIPLIED_OUT
          ? RationalFunction.variable(variable(view)) : RationalFunction.sum(terms);
    }
    if (node instanceof Node.Product product && !product.isSumming()) {
      RationalFunction total = RationalFunction.ONE;
      for (View factor : product.factors()) {
        total = total.times(of(factor, isTransparent));
      }
      return total;
    }
    if (node instanceof Node.Product product && product.factors().stream().anyMatch(this::mayPick)) {
      return transparentGathers.gather(node).map(gather -> RationalFunction.variable(picked.computeIfAbsent(gather, first -> variable(view))))
          .orElseGet(() -> RationalFunction.variable(variable(view)));
    }
    if (node instanceof Node.Product product && isTransparent && product.factors().size() == 1) {
      return exponentialOutside(product).orElseGet(() -> RationalFunction.variable(variable(view)));
    }
    if (node instanceof Node.Power power) {
      return of(new FactoredTerm(Rational.ONE, Map.of(power.base(), power.exponent())), isTransparent)
          .orElseGet(() -> RationalFunction.variable(variable(view)));
    }
    if (node instanceof Node.Apply apply && apply.fn() == Fn.WHERE && mayPick(view)) {
      return Optional.of(builder.opened(view)).filter(term -> !term.isSingle()).flatMap(term -> of(term, isTransparent))
          .orElseGet(() -> RationalFunction.variable(variable(view)));
    }
    if (node instanceof Node.Apply apply && apply.fn() == Fn.TANH && isTransparent) {
      return tanh(apply.arguments().get(0));
    }
    if (node instanceof Node.Apply apply && apply.fn() == Fn.MAXIMUM && builder.isNumber(apply.arguments().get(1), Rational.ZERO)) {
      return positivePart(view, builder.factored(apply.arguments().get(0)), isTransparent);
    }
    if (node instanceof Node.Apply apply && apply.fn() == Fn.EXPM1) {
      return exponential(apply).minus(RationalFunction.ONE);
    }
    if (node instanceof Node.Apply apply && apply.fn() == Fn.EXP) {
      return isTransparent ? unshifted(apply) : exponential(apply);
    }
    return RationalFunction.variable(variable(view));
  }

  /** Applies e^(u - M) = e^u e^-M for a maximum M, which may cancel with that of another exponential. */
  private RationalFunction unshifted(Node.Apply apply) {
    Map<Boolean, List<FactoredTerm>> terms = exponentials.terms(apply.arguments()).stream().collect(Collectors.partitioningBy(this::isMaximum));
    return terms.get(true).isEmpty() || terms.get(false).isEmpty() ? exponential(apply) : exponential(terms.get(false)).times(exponential(terms.get(true)));
  }

  private RationalFunction exponential(List<FactoredTerm> terms) {
    View exponential = builder.product(exponentials.exp(builder.sum(Rational.ZERO, terms, true)));
    return builder.isNumber(exponential, Rational.ONE) ? RationalFunction.ONE : builder.node(exponential) instanceof Node.Apply apply && apply.fn() == Fn.EXP
        ? exponential(apply).renamed(variable -> variable(view(variable).rewire(exponential.axes()))) : RationalFunction.variable(variable(exponential));
  }

  private boolean isMaximum(FactoredTerm term) {
    return term.isSingle() && (builder.node(term.first()) instanceof Node.Max || builder.node(term.first()) instanceof Node.Apply apply && apply.fn() == Fn.MAXIMUM);
  }

  /** Applies sum_k e^(u_k - v) = e^-v sum_k e^(u_k). */
  private Optional<RationalFunction> exponentialOutside(Node.Product product) {
    Exponentials.Split split = exponentials.split(builder.opened(product.factors().get(0)));
    Map<Boolean, List<FactoredTerm>> terms = exponentials.terms(List.of(split.exponent())).stream()
        .collect(Collectors.partitioningBy(term -> term.isNumber() || term.axes().stream().anyMatch(axis -> axis >= product.rank())));
    if (terms.get(false).isEmpty()) {
      return Optional.empty();
    }
    FactoredTerm inside = split.rest().times(exponentials.exp(builder.sum(Rational.ZERO, terms.get(true), true)));
    View sum = builder.contraction(product.loops(), product.rank(), List.of(inside));
    return of(exponentials.exp(builder.sum(Rational.ZERO, terms.get(false), true)).times(builder.factored(sum)), true);
  }

  /** True if a factor, or a term of a factor, may be an indicator on integer data. */
  private boolean mayPick(View view) {
    return builder.opened(view).powers().keySet().stream().anyMatch(factor -> isPick(factor)
        || builder.node(factor) instanceof Node.Sum sum && sum.terms().stream().anyMatch(term -> isPick(term.view().rewire(factor.axes()))));
  }

  private boolean isPick(View view) {
    return builder.node(view) instanceof Node.Apply apply && apply.fn() == Fn.EQUAL && gathers.counted(variable(view)).isPresent();
  }

  /** Applies max(-u, 0) = max(u, 0) - u, so that only one of the two occurs. */
  private RationalFunction positivePart(View view, FactoredTerm argument, boolean isTransparent) {
    if (argument.coefficient().signum() > 0) {
      return RationalFunction.variable(variable(view));
    }
    View opposite = builder.product(argument.times(Rational.MINUS_ONE));
    View positive = builder.apply(Fn.MAXIMUM, List.of(opposite, builder.number(Rational.ZERO)));
    return RationalFunction.variable(variable(positive)).minus(of(opposite, isTransparent));
  }

  /** Returns (e^(2u) - 1) / (e^(2u) + 1). */
  private RationalFunction tanh(View argument) {
    View twice = builder.product(builder.factored(argument).times(Rational.TWO));
    RationalFunction e = exponential((Node.Apply) builder.node(builder.apply(Fn.EXP, List.of(twice))));
    return e.minus(RationalFunction.ONE).times(e.plus(RationalFunction.ONE).inverse());
  }

  /** Returns a product as a function, empty if a power is too large or zero has a negative power. */
  private Optional<RationalFunction> of(FactoredTerm term, boolean isTransparent) {
    RationalFunction total = RationalFunction.constant(term.coefficient());
    for (Map.Entry<View, Rational> factor : term.powers().entrySet()) {
      Rational exponent = factor.getValue();
      boolean isRoot = !exponent.isInteger();
      if (!exponent.numerator().abs().equals(exponent.numerator().abs().min(java.math.BigInteger.valueOf(MAX_EXPONENT)))) {
        return Optional.empty();
      }
      RationalFunction base = isRoot ? root(factor.getKey(), exponent) : of(factor.getKey(), isTransparent);
      if (base.isZero()) {
        return Optional.empty();
      }
      total = total.times(base.power(exponent.numerator().intValueExact()));
    }
    return Optional.of(total);
  }

  private RationalFunction root(View base, Rational exponent) {
    View root = builder.product(new FactoredTerm(Rational.ONE,
        Map.of(base, new Rational(java.math.BigInteger.ONE, exponent.denominator()))));
    return RationalFunction.variable(variable(root));
  }

  /** Returns exp(c u) as a power of exp(unit u), with the unit of the first exponential read. */
  private RationalFunction exponential(Node.Apply apply) {
    FactoredTerm argument = builder.factored(apply.arguments().get(0));
    Rational magnitude = argument.coefficient().abs();
    if (argument.isNumber() && argument.coefficient().isZero()) {
      return RationalFunction.ONE;
    }
    if (argument.isNumber()) {
      return RationalFunction.variable(variable(builder.apply(Fn.EXP, List.of(builder.product(argument)))));
    }
    Rational unit = units.computeIfAbsent(argument.powers(), key -> argument.coefficient());
    Rational exponent = argument.coefficient().over(unit);
    boolean isPower = exponent.isSmallInteger(MAX_EXPONENT) && !magnitude.isZero();
    View base = builder.apply(Fn.EXP, List.of(builder.product(isPower ? argument.unit().times(unit) : argument)));
    return RationalFunction.variable(variable(base)).power(isPower ? exponent.intValueExact() : 1);
  }

  /** Returns the definition of a value that becomes available. Later reads use the value as a variable. */
  RationalFunction definition(View value) {
    opaque.remove(value.node());
    transparent.remove(value.node());
    return structure(value, builder.node(value), false);
  }

  /** True for the value of a root, or of a function other than {@code where} and indicators. */
  boolean isFunction(View view) {
    Node node = builder.node(view);
    return node instanceof Node.Apply apply && !apply.fn().isIndicator() && apply.fn() != Fn.WHERE
        || node instanceof Node.Power power && !power.exponent().isInteger();
  }
}
