package dev.nngen.ir;

import java.util.List;

/** Checks the invariants of nodes. A violation is a defect of the compiler, and not a user's error. */
public final class Verifier {

  private Verifier() {}

  /** Checks a node, given those before it; IllegalStateException if an invariant does not hold. */
  static void check(Node node, List<Node> before) {
    List<Extent> loops = node.loops();
    require(loops.size() >= node.rank(), node, "fewer loop axes than axes");
    if (node instanceof Node.Derivative) {
      return;
    }
    node.operands().forEach(operand -> checkOperand(node, operand, before));
    if (node instanceof Node.Apply apply) {
      require(apply.arguments().size() == apply.fn().arity(), node, "wrong number of arguments");
    }
  }

  private static void checkOperand(Node node, View operand, List<Node> before) {
    require(operand.node() >= 0 && operand.node() < before.size(), node, "an operand comes after its user");
    List<Extent> loops = node.loops();
    List<Extent> shape = before.get(operand.node()).shape();
    require(shape.size() == operand.axes().size(), node, "an operand's number of axes differs from the wired one");
    for (int k = 0; k < shape.size(); k++) {
      int axis = operand.axes().get(k);
      if (axis == View.COMPUTED && node instanceof Node.Window) {
        continue;
      }
      require(axis >= 0 && axis < loops.size(), node, "an operand uses a loop axis that does not exist");
      require(shape.get(k).equals(loops.get(axis)), node, "an operand's axis and its loop differ in length");
    }
  }

  /** Checks that no {@link Node.Derivative} is reachable from the named values, as all stages after autodiff rely on. */
  public static void checkDifferentiated(Graph graph) {
    boolean[] needed = graph.reachable(graph.names().values().stream().map(Graph.Value::node).toList());
    for (int id = 0; id < graph.size(); id++) {
      require(!needed[id] || !(graph.node(id) instanceof Node.Derivative), graph.node(id), "a derivative remains");
    }
  }

  private static void require(boolean condition, Node node, String message) {
    if (!condition) {
      throw new IllegalStateException("broken graph: " + message + " in " + node);
    }
  }
}
