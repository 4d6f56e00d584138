package dev.nngen.explain;

import dev.nngen.ir.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A step of a derivation before it is proved and written as a line.
 *
 * @param value a value of the derivation's graph
 * @param local the name of a partial derivative that the line uses as a symbol, {@code dA/dZ}; empty for none
 * @param why writes the subject of the rule, called after all values exist
 * @param writtenOut named values whose formulas are written instead of names
 * @param hidden true for a redundant form, which is shown only if it is not proved
 */
record UnprovedStep(Graph.Value value, Rule rule, String local, Function<FormulaWriter, Phrase> why, List<Integer> writtenOut, boolean hidden) {

  UnprovedStep(Graph.Value value, Rule rule, Function<FormulaWriter, Phrase> why) {
    this(value, rule, "", why, List.of(), false);
  }

  static UnprovedStep of(Graph.Value value, Rule rule) {
    return new UnprovedStep(value, rule, writer -> Phrase.EMPTY);
  }

  /** Returns the chain rule with the derivative of a step as a symbol. */
  static UnprovedStep symbolic(Graph.Value value, String local, Function<FormulaWriter, Phrase> why) {
    return new UnprovedStep(value, Rule.CHAIN_RULE, local, why, List.of(), false);
  }

  /** Returns the same step, shown only if it is not proved. */
  UnprovedStep unlessProved() {
    return new UnprovedStep(value, rule, local, why, writtenOut, true);
  }

  /** Returns the same step with these values written out too. */
  UnprovedStep writingOut(List<Integer> nodes) {
    List<Integer> all = new ArrayList<>(writtenOut);
    all.addAll(nodes);
    return new UnprovedStep(value, rule, local, why, all, hidden);
  }
}
