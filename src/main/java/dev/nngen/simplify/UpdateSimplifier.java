package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Program;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Simplifies an optimizer's update. The update of one parameter is simplified separately, under common names, and once for all equal parameters: a
 * deep network has thousands of them. If a parameter's update depends on other parameters, as with a bound on the norm of all gradients, the update
 * is simplified as a whole.
 */
final class UpdateSimplifier {

  /** The name of a part's parameter. A user's name does not begin with a dot. */
  private static final String ANY = ".w";

  private final Graph source;
  private final Graph.Builder target = new Graph.Builder();
  private final Map<String, Graph.Value> named = new HashMap<>();
  private final Map<Part, Graph> simplified = new LinkedHashMap<>();

  /** The nodes of a part, under common names. */
  private record Part(List<Node> nodes, Map<String, Graph.Value> names) {
    boolean isScalar() {
      return nodes.stream().allMatch(node -> node.loops().isEmpty());
    }
  }

  private UpdateSimplifier(Graph source) {
    this.source = source;
  }

  static Graph simplify(Program.Update update) {
    return new UpdateSimplifier(update.graph()).byParameter(update)
        .orElseGet(() -> Simplifier.simplify(update.graph(), Facts.NONE));
  }

  /**
   * Returns the update simplified by parameter, empty if parameters are not independent. Other leaves keep their names; other values, on which no
   * update depends, lose them.
   */
  private Optional<Graph> byParameter(Program.Update update) {
    Map<String, Map<String, String>> shared = new LinkedHashMap<>();
    for (String parameter : update.parameters()) {
      Map<String, String> own = new LinkedHashMap<>();
      own.put(parameter, ANY);
      own.put(ValueName.gradient(update.loss(), parameter).text(), ValueName.gradient("", ANY).text());
      shared.put(parameter, own);
    }
    update.states().forEach(state -> shared.get(state.parameter())
        .put(state.name(), ANY + state.name().substring(state.parameter().length())));
    Map<Map<String, String>, Part> parts = new LinkedHashMap<>();
    for (Map<String, String> own : shared.values()) {
      SortedMap<Integer, Node> nodes = nodes(own);
      if (!isIndependent(nodes, own)) {
        return Optional.empty();
      }
      parts.put(own, part(nodes, own));
    }
    parts.values().stream().sorted(Comparator.comparing(Part::isScalar)).forEach(part -> simplified.computeIfAbsent(part, this::simplify));
    parts.forEach((own, part) -> append(simplified.get(part), own));
    source.names().forEach((name, value) -> {
      if (named.containsKey(name)) {
        target.name(name, named.get(name));
      } else if (source.node(value.node()) instanceof Node.Leaf leaf) {
        target.name(name, value.at(target.add(leaf)));
      }
    });
    return Optional.of(target.build());
  }

  /** False if the update of a parameter depends on leaves of others. */
  private static boolean isIndependent(SortedMap<Integer, Node> nodes, Map<String, String> own) {
    return nodes.values().stream().allMatch(node -> !(node instanceof Node.Leaf leaf)
        || leaf.role() == Node.Role.STEP || leaf.role() == Node.Role.RATE || own.containsKey(leaf.name()));
  }

  /** Returns the part in its cheapest form. A scalar uses the form of an entry of a matrix if one has the same update. */
  private Graph simplify(Part part) {
    return simplified.entrySet().stream()
        .filter(other -> part.isScalar() && ScalarGraph.ofOne(graph(other.getKey())).map(UpdateSimplifier::part).equals(Optional.of(part)))
        .findFirst().flatMap(other -> ScalarGraph.ofOne(other.getValue())).orElseGet(() -> Simplifier.simplify(graph(part), Facts.NONE));
  }

  /** Returns the nodes on which the parameter and its states depend, before and after the step. */
  private SortedMap<Integer, Node> nodes(Map<String, String> own) {
    Deque<Integer> open = new ArrayDeque<>();
    own.keySet().forEach(name -> {
      open.add(source.named(name).node());
      next(name).ifPresent(value -> open.add(value.node()));
    });
    SortedMap<Integer, Node> nodes = new TreeMap<>();
    while (!open.isEmpty()) {
      int id = open.pop();
      if (nodes.put(id, source.node(id)) == null) {
        source.node(id).operands().forEach(operand -> open.push(operand.node()));
      }
    }
    return nodes;
  }

  private Optional<Graph.Value> next(String name) {
    return Optional.ofNullable(source.names().get(ValueName.next(name).text()));
  }

  private Part part(SortedMap<Integer, Node> nodes, Map<String, String> own) {
    Graph.Builder builder = new Graph.Builder();
    Map<Integer, Integer> moved = copy(nodes, own, builder);
    own.forEach((name, shared) -> {
      builder.name(shared, moved(source.named(name), moved));
      next(name).ifPresent(value -> builder.name(ValueName.next(shared).text(), moved(value, moved)));
    });
    return part(builder.build());
  }

  private static Part part(Graph graph) {
    return new Part(IntStream.range(0, graph.size()).mapToObj(graph::node).toList(), Map.copyOf(graph.names()));
  }

  private static Graph graph(Part part) {
    Graph.Builder builder = new Graph.Builder();
    part.nodes().forEach(builder::add);
    new TreeMap<>(part.names()).forEach(builder::name);
    return builder.build();
  }

  private void append(Graph part, Map<String, String> own) {
    Map<String, String> back = new HashMap<>();
    own.forEach((name, shared) -> back.put(shared, name));
    SortedMap<Integer, Node> nodes = new TreeMap<>();
    for (int id = 0; id < part.size(); id++) {
      nodes.put(id, part.node(id));
    }
    Map<Integer, Integer> moved = copy(nodes, back, target);
    part.names().forEach((text, value) -> {
      ValueName name = ValueName.parse(text);
      named.put(name.is(ValueName.Role.NEXT) ? ValueName.next(back.get(name.of())).text() : back.get(text), moved(value, moved));
    });
  }

  /** Adds nodes with renamed leaves, and returns the new ids. */
  private static Map<Integer, Integer> copy(SortedMap<Integer, Node> nodes, Map<String, String> names, Graph.Builder to) {
    Map<Integer, Integer> moved = new LinkedHashMap<>();
    nodes.forEach((id, node) -> {
      List<View> operands = node.operands().stream().map(view -> new View(moved.get(view.node()), view.axes())).toList();
      Node copy = node instanceof Node.Leaf leaf && names.containsKey(leaf.name())
          ? new Node.Leaf(names.get(leaf.name()), leaf.role(), leaf.shape()) : node.withOperands(operands);
      moved.put(id, to.add(copy));
    });
    return moved;
  }

  private static Graph.Value moved(Graph.Value value, Map<Integer, Integer> moved) {
    return value.at(moved.get(value.node()));
  }
}
