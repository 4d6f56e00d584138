package dev.nngen.formula;

/** Counts transposes: of two ways to write the same matrix the one with fewer reads better. */
final class Transposes {

  private Transposes() {}

  static int count(Formula formula) {
    int count = formula instanceof Formula.Transpose ? 1 : 0;
    for (Formula part : formula.parts()) {
      count += count(part);
    }
    return count;
  }
}
