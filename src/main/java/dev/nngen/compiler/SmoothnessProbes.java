package dev.nngen.compiler;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Probes for the pieces of a piecewise smooth value: for every nondifferentiable or discontinuous function in it, a node with the side on which each
 * entry is. If all probes agree at two nearby points, the value is smooth between them.
 *
 * @param graph the graph with the probes added; ids of the original graph are unchanged
 * @param probes their ids
 */
record SmoothnessProbes(Graph graph, List<Integer> probes) {

  /** Adds probes for the functions on which the given value depends. */
  static SmoothnessProbes of(Graph graph, int value) {
    Graph.Builder builder = new Graph.Builder(graph);
    List<Integer> probes = new ArrayList<>();
    boolean[] needed = graph.reachable(List.of(value));
    int zero = builder.add(new Node.Sum(List.of(), Rational.ZERO, List.of()));
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      if (needed[id] && node instanceof Node.Apply apply) {
        addProbes(builder, id, apply, new View(zero, List.of()), probes);
      } else if (needed[id] && node instanceof Node.Max max) {
        probes.add(builder.add(largestEntries(id, max)));
      }
    }
    return new SmoothnessProbes(builder.build(), List.copyOf(probes));
  }

  private static void addProbes(Graph.Builder builder, int id, Node.Apply apply, View zero, List<Integer> probes) {
    List<View> arguments = apply.arguments();
    switch (apply.fn()) {
      case GREATER, AT_LEAST, EQUAL, FLOOR, SIGN -> probes.add(id);
      case ABS -> probes.add(builder.add(compare(Fn.GREATER, apply.shape(), arguments.get(0), zero)));
      case MAXIMUM, MINIMUM ->
          probes.add(builder.add(compare(Fn.GREATER, apply.shape(), arguments.get(0), arguments.get(1))));
      default -> { }
    }
  }

  private static Node largestEntries(int id, Node.Max max) {
    return compare(Fn.EQUAL, max.loops(), max.argument(), View.identity(id, max.rank()));
  }

  private static Node compare(Fn fn, List<Extent> shape, View left, View right) {
    return new Node.Apply(fn, shape, List.of(left, right));
  }

  /** Returns the values of the probes at one point; equal for points on the same smooth piece. */
  List<double[]> piece(Interpreter interpreter) {
    return probes.stream().map(probe -> interpreter.value((int) probe).clone()).toList();
  }

  static boolean same(List<double[]> left, List<double[]> right) {
    for (int i = 0; i < left.size(); i++) {
      if (!Arrays.equals(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }
}
