package dev.nngen.explain;

import dev.nngen.formula.Formula;
import dev.nngen.formula.LatexPrinter;

/** Base of renderers with LaTeX formulas. */
abstract class MathRenderer extends DocumentRenderer {

  final LatexPrinter printer = new LatexPrinter();
  /** In sentences derivatives are written with a slash. */
  private final LatexPrinter sentences = new LatexPrinter(true);

  @Override
  public final String formula(Formula formula) {
    return sentences.latex(formula);
  }

  @Override
  public final String relation(boolean proved) {
    return proved ? " = " : " \\approx ";
  }

  @Override
  public final String inline(String math) {
    return "$" + math + "$";
  }
}
