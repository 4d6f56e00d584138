package dev.nngen.codegen;

import dev.nngen.ir.Rational;
import dev.nngen.plan.Scalar;
import java.util.List;
import java.util.Optional;

/** Recognizes changes of an entry that Java writes as compound assignments. */
final class CompoundAssignment {

  private CompoundAssignment() {}

  /**
   * Returns the compound assignment if the new value is the old one plus or minus something: {@code -= rate * g}; otherwise empty.
   *
   * @param old the entry
   */
  static Optional<String> increment(Scalar old, Scalar value, ExpressionWriter expressions) {
    if (!(value instanceof Scalar.Sum sum) || sum.besides(old).isEmpty()) {
      return Optional.empty();
    }
    List<Scalar.Term> rest = sum.besides(old).get().terms();
    if (rest.get(0).coefficient().signum() > 0) {
      return Optional.of("+= " + expressions.write(new Scalar.Sum(Rational.ZERO, rest)));
    }
    List<Scalar.Term> taken = rest.stream().map(term -> new Scalar.Term(term.coefficient().negate(), term.value())).toList();
    return Optional.of("-= " + expressions.write(new Scalar.Sum(Rational.ZERO, taken)));
  }
}
