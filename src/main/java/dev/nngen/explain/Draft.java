package dev.nngen.explain;

import dev.nngen.ir.Graph;
import java.util.function.Function;

/**
 * A line before it is written.
 *
 * @param value a value of the workbench
 * @param local the derivative of a single step that the line calls by its name, {@code dA/dZ}; empty for none
 * @param why what the rule was applied to, asked for once all values are there
 */
record Draft(Graph.Value value, Rule rule, String local, Function<Writer, String> why) {

  Draft(Graph.Value value, Rule rule, Function<Writer, String> why) {
    this(value, rule, "", why);
  }

  static Draft of(Graph.Value value, Rule rule) {
    return new Draft(value, rule, writer -> "");
  }

  /** The chain rule in symbols. */
  static Draft symbolic(Graph.Value value, String local) {
    return new Draft(value, Rule.CHAIN_RULE, local, writer -> "");
  }
}
