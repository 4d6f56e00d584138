package dev.nngen.formula;

import dev.nngen.formula.Formula.Kind;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.List;

/** Builds formulas without redundancies: no products of one factor, doubled signs, or transposes of transposes. */
final class FormulaFactory {

  static final Formula ONE = new Formula.Number(Rational.ONE);

  private FormulaFactory() {}

  static Formula number(Rational value) {
    return value.signum() < 0
        ? new Formula.Negate(new Formula.Number(value.negate()))
        : new Formula.Number(value);
  }

  static boolean isOne(Formula formula) {
    return formula.equals(ONE);
  }

  static Formula call(String function, Formula... arguments) {
    return new Formula.Call(function, 0, List.of(arguments));
  }

  /** Returns the product. Nested products of the same kind are flattened, and factors 1 of plain products are omitted. */
  static Formula product(Kind kind, List<Formula> factors) {
    List<Formula> flat = new ArrayList<>();
    for (Formula factor : factors) {
      if (factor instanceof Formula.Product inner && inner.kind() == kind) {
        flat.addAll(inner.factors());
      } else if (kind == Kind.ENTRYWISE || !isOne(factor)) {
        flat.add(factor);
      }
    }
    if (flat.isEmpty()) {
      return ONE;
    }
    return flat.size() == 1 ? flat.get(0) : new Formula.Product(kind, flat);
  }

  static Formula quotient(Kind kind, Formula numerator, Formula denominator) {
    return isOne(denominator) ? numerator : new Formula.Quotient(kind, numerator, denominator);
  }

  static Formula transpose(Formula operand) {
    return operand instanceof Formula.Transpose inner ? inner.operand() : new Formula.Transpose(operand);
  }

  static Formula signed(boolean negative, Formula formula) {
    if (!negative) {
      return formula;
    }
    return formula instanceof Formula.Negate inner ? inner.operand() : new Formula.Negate(formula);
  }

  /** Returns the sum in the given order, but with a positive term first if there is one. */
  static Formula sum(List<Formula.Term> terms) {
    List<Formula.Term> ordered = new ArrayList<>();
    for (Formula.Term term : terms) {
      if (!term.negative() && term.formula() instanceof Formula.Sum inner) {
        ordered.addAll(inner.terms());
      } else {
        ordered.add(term);
      }
    }
    for (int i = 0; i < ordered.size(); i++) {
      if (!ordered.get(i).negative()) {
        ordered.add(0, ordered.remove(i));
        break;
      }
    }
    if (ordered.size() == 1) {
      return signed(ordered.get(0).negative(), ordered.get(0).formula());
    }
    return new Formula.Sum(ordered);
  }
}
