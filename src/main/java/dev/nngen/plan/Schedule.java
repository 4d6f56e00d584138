package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * In which order nodes are computed, and for whom. What {@code predict} wants comes first, then what {@code loss} wants, then
 * the rest; within that, values are computed shortly before they are used, so that few are alive at a time: the roots that
 * depend on the shortest chains come first, which are the gradients of the last layers.
 */
record Schedule(List<Integer> order, List<Set<Program>> needs) {

  static Schedule of(Graph graph, List<Root> roots) {
    List<Set<Program>> needs = needs(graph, roots);
    int[] depth = depths(graph);
    List<Integer> sorted = roots.stream()
        .sorted(Comparator.comparing((Root root) -> phase(needs.get(root.value().node())))
            .thenComparing(root -> depth[root.value().node()]))
        .map(root -> root.value().node()).toList();
    List<Integer> order = new ArrayList<>();
    boolean[] done = new boolean[graph.size()];
    sorted.forEach(root -> visit(graph, root, done, order));
    boolean[] constant = constants(graph);
    order.sort(Comparator.comparing((Integer id) -> phase(needs.get(id))).thenComparing(id -> !constant[id]));
    return new Schedule(order, needs);
  }

  /** Numbers that no tensor enters; computed first, they stand in no loop's way. */
  private static boolean[] constants(Graph graph) {
    boolean[] constant = new boolean[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      constant[id] = node.loops().isEmpty() && !(node instanceof Node.Leaf leaf && leaf.role() == Node.Role.PARAMETER)
          && node.operands().stream().allMatch(operand -> constant[operand.node()]);
    }
    return constant;
  }

  /** Sorts by the first program that needs a value; they run in the order of the enum. */
  @SuppressWarnings("EnumOrdinal")
  private static int phase(Set<Program> needs) {
    return needs.iterator().next().ordinal();
  }

  private static List<Set<Program>> needs(Graph graph, List<Root> roots) {
    List<Set<Program>> needs = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      needs.add(EnumSet.noneOf(Program.class));
    }
    roots.forEach(root -> needs.get(root.value().node()).addAll(root.programs()));
    for (int id = graph.size() - 1; id >= 0; id--) {
      for (View operand : graph.node(id).operands()) {
        needs.get(operand.node()).addAll(needs.get(id));
      }
    }
    needs.forEach(Schedule::computeOnce);
    return needs;
  }

  /** What states need of the other programs comes with the gradients, which run before. */
  private static void computeOnce(Set<Program> programs) {
    if (programs.size() > 1 && programs.remove(Program.STATES)) {
      programs.add(Program.GRADIENTS);
    }
  }

  /** The longest path of sums over axes from each node down to a leaf. */
  private static int[] depths(Graph graph) {
    int[] depth = new int[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      int below = node.operands().stream().mapToInt(operand -> depth[operand.node()]).max().orElse(0);
      depth[id] = below + (Materialisation.isReduction(node) ? 1 : 0);
    }
    return depth;
  }

  /** Operands before nodes, without recursion, since a chain may be as long as the model is deep. */
  private static void visit(Graph graph, int root, boolean[] done, List<Integer> order) {
    Deque<int[]> stack = new ArrayDeque<>();
    stack.push(new int[] {root, 0});
    while (!stack.isEmpty()) {
      int[] top = stack.peek();
      List<View> operands = graph.node(top[0]).operands();
      if (done[top[0]]) {
        stack.pop();
      } else if (top[1] < operands.size()) {
        stack.push(new int[] {operands.get(top[1]++).node(), 0});
      } else {
        done[top[0]] = true;
        order.add(top[0]);
      }
    }
  }
}
