package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Words that all documents share. */
final class Sections {

  static final String FORWARD = "Forward";
  static final String BACKWARD = "Backward";
  static final String ASSUMPTIONS = "Assumptions";
  static final String KINKS = "Kinks";
  static final String COSTS = "Costs";

  static final String LEGEND = "Products of matrices are written side by side or with a dot; products, quotients and powers with a "
      + "ring, and fractions of matrices, are entry by entry. A column or row against a matrix is taken for every column or row.";

  private Sections() {}

  /** Gradients to be shown in full, and between them those of equal layers, which are listed in one sentence. */
  static List<List<Adjoint>> blocks(List<Adjoint> adjoints) {
    List<List<Adjoint>> blocks = new ArrayList<>();
    for (Adjoint adjoint : adjoints) {
      boolean joins = adjoint.like().isPresent() && !blocks.isEmpty() && isRepeated(blocks.get(blocks.size() - 1));
      if (!joins) {
        blocks.add(new ArrayList<>());
      }
      blocks.get(blocks.size() - 1).add(adjoint);
    }
    return blocks;
  }

  static boolean isRepeated(List<Adjoint> block) {
    return block.get(0).like().isPresent();
  }

  /** {@code 2,304 per sample + 16}. */
  static String amount(Cost cost) {
    String fixed = number(cost.fixed());
    if (cost.perSample() == 0) {
      return fixed + " " + cost.unit();
    }
    return number(cost.perSample()) + " " + cost.unit() + " per sample" + (cost.fixed() == 0 ? "" : " and " + fixed + (cost.unit().equals("bytes") ? "" : " per batch"));
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
