package dev.nngen.explain;

import dev.nngen.ir.Graph;
import java.util.function.Function;

/**
 * A line before it is written.
 *
 * @param value a value of the workbench
 * @param why what the rule was applied to, asked for once all values are there
 */
record Draft(Graph.Value value, Rule rule, Function<Writer, String> why) {

  static Draft of(Graph.Value value, Rule rule) {
    return new Draft(value, rule, writer -> "");
  }
}
