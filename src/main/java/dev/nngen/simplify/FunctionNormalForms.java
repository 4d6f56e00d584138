package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Normal forms of entrywise functions. Hyperbolic functions become exponentials, exponentials of logarithms powers, logarithms of products sums, and
 * {@code where} a sum with indicators (DLMF 4.8, 4.28). Other functions become atoms.
 */
final class FunctionNormalForms {

  private static final int MAX_EXPONENT = 24;
  /** The exponential of a longer sum is not split into a product. */
  private static final int MAX_SUMMANDS = 24;

  private final AtomTable atomTable;
  private final ClassBounds classBounds;
  private final RationalArithmetic arithmetic;
  private final SumNormalizer sumNormalizer;
  private final boolean expanding;
  private final boolean opaque;
  private final Map<Integer, Rational> units = new HashMap<>();

  /**
   * Functions over atoms.
   *
   * @param expanding true for proofs: the exponential of a sum is a product of exponentials
   * @param opaque true if hyperbolic functions are atoms
   */
  FunctionNormalForms(AtomTable atomTable, ClassBounds classBounds, RationalArithmetic arithmetic, SumNormalizer sumNormalizer, boolean expanding, boolean opaque) {
    this.opaque = opaque;
    this.sumNormalizer = sumNormalizer;
    this.atomTable = atomTable;
    this.classBounds = classBounds;
    this.arithmetic = arithmetic;
    this.expanding = expanding;
  }

  RationalFunction apply(Fn fn, List<RationalFunction> x) {
    return switch (fn) {
      case EXP -> exp(x.get(0));
      case EXPM1 -> arithmetic.minus(exp(x.get(0)), RationalFunction.ONE);
      case LOG -> log(x.get(0));
      case LOG1P -> log(arithmetic.plus(x.get(0), RationalFunction.ONE));
      case TANH -> opaque ? signed(fn, x.get(0)) : tanh(x.get(0));
      case STOP -> x.get(0);
      case POW -> pow(x.get(0), x.get(1));
      case MAXIMUM -> choose(atLeast(x.get(0), x.get(1)), x.get(0), x.get(1));
      case MINIMUM -> choose(atLeast(x.get(1), x.get(0)), x.get(0), x.get(1));
      case AT_LEAST -> areSame(x) ? isNumber(x.get(0)) : atLeast(x.get(0), x.get(1));
      case GREATER -> areSame(x) ? RationalFunction.ZERO : arithmetic.minus(RationalFunction.ONE, atLeast(x.get(1), x.get(0)));
      case EQUAL -> equal(x.get(0), x.get(1));
      case WHERE -> choose(asIndicator(x.get(0)), x.get(1), x.get(2));
      case WEIGHTED -> expanding || classBounds.of(x.get(0)).excludesZero() ? arithmetic.times(x.get(0), x.get(1)) : atom(fn, x);
      default -> fn.parity() == Fn.Parity.NONE ? atom(fn, x) : signed(fn, x.get(0));
    };
  }

  private RationalFunction atom(Fn fn, List<RationalFunction> arguments) {
    List<View> views = arguments.stream().map(atomTable::classOf).toList();
    return atomOf(fn, views);
  }

  /** Returns an atom over the axes of its arguments, numbered in the order of first occurrence. */
  private RationalFunction atomOf(Fn fn, List<View> arguments) {
    List<Integer> axes = new ArrayList<>();
    List<Extent> shape = new ArrayList<>();
    for (View view : arguments) {
      for (int k = 0; k < view.axes().size(); k++) {
        if (!axes.contains(view.axes().get(k))) {
          axes.add(view.axes().get(k));
          shape.add(atomTable.shape(view.node()).get(k));
        }
      }
    }
    List<View> wired = arguments.stream()
        .map(view -> new View(view.node(), view.axes().stream().map(axes::indexOf).toList())).toList();
    return atomTable.entry(new Node.Apply(fn, shape, wired), axes);
  }

  // ---- exp and log ----

  /** Applies exp(u + c log f) = f^c exp(u) for integer c, and exp(c u) = exp(u)^c. */
  RationalFunction exp(RationalFunction u) {
    if (u.isZero()) {
      return RationalFunction.ONE;
    }
    RationalFunction powers = RationalFunction.ONE;
    RationalFunction rest = u;
    for (int variable : u.variables()) {
      Rational c = linearCoefficient(rest, variable);
      if (c != null && c.isSmallInteger(MAX_EXPONENT) && atomTable.isApplied(Fn.LOG, variable)) {
        powers = arithmetic.times(powers, arithmetic.power(atomTable.normalForm(atomTable.argumentOf(variable)), c.intValueExact()));
        rest = arithmetic.minus(rest, RationalFunction.variable(variable).times(c));
      }
    }
    for (RationalFunction summand : expanding ? summands(rest) : List.of(rest)) {
      powers = arithmetic.times(powers, summand.isZero() ? RationalFunction.ONE : exponential(summand));
    }
    return powers;
  }

  /** Returns the terms of a sum of moderate length, each over the sum's denominator. */
  private List<RationalFunction> summands(RationalFunction sum) {
    if (sum.size() > MAX_SUMMANDS) {
      return List.of(sum);
    }
    RationalFunction scale = RationalFunction.of(sum.denominator()).inverse().times(sum.coefficient());
    return sum.numerator().terms().entrySet().stream()
        .map(term -> RationalFunction.of(Polynomial.term(term.getValue(), term.getKey())).times(scale)).toList();
  }

  /** Returns c if the function is c v plus terms without v, else null. */
  private static Rational linearCoefficient(RationalFunction function, int variable) {
    if (function.factors().values().stream().anyMatch(k -> k < 0)) {
      return null;
    }
    Polynomial terms = function.numerator().times(function.coefficient());
    Polynomial at = terms.coefficients(variable).get(1);
    return terms.degree(variable) == 1 && at.isConstant() ? at.constantTerm() : null;
  }

  /**
   * Returns a power of the atom exp(unit u0). u0 has content 1 and, if its sign is known, is never positive. The unit is half of the first exponent,
   * so that half exponents are powers too.
   */
  private RationalFunction exponential(RationalFunction u) {
    boolean decays = !u.isConstant() && classBounds.isNeverPositive(u.times(u.coefficient().reciprocal().negate()));
    Rational content = decays ? u.coefficient().negate() : u.coefficient();
    RationalFunction primitive = u.times(content.reciprocal());
    View base = atomTable.classOf(primitive);
    Rational magnitude = content.signum() < 0 ? content.negate() : content;
    Rational unit = units.computeIfAbsent(base.node(), b -> magnitude.times(Rational.HALF));
    Rational exponent = content.over(unit);
    if (!exponent.isSmallInteger(MAX_EXPONENT)) {
      return atom(Fn.EXP, List.of(u));
    }
    return atom(Fn.EXP, List.of(primitive.times(unit))).power(exponent.intValueExact());
  }

  /** Returns the log of a product of positive factors as a sum; log exp u = u. */
  RationalFunction log(RationalFunction x) {
    for (int variable : x.variables()) {
      if (arithmetic.isIndicator(variable)) {
        return arithmetic.choose(variable, log(RationalArithmetic.at(x, variable, Rational.ONE)), log(RationalArithmetic.at(x, variable, Rational.ZERO)));
      }
    }
    if (x.isOne() || x.isZero()) {
      return x.isOne() ? RationalFunction.ZERO : atom(Fn.LOG, List.of(x));
    }
    List<RationalFunction> summands = new ArrayList<>();
    RationalFunction rest = RationalFunction.constant(x.coefficient());
    for (Map.Entry<Polynomial, Integer> entry : x.factors().entrySet()) {
      Interval bounds = classBounds.of(entry.getKey()).and(classBounds.of(RationalFunction.of(entry.getKey())));
      Rational sign = bounds.isNegative() ? Rational.MINUS_ONE : Rational.ONE;
      Polynomial factor = entry.getKey().times(sign);
      if (bounds.excludesZero()) {
        summands.add(logOfFactor(factor).times(Rational.of(entry.getValue())));
        rest = entry.getValue() % 2 == 0 ? rest : rest.times(sign);
      } else {
        Optional<RationalFunction> picked = logOfPicked(factor);
        picked.ifPresent(log -> summands.add(log.times(Rational.of(entry.getValue()))));
        rest = picked.isPresent() ? rest : rest.times(RationalFunction.of(factor).power(entry.getValue()));
      }
    }
    if (!rest.isOne()) {
      if (rest.isConstant() && rest.coefficient().signum() < 0) {
        return atom(Fn.LOG, List.of(x));
      }
      summands.add(atom(Fn.LOG, List.of(rest)));
    }
    return arithmetic.sum(summands);
  }

  /** Returns the logarithm of an entry that data select, as the selected entry of logarithms if these have a normal form. */
  private Optional<RationalFunction> logOfPicked(Polynomial factor) {
    return factor.isVariable() ? arithmetic.gathers.mapped(factor.asVariable(), this::log, (sum, factors) -> sumNormalizer.sum(sum.loops(), sum.rank(), factors))
        .filter(log -> log.variables().stream().noneMatch(v -> atomTable.isApplied(Fn.LOG, v))) : Optional.empty();
  }

  private RationalFunction logOfFactor(Polynomial factor) {
    if (factor.isVariable() && atomTable.isApplied(Fn.EXP, factor.asVariable())) {
      return atomTable.value(atomTable.argumentOf(factor.asVariable()));
    }
    Optional<RationalFunction> v = decayingFromOne(factor);
    return v.isEmpty() ? atom(Fn.LOG, List.of(RationalFunction.of(factor)))
        : arithmetic.minus(log(arithmetic.plus(exp(v.get()), RationalFunction.ONE)), apply(Fn.MAXIMUM, List.of(v.get(), RationalFunction.ZERO)));
  }

  /** Returns v if the factor is 1 + e^-|v|, whose logarithm is log(1 + e^v) - max(v, 0). */
  private Optional<RationalFunction> decayingFromOne(Polynomial factor) {
    if (factor.size() != 2 || factor.variables().size() != 1 || !factor.constantTerm().isOne() || !factor.leadingCoefficient().isOne()) {
      return Optional.empty();
    }
    int variable = factor.variables().first();
    if (!atomTable.isApplied(Fn.EXP, variable)) {
      return Optional.empty();
    }
    RationalFunction u = atomTable.normalForm(atomTable.argumentOf(variable)).times(Rational.of(factor.degree(variable)));
    RationalFunction magnitude = u.times(u.coefficient().reciprocal());
    boolean decays = u.coefficient().signum() < 0 && magnitude.isVariable() && atomTable.isApplied(Fn.ABS, magnitude.variables().first());
    return decays ? Optional.of(atomTable.value(atomTable.argumentOf(magnitude.variables().first())).times(u.coefficient().negate()))
        : Optional.empty();
  }

  /** Returns (exp(2u) - 1) / (exp(2u) + 1). */
  private RationalFunction tanh(RationalFunction u) {
    RationalFunction e = exp(u.times(Rational.TWO));
    return arithmetic.times(arithmetic.minus(e, RationalFunction.ONE), arithmetic.inverse(arithmetic.plus(e, RationalFunction.ONE)));
  }

  /** Returns x^y as exp(y log x) if x is positive. */
  private RationalFunction pow(RationalFunction x, RationalFunction y) {
    if (y.isConstant() && y.coefficient().isSmallInteger(MAX_EXPONENT)) {
      return arithmetic.power(x, y.coefficient().intValueExact());
    }
    return classBounds.isPositive(x) ? exp(arithmetic.times(y, log(x))) : atom(Fn.POW, List.of(x, y));
  }

  /** Returns a power with an exponent that is not an integer; exp(u)^c = exp(c u). */
  RationalFunction root(RationalFunction base, Rational exponent) {
    if (base.isOne() || base.isZero()) {
      return base;
    }
    if (base.coefficient().isOne() && base.factors().keySet().stream().allMatch(f -> f.isVariable() && atomTable.isApplied(Fn.EXP, f.asVariable()))) {
      return exp(log(base).times(exponent));
    }
    if (exponent.isInteger() || exponent.denominator().bitLength() > 4 || exponent.numerator().bitLength() > 5) {
      return pow(base, RationalFunction.constant(exponent));
    }
    View view = atomTable.classOf(base);
    List<Extent> shape = atomTable.shape(view.node());
    Node.Power root = new Node.Power(shape, View.identity(view.node(), shape.size()),
        Rational.ONE.over(new Rational(exponent.denominator(), BigInteger.ONE)));
    RationalFunction atom = atomTable.entry(root, view.axes());
    int power = exponent.numerator().intValueExact();
    return power < 0 && !classBounds.isPositive(base) ? arithmetic.power(arithmetic.inverse(atom), -power) : arithmetic.power(atom, power);
  }

  // ---- signs and choices ----

  /** Moves the sign of the argument out of odd functions, and drops it in even ones. */
  private RationalFunction signed(Fn fn, RationalFunction x) {
    Interval bounds = classBounds.of(x);
    if (fn == Fn.ABS && bounds.isNonNegative()) {
      return x;
    }
    if (fn == Fn.SIGN && bounds.excludesZero()) {
      return RationalFunction.constant(bounds.isPositive() ? Rational.ONE : Rational.MINUS_ONE);
    }
    Rational sign = atomTable.sign(x);
    RationalFunction positive = x.times(sign);
    Rational scale = fn == Fn.ABS || fn == Fn.SIGN ? positive.coefficient().abs() : Rational.ONE;
    boolean normalization = !scale.isZero() && !scale.isOne();
    RationalFunction atom = atom(fn, List.of(normalization ? positive.times(scale.reciprocal()) : positive));
    RationalFunction result = fn == Fn.ABS && normalization ? atom.times(scale) : atom;
    return fn.parity() == Fn.Parity.ODD ? result.times(sign) : result;
  }

  /** Returns the indicator of a >= b, as a condition on the difference without positive factors, with a positive leading coefficient. */
  RationalFunction atLeast(RationalFunction a, RationalFunction b) {
    RationalFunction d = arithmetic.minus(a, b);
    Interval bounds = classBounds.of(d);
    if (bounds.isNonNegative() || classBounds.isNeverPositive(d.times(Rational.MINUS_ONE))) {
      return RationalFunction.ONE;
    }
    if (bounds.isNegative()) {
      return RationalFunction.ZERO;
    }
    if (classBounds.isNeverPositive(d)) {
      return equal(a, b);
    }
    RationalFunction kernel = signKernel(d);
    return atomTable.sign(kernel).signum() > 0 ? indicator(Fn.AT_LEAST, kernel)
        : RationalFunction.ONE.minus(indicator(Fn.GREATER, kernel.times(Rational.MINUS_ONE)));
  }

  /**
   * Returns the indicator of a = b. The sides are not scaled: the maximum of some numbers equals one of them only if both are computed in the same
   * way.
   */
  private RationalFunction equal(RationalFunction a, RationalFunction b) {
    RationalFunction d = arithmetic.minus(a, b);
    if (d.isZero() || classBounds.of(d).excludesZero()) {
      return d.isZero() ? isNumber(a) : RationalFunction.ZERO;
    }
    return equalSides(a, b);
  }

  private boolean areSame(List<RationalFunction> sides) {
    return arithmetic.minus(sides.get(0), sides.get(1)).isZero();
  }

  /** Returns the indicator of a = a, which is 0 where the function is NaN. */
  private RationalFunction isNumber(RationalFunction a) {
    return classBounds.isNumber(a) ? RationalFunction.ONE : equalSides(a, a);
  }

  private RationalFunction equalSides(RationalFunction a, RationalFunction b) {
    Rational scale = (b.isZero() ? a : b).coefficient().reciprocal();
    List<View> sides = new ArrayList<>(List.of(atomTable.classOf(a.times(scale)), atomTable.classOf(b.times(scale))));
    sides.sort(Comparator.comparingInt(View::node).thenComparing(side -> side.axes().toString()));
    return atomOf(Fn.EQUAL, sides);
  }

  private RationalFunction signKernel(RationalFunction d) {
    RationalFunction.Product kernel = new RationalFunction.Product()
        .times(RationalFunction.constant(Rational.of(d.coefficient().signum())), 1);
    d.factors().forEach((factor, exponent) -> {
      if (!classBounds.of(factor).isPositive()) {
        kernel.times(factor, exponent);
      }
    });
    return kernel.build();
  }

  private RationalFunction indicator(Fn fn, RationalFunction kernel) {
    View view = atomTable.classOf(kernel);
    View zero = atomTable.classOf(RationalFunction.ZERO);
    return atomOf(fn, List.of(view, zero));
  }

  /** Returns the indicator of nonzero values. */
  private RationalFunction asIndicator(RationalFunction condition) {
    boolean twoValued = condition.variables().stream().allMatch(arithmetic::isIndicator)
        && isTwoValued(condition, new ArrayList<>(condition.variables()));
    return twoValued ? condition : RationalFunction.ONE.minus(equal(condition, RationalFunction.ZERO));
  }

  /** True if the condition is 0 or 1 for all values of its indicators, if they are few. */
  private boolean isTwoValued(RationalFunction condition, List<Integer> variables) {
    if (variables.isEmpty()) {
      return condition.isZero() || condition.isOne();
    }
    if (variables.size() > 4) {
      return false;
    }
    List<Integer> rest = variables.subList(1, variables.size());
    return IntStream.rangeClosed(0, 1).allMatch(bit -> isTwoValued(RationalArithmetic.at(condition, variables.get(0), Rational.of(bit)), rest));
  }

  private RationalFunction choose(RationalFunction c, RationalFunction a, RationalFunction b) {
    return arithmetic.plus(arithmetic.times(c, a), arithmetic.times(RationalFunction.ONE.minus(c), b));
  }
}
