package dev.nngen.formula;

/** Estimates the width of a drawn formula in characters. */
public final class FormulaWidth {

  private FormulaWidth() {}

  public static int of(Formula formula) {
    if (formula instanceof Formula.Name name) {
      return name.name().length();
    }
    if (formula instanceof Formula.Index index) {
      return index.text().length();
    }
    if (formula instanceof Formula.Number number) {
      return NumberText.text(number.value()).length();
    }
    if (formula instanceof Formula.Gradient gradient) {
      return Math.max(gradient.of().length(), gradient.by().length()) + 2;
    }
    if (formula instanceof Formula.Quotient quotient) {
      return Math.max(of(quotient.numerator()), of(quotient.denominator())) + 1;
    }
    int inside = formula.parts().stream().mapToInt(FormulaWidth::of).sum();
    return inside + around(formula);
  }

  /** Returns the width of a formula without its subformulas: operators, brackets, names and indices. */
  private static int around(Formula formula) {
    if (formula instanceof Formula.Sum || formula instanceof Formula.Product) {
      return 3 * formula.parts().size() - 1;
    }
    if (formula instanceof Formula.Call call) {
      return call.function().length() + 2 * call.arguments().size();
    }
    if (formula instanceof Formula.Entry entry) {
      return entry.indices().stream().mapToInt(String::length).sum() + (entry.indices().stream().anyMatch(index -> index.length() > 1) ? entry.indices().size() + 2 : 1);
    }
    return formula instanceof Formula.Negate || formula instanceof Formula.Transpose ? 1 : 4;
  }
}
