package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.formula.Formula;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says once why a transpose stands in a gradient: by the sum over indices that the product with it is. */
final class Transposition {

  private Transposition() {}

  /** The gradients, the first of a parameter that has a product with a transpose with its entries as a further reason. */
  static List<Adjoint> explained(List<Adjoint> adjoints) {
    List<Adjoint> all = new ArrayList<>(adjoints);
    Optional<Adjoint> first = all.stream().filter(adjoint -> adjoint.parameter() && multipliesTranspose(adjoint.conclusion().formula()) && adjoint.conclusion().entries().isPresent()).findFirst();
    first.ifPresent(adjoint -> {
      Line line = adjoint.conclusion();
      Derivation.Assignment entry = line.entries().orElseThrow();
      all.set(all.indexOf(adjoint), adjoint.concluded(line.why().and(Phrase.words("entry by entry ").then(Phrase.equation(entry.left(), entry.right())))));
    });
    return all;
  }

  private static boolean multipliesTranspose(Formula formula) {
    return formula instanceof Formula.Product product && product.kind() == Formula.Kind.PLAIN && product.factors().stream().anyMatch(Formula.Transpose.class::isInstance)
        || formula.parts().stream().anyMatch(Transposition::multipliesTranspose);
  }
}
