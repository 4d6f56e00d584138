package dev.nngen.explain;

import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
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

/** The gradients of a program, and the values between each differentiated value and the loss. */
final class Gradients {

  private final Graph forward;
  private final Map<Integer, String> chosen;
  private final String loss;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, List<String>> consumers = new LinkedHashMap<>();
  /** Values with users other than derivatives in the text. */
  private final Set<String> direct = new LinkedHashSet<>();
  private final Map<String, LocalDerivatives.Pair> entrywise = new LinkedHashMap<>();
  /** For each gradient the first one with the same value. */
  private final Map<String, String> firsts = new LinkedHashMap<>();

  Gradients(Program<Phase.Lowered> lowered, Graph differentiated) {
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

  /** Returns the position of a gradient in the order. A carried gradient comes before those that depend on it. */
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

  /** Returns the name of a value's gradient. */
  String of(String value) {
    return ValueName.gradient(loss, value).text();
  }

  /** Returns the value that a gradient belongs to. */
  String value(String gradient) {
    return values.get(gradient);
  }

  /** Returns all gradients, from the loss back, one for a value with several names. */
  List<String> names() {
    return List.copyOf(values.keySet());
  }

  /** False for a gradient that equals an earlier one, whose name is used. */
  boolean isFirst(String gradient) {
    return firsts.getOrDefault(gradient, gradient).equals(gradient);
  }

  /** Returns the users of the gradient's value on which the loss depends. */
  List<String> consumers(String gradient) {
    String value = values.get(gradient);
    return value == null ? List.of() : consumers.getOrDefault(first(value), List.of());
  }

  /** True for a value on which the loss depends through {@code grad} alone. */
  boolean isOnlyDifferentiated(String gradient) {
    String value = values.get(gradient);
    return value != null && !consumers(gradient).isEmpty() && !direct.contains(first(value));
  }

  /** True for a value through which no gradient flows. */
  boolean isStopped(String gradient) {
    return values.containsKey(gradient) && forward.node(forward.named(values.get(gradient)).node()).isStop();
  }

  /** Returns the name in formulas of a value with the given name. */
  String first(String name) {
    return chosen.getOrDefault(forward.named(name).node(), name);
  }

  /** Returns the step to the only user of the gradient's value, if that is entrywise. */
  Optional<LocalDerivatives.Pair> entrywise(String gradient) {
    return Optional.ofNullable(entrywise.get(gradient));
  }

  /** True for the only user of several values, entry by entry. Substituting its gradient's formula would repeat it. */
  boolean isShared(String value) {
    return entrywise.values().stream().filter(step -> step.of().equals(value)).count() > 1;
  }

  private void findConsumers() {
    NamedOperands uses = NamedOperands.differentiable(forward);
    forward.names().forEach((name, value) -> {
      if (name.equals(loss) || values.containsKey(of(name))) {
        Set<String> all = new LinkedHashSet<>(uses.of(name));
        direct.addAll(all);
        addDifferentiated(value.node(), all, new LinkedHashSet<>());
        all.forEach(used -> consumers.computeIfAbsent(used, u -> new ArrayList<>()).add(name));
      }
    });
  }

  /** A gradient depends on all operands of its scalar, including those below named values. */
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
