package dev.nngen.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Distribution of noise. Each has one parameter: the probability of 1, the standard deviation, or the maximum magnitude. */
public enum Distribution {
  BERNOULLI("p"), NORMAL("s"), UNIFORM("s");

  /** Name of the parameter. */
  final String parameter;

  Distribution(String parameter) {
    this.parameter = parameter;
  }

  /** Returns the name in the language. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Distribution> named(String label) {
    return Arrays.stream(values()).filter(distribution -> distribution.label().equals(label)).findFirst();
  }

  /** Whether the parameter may be this number. */
  boolean admits(double number) {
    return this == BERNOULLI ? number >= 0 && number <= 1 : number >= 0 && number < Double.POSITIVE_INFINITY;
  }

  /** Returns the condition on the parameter: {@code p in [0, 1]}. */
  String condition() {
    return parameter + (this == BERNOULLI ? " in [0, 1]" : " in [0, inf)");
  }
}
