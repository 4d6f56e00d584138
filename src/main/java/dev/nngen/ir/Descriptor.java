package dev.nngen.ir;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * Everything that the compiler knows about an entrywise function. Each {@link Fn} has one, written as a chain of calls. Properties that a chain does
 * not set have a value that is always valid, such as all reals for a range.
 */
final class Descriptor {

  /** The value of a function at one point. */
  @FunctionalInterface
  interface Evaluation {
    double at(double... x);
  }

  final List<String> parameters;
  Evaluation evaluation;
  Optional<String> method = Optional.empty();
  Optional<Class<?>> source = Optional.empty();
  Optional<String> operator = Optional.empty();
  boolean hasOwnVectors;
  Optional<String> latex = Optional.empty();
  Optional<String> mathMl = Optional.empty();
  List<String> partials;
  List<Interval> domains;
  Interval range = Interval.REALS;
  Fn.Parity parity = Fn.Parity.NONE;
  Fn.Monotonicity monotonicity = Fn.Monotonicity.NONE;
  Fn.CostClass cost = Fn.CostClass.TRANSCENDENTAL;
  boolean hasOwnNotation;
  double ulps = 1;
  final String documentation;

  private Descriptor(String documentation, List<String> parameters) {
    this.documentation = documentation;
    this.parameters = parameters;
    this.partials = Collections.nCopies(parameters.size(), "0");
    this.domains = Collections.nCopies(parameters.size(), Interval.REALS);
  }

  /** Begins a descriptor of a function with these parameters. */
  static Descriptor of(String documentation, String... parameters) {
    return new Descriptor(documentation, List.of(parameters));
  }

  /** Computed by a method of {@link Math}. */
  Descriptor math(String name, DoubleUnaryOperator function) {
    this.method = Optional.of("Math." + name);
    return computes(x -> function.applyAsDouble(x[0]));
  }

  /** Computed by a method of {@link Math}. */
  Descriptor math(String name, DoubleBinaryOperator function) {
    this.method = Optional.of("Math." + name);
    return computes(x -> function.applyAsDouble(x[0], x[1]));
  }

  /** Computed by a method of this project, whose text generated classes repeat. */
  Descriptor own(Class<?> source, String name, DoubleUnaryOperator function) {
    this.method = Optional.of(name);
    this.source = Optional.of(source);
    return computes(x -> function.applyAsDouble(x[0]));
  }

  /** Computed by a method of this project, whose text generated classes repeat. */
  Descriptor own(Class<?> source, String name, DoubleBinaryOperator function) {
    this.method = Optional.of(name);
    this.source = Optional.of(source);
    return computes(x -> function.applyAsDouble(x[0], x[1]));
  }

  Descriptor computes(Evaluation evaluated) {
    this.evaluation = evaluated;
    return this;
  }

  /** Computed for vectors by a constant of {@code VectorOperators}. */
  Descriptor operator(String name) {
    this.operator = Optional.of(name);
    return this;
  }

  /** Computed for vectors of single precision by a method that generated classes have, a text of {@code vector-functions.txt}. */
  Descriptor ownVectors() {
    this.hasOwnVectors = true;
    return this;
  }

  /** Error bound of generated classes in units in the last place, for every kernel set. */
  Descriptor ulps(double most) {
    this.ulps = most;
    return this;
  }

  /** The domain of the function, argument by argument. */
  Descriptor on(Interval... arguments) {
    this.domains = List.of(arguments);
    return this;
  }

  Descriptor range(Interval values) {
    this.range = values;
    return this;
  }

  Descriptor odd() {
    this.parity = Fn.Parity.ODD;
    return this;
  }

  Descriptor even() {
    this.parity = Fn.Parity.EVEN;
    return this;
  }

  /** Increasing on its domain, or on the nonnegative part of it if the function is even. */
  Descriptor increasing() {
    this.monotonicity = Fn.Monotonicity.INCREASING;
    return this;
  }

  Descriptor decreasing() {
    this.monotonicity = Fn.Monotonicity.DECREASING;
    return this;
  }

  /** The partial derivatives in the language, in the order of the parameters. */
  Descriptor derivatives(String... texts) {
    this.partials = List.of(texts);
    return this;
  }

  Descriptor cheap() {
    this.cost = Fn.CostClass.CHEAP;
    return this;
  }

  /** Written as an operator or in other notation, not as a call by its name. */
  Descriptor ownNotation() {
    this.hasOwnNotation = true;
    return this;
  }

  /** The function's name as LaTeX, if not its label in roman letters. */
  Descriptor latex(String name) {
    this.latex = Optional.of(name);
    return this;
  }

  /** The function's name as an element of MathML, if not its label. */
  Descriptor mathMl(String element) {
    this.mathMl = Optional.of(element);
    return this;
  }

  // Named functions instead of lambdas: Maven's parser of plugin sources cannot parse lambdas among an enum's constants.

  static double identity(double[] x) {
    return x[0];
  }

  static double greater(double[] x) {
    return x[0] > x[1] ? 1 : 0;
  }

  static double atLeast(double[] x) {
    return x[0] >= x[1] ? 1 : 0;
  }

  static double equal(double[] x) {
    return x[0] == x[1] ? 1 : 0;
  }

  static double where(double[] x) {
    return x[0] != 0 ? x[1] : x[2];
  }

  static double weighted(double[] x) {
    return x[0] == 0 ? 0 : x[0] * x[1];
  }

  static double pi(double[] x) {
    return Math.PI;
  }
}
