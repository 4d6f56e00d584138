package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The order of nodes, and the entry points that need each. Nodes for {@code predict} come first, then those for {@code loss}, then the rest. Within
 * these, a value is computed shortly before its uses, to keep live ranges short: roots that depend on the shortest chains come first, which are the
 * gradients of the last layers.
 */
record Schedule(List<Integer> order, List<Set<EntryPoint>> needs) {

  /**
   * @param rootsLast whether roots without readers come after all other nodes
   */
  static Schedule of(Preparation.Result prepared, boolean rootsLast) {
    Graph graph = prepared.graph();
    List<Root> roots = prepared.roots();
    List<Set<EntryPoint>> needs = needs(prepared);
    Map<Integer, List<Integer>> together = together(prepared);
    int[] depth = depths(graph);
    List<Integer> sorted = roots.stream()
        .sorted(Comparator.comparing((Root root) -> EntryPoint.first(needs.get(root.value().node())))
            .thenComparing(root -> depth[root.value().node()]))
        .map(root -> root.value().node()).toList();
    List<Integer> order = new ArrayList<>();
    boolean[] done = new boolean[graph.size()];
    sorted.forEach(root -> visit(graph, root, together, done, order));
    boolean[] constant = constants(graph);
    order.sort(Comparator.comparing((Integer id) -> EntryPoint.first(needs.get(id))).thenComparing(id -> !constant[id]));
    if (rootsLast) {
      Set<Integer> last = sorted.stream().collect(Collectors.toSet());
      order.sort(Comparator.comparing(last::contains));
    }
    return new Schedule(order, needs);
  }

  /** Marks numbers that depend on no tensor; they are computed first, outside of loops. */
  private static boolean[] constants(Graph graph) {
    boolean[] constant = new boolean[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      constant[id] = node.loops().isEmpty() && !(node instanceof Node.Leaf leaf && leaf.role() == Node.Role.PARAMETER)
          && node.operands().stream().allMatch(operand -> constant[operand.node()]);
    }
    return constant;
  }

  /** Returns for each node of a recurrence all nodes of a step, in order. */
  private static Map<Integer, List<Integer>> together(Preparation.Result prepared) {
    Map<Integer, List<Integer>> together = new HashMap<>();
    prepared.recurrences().forEach(steps -> steps.axes().keySet().forEach(id -> together.put(id, List.copyOf(steps.axes().keySet()))));
    return together;
  }

  /** Returns the programs that need each node. A program needs all steps of a recurrence or none. */
  private static List<Set<EntryPoint>> needs(Preparation.Result prepared) {
    Graph graph = prepared.graph();
    List<Set<EntryPoint>> needs = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      needs.add(new TreeSet<>());
    }
    prepared.roots().forEach(root -> needs.get(root.value().node()).addAll(root.programs()));
    Map<Integer, List<Integer>> together = together(prepared);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int id = graph.size() - 1; id >= 0; id--) {
        Set<EntryPoint> own = needs.get(id);
        for (int one : together.getOrDefault(id, List.of())) {
          changed |= needs.get(one).addAll(own);
        }
        graph.node(id).operands().forEach(operand -> needs.get(operand.node()).addAll(own));
      }
    }
    needs.forEach(Schedule::computeOnce);
    return needs;
  }

  /** Computes values shared by states and gradients with the gradients, which run first. */
  private static void computeOnce(Set<EntryPoint> programs) {
    List<EntryPoint> states = programs.stream().filter(program -> program.kind() == EntryPoint.Kind.STATES).toList();
    if (states.size() < programs.size()) {
      states.forEach(program -> programs.add(EntryPoint.gradients(program.index())));
      states.forEach(programs::remove);
    }
  }

  /** Returns the number of sums over axes on the longest path from each node to a leaf. */
  private static int[] depths(Graph graph) {
    int[] depth = new int[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      int below = node.operands().stream().mapToInt(operand -> depth[operand.node()]).max().orElse(0);
      depth[id] = below + (Materialization.isReduction(node) ? 1 : 0);
    }
    return depth;
  }

  /** Visits operands before nodes, and a step as a unit. Not recursive: a chain may be as long as the model is deep. */
  private static void visit(Graph graph, int root, Map<Integer, List<Integer>> together, boolean[] done, List<Integer> order) {
    Deque<int[]> stack = new ArrayDeque<>();
    stack.push(new int[] {root, 0});
    while (!stack.isEmpty()) {
      int[] top = stack.peek();
      List<Integer> step = together.getOrDefault(top[0], List.of());
      List<Integer> operands = done[top[0]] ? List.of() : step.isEmpty() ? graph.node(top[0]).operands().stream().map(View::node).toList()
          : step.stream().flatMap(id -> graph.node(id).operands().stream().map(View::node)).filter(id -> !step.contains(id)).toList();
      if (done[top[0]]) {
        stack.pop();
      } else if (top[1] < operands.size()) {
        stack.push(new int[] {operands.get(top[1]++), 0});
      } else {
        for (int id : step.isEmpty() ? List.of(top[0]) : step) {
          done[id] = true;
          order.add(id);
        }
      }
    }
  }
}
