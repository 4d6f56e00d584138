package dev.nngen.onnx;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Recurrence;
import dev.nngen.ir.View;
import dev.nngen.onnx.OnnxFile.ElementType;
import dev.nngen.onnx.OperatorFolding.Computed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** Writes the values on which some others depend, operands first. The nodes of a recurrence are written together. */
final class GraphWriter {

  private final Graph graph;
  private final OperatorGraph operators;
  private final AxisOrder placement;
  private final Extents extents;
  private final OperatorFolding folding;
  private final Names names;
  private final IntFunction<double[]> parameters;
  private final Map<Integer, Computed> needed = new TreeMap<>();
  private final Map<Integer, Loop> loops = new HashMap<>();

  /** Gives the names of a node to the value that was just computed. */
  interface Names {
    String named(int node, String value);
  }

  /** A recurrence, its nodes that are needed outside of it, and its operator once its results are known. */
  private static final class Loop {
    private final StepGraph step;
    private final Set<Integer> results = new TreeSet<>();
    private Optional<RecurrentOperator> operator = Optional.empty();

    Loop(StepGraph step) {
      this.step = step;
    }
  }

  /**
   * @param placement knows the given values
   * @param parameters the entries of a parameter, row by row over its node's axes
   */
  GraphWriter(Graph graph, OperatorGraph operators, AxisOrder placement, Extents extents, Names names, IntFunction<double[]> parameters) {
    this.graph = graph;
    this.operators = operators;
    this.placement = placement;
    this.extents = extents;
    this.names = names;
    this.parameters = parameters;
    this.folding = new OperatorFolding(graph, operators, placement, extents);
  }

  /** Finds the nodes that the roots depend on. */
  void need(Iterable<Integer> roots) throws NotExportable {
    for (Recurrence recurrence : Recurrence.of(graph)) {
      boolean[] reached = graph.reachable(roots);
      if (recurrence.nodes().stream().anyMatch(node -> reached[node])) {
        Loop loop = new Loop(StepGraph.of(graph, recurrence));
        recurrence.nodes().forEach(node -> loops.put(node, loop));
      }
    }
    Deque<Integer> open = new ArrayDeque<>();
    Set<Loop> pending = new LinkedHashSet<>();
    roots.forEach(open::add);
    while (!open.isEmpty() || !pending.isEmpty()) {
      if (open.isEmpty()) {
        Loop loop = last(pending);
        pending.remove(loop);
        loop.operator = operators.real() == ElementType.FLOAT ? RecurrentFolding.of(graph, loop.step, loop.results) : Optional.empty();
        operands(loop).forEach(operand -> open.add(operand.node()));
        continue;
      }
      int id = open.remove();
      if (loops.containsKey(id)) {
        loops.get(id).results.add(id);
        pending.add(loops.get(id));
      } else if (!needed.containsKey(id)) {
        needed.put(id, computed(id));
        needed.get(id).operands().forEach(operand -> open.add(operand.node()));
      }
    }
    loops.forEach((id, loop) -> {
      if (loop.results.contains(id)) {
        needed.put(id, new Computed(operands(loop), () -> placement.value(id)));
      }
    });
  }

  /** Returns a recurrence on which no other of them depends, so that all of its results are known. */
  private Loop last(Set<Loop> pending) {
    return pending.stream().filter(loop -> pending.stream().filter(other -> other != loop).noneMatch(other -> {
      boolean[] reached = graph.reachable(outside(other.step).stream().map(View::node).toList());
      return loop.results.stream().anyMatch(node -> reached[node]);
    })).findFirst().orElseThrow();
  }

  private List<View> operands(Loop loop) {
    return loop.operator.map(operator -> List.of(View.identity(operator.input().node(), graph.node(operator.input().node()).rank()))).orElseGet(() -> outside(loop.step));
  }

  private Computed computed(int id) {
    View definition = graph.inSameStep(View.identity(id, graph.node(id).rank()));
    return definition.node() == id ? folding.of(id)
        : new Computed(List.of(definition), () -> placement.arrange(placement.tensor(definition), placement.order(id)));
  }

  private List<View> outside(StepGraph step) {
    List<View> operands = new ArrayList<>();
    step.captured().keySet().forEach(node -> operands.add(View.identity(node, graph.node(node).rank())));
    step.slices().keySet().forEach(slice -> {
      if (slice instanceof StepGraph.Part part) {
        operands.add(View.identity(part.node(), graph.node(part.node()).rank()));
      }
    });
    return operands;
  }

  /** Writes the needed nodes. */
  void write() {
    new ArrayList<>(needed.keySet()).forEach(this::write);
  }

  private void write(int id) {
    if (placement.isKnown(id)) {
      return;
    }
    needed.get(id).operands().forEach(operand -> write(operand.node()));
    if (loops.containsKey(id)) {
      Loop loop = loops.get(id);
      Map<Integer, String> values = loop.operator.map(operator -> Map.of(operator.result(), operator.write(graph, operators, placement, parameters, name(operator.result()))))
          .orElseGet(() -> new ScanTranslation(graph, operators, placement, extents, parameters).write(loop.step, loop.results));
      loop.results.forEach(node -> placement.put(node, names.named(node, values.get(node))));
    } else {
      placement.put(id, names.named(id, needed.get(id).write().get()));
    }
  }

  private String name(int node) {
    return graph.names().entrySet().stream().filter(entry -> entry.getValue().node() == node).map(Map.Entry::getKey).findFirst().orElse("recurrence");
  }

  /** Returns all computed nodes, including those of recurrences. */
  Set<Integer> computed() {
    Set<Integer> computed = new TreeSet<>(needed.keySet());
    needed.keySet().stream().filter(loops::containsKey).forEach(id -> computed.addAll(loops.get(id).step.nodes().keySet()));
    return computed;
  }
}
