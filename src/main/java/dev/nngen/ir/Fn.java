package dev.nngen.ir;

import dev.nngen.ir.special.Acosh;
import dev.nngen.ir.special.Asinh;
import dev.nngen.ir.special.Atanh;
import dev.nngen.ir.special.Digamma;
import dev.nngen.ir.special.Erf;
import dev.nngen.ir.special.Erfinv;
import dev.nngen.ir.special.Lgamma;
import dev.nngen.ir.special.Log2;
import dev.nngen.ir.special.Normcdf;
import dev.nngen.ir.special.Polygamma;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The entrywise functions that a graph may apply, each with its {@link Descriptor}. A new function needs a line here, and a file in
 * {@code ir.special} if the JDK does not have it. Library functions such as sigmoid are written in the language instead.
 */
public enum Fn {
  EXP(Descriptor.of("e to the power x.", "z").math("exp", Math::exp).latex("\\exp").operator("EXP").range(Interval.POSITIVE).increasing().derivatives("exp(z)")),
  LOG(Descriptor.of("The natural logarithm.", "z").math("log", Math::log).latex("\\log").operator("LOG").on(Interval.POSITIVE).increasing().derivatives("1 / z")),
  SIN(Descriptor.of("The sine of an angle in radians.", "z").math("sin", Math::sin).latex("\\sin").operator("SIN").range(Interval.closed(-1, 1)).odd().derivatives("cos(z)")),
  COS(Descriptor.of("The cosine of an angle in radians.", "z").math("cos", Math::cos).latex("\\cos").operator("COS").range(Interval.closed(-1, 1)).even()
      .derivatives("-sin(z)")),
  TANH(Descriptor.of("The hyperbolic tangent.", "z").math("tanh", Math::tanh).latex("\\tanh").operator("TANH").ulps(9).range(Interval.open(-1, 1)).odd().increasing()
      .derivatives("1 - tanh(z)^2")),
  ERF(Descriptor.of("The error function 2/sqrt(pi) times the integral of exp(-t^2) from 0 to z (DLMF 7.2.1).", "z").own(Erf.class, "erf", Erf::erf)
      .ownVectors().ulps(3).range(Interval.open(-1, 1)).odd().increasing().derivatives("2 / sqrt(pi) * exp(-z^2)")),
  LOG1P(Descriptor.of("log(1 + z), exact near 0.", "z").math("log1p", Math::log1p).operator("LOG1P").on(Interval.above(-1)).increasing()
      .derivatives("1 / (1 + z)")),
  EXPM1(Descriptor.of("exp(z) - 1, exact near 0.", "z").math("expm1", Math::expm1).operator("EXPM1").range(Interval.above(-1)).increasing()
      .derivatives("exp(z)")),
  SINH(Descriptor.of("The hyperbolic sine.", "z").math("sinh", Math::sinh).operator("SINH").latex("\\sinh").ulps(4).odd().increasing()
      .derivatives("cosh(z)")),
  COSH(Descriptor.of("The hyperbolic cosine.", "z").math("cosh", Math::cosh).operator("COSH").latex("\\cosh").ulps(4)
      .range(new Interval(1, false, Double.POSITIVE_INFINITY, true)).even().increasing().derivatives("sinh(z)")),
  ASIN(Descriptor.of("The angle in [-pi/2, pi/2] whose sine is z.", "z").math("asin", Math::asin).operator("ASIN").latex("\\arcsin").mathMl("<mi>arcsin</mi>")
      .ulps(4).on(Interval.closed(-1, 1)).range(Interval.around(Math.PI / 2)).odd().increasing().derivatives("1 / sqrt((1 - z) * (1 + z))")),
  ACOS(Descriptor.of("The angle in [0, pi] whose cosine is z.", "z").math("acos", Math::acos).operator("ACOS").latex("\\arccos").mathMl("<mi>arccos</mi>")
      .ulps(4).on(Interval.closed(-1, 1)).range(Interval.closed(0, Math.nextUp(Math.PI))).decreasing().derivatives("-1 / sqrt((1 - z) * (1 + z))")),
  ATAN(Descriptor.of("The angle in (-pi/2, pi/2) whose tangent is z.", "z").math("atan", Math::atan).operator("ATAN").latex("\\arctan").mathMl("<mi>arctan</mi>")
      .ulps(4).range(Interval.around(Math.PI / 2)).odd().increasing().derivatives("1 / (1 + z^2)")),
  ATAN2(Descriptor.of("The angle in [-pi, pi] between the first axis and the point (x, y).", "y", "x").math("atan2", Math::atan2).operator("ATAN2")
      .latex("\\operatorname{arctan2}").mathMl("<mi>arctan2</mi>").ulps(4).range(Interval.around(Math.PI))
      .derivatives("x / (x^2 + y^2)", "-y / (x^2 + y^2)")),
  ASINH(Descriptor.of("The inverse hyperbolic sine.", "z").own(Asinh.class, "asinh", Asinh::asinh).latex("\\operatorname{arsinh}").mathMl("<mi>arsinh</mi>")
      .ulps(2).odd().increasing().derivatives("1 / sqrt(1 + z^2)")),
  ACOSH(Descriptor.of("The inverse hyperbolic cosine, of 1 and more.", "z").own(Acosh.class, "acosh", Acosh::acosh).latex("\\operatorname{arcosh}")
      .mathMl("<mi>arcosh</mi>").ulps(2).on(new Interval(1, false, Double.POSITIVE_INFINITY, true)).range(Interval.NON_NEGATIVE).increasing()
      .derivatives("1 / sqrt((z - 1) * (z + 1))")),
  ATANH(Descriptor.of("The inverse hyperbolic tangent, between -1 and 1.", "z").own(Atanh.class, "atanh", Atanh::atanh).latex("\\operatorname{artanh}")
      .mathMl("<mi>artanh</mi>").ulps(2).on(Interval.open(-1, 1)).odd().increasing().derivatives("1 / ((1 - z) * (1 + z))")),
  LOG2(Descriptor.of("The logarithm to base 2.", "z").own(Log2.class, "log2", Log2::log2).latex("\\log_{2}").mathMl("<msub><mi>log</mi><mn>2</mn></msub>")
      .ulps(2).on(Interval.POSITIVE).increasing().derivatives("1 / (z * log(2))")),
  LOG10(Descriptor.of("The logarithm to base 10.", "z").math("log10", Math::log10).operator("LOG10").latex("\\log_{10}")
      .mathMl("<msub><mi>log</mi><mn>10</mn></msub>").ulps(4).on(Interval.POSITIVE).increasing().derivatives("1 / (z * log(10))")),
  CBRT(Descriptor.of("The cube root, also of negative numbers.", "z").math("cbrt", Math::cbrt).operator("CBRT").ulps(4).odd().increasing()
      .derivatives("1 / (3 * cbrt(z)^2)")),
  LGAMMA(Descriptor.of("The logarithm of the gamma function of positive numbers (DLMF 5.2.1).", "z").own(Lgamma.class, "lgamma", Lgamma::lgamma).ulps(5)
      .on(Interval.POSITIVE).range(Interval.above(-0.1215)).derivatives("digamma(z)")),
  DIGAMMA(Descriptor.of("The derivative of lgamma (DLMF 5.2.2).", "z").own(Digamma.class, "digamma", Digamma::digamma).latex("\\psi").mathMl("<mi>ψ</mi>")
      .ulps(6).on(Interval.POSITIVE).increasing().derivatives("polygamma(1, z)")),
  POLYGAMMA(Descriptor.of("The n-th derivative of digamma, for integers n from 0 on (DLMF 5.15). No gradient flows to n.", "n", "z")
      .own(Polygamma.class, "polygamma", Polygamma::polygamma).ulps(16).on(Interval.NON_NEGATIVE, Interval.POSITIVE)
      .derivatives("0", "polygamma(n + 1, z)")),
  ERFINV(Descriptor.of("The inverse of the error function, between -1 and 1.", "z").own(Erfinv.class, "erfinv", Erfinv::erfinv).ulps(8)
      .on(Interval.open(-1, 1)).odd().increasing().derivatives("sqrt(pi) / 2 * exp(erfinv(z)^2)")),
  NORMCDF(Descriptor.of("The distribution function of the standard normal distribution.", "z").own(Normcdf.class, "normcdf", Normcdf::normcdf)
      .latex("\\Phi").mathMl("<mi>Φ</mi>").ulps(6).range(Interval.open(0, 1)).increasing().derivatives("exp(-z^2 / 2) / sqrt(2 * pi)")),
  ABS(Descriptor.of("The absolute value.", "z").math("abs", Math::abs).range(Interval.NON_NEGATIVE).even().increasing().cheap().derivatives("sign(z)")),
  SIGN(Descriptor.of("-1, 0 or 1.", "z").math("signum", Math::signum).range(Interval.closed(-1, 1)).odd().cheap()),
  FLOOR(Descriptor.of("The largest integer not above z.", "z").math("floor", Math::floor).cheap()),
  STOP(Descriptor.of("The identity, through which no gradient flows.", "z").computes(Descriptor::identity).cheap()),
  POW(Descriptor.of("a to the power b, for exponents that are not constants; a is positive, or b an integer at run time.", "a", "b")
      .math("pow", Math::pow).ownNotation().derivatives("b * a^(b - 1)", "a^b * log(a)")),
  MAXIMUM(Descriptor.of("The larger of two. For equal arguments the derivative is that of the first.", "a", "b").math("max", Math::max).ownNotation().cheap()
      .derivatives("a >= b", "b > a")),
  MINIMUM(Descriptor.of("The smaller of two. For equal arguments the derivative is that of the first.", "a", "b").math("min", Math::min).ownNotation().cheap()
      .derivatives("b >= a", "a > b")),
  GREATER(Descriptor.of("1 if a > b, else 0.", "a", "b").computes(Descriptor::greater).range(Interval.closed(0, 1)).ownNotation().cheap()),
  AT_LEAST(Descriptor.of("1 if a >= b, else 0.", "a", "b").computes(Descriptor::atLeast).range(Interval.closed(0, 1)).ownNotation().cheap()),
  EQUAL(Descriptor.of("1 if a = b, else 0.", "a", "b").computes(Descriptor::equal).range(Interval.closed(0, 1)).ownNotation().cheap()),
  WHERE(Descriptor.of("The second argument if the first is not 0, else the third; the other one is not evaluated.", "condition", "a", "b")
      .computes(Descriptor::where).cheap().derivatives("0", "where(condition, 1, 0)", "where(condition, 0, 1)")),
  WEIGHTED(Descriptor.of("weight * x, and 0 where the weight is 0, also if x is infinite or NaN.", "weight", "x").computes(Descriptor::weighted).cheap()
      .derivatives("x", "weight")),
  PI(Descriptor.of("The ratio of a circle's circumference to its diameter.").computes(Descriptor::pi).range(Interval.point(Math.PI)).ownNotation().cheap());

  /** Effect of negating the argument: it negates the value (odd), changes nothing (even), or neither. */
  public enum Parity { ODD, EVEN, NONE }

  /** Monotonicity on the domain, or on its nonnegative part for an even function. */
  public enum Monotonicity { INCREASING, DECREASING, NONE }

  /** The cost of a call. */
  public enum CostClass { CHEAP, TRANSCENDENTAL }

  private static final Map<String, Fn> BY_LABEL = Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Fn::label, Function.identity()));

  /** HotSpot's inlining budget permits one vector function and a few operations around it. */
  private static final int MOST_OWN_OPERATIONS = 60;

  private final Descriptor descriptor;

  Fn(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** Returns the function of that name in the language, empty if there is none. */
  public static Optional<Fn> named(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }

  /** The name in the language. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True if the language calls the function by its name. Others are operators and constants. */
  public boolean isCalled() {
    return !descriptor.hasOwnNotation;
  }

  /** A sentence for the documentation. */
  public String documentation() {
    return descriptor.documentation;
  }

  /** The names of the arguments, as {@link #partial} uses them. */
  public List<String> parameters() {
    return descriptor.parameters;
  }

  public int arity() {
    return descriptor.parameters.size();
  }

  /** The partial derivative with respect to an argument, as an expression of the language in the parameters; {@code 0} if no gradient flows. */
  public String partial(int position) {
    return descriptor.partials.get(position);
  }

  /** The value at a point, in double precision. */
  public double evaluate(double... x) {
    return descriptor.evaluation.at(x);
  }

  /** The domain of one argument. */
  public Interval domain(int position) {
    return descriptor.domains.get(position);
  }

  /** An interval that contains all values. */
  public Interval range() {
    return descriptor.range;
  }

  public Parity parity() {
    return descriptor.parity;
  }

  public Monotonicity monotonicity() {
    return descriptor.monotonicity;
  }

  /** True if a call rounds and takes many times as long as an addition. */
  public boolean isTranscendental() {
    return descriptor.cost == CostClass.TRANSCENDENTAL;
  }

  /** True if values approach an open bound so closely that they round to it. */
  public boolean saturates() {
    Interval range = descriptor.range;
    return range.lowOpen() && Double.isFinite(range.low()) || range.highOpen() && Double.isFinite(range.high());
  }

  /** The largest error of generated classes, in units in the last place of the value. */
  public double ulps() {
    return descriptor.ulps;
  }

  /** The method of doubles that computes the function in Java: {@code Math.exp}, or one that the generated class has; empty for operators. */
  public Optional<String> method() {
    return descriptor.method;
  }

  /** The class whose text generated classes repeat, if the JDK does not have the function. */
  public Optional<Class<?>> source() {
    return descriptor.source;
  }

  /** The constant of {@code VectorOperators} that computes the function, if there is one. */
  public Optional<String> vectorOperator() {
    return descriptor.operator;
  }

  /** True if generated classes have a method of vectors for the function, in single precision. */
  public boolean hasOwnVectors() {
    return descriptor.hasOwnVectors;
  }

  /** Upper bound of the number of vector operations of the function's vector form. */
  public int vectorOperations() {
    return hasOwnVectors() ? MOST_OWN_OPERATIONS : 1;
  }

  /** The function's name as a command of LaTeX, if not its label in roman letters. */
  public Optional<String> latex() {
    return descriptor.latex;
  }

  /** The function's name as an element of MathML, if not its label. */
  public Optional<String> mathMl() {
    return descriptor.mathMl;
  }

  /** True for functions whose value is 0 or 1. */
  public boolean isIndicator() {
    return this == GREATER || this == AT_LEAST || this == EQUAL;
  }

  /** True for functions that are symmetric in their two arguments. */
  public boolean isSymmetric() {
    return this == MAXIMUM || this == MINIMUM || this == EQUAL;
  }
}
