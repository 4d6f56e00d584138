package dev.nngen.plan;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Node.Window;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.Resolution.Solved;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Removes loops that a relation or whole-number data determine: {@code sum[p] K[i] X[p] (p == y + i)} becomes a product of K and a {@link Window}
 * of X, which is {@code X[y + i]}. What is left of the relations are conditions, of which loops make their bounds.
 */
final class Windows {

  private final Graph.Builder graph;
  private final Algebra algebra;
  private final Node.Product product;
  private final Resolution resolution;
  /** The whole-number data that determine an axis. */
  private final Map<Integer, View> numbers = new LinkedHashMap<>();
  private final List<View> rest = new ArrayList<>();

  private Windows(Graph.Builder graph, Node.Product product) {
    this.graph = graph;
    this.algebra = new Algebra(graph);
    this.product = product;
    this.resolution = Resolution.of(product, graph::node);
    resolution.factors().forEach(this::read);
  }

  static boolean areNeeded(Node.Product product, IntFunction<Node> nodes) {
    return Resolution.isNeeded(product, nodes) || product.isSumming() && product.factors().stream().anyMatch(factor -> isChoice(factor, nodes));
  }

  /** True of a node that reads windows, or what relations say, in its loops. */
  static boolean isWindowed(Node node, IntFunction<Node> nodes) {
    return node.operands().stream().anyMatch(view -> nodes.apply(view.node()) instanceof Window
        || nodes.apply(view.node()).isPositionalLeaf());
  }

  /** The id of a node equal to the product. */
  static int resolved(Graph.Builder graph, Node.Product product) {
    return new Windows(graph, product).resolve();
  }

  /** True of the equality of a counter and data. */
  private static boolean isChoice(View factor, IntFunction<Node> nodes) {
    return nodes.apply(factor.node()) instanceof Node.Apply apply && apply.fn() == Fn.EQUAL && apply.arguments().stream().anyMatch(view -> isCounter(view, nodes));
  }

  private static boolean isCounter(View view, IntFunction<Node> nodes) {
    return nodes.apply(view.node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER;
  }

  private void read(View factor) {
    if (isChoice(factor, graph::node)) {
      Node.Apply equal = (Node.Apply) graph.node(factor.node());
      int side = isCounter(equal.arguments().get(0), graph::node) ? 0 : 1;
      int axis = factor.axes().get(equal.arguments().get(side).axes().get(0));
      View other = equal.arguments().get(1 - side).through(factor.axes());
      boolean free = axis >= product.rank() && !isDetermined(axis) && other.axes().stream().noneMatch(a -> a == axis || isDetermined(a))
          && resolution.relations().stream().allMatch(condition -> condition.affine().coefficient(axis) == 0)
          && resolution.solved().values().stream().allMatch(solved -> solved.value().coefficient(axis) == 0);
      if (free) {
        numbers.put(axis, other);
        return;
      }
    }
    rest.add(factor);
  }

  private boolean isDetermined(int axis) {
    return resolution.solved().containsKey(axis) || numbers.containsKey(axis);
  }

  private int resolve() {
    List<Extent> all = product.loops();
    List<Integer> free = IntStream.range(0, all.size()).filter(axis -> !isDetermined(axis)).boxed().toList();
    List<Extent> loops = free.stream().map(all::get).toList();
    List<View> factors = new ArrayList<>();
    for (View factor : rest) {
      View inner = factor.axes().stream().anyMatch(this::isDetermined) ? window(factor) : factor;
      factors.add(new View(inner.node(), inner.axes().stream().map(free::indexOf).toList()));
    }
    resolution.relations().forEach(condition -> factors.add(relation(condition.kind(), condition.affine(), free, loops)));
    resolution.solved().forEach((axis, solved) -> {
      if (!solved.isInside() && rest.stream().noneMatch(factor -> factor.axes().contains(axis))) {
        Affine last = Affine.constant(Offset.of(all.get(axis)).times(solved.divisor()).plus(-1));
        factors.add(relation(Relation.Kind.NOT_NEGATIVE, solved.value(), free, loops));
        factors.add(relation(Relation.Kind.NOT_NEGATIVE, last.minus(solved.value()), free, loops));
      }
    });
    if (loops.size() == product.rank() && factors.size() == 1 && factors.get(0).isIdentity(product.rank())) {
      return factors.get(0).node();
    }
    Node.Product resolved = new Node.Product(loops, product.rank(), factors);
    boolean isFree = resolved.isSumming() && factors.stream().noneMatch(factor -> graph.node(factor.node()).isPositionalLeaf());
    return isFree ? ContractionSplitter.split(graph, resolved) : graph.add(resolved);
  }

  private View relation(Relation.Kind kind, Affine affine, List<Integer> free, List<Extent> loops) {
    return Relation.view(algebra, kind, renamed(affine, free), loops);
  }

  private static Affine renamed(Affine affine, List<Integer> order) {
    return Affine.of(affine.terms().stream().map(term -> new Relation.Term(order.indexOf(term.axis()), term.coefficient())).toList(), affine.constant());
  }

  /** A factor of which some axes are determined, seen from the product's loops. */
  private View window(View factor) {
    TreeSet<Integer> used = new TreeSet<>();
    for (int axis : factor.axes()) {
      if (numbers.containsKey(axis)) {
        used.addAll(numbers.get(axis).axes());
      } else {
        Optional.ofNullable(resolution.solved().get(axis)).ifPresentOrElse(solved -> solved.value().terms().forEach(term -> used.add(term.axis())), () -> used.add(axis));
      }
    }
    List<Integer> axes = List.copyOf(used);
    List<View> data = new ArrayList<>();
    List<Window.Position> positions = new ArrayList<>();
    for (int axis : factor.axes()) {
      if (numbers.containsKey(axis)) {
        positions.add(new Window.Data(data.size()));
        View number = numbers.get(axis);
        data.add(new View(number.node(), number.axes().stream().map(axes::indexOf).toList()));
      } else {
        Solved solved = resolution.solved().getOrDefault(axis, new Solved(Affine.axis(axis), 1, 0, true));
        positions.add(new Window.At(new Solved(renamed(solved.value(), axes), solved.divisor(), solved.modulus(), solved.isInside())));
      }
    }
    return new View(graph.add(new Window(axes.stream().map(product.loops()::get).toList(), factor.node(), positions, data)), axes);
  }
}
