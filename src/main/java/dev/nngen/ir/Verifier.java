package dev.nngen.ir;

import java.util.List;

/** What every node promises; a violation is a defect of the compiler and never the user's. */
public final class Verifier {

  private Verifier() {}

  /** Checks one node against those before it; IllegalStateException where a promise is broken. */
  static void check(Node node, List<Node> before) {
    List<Extent> loops = node.loops();
    require(loops.size() >= node.rank(), node, "fewer loop axes than axes");
    if (node instanceof Node.Derivative) {
      return;
    }
    for (View operand : node.operands()) {
      require(operand.node() >= 0 && operand.node() < before.size(), node, "operand %" + operand.node() + " is not there yet");
      List<Extent> shape = before.get(operand.node()).shape();
      require(shape.size() == operand.axes().size(), node, operand + " wires another number of axes than the operand has");
      for (int k = 0; k < shape.size(); k++) {
        int axis = operand.axes().get(k);
        require(axis >= 0 && axis < loops.size(), node, operand + " names loop axis " + axis + ", which is not there");
        require(shape.get(k).equals(loops.get(axis)), node,
            operand + " axis " + k + " is " + shape.get(k) + " long, the loop " + loops.get(axis));
      }
    }
    if (node instanceof Node.Apply apply) {
      require(apply.arguments().size() == apply.fn().arity(), node, "wrong number of arguments");
    }
  }

  /** Checks that no {@link Node.Derivative} is reachable from the named values, as all stages after autodiff rely on. */
  public static void checkDifferentiated(Graph graph) {
    boolean[] needed = graph.reachable(graph.names().values().stream().map(Graph.Value::node).toList());
    for (int id = 0; id < graph.size(); id++) {
      require(!needed[id] || !(graph.node(id) instanceof Node.Derivative), graph.node(id), "a derivative is left over");
    }
  }

  private static void require(boolean condition, Node node, String message) {
    if (!condition) {
      throw new IllegalStateException("broken graph: " + message + " in " + node);
    }
  }
}
