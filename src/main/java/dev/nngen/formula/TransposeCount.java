package dev.nngen.formula;

/** Counts transposes, to choose between two formulas of the same matrix. */
final class TransposeCount {

  private TransposeCount() {}

  static int count(Formula formula) {
    int count = formula instanceof Formula.Transpose ? 1 : 0;
    for (Formula part : formula.parts()) {
      count += count(part);
    }
    return count;
  }
}
