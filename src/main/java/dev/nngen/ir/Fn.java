package dev.nngen.ir;

/**
 * The entrywise functions that a graph may apply. What each means numerically is told by {@link Evaluator}, its
 * derivative by {@code autodiff}, its algebra by {@code simplify} and its Java by {@code codegen}; library functions such
 * as sigmoid are not here, they are written in the language.
 */
public enum Fn {
  EXP(1),
  LOG(1),
  SIN(1),
  COS(1),
  TANH(1),
  /** The error function 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x (DLMF 7.2.1). */
  ERF(1),
  /** log(1 + x), exact near 0. */
  LOG1P(1),
  /** exp(x) - 1, exact near 0. */
  EXPM1(1),
  ABS(1),
  /** -1, 0 or 1. */
  SIGN(1),
  /** The largest integer not above x. */
  FLOOR(1),
  /** The identity, through which no gradient flows. */
  STOP(1),
  /** x to the power y, for exponents that are no constant; x is positive, or y an integer at run time. */
  POW(2),
  /** The larger of two; where they are equal the slope is taken from the first. */
  MAXIMUM(2),
  /** The smaller of two; where they are equal the slope is taken from the first. */
  MINIMUM(2),
  /** 1 where x > y, else 0. */
  GREATER(2),
  /** 1 where x >= y, else 0. */
  AT_LEAST(2),
  /** 1 where x = y, else 0. */
  EQUAL(2),
  /** The second argument where the first is not 0, else the third; the other one is not looked at. */
  WHERE(3),
  /** The ratio of a circle's circumference to its diameter. */
  PI(0);

  private final int arity;

  Fn(int arity) {
    this.arity = arity;
  }

  public int arity() {
    return arity;
  }

  /** True for functions whose value is 0 or 1. */
  public boolean isIndicator() {
    return this == GREATER || this == AT_LEAST || this == EQUAL;
  }
}
