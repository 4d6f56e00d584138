package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
  private final AxisClasses classes;
  private final Set<Integer> inner = new HashSet<>();

  private InnerAxes(Graph graph, AxisClasses classes) {
    this.graph = graph;
    this.classes = classes;
  }

  /** Finds the inner axes of a graph. */
  static InnerAxes of(Graph graph, AxisClasses classes) {
    InnerAxes axes = new InnerAxes(graph, classes);
    axes.choose();
    return axes;
  }

  boolean isEmpty() {
    return inner.isEmpty();
  }

  /** Whether a loop of the node, or an axis of its value, follows the samples in memory. */
  boolean contains(int node, int loop) {
    return inner.contains(classes.of(node, loop));
  }

  private void choose() {
    Set<Integer> excluded = new HashSet<>(new StepAxes(graph, classes).classes());
    for (int id = 0; id < graph.size(); id++) {
      if (isProduct(graph.node(id))) {
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
        excluded.add(classes.of(id, loop));
      } else if (axes.stream().filter(loops -> loops.contains(axis)).count() == 1) {
        own.add(loop);
      }
    }
    boolean bothHaveOwn = axes.stream().allMatch(loops -> own.stream().anyMatch(loops::contains));
    if (samples < product.rank() && bothHaveOwn && multiplications(product) >= FEWEST) {
      own.forEach(loop -> inner.add(classes.of(id, loop)));
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
