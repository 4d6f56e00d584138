package dev.nngen.simplify.rules;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import java.util.List;
import java.util.Optional;

/** A side of a rule: an expression whose names match any values. */
public sealed interface Pattern {

  /** A value, or a number if the name is one of the number names. */
  record Variable(String name) implements Pattern {

    /** True for a name that matches a rational number only. */
    public boolean isNumber() {
      return NUMBERS.contains(name);
    }
  }

  record Apply(Fn fn, List<Pattern> arguments) implements Pattern {
    public Apply {
      arguments = List.copyOf(arguments);
    }
  }

  /** A term of a sum. */
  record Term(Rational coefficient, Pattern value) {}

  record Sum(Rational constant, List<Term> terms) implements Pattern {
    public Sum {
      terms = List.copyOf(terms);
    }
  }

  /** A factor of a product. */
  record Factor(Pattern base, Rational exponent) {}

  /** A number times factors; a number alone has no factors. */
  record Product(Rational coefficient, List<Factor> factors) implements Pattern {
    public Product {
      factors = List.copyOf(factors);
    }
  }

  /** The names that match rational numbers only. */
  List<String> NUMBERS = List.of("a", "b", "n");

  /** Returns the pattern if it is a variable, else empty. */
  default Optional<Variable> asVariable() {
    return this instanceof Variable variable ? Optional.of(variable) : Optional.empty();
  }
}
