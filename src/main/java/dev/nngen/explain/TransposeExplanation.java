package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Explains the transpose in a gradient, once per derivation, by the sum over indices. */
final class TransposeExplanation {

  /** Longer sums are not shown. */
  private static final int WIDEST = 100;

  private TransposeExplanation() {}

  /** Returns the gradients. The first gradient of a parameter with a transpose gets its entries as a further reason. */
  static List<Adjoint> explained(List<Adjoint> adjoints) {
    List<Adjoint> all = new ArrayList<>(adjoints);
    Optional<Adjoint> first = all.stream().filter(adjoint -> adjoint.parameter() && multipliesTranspose(adjoint.conclusion().formula()) && adjoint.conclusion().entries().filter(entry -> FormulaWidth.of(entry.right()) <= WIDEST).isPresent()).findFirst();
    first.ifPresent(adjoint -> {
      Line line = adjoint.conclusion();
      Derivation.Assignment entry = line.entries().orElseThrow();
      all.set(all.indexOf(adjoint), adjoint.concluded(line.why().and(Phrase.words("entry by entry ").then(Phrase.equation(entry.left(), entry.right())))));
    });
    return all;
  }

  private static boolean multipliesTranspose(Formula formula) {
    return formula instanceof Formula.Product product && product.kind() == Formula.Kind.PLAIN && product.factors().stream().anyMatch(Formula.Transpose.class::isInstance)
        || formula.parts().stream().anyMatch(TransposeExplanation::multipliesTranspose);
  }
}
