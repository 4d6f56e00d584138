package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Relation;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The axes that follow the samples in memory, where samples are columns. Attention multiplies two matrices for each sample. If samples are innermost, the
 * entries of such a matrix are a batch apart, and packing them takes longer than multiplying. So an axis of its rows or columns, such as the positions of a
 * text, becomes innermost: {@code K[f, t, m]} is stored as {@code [f, m, t]}. Corresponding axes of other values move with it, so that nothing is
 * transposed. Products with a matrix of weights work with either order: positions and samples are both their columns.
 *
 * <p>An axis stays before the samples in three cases: it is shorter than a vector; a matrix of weights has it, and rows and columns of that product would be
 * mixed in memory; or a recurrence runs along it, since each step reads all samples.
 */
final class InnerAxes {

  /** Length of the longest vector. */
  private static final int SHORTEST = 16;
  /** Minimum number of multiplications per sample of a product that is not written as loops. */
  private static final long FEWEST = 4096;

  private final Graph graph;
  /** Number of each node's first loop among all loops of the graph. */
  private final int[] first;
  /** Union-find parents: each loop of the graph maps to a corresponding loop or to itself. */
  private final int[] same;
  private final Set<Integer> inner = new HashSet<>();

  private InnerAxes(Graph graph) {
    this.graph = graph;
    this.first = new int[graph.size() + 1];
    for (int id = 0; id < graph.size(); id++) {
      first[id + 1] = first[id] + graph.node(id).loops().size();
    }
    this.same = IntStream.range(0, first[graph.size()]).toArray();
  }

  /** Finds the inner axes of a graph. */
  static InnerAxes of(Graph graph) {
    InnerAxes axes = new InnerAxes(graph);
    axes.connect();
    axes.choose();
    return axes;
  }

  boolean isEmpty() {
    return inner.isEmpty();
  }

  /** Whether a loop of the node, or an axis of its value, follows the samples in memory. */
  boolean contains(int node, int loop) {
    return inner.contains(find(first[node] + loop));
  }

  private void connect() {
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      for (View operand : node.operands()) {
        for (int k = 0; k < operand.axes().size(); k++) {
          if (operand.axes().get(k) != View.COMPUTED) {
            connect(operand.node(), k, id, operand.axes().get(k));
          }
        }
      }
      if (node instanceof Node.Window window) {
        connect(id, window);
      } else if (node instanceof Node.Leaf leaf) {
        connect(id, leaf);
      }
    }
  }

  /** Connects the axes of a carried leaf with those of its definition. */
  private void connect(int id, Node.Leaf leaf) {
    graph.definition(leaf).ifPresent(value -> {
      for (int k = 0; k < leaf.rank(); k++) {
        connect(id, k, value.node(), value.axes().get(k));
      }
    });
  }

  /** Connects an axis that is read at {@code t - 1} or {@code t + i} with that of t. */
  private void connect(int id, Node.Window window) {
    for (int k = 0; k < window.positions().size(); k++) {
      if (window.positions().get(k) instanceof Node.Window.At at && at.number().divisor() == 1 && at.number().modulus() == 0) {
        for (Relation.Term term : at.number().value().terms()) {
          if (term.coefficient() == 1 && window.shape().get(term.axis()).equals(graph.node(window.source()).shape().get(k))) {
            connect(window.source(), k, id, term.axis());
          }
        }
      }
    }
  }

  private void connect(int node, int axis, int other, int loop) {
    same[find(first[node] + axis)] = find(first[other] + loop);
  }

  private int find(int loop) {
    int found = loop;
    while (same[found] != found) {
      same[found] = same[same[found]];
      found = same[found];
    }
    return found;
  }

  private void choose() {
    Set<Integer> excluded = new HashSet<>();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaf.isCarried()) {
        excluded.add(find(first[id] + leaf.steps()));
      } else if (isProduct(graph.node(id))) {
        choose(id, (Node.Product) graph.node(id), excluded);
      }
    }
    inner.removeAll(excluded);
  }

  private void choose(int id, Node.Product product, Set<Integer> excluded) {
    List<Set<Integer>> axes = matrices(product).map(InnerAxes::loops).toList();
    int samples = product.loops().indexOf(Extent.BATCH);
    List<Integer> own = new ArrayList<>();
    for (int loop = 0; loop < product.loops().size(); loop++) {
      int axis = loop;
      boolean weighs = axes.stream().anyMatch(loops -> loops.contains(axis) && !loops.contains(samples));
      if (weighs || !(product.loops().get(loop) instanceof Extent.Fixed fixed) || fixed.size() < SHORTEST) {
        excluded.add(find(first[id] + loop));
      } else if (axes.stream().filter(loops -> loops.contains(axis)).count() == 1) {
        own.add(loop);
      }
    }
    boolean bothHaveOwn = axes.stream().allMatch(loops -> own.stream().anyMatch(loops::contains));
    if (samples < product.rank() && bothHaveOwn && multiplications(product) >= FEWEST) {
      own.forEach(loop -> inner.add(find(first[id] + loop)));
    }
  }

  /** Whether the node sums products of two matrices' entries per sample, or over samples. */
  static boolean isProduct(Node node) {
    return node instanceof Node.Product product && product.isSumming() && product.loops().contains(Extent.BATCH) && matrices(product).count() == 2;
  }

  static Stream<View> matrices(Node.Product product) {
    return product.factors().stream().filter(factor -> factor.axes().size() > 1);
  }

  private static Set<Integer> loops(View factor) {
    return factor.axes().stream().filter(loop -> loop != View.COMPUTED).collect(Collectors.toSet());
  }

  /** Returns the number of multiplications per sample. */
  private static long multiplications(Node.Product product) {
    return product.loops().stream().mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
  }
}
