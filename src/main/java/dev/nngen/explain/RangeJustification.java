package dev.nngen.explain;

import dev.nngen.ir.Interval;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.model.ArgumentCondition;
import dev.nngen.simplify.IntervalAnalysis;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The justification of ranges that a derivation uses: declared in the model, proved, or needed by a function. */
final class RangeJustification {

  /** Nodes of the graph with gradients whose range is not declared, and the condition that requires it. */
  private final Map<Integer, Program.Condition> needed = new LinkedHashMap<>();
  private final Program<Phase.Differentiated> differentiated;
  private final IntervalAnalysis analysis;

  RangeJustification(Program<Phase.Differentiated> differentiated) {
    this.differentiated = differentiated;
    this.analysis = new IntervalAnalysis(differentiated.graph(), differentiated.factsOnData());
    differentiated.conditions().stream().filter(condition -> condition.need().kind() == ArgumentCondition.Kind.DOMAIN && condition.declared().isEmpty())
        .forEach(condition -> needed.putIfAbsent(condition.node(), condition));
  }

  /** Returns the condition that requires a node's range, empty if the model declares it. */
  Optional<Program.Condition> neededBy(int node) {
    return Optional.ofNullable(needed.get(node));
  }

  /** True if the required range follows from the node's definition. */
  boolean isProved(int node, Interval range) {
    return needed.containsKey(node) && !differentiated.isOfData(node) && analysis.isWithin(node, range);
  }

  /** Returns a phrase to follow the range, such as {@code , declared}. */
  String words(int node, Interval range) {
    return isProved(node, range) ? "" : neededBy(node).map(condition -> ", needed by `" + condition.need().function() + "`").orElse(", declared");
  }
}
