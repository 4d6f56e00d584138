package dev.nngen.explain;

import dev.nngen.ir.Interval;
import dev.nngen.lower.Lowered;
import dev.nngen.model.Need;
import dev.nngen.simplify.IntervalAnalysis;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Why values are in the ranges that a derivation goes by: the model declares it, it is proved, or a function needs it. */
final class Grounds {

  /** Nodes of the graph with gradients whose range is not declared, and the condition that asks for it. */
  private final Map<Integer, Lowered.Condition> needed = new LinkedHashMap<>();
  private final Lowered differentiated;
  private final IntervalAnalysis analysis;

  Grounds(Lowered differentiated) {
    this.differentiated = differentiated;
    this.analysis = new IntervalAnalysis(differentiated.graph(), differentiated.factsOnData());
    differentiated.conditions().stream().filter(condition -> condition.need().kind() == Need.Kind.DOMAIN && condition.declared().isEmpty())
        .forEach(condition -> needed.putIfAbsent(condition.node(), condition));
  }

  /** The condition that asks for a node's range; empty if the model declares the range. */
  Optional<Lowered.Condition> neededBy(int node) {
    return Optional.ofNullable(needed.get(node));
  }

  /** True if what is needed of a node follows from its definition. */
  boolean isProved(int node, Interval range) {
    return needed.containsKey(node) && !differentiated.isOfData(node) && analysis.isWithin(node, range);
  }

  /** The ground in a few words after the range, such as {@code , declared}. */
  String words(int node, Interval range) {
    return isProved(node, range) ? "" : neededBy(node).map(condition -> ", needed by `" + condition.need().function() + "`").orElse(", declared");
  }
}
