package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;

/**
 * Structural hash of every node of a growing graph: its operations and leaves. It does not depend on names, on other nodes of the graph, or on the
 * order of terms and factors.
 */
final class NodeKeys {

  private final IntFunction<Node> graph;
  private final IntUnaryOperator leaf;
  private final ToIntFunction<Extent> size;
  private final List<Integer> known = new ArrayList<>();

  /**
   * @param leaf the number of a leaf
   * @param size length of an axis
   */
  NodeKeys(IntFunction<Node> graph, IntUnaryOperator leaf, ToIntFunction<Extent> size) {
    this.graph = graph;
    this.leaf = leaf;
    this.size = size;
  }

  int of(int id) {
    for (int next = known.size(); next <= id; next++) {
      known.add(mixed(key(next, graph.apply(next))));
    }
    return known.get(id);
  }

  private int key(int id, Node node) {
    List<Integer> loops = node.loops().stream().map(size::applyAsInt).toList();
    if (node instanceof Node.Sum sum) {
      return Objects.hash("sum", loops, sum.constant(), sum.terms().stream().mapToInt(term -> mixed(Objects.hash(term.coefficient(), key(term.view())))).sum());
    }
    if (node instanceof Node.Product product) {
      return Objects.hash("product", loops, product.rank(), product.factors().stream().mapToInt(factor -> mixed(key(factor))).sum());
    }
    List<Integer> operands = node.operands().stream().map(this::key).toList();
    if (node instanceof Node.Power power) {
      return Objects.hash("power", loops, power.exponent(), operands);
    }
    if (node instanceof Node.Apply apply) {
      return Objects.hash(apply.fn().name(), loops, operands);
    }
    return node instanceof Node.Leaf ? leaf.applyAsInt(id) : Objects.hash(node.getClass().getSimpleName(), loops, node.rank(), operands);
  }

  private int key(View view) {
    return 31 * of(view.node()) + view.axes().hashCode();
  }

  /** Mixes the bits of a number, so that sums of keys do not collide. */
  private static int mixed(int key) {
    int spread = key * 0x9E3779B9;
    return spread ^ spread >>> 15;
  }
}
