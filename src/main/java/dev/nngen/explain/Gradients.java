package dev.nngen.explain;

import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Which gradients there are, and through which values the loss depends on what they belong to. */
final class Gradients {

  private final Graph forward;
  private final Map<Integer, String> chosen;
  private final String loss;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, List<String>> consumers = new LinkedHashMap<>();
  /** Values that others use in another way than in a derivative that the text asks for. */
  private final Set<String> direct = new LinkedHashSet<>();
  private final Map<String, LocalDerivatives.Pair> entrywise = new LinkedHashMap<>();
  /** For each gradient the first one that is the same value. */
  private final Map<String, String> firsts = new LinkedHashMap<>();

  Gradients(Lowered lowered, Graph differentiated) {
    this.forward = lowered.graph();
    this.chosen = ValueNaming.chosen(forward);
    this.loss = lowered.loss().orElseThrow(() -> new IllegalArgumentException(lowered.name() + " minimizes nothing"));
    List<String> backward = new ArrayList<>(forward.names().keySet());
    Collections.reverse(backward);
    backward.stream().filter(name -> differentiated.names().containsKey(of(name)) && name.equals(first(name)))
        .sorted(Comparator.comparingInt(name -> place(differentiated, of(name))))
        .forEach(name -> values.put(of(name), name));
    Map<Integer, String> byNode = new HashMap<>();
    values.keySet().forEach(gradient -> firsts.put(gradient, byNode.computeIfAbsent(differentiated.named(gradient).node(), node -> gradient)));
    findConsumers();
    values.keySet().forEach(name -> findEntrywise(name).ifPresent(pair -> entrywise.put(name, pair)));
  }

  /** The place of a gradient among all: where it is computed, but a gradient that is carried comes before those that depend on it. */
  private static int place(Graph graph, String gradient) {
    int found = graph.named(gradient).node();
    Optional<Integer> leaf = graph.carried().stream().filter(id -> graph.definition(graph.node(id)).orElseThrow().node() == found).findFirst();
    if (leaf.isEmpty()) {
      return 2 * found;
    }
    boolean[] depends = graph.dependentsInStep(id -> id == leaf.get());
    return 2 * IntStream.range(0, found).filter(id -> depends[id] && id != leaf.get()).findFirst().orElse(found) - 1;
  }

  String loss() {
    return loss;
  }

  /** The name of a value's gradient. */
  String of(String value) {
    return ValueName.gradient(loss, value).text();
  }

  /** The value that a gradient belongs to. */
  String value(String gradient) {
    return values.get(gradient);
  }

  /** All gradients, from the loss back; a value with several names has one. */
  List<String> names() {
    return List.copyOf(values.keySet());
  }

  /** False for a gradient that equals one before it, by whose name it goes. */
  boolean isFirst(String gradient) {
    return firsts.getOrDefault(gradient, gradient).equals(gradient);
  }

  /** The values that use the gradient's value directly and carry on to the loss. */
  List<String> consumers(String gradient) {
    String value = values.get(gradient);
    return value == null ? List.of() : consumers.getOrDefault(first(value), List.of());
  }

  /** True for a value that the loss depends on through {@code grad} alone. */
  boolean isOnlyDifferentiated(String gradient) {
    String value = values.get(gradient);
    return value != null && !consumers(gradient).isEmpty() && !direct.contains(first(value));
  }

  /** True for a value through which no gradient flows. */
  boolean isStopped(String gradient) {
    return values.containsKey(gradient) && forward.node(forward.named(values.get(gradient)).node()).isStop();
  }

  /** The name by which formulas call the value that has the given one. */
  String first(String name) {
    return chosen.getOrDefault(forward.named(name).node(), name);
  }

  /** The one step from the gradient's value to what uses it, where that works entry by entry. */
  Optional<LocalDerivatives.Pair> entrywise(String gradient) {
    return Optional.ofNullable(entrywise.get(gradient));
  }

  /** True for a value that several others are entry by entry a step away from, so that what is known of its gradient would be repeated. */
  boolean isShared(String value) {
    return entrywise.values().stream().filter(step -> step.of().equals(value)).count() > 1;
  }

  private void findConsumers() {
    Uses uses = Uses.differentiable(forward);
    forward.names().forEach((name, value) -> {
      if (name.equals(loss) || values.containsKey(of(name))) {
        Set<String> all = new LinkedHashSet<>(uses.of(name));
        direct.addAll(all);
        addDifferentiated(value.node(), all, new LinkedHashSet<>());
        all.forEach(used -> consumers.computeIfAbsent(used, u -> new ArrayList<>()).add(name));
      }
    });
  }

  /** A gradient depends on all that its scalar is computed from, whatever has a name on the way. */
  private void addDifferentiated(int node, Set<String> used, Set<Integer> seen) {
    if (forward.node(node) instanceof Node.Derivative derivative) {
      boolean[] below = forward.reachable(List.of(derivative.scalar().node()));
      chosen.forEach((id, name) -> {
        if (below[id]) {
          used.add(name);
        }
      });
      return;
    }
    for (View operand : forward.node(node).operands()) {
      if (!chosen.containsKey(operand.node()) && seen.add(operand.node())) {
        addDifferentiated(operand.node(), used, seen);
      }
    }
  }

  private Optional<LocalDerivatives.Pair> findEntrywise(String gradient) {
    List<String> all = consumers(gradient);
    if (all.size() != 1 || all.get(0).equals(loss)) {
      return Optional.empty();
    }
    String value = values.get(gradient);
    boolean found = EntrywiseDependence.depends(forward, forward.named(all.get(0)), forward.named(value));
    return found ? Optional.of(new LocalDerivatives.Pair(all.get(0), value)) : Optional.empty();
  }
}
