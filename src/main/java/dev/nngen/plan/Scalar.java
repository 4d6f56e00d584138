package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A number at one point of a loop nest, as an expression over memory, the loop's locals and constants. */
public sealed interface Scalar {

  <R> R accept(Visitor<R> visitor);

  /** One case per kind of expression. */
  interface Visitor<R> {
    R number(Number number);

    R size(Size size);

    R time(Time time);

    R rate(Rate rate);

    R load(Load load);

    R address(Address address);

    R position(Position position);

    R count(Count count);

    R local(Local local);

    R sum(Sum sum);

    R product(Product product);

    R power(Power power);

    R apply(Apply apply);
  }

  record Number(Rational value) implements Scalar {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.number(this);
    }
  }

  /** The length of an axis. */
  record Size(Extent extent) implements Scalar {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.size(this);
    }
  }

  /**
   * The number of the training step.
   *
   * @param name of the counter: {@code t}, or {@code t_D} for a loss {@code D} of several
   */
  record Time(String name) implements Scalar {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.time(this);
    }
  }

  /**
   * The rate of an optimizer.
   *
   * @param name of its field: {@code rate}, or {@code rate_D} for a loss {@code D} of several
   */
  record Rate(String name) implements Scalar {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.rate(this);
    }
  }

  /**
   * An entry of a tensor; {@code at.get(k)} is the position in the loop nest that addresses dimension {@code k}, or -1, -2, ... for the first,
   * second, ... of the numbers.
   *
   * @param numbers integers from data that are subscripts
   */
  record Load(Tensor tensor, List<Integer> at, List<Scalar> numbers) implements Scalar {
    public Load {
      at = List.copyOf(at);
      numbers = List.copyOf(numbers);
    }

    public Load(Tensor tensor, List<Integer> at) {
      this(tensor, at, List.of());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.load(this);
    }
  }

  /** An entry with the address that a later stage computes. */
  non-sealed interface Address extends Scalar {
    @Override
    default <R> R accept(Visitor<R> visitor) {
      return visitor.address(this);
    }
  }

  /** The subscript at a position of the nest, as a number. */
  record Position(int position) implements Scalar {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.position(this);
    }
  }

  /** A subscript that a later stage computes, as a number. */
  non-sealed interface Count extends Scalar {
    @Override
    default <R> R accept(Visitor<R> visitor) {
      return visitor.count(this);
    }
  }

  /** The value of a {@link LoopNest.Let} of the same nest. */
  record Local(int id) implements Scalar {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.local(this);
    }
  }

  record Term(Rational coefficient, Scalar value) {}

  record Sum(Rational constant, List<Term> terms) implements Scalar {
    public Sum {
      terms = List.copyOf(terms);
    }

    /** Returns the other terms of a sum that contains the value; empty if this is not such a sum. */
    public Optional<Sum> besides(Scalar value) {
      List<Term> rest = new ArrayList<>(terms);
      return constant.isZero() && terms.size() > 1 && rest.remove(new Term(Rational.ONE, value)) ? Optional.of(new Sum(Rational.ZERO, rest)) : Optional.empty();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sum(this);
    }
  }

  record Product(List<Scalar> factors) implements Scalar {
    public Product {
      factors = List.copyOf(factors);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.product(this);
    }
  }

  record Power(Scalar base, Rational exponent) implements Scalar {

    private static final int MOST_FACTORS = 4;

    /** Whether a power with this exponent is written as a product of the base with itself. */
    public static boolean isProduct(Rational exponent) {
      return exponent.signum() > 0 && !exponent.isOne() && exponent.isSmallInteger(MOST_FACTORS);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.power(this);
    }
  }

  record Apply(Fn fn, List<Scalar> arguments) implements Scalar {
    public Apply {
      arguments = List.copyOf(arguments);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.apply(this);
    }
  }
}
