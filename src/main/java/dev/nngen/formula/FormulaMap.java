package dev.nngen.formula;

import dev.nngen.formula.Formula.Term;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Replaces parts of a formula, from the innermost to the whole. */
public final class FormulaMap implements Formula.Visitor<Formula> {

  private final UnaryOperator<Formula> change;

  private FormulaMap(UnaryOperator<Formula> change) {
    this.change = change;
  }

  /** Returns the formula with a change of each part, whose own parts are changed already. */
  public static Formula of(Formula formula, UnaryOperator<Formula> change) {
    return new FormulaMap(change).map(formula);
  }

  /** Returns the formula with other names of values. */
  public static Formula renamed(Formula formula, Map<String, String> names) {
    return of(formula, part -> part instanceof Formula.Name name ? new Formula.Name(names.getOrDefault(name.name(), name.name()))
        : part instanceof Formula.Gradient gradient ? new Formula.Gradient(names.getOrDefault(gradient.of(), gradient.of()), names.getOrDefault(gradient.by(), gradient.by()), gradient.local()) : part);
  }

  private Formula map(Formula formula) {
    return change.apply(formula.accept(this));
  }

  private List<Formula> all(List<Formula> formulas) {
    return formulas.stream().map(this::map).toList();
  }

  @Override
  public Formula number(Formula.Number number) {
    return number;
  }

  @Override
  public Formula name(Formula.Name name) {
    return name;
  }

  @Override
  public Formula gradient(Formula.Gradient gradient) {
    return gradient;
  }

  @Override
  public Formula sum(Formula.Sum sum) {
    return new Formula.Sum(sum.terms().stream().map(term -> new Term(term.negative(), map(term.formula()))).toList());
  }

  @Override
  public Formula product(Formula.Product product) {
    return new Formula.Product(product.kind(), all(product.factors()));
  }

  @Override
  public Formula quotient(Formula.Quotient quotient) {
    return new Formula.Quotient(quotient.kind(), map(quotient.numerator()), map(quotient.denominator()));
  }

  @Override
  public Formula negate(Formula.Negate negate) {
    return new Formula.Negate(map(negate.operand()));
  }

  @Override
  public Formula power(Formula.Power power) {
    return new Formula.Power(power.kind(), map(power.base()), map(power.exponent()));
  }

  @Override
  public Formula transpose(Formula.Transpose transpose) {
    return new Formula.Transpose(map(transpose.operand()));
  }

  @Override
  public Formula call(Formula.Call call) {
    return new Formula.Call(call.function(), call.primes(), all(call.arguments()));
  }

  @Override
  public Formula compare(Formula.Compare compare) {
    return new Formula.Compare(compare.operator(), map(compare.left()), map(compare.right()));
  }

  @Override
  public Formula index(Formula.Index index) {
    return index;
  }

  @Override
  public Formula entry(Formula.Entry entry) {
    return new Formula.Entry(map(entry.base()), entry.indices(), entry.matrix());
  }

  @Override
  public Formula over(Formula.Over over) {
    return new Formula.Over(over.operation(), over.indices(), map(over.body()));
  }

  @Override
  public Formula array(Formula.Array array) {
    return new Formula.Array(map(array.body()), array.indices());
  }
}
