package dev.nngen.simplify;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Monomial;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Written values as rational functions of other values, in which what cancels is seen: sums are brought to one denominator.
 * An available value stands for the function that it is made of: V = (a X + b) / (c X + d) gives X = (d V - b) / (a - c V),
 * so that Yh - Y comes out of 1 / (1 + e^-z), and nothing knows a sigmoid by name.
 */
final class RationalForms {

  /** Beyond this many terms a function is one value, so that a deep network costs no more per layer than a shallow one. */
  private static final int MAX_SIZE = 40;
  private static final int MAX_MULTIPLIED_OUT = 200;
  private static final int MAX_EXPONENT = 8;
  /** Coefficients beyond this come from denominators of literals that were multiplied out. */
  private static final double LARGEST_COEFFICIENT = 1e6;

  private final FormBuilder builder;
  private final AvailableExpressions available;
  private final Gathers gathers = new Gathers(new Reading(false), RationalFunction::inverse);
  private final Gathers transparentGathers = new Gathers(new Reading(true), RationalFunction::inverse);
  private final List<View> variables = new ArrayList<>();
  private final Map<View, Integer> variableIds = new HashMap<>();
  private final Map<Integer, RationalFunction> opaque = new HashMap<>();
  private final Map<Integer, RationalFunction> transparent = new HashMap<>();
  private final Map<Map<View, Rational>, Rational> units = new HashMap<>();
  private final Map<Integer, List<Inverse>> inverses = new HashMap<>();
  /** One variable for all sums that pick the same entry. */
  private final Map<Gathers.Gather, Integer> picked = new HashMap<>();

  RationalForms(FormBuilder builder, AvailableExpressions available) {
    this.builder = builder;
    this.available = available;
  }

  /**
   * A function's value in terms of an available one.
   *
   * @param axes of the function's view, as the available value numbers its axes
   * @param value the function to the power {@code unit}, over the available value's axes
   */
  private record Inverse(List<Integer> axes, int unit, RationalFunction value, int node, int rank) {}

  // ---- reading ----

  int variable(View view) {
    return variableIds.computeIfAbsent(view, v -> {
      variables.add(v);
      return variables.size() - 1;
    });
  }

  View view(int variable) {
    return variables.get(variable);
  }

  /** What variables stand for, with available values looked through or not. */
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
      return RationalForms.this.view(variable);
    }

    @Override
    public int variable(View view) {
      return RationalForms.this.variable(view);
    }

    @Override
    public RationalFunction of(View operand) {
      return RationalForms.this.of(operand, isTransparent);
    }
  }

  /** True of an indicator that a number of data is the one of an axis. */
  boolean picks(View indicator, int axis) {
    return gathers.counted(variable(indicator)).filter(counted -> counted == axis).isPresent();
  }

  /**
   * The function that a written value is of others.
   *
   * @param isTransparent true if available values are looked through
   */
  RationalFunction of(View view, boolean isTransparent) {
    Map<Integer, RationalFunction> known = isTransparent ? transparent : opaque;
    RationalFunction own = known.get(view.node());
    if (own == null) {
      own = gathers.resolved(read(View.identity(view.node(), view.axes().size()), isTransparent));
      own = own.size() > MAX_SIZE ? RationalFunction.variable(variable(View.identity(view.node(), view.axes().size()))) : own;
      known.put(view.node(), own);
    }
    return own.renamed(v -> variable(view(v).through(view.axes())));
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
    return node instanceof Node.Apply apply && apply.fn() == Fn.EXP ? exponential(apply) : RationalFunction.variable(variable(view));
  }

  /** Whether it has a factor that may be an indicator of a number of data. */
  private boolean mayPick(View view) {
    return builder.opened(view).powers().keySet().stream()
        .anyMatch(factor -> builder.node(factor) instanceof Node.Apply apply && apply.fn() == Fn.EQUAL && gathers.counted(variable(factor)).isPresent());
  }

  /** max(-u, 0) = max(u, 0) - u, so that there is one of them. */
  private RationalFunction positivePart(View view, FactoredTerm argument, boolean isTransparent) {
    if (argument.coefficient().signum() > 0) {
      return RationalFunction.variable(variable(view));
    }
    View opposite = builder.product(argument.times(Rational.MINUS_ONE));
    View positive = builder.apply(Fn.MAXIMUM, List.of(opposite, builder.number(Rational.ZERO)));
    return RationalFunction.variable(variable(positive)).minus(of(opposite, isTransparent));
  }

  /** (e^(2u) - 1) / (e^(2u) + 1). */
  private RationalFunction tanh(View argument) {
    View twice = builder.product(builder.factored(argument).times(Rational.TWO));
    RationalFunction e = exponential((Node.Apply) builder.node(builder.apply(Fn.EXP, List.of(twice))));
    return e.minus(RationalFunction.ONE).times(e.plus(RationalFunction.ONE).inverse());
  }

  /** A product as a function; empty for a power that is too large, or of zero. */
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

  /** exp(c u) as a power of exp(unit u), where the unit is that of the exponential that is met first. */
  private RationalFunction exponential(Node.Apply apply) {
    FactoredTerm argument = builder.factored(apply.arguments().get(0));
    Rational magnitude = argument.coefficient().abs();
    if (argument.isNumber()) {
      return RationalFunction.variable(variable(builder.apply(Fn.EXP, List.of(builder.product(argument)))));
    }
    Rational unit = units.computeIfAbsent(argument.powers(), key -> argument.coefficient());
    Rational exponent = argument.coefficient().over(unit);
    boolean isPower = exponent.isSmallInteger(MAX_EXPONENT) && !magnitude.isZero();
    View base = builder.apply(Fn.EXP, List.of(builder.product(isPower ? argument.unit().times(unit) : argument)));
    return RationalFunction.variable(variable(base)).power(isPower ? exponent.intValueExact() : 1);
  }

  // ---- available values in the place of functions ----

  /** Makes known what an available value is made of; nothing happens if it stands for no function. */
  void learn(View value) {
    int node = value.node();
    opaque.remove(node);
    transparent.remove(node);
    RationalFunction form = structure(value, builder.node(value), false);
    if (form.size() > MAX_SIZE) {
      return;
    }
    for (int variable : form.variables()) {
      if (isFunction(view(variable)) && view(variable).node() != node && view(variable).axes().size() == value.axes().size()) {
        learn(node, form, variable);
      }
    }
  }

  private boolean isFunction(View view) {
    Node node = builder.node(view);
    return node instanceof Node.Apply apply && !apply.fn().isIndicator() && apply.fn() != Fn.WHERE
        || node instanceof Node.Power power && !power.exponent().isInteger();
  }

  private void learn(int node, RationalFunction form, int variable) {
    // v = r (a X^n + b) / (c X^n + d), where only the factors that hold X are multiplied out: there may be many others.
    RationalFunction part = form.factorsWith(variable);
    SortedMap<Integer, Polynomial> above = part.numerator().coefficients(variable);
    SortedMap<Integer, Polynomial> below = part.denominator().coefficients(variable);
    int unit = Math.max(above.lastKey(), below.lastKey());
    boolean isPower = form.variables().size() == 1 && above.size() == 1 && below.size() == 1;
    if (isPower || !isMoebius(above, unit) || !isMoebius(below, unit)) {
      return;
    }
    RationalFunction rest = form.times(part.inverse());
    RationalFunction determinant = at(above, unit).times(at(below, 0)).minus(at(above, 0).times(at(below, unit)));
    if (!isNonzero(determinant.times(rest))) {
      return;
    }
    RationalFunction v = RationalFunction.variable(variable(View.identity(node, view(variable).axes().size())));
    RationalFunction ratio = v.times(rest.inverse());
    RationalFunction dividend = ratio.times(at(below, 0)).minus(at(above, 0));
    RationalFunction divisor = at(above, unit).minus(ratio.times(at(below, unit)));
    if (!dividend.isZero() && !divisor.isZero()) {
      View function = view(variable);
      List<Inverse> known = inverses.computeIfAbsent(function.node(), f -> new ArrayList<>());
      known.add(available.contains(node) ? 0 : known.size(), new Inverse(function.axes(), unit, dividend.times(divisor.inverse()), node, function.axes().size()));
    }
  }

  private boolean isNonzero(RationalFunction function) {
    return !function.isZero() && function.factors().keySet().stream().allMatch(factor ->
        builder.judge().isNonzero(written(factor)));
  }

  private static boolean isMoebius(SortedMap<Integer, Polynomial> powers, int unit) {
    return powers.keySet().stream().allMatch(exponent -> exponent == 0 || exponent == unit);
  }

  private static RationalFunction at(SortedMap<Integer, Polynomial> powers, int exponent) {
    return RationalFunction.of(powers.getOrDefault(exponent, Polynomial.ZERO));
  }

  /** The function with each of its functions' values in the place of which an available value can stand replaced by that. */
  RationalFunction byAvailable(RationalFunction function) {
    RationalFunction result = function;
    for (int variable : function.variables()) {
      for (Inverse inverse : inverses.getOrDefault(view(variable).node(), List.of())) {
        Optional<RationalFunction> replaced = with(result, variable, inverse);
        if (result.variables().contains(variable) && replaced.isPresent() && replaced.get().size() <= Math.max(result.size(), 6)) {
          result = replaced.get();
        }
      }
    }
    return result;
  }

  private Optional<RationalFunction> with(RationalFunction function, int variable, Inverse inverse) {
    View function2 = view(variable);
    List<Integer> outer = new ArrayList<>();
    for (int axis = 0; axis < inverse.rank; axis++) {
      outer.add(function2.axes().get(inverse.axes.indexOf(axis)));
    }
    RationalFunction value = inverse.value.renamed(v -> variable(view(v).through(outer)));
    RationalFunction result = RationalFunction.constant(function.coefficient());
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      SortedMap<Integer, Polynomial> powers = factor.getKey().coefficients(variable);
      if (powers.keySet().stream().anyMatch(power -> power % inverse.unit != 0)
          && !(factor.getKey().isVariable() && factor.getValue() % inverse.unit == 0)) {
        return Optional.empty();
      }
      if (factor.getKey().isVariable() && factor.getKey().asVariable() == variable) {
        result = result.times(value.power(factor.getValue() / inverse.unit));
      } else {
        List<RationalFunction> terms = new ArrayList<>();
        powers.forEach((power, rest) -> terms.add(RationalFunction.of(rest).times(value.power(power / inverse.unit))));
        RationalFunction sum = RationalFunction.sum(terms);
        if (sum.isZero() && factor.getValue() < 0) {
          return Optional.empty();
        }
        result = result.times(sum.power(factor.getValue()));
      }
    }
    return result.variables().contains(variable) ? Optional.empty() : Optional.of(result);
  }

  /**
   * The product with functions' values replaced by available values that are factors of it already: E V^2 is V (1 - V) for
   * V = 1 / (1 + E).
   */
  List<FactoredTerm> byAvailable(FactoredTerm term) {
    FactoredTerm covered = available.cover(term);
    List<FactoredTerm> forms = new ArrayList<>();
    for (View factor : term.powers().keySet()) {
      RationalFunction function = of(factor, false);
      int variable = function.variables().size() == 1 ? function.variables().first() : -1;
      boolean isPower = variable >= 0 && function.factors().size() == 1 && function.factors().keySet().iterator().next().isVariable();
      if (isPower && isFunction(view(variable)) && term.exponent(factor).isInteger()) {
        RationalFunction power = function.power(term.exponent(factor).intValueExact());
        for (Inverse inverse : inverses.getOrDefault(view(variable).node(), List.of())) {
          boolean isThere = covered.powers().keySet().stream().anyMatch(other -> other.node() == inverse.node);
          Optional<RationalFunction> replaced = isThere ? with(power, variable, inverse) : Optional.empty();
          replaced.ifPresent(form -> forms.add(term.without(factor).times(factors(form))));
        }
      }
    }
    return forms;
  }

  // ---- writing ----

  /** Forms of a value in which parts of it have cancelled. */
  List<View> rewritten(View view, boolean isTransparent) {
    List<View> forms = new ArrayList<>();
    RationalFunction function = of(view, isTransparent);
    for (RationalFunction form : List.of(byAvailable(function), function)) {
      if (isReadable(form)) {
        forms.add(written(form.merged()));
        split(form).ifPresent(forms::add);
        hyperbolic(form).ifPresent(forms::add);
      }
    }
    return forms.stream().distinct().toList();
  }

  /** a (e^u - 1) / (e^u + 1) = a tanh(u / 2). */
  private Optional<View> hyperbolic(RationalFunction function) {
    for (int variable : function.variables()) {
      RationalFunction part = function.factorsWith(variable);
      SortedMap<Integer, Polynomial> above = part.numerator().coefficients(variable);
      SortedMap<Integer, Polynomial> below = part.denominator().coefficients(variable);
      int unit = below.lastKey();
      boolean isQuotient = unit > 0 && isMoebius(above, unit) && isMoebius(below, unit) && above.size() == 2 && below.size() == 2
          && builder.node(view(variable)) instanceof Node.Apply apply && apply.fn() == Fn.EXP
          && at(below, 0).equals(at(below, unit)) && at(above, 0).equals(at(above, unit).times(Rational.MINUS_ONE));
      if (isQuotient) {
        View exponent = ((Node.Apply) builder.node(view(variable))).arguments().get(0).through(view(variable).axes());
        View half = builder.product(builder.factored(exponent).times(Rational.of(unit, 2)));
        RationalFunction factor = function.times(part.inverse()).times(at(above, unit).times(at(below, unit).inverse()));
        return Optional.of(builder.product(factors(factor).times(builder.factored(builder.apply(Fn.TANH, List.of(half))))));
      }
    }
    return Optional.empty();
  }

  private static boolean isReadable(RationalFunction function) {
    return function.size() <= MAX_SIZE && isModerate(function.coefficient())
        && function.factors().keySet().stream().allMatch(factor -> factor.terms().values().stream().allMatch(RationalForms::isModerate));
  }

  private static boolean isModerate(Rational number) {
    double magnitude = Math.abs(number.doubleValue());
    return magnitude == 0 || magnitude <= LARGEST_COEFFICIENT && magnitude >= 1 / LARGEST_COEFFICIENT;
  }

  View written(RationalFunction function) {
    return builder.product(factors(function));
  }

  private FactoredTerm factors(RationalFunction function) {
    FactoredTerm term = FactoredTerm.number(function.coefficient());
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      int exponent = factor.getValue();
      boolean flips = factor.getKey().size() > 1 && isNegative(factor.getKey());
      Polynomial polynomial = flips ? factor.getKey().times(Rational.MINUS_ONE) : factor.getKey();
      View view = written(polynomial);
      FactoredTerm power = exponent > 0 || !isScaled(view) ? builder.factored(view).power(exponent)
          : new FactoredTerm(Rational.ONE, Map.of(view, Rational.of(exponent)));
      term = term.times(power).times(flips && exponent % 2 != 0 ? Rational.MINUS_ONE : Rational.ONE);
    }
    return term;
  }

  /** True if the polynomial reads better with the other sign. */
  private static boolean isNegative(Polynomial polynomial) {
    long negative = polynomial.terms().values().stream().filter(coefficient -> coefficient.signum() < 0).count();
    return polynomial.constantTerm().signum() < 0 || polynomial.constantTerm().isZero() && 2 * negative > polynomial.size();
  }

  private boolean isScaled(View view) {
    return builder.node(view) instanceof Node.Sum sum && sum.isNumber();
  }

  private View written(Polynomial polynomial) {
    return polynomial.isVariable() ? view(polynomial.asVariable())
        : builder.withExpm1(builder.sum(polynomial.constantTerm(), terms(polynomial), true));
  }

  /** The terms of a polynomial, those that share a variable together (Horner's rule), without its constant. */
  private List<FactoredTerm> terms(Polynomial polynomial) {
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    polynomial.terms().keySet().forEach(monomial -> {
      for (int k = 0; k < monomial.size(); k++) {
        counts.merge(monomial.variable(k), 1, Integer::sum);
      }
    });
    Optional<Map.Entry<Integer, Integer>> shared = counts.entrySet().stream().filter(entry -> entry.getValue() > 1)
        .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
    if (shared.isEmpty() || shared.get().getValue() == polynomial.size()) {
      return flat(polynomial);
    }
    int variable = shared.get().getKey();
    Polynomial with = Polynomial.ZERO;
    Polynomial without = Polynomial.ZERO;
    for (Map.Entry<Monomial, Rational> term : polynomial.terms().entrySet()) {
      Polynomial single = Polynomial.term(term.getValue(), term.getKey());
      boolean has = term.getKey().degree(variable) > 0;
      with = has ? with.plus(single.over(Monomial.of(variable, 1))) : with;
      without = has ? without : without.plus(single);
    }
    List<FactoredTerm> terms = new ArrayList<>(List.of(builder.factored(view(variable)).times(builder.factored(written(with)))));
    terms.addAll(terms(without));
    return terms;
  }

  private List<FactoredTerm> flat(Polynomial polynomial) {
    List<FactoredTerm> terms = new ArrayList<>();
    polynomial.terms().forEach((monomial, coefficient) -> {
      FactoredTerm term = FactoredTerm.number(coefficient);
      for (int k = 0; k < monomial.size(); k++) {
        term = term.times(builder.factored(view(monomial.variable(k))).power(monomial.exponent(k)));
      }
      if (monomial.size() > 0) {
        terms.add(term);
      }
    });
    return terms;
  }

  /** r / d + q for (r + q d) / d: shorter, and if d is nearly zero r keeps digits that it loses in the sum. */
  private Optional<View> split(RationalFunction function) {
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      if (factor.getValue() == -1 && factor.getKey().size() > 1) {
        Polynomial dividend = function.numerator().times(function.coefficient());
        Polynomial[] division = divide(dividend, factor.getKey());
        RationalFunction others = function.times(RationalFunction.of(function.numerator()).inverse())
            .times(function.coefficient().reciprocal()).times(RationalFunction.of(factor.getKey()));
        if (!division[0].isZero() && !division[1].isZero() && division[0].size() + division[1].size() <= dividend.size()) {
          RationalFunction whole = RationalFunction.of(division[0]).times(others);
          RationalFunction rest = RationalFunction.of(division[1]).times(others).times(RationalFunction.of(factor.getKey()).inverse());
          return Optional.of(builder.sum(Rational.ZERO, List.of(factors(rest), factors(whole)), true));
        }
      }
    }
    return Optional.empty();
  }

  /** Quotient and remainder by leading terms. */
  private static Polynomial[] divide(Polynomial dividend, Polynomial divisor) {
    Map.Entry<Monomial, Rational> lead = divisor.terms().lastEntry();
    Polynomial rest = dividend;
    Polynomial quotient = Polynomial.ZERO;
    Polynomial remainder = Polynomial.ZERO;
    while (!rest.isZero()) {
      Map.Entry<Monomial, Rational> top = rest.terms().lastEntry();
      Monomial monomial = top.getKey().over(lead.getKey());
      Polynomial part = Polynomial.term(top.getValue(), top.getKey());
      if (monomial == null) {
        remainder = remainder.plus(part);
        rest = rest.minus(part);
      } else {
        Polynomial step = Polynomial.term(top.getValue().over(lead.getValue()), monomial);
        quotient = quotient.plus(step);
        rest = rest.minus(divisor.times(step));
      }
    }
    return new Polynomial[] {quotient, remainder};
  }
}
