package dev.nngen.explain;

import dev.nngen.ir.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A line before it is written.
 *
 * @param value a value of the workbench
 * @param local the derivative of a single step that the line calls by its name, {@code dA/dZ}; empty for none
 * @param why what the rule was applied to, asked for once all values are there
 * @param writtenOut values that have names, which are written out nevertheless
 * @param hidden true for a form that says nothing new, which is shown only if it is not proved
 */
record Draft(Graph.Value value, Rule rule, String local, Function<Writer, Phrase> why, List<Integer> writtenOut, boolean hidden) {

  Draft(Graph.Value value, Rule rule, Function<Writer, Phrase> why) {
    this(value, rule, "", why, List.of(), false);
  }

  static Draft of(Graph.Value value, Rule rule) {
    return new Draft(value, rule, writer -> Phrase.EMPTY);
  }

  /** The chain rule with the derivative of a step as a symbol. */
  static Draft symbolic(Graph.Value value, String local, Function<Writer, Phrase> why) {
    return new Draft(value, Rule.CHAIN_RULE, local, why, List.of(), false);
  }

  /** The same line, shown only if it is not proved. */
  Draft unlessProved() {
    return new Draft(value, rule, local, why, writtenOut, true);
  }

  /** The same line with these values written out too. */
  Draft writingOut(List<Integer> nodes) {
    List<Integer> all = new ArrayList<>(writtenOut);
    all.addAll(nodes);
    return new Draft(value, rule, local, why, all, hidden);
  }
}
