package dev.nngen.autodiff;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node.Apply;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.List;
import java.util.OptionalInt;

/** The partial derivatives of entrywise functions (DLMF chapter 4, and 7.2.1 for erf). */
final class Partials {

  private final Algebra algebra;

  Partials(Algebra algebra) {
    this.algebra = algebra;
  }

  /**
   * The derivative of the applied function in its argument {@code position}, over the same loop axes.
   *
   * @param self the id of {@code apply}, since some derivatives are cheapest in the function's own value
   * @return empty where the derivative is zero everywhere it exists
   */
  OptionalInt partial(Apply apply, int self, int position) {
    List<Extent> shape = apply.shape();
    View value = algebra.view(self);
    View x = apply.fn().arity() == 0 ? value : apply.arguments().get(0);
    View y = apply.fn().arity() < 2 ? x : apply.arguments().get(1);
    return switch (apply.fn()) {
      case EXP -> OptionalInt.of(self);
      case LOG -> OptionalInt.of(algebra.power(shape, x, Rational.MINUS_ONE));
      case SIN -> OptionalInt.of(algebra.apply(Fn.COS, shape, x));
      case COS -> OptionalInt.of(algebra.scaled(Rational.MINUS_ONE, algebra.apply(Fn.SIN, shape, x)));
      case TANH -> OptionalInt.of(algebra.linear(shape, Rational.ONE,
          new Term(Rational.MINUS_ONE, algebra.view(algebra.power(shape, value, Rational.TWO)))));
      case ERF -> OptionalInt.of(gaussian(shape, x));
      case LOG1P -> OptionalInt.of(algebra.power(shape,
          algebra.view(algebra.linear(shape, Rational.ONE, new Term(Rational.ONE, x))), Rational.MINUS_ONE));
      case EXPM1 -> OptionalInt.of(algebra.apply(Fn.EXP, shape, x));
      case ABS -> OptionalInt.of(algebra.apply(Fn.SIGN, shape, x));
      case SIGN, FLOOR, STOP, GREATER, AT_LEAST, EQUAL, PI -> OptionalInt.empty();
      case POW -> OptionalInt.of(position == 0 ? powerInBase(shape, x, y) : powerInExponent(shape, value, x));
      case MAXIMUM -> OptionalInt.of(
          position == 0 ? algebra.apply(Fn.AT_LEAST, shape, x, y) : algebra.apply(Fn.GREATER, shape, y, x));
      case MINIMUM -> OptionalInt.of(
          position == 0 ? algebra.apply(Fn.AT_LEAST, shape, y, x) : algebra.apply(Fn.GREATER, shape, x, y));
      case WHERE -> throw new IllegalStateException("what where passes back is no product with the adjoint");
    };
  }

  /** 2/sqrt(pi) exp(-x^2). */
  private int gaussian(List<Extent> shape, View x) {
    int square = algebra.power(shape, x, Rational.TWO);
    int exponential = algebra.apply(Fn.EXP, shape, algebra.view(algebra.scaled(Rational.MINUS_ONE, square)));
    int pi = algebra.apply(Fn.PI, List.of());
    int inverseRoot = algebra.power(List.of(), new View(pi, List.of()), Rational.of(-1, 2));
    int product = algebra.product(shape, new View(inverseRoot, List.of()), algebra.view(exponential));
    return algebra.scaled(Rational.TWO, product);
  }

  /** y x^(y - 1). */
  private int powerInBase(List<Extent> shape, View x, View y) {
    int less = algebra.linear(shape, Rational.MINUS_ONE, new Term(Rational.ONE, y));
    return algebra.product(shape, y, algebra.view(algebra.apply(Fn.POW, shape, x, algebra.view(less))));
  }

  /** x^y log x. */
  private int powerInExponent(List<Extent> shape, View value, View x) {
    return algebra.product(shape, value, algebra.view(algebra.apply(Fn.LOG, shape, x)));
  }
}
