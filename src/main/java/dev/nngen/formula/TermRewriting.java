package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.formula.Formula.Term;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rewrites factors for readability: {@code -(A - 1) .* (1 + A)} as {@code 1 - A.^2}. */
final class TermRewriting {

  private TermRewriting() {}

  static EntrywiseTerm of(EntrywiseTerm monomial) {
    return withUnitTerm(withSquares(withoutSign(Powers.joined(monomial))));
  }

  /** Rewrites a term of a sum, whose minus stays in front unless moving it gives a square. */
  static EntrywiseTerm ofTerm(EntrywiseTerm monomial) {
    EntrywiseTerm tidy = of(monomial);
    EntrywiseTerm joined = Powers.joined(monomial);
    return tidy.over().size() < joined.over().size() ? tidy : withSquares(joined);
  }

  /** Moves a minus into a difference: {@code -(Y - A)} is {@code A - Y}. */
  private static EntrywiseTerm withoutSign(EntrywiseTerm monomial) {
    if (monomial.coefficient().signum() > 0) {
      return monomial;
    }
    for (boolean onlyNumbers : new boolean[] {true, false}) {
      for (int i = 0; i < monomial.over().size(); i++) {
        if (isDifference(monomial.over().get(i).straight(), onlyNumbers)) {
          List<MatrixFactor> over = new ArrayList<>(monomial.over());
          over.set(i, negated(over.get(i)));
          return new EntrywiseTerm(monomial.coefficient().negate(), over, monomial.under());
        }
      }
    }
    return monomial;
  }

  /** Moves a number into a sum if a term then has no coefficient: {@code 0.1 * (10 * E + W)} is {@code E + 0.1 * W}. */
  private static EntrywiseTerm withUnitTerm(EntrywiseTerm monomial) {
    Rational size = monomial.coefficient().signum() < 0 ? monomial.coefficient().negate() : monomial.coefficient();
    for (int i = 0; i < monomial.over().size() && !size.isOne(); i++) {
      MatrixFactor piece = monomial.over().get(i);
      if (hasInverse(piece.straight(), size) && hasInverse(piece.flipped(), size)) {
        List<MatrixFactor> over = new ArrayList<>(monomial.over());
        over.set(i, new MatrixFactor(piece.row(), piece.column(), scaledSum(piece.straight(), size), scaledSum(piece.flipped(), size)));
        return new EntrywiseTerm(monomial.coefficient().over(size), over, monomial.under());
      }
    }
    return monomial;
  }

  private static boolean hasInverse(Formula formula, Rational factor) {
    return bare(formula) instanceof Formula.Sum sum
        && sum.terms().stream().anyMatch(term -> number(term.formula()).times(factor).isOne());
  }

  /** Returns the coefficient of a formula. */
  private static Rational number(Formula formula) {
    if (formula instanceof Formula.Number number) {
      return number.value();
    }
    return formula instanceof Formula.Product product && product.kind() == Kind.PLAIN
        && product.factors().get(0) instanceof Formula.Number number ? number.value() : Rational.ONE;
  }

  private static Formula scaledSum(Formula formula, Rational factor) {
    if (formula instanceof Formula.Transpose transpose) {
      return FormulaFactory.transpose(scaledSum(transpose.operand(), factor));
    }
    return FormulaFactory.sum(((Formula.Sum) formula).terms().stream()
        .map(term -> new Term(term.negative(), scaled(term.formula(), factor))).toList());
  }

  private static Formula scaled(Formula formula, Rational factor) {
    List<Formula> factors = new ArrayList<>(List.of(new Formula.Number(number(formula).times(factor))));
    if (formula instanceof Formula.Product product && !number(formula).isOne()) {
      factors.addAll(product.factors().subList(1, product.factors().size()));
    } else if (!(formula instanceof Formula.Number)) {
      factors.add(formula);
    }
    return FormulaFactory.product(Kind.PLAIN, factors);
  }

  private static boolean isDifference(Formula formula, boolean ofNumber) {
    return bare(formula) instanceof Formula.Sum sum
        && sum.terms().stream().anyMatch(term -> term.negative() && (!ofNumber || term.formula() instanceof Formula.Number));
  }

  private static Formula bare(Formula formula) {
    return formula instanceof Formula.Transpose transpose ? transpose.operand() : formula;
  }

  private static MatrixFactor negated(MatrixFactor piece) {
    return new MatrixFactor(piece.row(), piece.column(), negated(piece.straight()), negated(piece.flipped()));
  }

  private static Formula negated(Formula formula) {
    if (formula instanceof Formula.Transpose transpose) {
      return FormulaFactory.transpose(negated(transpose.operand()));
    }
    List<Term> terms = ((Formula.Sum) formula).terms();
    return FormulaFactory.sum(terms.stream().map(term -> new Term(!term.negative(), term.formula())).toList());
  }

  /** Replaces {@code (1 - A) .* (1 + A)} by {@code 1 - A.^2}. */
  private static EntrywiseTerm withSquares(EntrywiseTerm monomial) {
    List<MatrixFactor> over = new ArrayList<>(monomial.over());
    for (int i = 0; i < over.size(); i++) {
      for (int j = 0; j < over.size(); j++) {
        Optional<MatrixFactor> square = i == j ? Optional.empty() : square(over.get(i), over.get(j));
        if (square.isPresent()) {
          over.set(i, square.get());
          over.remove(j);
          return withSquares(new EntrywiseTerm(monomial.coefficient(), over, monomial.under()));
        }
      }
    }
    return monomial;
  }

  private static Optional<MatrixFactor> square(MatrixFactor minus, MatrixFactor plus) {
    if (minus.row() != plus.row() || minus.column() != plus.column()) {
      return Optional.empty();
    }
    Kind kind = minus.isScalar() ? Kind.PLAIN : Kind.ENTRYWISE;
    return square(minus.straight(), plus.straight(), kind).flatMap(straight ->
        square(minus.flipped(), plus.flipped(), kind).map(flipped -> new MatrixFactor(minus.row(), minus.column(), straight, flipped)));
  }

  private static Optional<Formula> square(Formula minus, Formula plus, Kind kind) {
    if (!(minus instanceof Formula.Sum left && plus instanceof Formula.Sum right) || left.terms().size() != 2
        || right.terms().size() != 2) {
      return Optional.empty();
    }
    Term one = new Term(false, FormulaFactory.ONE);
    Formula value = left.terms().get(1).formula();
    boolean matches = left.terms().equals(List.of(one, new Term(true, value)))
        && right.terms().contains(one) && right.terms().contains(new Term(false, value));
    return matches ? Optional.of(new Formula.Sum(List.of(one, new Term(true,
        new Formula.Power(kind, value, new Formula.Number(Rational.TWO)))))) : Optional.empty();
  }
}
