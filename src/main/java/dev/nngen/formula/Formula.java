package dev.nngen.formula;

import dev.nngen.ir.Rational;
import java.util.List;

/** A formula as a tree. Sums and products are n-ary. Printers add brackets. */
public sealed interface Formula {

  /** The number 0. */
  Formula ZERO = new Number(Rational.ZERO);

  <R> R accept(Visitor<R> visitor);

  /** Returns the direct subformulas. */
  List<Formula> parts();

  /** One case per kind of formula. */
  interface Visitor<R> {
    R number(Number number);

    R name(Name name);

    R gradient(Gradient gradient);

    R sum(Sum sum);

    R product(Product product);

    R quotient(Quotient quotient);

    R negate(Negate negate);

    R power(Power power);

    R transpose(Transpose transpose);

    R call(Call call);

    R compare(Compare compare);

    R index(Index index);

    R entry(Entry entry);

    R over(Over over);

    R array(Array array);
  }

  /** Kind of an operator: on matrices and numbers ({@code *}), or entrywise ({@code .*}). */
  enum Kind { PLAIN, ENTRYWISE }

  record Number(Rational value) implements Formula {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.number(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of();
    }
  }

  record Name(String name) implements Formula {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.name(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of();
    }
  }

  /**
   * The derivative of a value with respect to another, {@code dJ/dW}; in the language {@code grad(J, W)}.
   *
   * @param local true for the derivative of an entrywise step, {@code dA/dZ}, whose entries are {@code dA_ij/dZ_ij}
   */
  record Gradient(String of, String by, boolean local) implements Formula {
    public Gradient(String of, String by) {
      this(of, by, false);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.gradient(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of();
    }
  }

  /** A term of a sum with its sign. */
  record Term(boolean negative, Formula formula) {}

  record Sum(List<Term> terms) implements Formula {
    public Sum {
      terms = List.copyOf(terms);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sum(this);
    }

    @Override
    public List<Formula> parts() {
      return terms.stream().map(Term::formula).toList();
    }
  }

  /** A matrix product or scaling (PLAIN), or an entrywise product. Column and row vectors broadcast in the latter. */
  record Product(Kind kind, List<Formula> factors) implements Formula {
    public Product {
      factors = List.copyOf(factors);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.product(this);
    }

    @Override
    public List<Formula> parts() {
      return factors;
    }
  }

  record Quotient(Kind kind, Formula numerator, Formula denominator) implements Formula {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.quotient(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of(numerator, denominator);
    }
  }

  record Negate(Formula operand) implements Formula {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.negate(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of(operand);
    }
  }

  record Power(Kind kind, Formula base, Formula exponent) implements Formula {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.power(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of(base, exponent);
    }
  }

  record Transpose(Formula operand) implements Formula {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.transpose(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of(operand);
    }
  }

  /**
   * A function of the language and its arguments.
   *
   * @param primes the order of the derivative: 1 for {@code f'(Z)}, which documents may show and the language does not have
   */
  record Call(String function, int primes, List<Formula> arguments) implements Formula {
    /** Not a function of the language: stacks its arguments vertically. */
    static final String STACK = "stack";

    public boolean isStack() {
      return function.equals(STACK);
    }

    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.call(this);
    }

    @Override
    public List<Formula> parts() {
      return arguments;
    }
  }

  /** The indicator of a comparison, 1 where it holds and 0 elsewhere. The operator is one of {@code > >= < <= ==}, or {@link #FIRST}. */
  record Compare(String operator, Formula left, Formula right) implements Formula {
    /** Equality of the first of several equal entries only. Documents may show it; the language does not have it. */
    static final String FIRST = "is first";

    public boolean isFirst() {
      return operator.equals(FIRST);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.compare(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of(left, right);
    }
  }

  /** An index as a number, or a number computed from indices: {@code i}, {@code 2*y + i - 1}. */
  record Index(String text) implements Formula {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.index(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of();
    }
  }

  /**
   * An entry of a matrix or vector, {@code w_ij}, or the matrix of a tensor for some indices, {@code H_t}.
   *
   * @param matrix true for a matrix
   */
  record Entry(Formula base, List<String> indices, boolean matrix) implements Formula {
    public Entry {
      indices = List.copyOf(indices);
    }

    public Entry(Formula base, List<String> indices) {
      this(base, indices, false);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.entry(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of(base);
    }
  }

  /** A reduction over indices. */
  enum Operation { SUM, MAX }

  /** A sum or maximum over indices: {@code sum_c e_ic a_jc}. */
  record Over(Operation operation, List<String> indices, Formula body) implements Formula {
    public Over {
      indices = List.copyOf(indices);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.over(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of(body);
    }
  }

  /** The matrix or vector with the entries {@code body}, for values that matrix notation cannot express. */
  record Array(Formula body, List<String> indices) implements Formula {
    public Array {
      indices = List.copyOf(indices);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.array(this);
    }

    @Override
    public List<Formula> parts() {
      return List.of(body);
    }
  }
}
