package dev.nngen.plan;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Window;
import dev.nngen.ir.Offset;
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
 * Removes loops that a relation or integer data determine: {@code sum[p] K[i] X[p] (p == y + i)} becomes a product of K and a {@link Window} of X,
 * which is {@code X[y + i]}. The remaining relations are conditions, which become loop bounds.
 */
final class WindowRewriter {

  /**
   * Minimum number of entries of a data-dependent sum that is not a product of matrices. A product adds a term to each of that many entries in the
   * time of one addition at a data-dependent place.
   */
  private static final int FEWEST_PLACES = 64;

  private final Graph.Builder graph;
  private final Map<String, Integer> counts;
  private final Algebra algebra;
  private final Node.Product product;
  private final Resolution resolution;
  /** The integer data that determine an axis. */
  private final Map<Integer, View> numbers = new LinkedHashMap<>();
  /** The indicators of result axes that data determine. */
  private final Map<Integer, View> placed = new LinkedHashMap<>();
  private final List<View> rest = new ArrayList<>();

  private WindowRewriter(Graph.Builder graph, Node.Product product, Map<String, Integer> counts) {
    this.graph = graph;
    this.counts = counts;
    this.algebra = new Algebra(graph);
    this.product = product;
    this.resolution = Resolution.of(product, graph::node);
    resolution.factors().forEach(this::read);
  }

  /**
   * @param counts the number of values of each integer leaf, which are 0 to that number less one
   */
  static boolean areNeeded(Node.Product product, IntFunction<Node> nodes, Map<String, Integer> counts) {
    return Resolution.isNeeded(product, nodes) || product.isSumming() && product.factors().stream().anyMatch(factor -> Choice.of(factor, nodes, counts).isPresent());
  }

  /** Whether the node reads windows or relations in its loops. */
  static boolean isWindowed(Node node, IntFunction<Node> nodes) {
    return node.operands().stream().anyMatch(view -> nodes.apply(view.node()) instanceof Window
        || nodes.apply(view.node()).isPositionalLeaf());
  }

  /** Returns the id of a node equal to the product. */
  static int resolved(Graph.Builder graph, Node.Product product, Map<String, Integer> counts) {
    return new WindowRewriter(graph, product, counts).resolve();
  }

  /**
   * The equality of a counter and integer data within the counter's axis.
   *
   * @param number subscript of the axis, seen from the loops of the product
   */
  private record Choice(int axis, View number) {

    static Optional<Choice> of(View factor, IntFunction<Node> nodes, Map<String, Integer> counts) {
      if (!(nodes.apply(factor.node()) instanceof Node.Apply apply) || apply.fn() != Fn.EQUAL) {
        return Optional.empty();
      }
      return IntStream.range(0, 2).filter(side -> isCounter(apply.arguments().get(side), nodes)).boxed().findFirst().flatMap(side -> {
        View counter = apply.arguments().get(side).rewire(factor.axes());
        View number = apply.arguments().get(1 - side).rewire(factor.axes());
        boolean inside = nodes.apply(counter.node()).shape().get(0) instanceof Extent.Fixed fixed && nodes.apply(number.node()) instanceof Node.Leaf leaf
            && counts.getOrDefault(leaf.name(), Integer.MAX_VALUE) <= fixed.size();
        return inside ? Optional.of(new Choice(counter.axes().get(0), number)) : Optional.empty();
      });
    }
  }

  private static boolean isCounter(View view, IntFunction<Node> nodes) {
    return nodes.apply(view.node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER;
  }

  private void read(View factor) {
    Optional<Choice> choice = Choice.of(factor, graph::node, counts).filter(this::isFree);
    if (choice.isEmpty()) {
      rest.add(factor);
      return;
    }
    int axis = choice.get().axis();
    numbers.put(axis, choice.get().number());
    if (axis < product.rank()) {
      placed.put(axis, factor);
    }
  }

  /** Whether only data determine the choice. A choice of a result axis must differ between the terms of the sum. */
  private boolean isFree(Choice choice) {
    int axis = choice.axis();
    List<Integer> data = choice.number().axes();
    boolean free = !isDetermined(axis) && data.stream().noneMatch(a -> a == axis || isDetermined(a))
        && resolution.relations().stream().allMatch(condition -> condition.affine().coefficient(axis) == 0)
        && resolution.solved().values().stream().allMatch(solved -> solved.value().coefficient(axis) == 0);
    return free && (axis >= product.rank() || ((Extent.Fixed) product.loops().get(axis)).size() >= FEWEST_PLACES
        && data.stream().anyMatch(a -> a >= product.rank()) && numbers.values().stream().noneMatch(number -> number.axes().contains(axis))
        && resolution.factors().stream().filter(factor -> factor.axes().contains(axis) && Choice.of(factor, graph::node, counts).isPresent()).count() == 1);
  }

  private boolean isDetermined(int axis) {
    return resolution.solved().containsKey(axis) || numbers.containsKey(axis);
  }

  private int resolve() {
    List<Extent> all = product.loops();
    List<Integer> free = IntStream.range(0, all.size()).filter(axis -> !isDetermined(axis) || axis < product.rank()).boxed().toList();
    List<Extent> loops = free.stream().map(all::get).toList();
    List<View> factors = new ArrayList<>();
    for (View factor : rest) {
      View inner = factor.axes().stream().anyMatch(this::isDetermined) ? window(factor) : factor;
      factors.add(seen(inner, free));
    }
    resolution.relations().forEach(condition -> factors.add(relation(condition.kind(), condition.affine(), free, loops)));
    resolution.solved().forEach((axis, solved) -> {
      if (!solved.isInside() && rest.stream().noneMatch(factor -> factor.axes().contains(axis))) {
        Affine last = Affine.constant(Offset.of(all.get(axis)).times(solved.divisor()).plus(-1));
        factors.add(relation(Relation.Kind.NOT_NEGATIVE, solved.value(), free, loops));
        factors.add(relation(Relation.Kind.NOT_NEGATIVE, last.minus(solved.value()), free, loops));
      }
    });
    if (!placed.isEmpty()) {
      return scatter(loops, factors, free);
    }
    if (loops.size() == product.rank() && factors.size() == 1 && factors.get(0).isIdentity(product.rank())) {
      return factors.get(0).node();
    }
    return sum(new Node.Product(loops, product.rank(), factors));
  }

  private int sum(Node.Product resolved) {
    boolean isFree = resolved.isSumming() && resolved.factors().stream().noneMatch(factor -> graph.node(factor.node()).isPositionalLeaf());
    return isFree ? ContractionSplitter.split(graph, resolved) : graph.add(resolved);
  }

  private static View seen(View view, List<Integer> order) {
    return new View(view.node(), view.axes().stream().map(order::indexOf).toList());
  }

  /** Builds a sum into data-dependent places. Axes that these data do not have are summed first. */
  private int scatter(List<Extent> loops, List<View> factors, List<Integer> free) {
    List<View> indicators = placed.values().stream().map(indicator -> seen(indicator, free)).toList();
    List<View> data = placed.keySet().stream().map(axis -> seen(numbers.get(axis), free)).toList();
    List<Integer> places = placed.keySet().stream().map(free::indexOf).toList();
    List<Integer> outer = IntStream.range(0, loops.size()).filter(axis -> axis < product.rank() || data.stream().anyMatch(number -> number.axes().contains(axis))).boxed().toList();
    List<View> terms = new ArrayList<>(outer.size() == loops.size() ? factors : summedBefore(loops, factors, outer, places));
    List<Node.Scatter.Place> named = IntStream.range(0, places.size()).mapToObj(k -> new Node.Scatter.Place(places.get(k), terms.size() + k, seen(data.get(k), outer))).toList();
    indicators.forEach(indicator -> terms.add(seen(indicator, outer)));
    return graph.add(new Node.Scatter(new Node.Product(outer.stream().map(loops::get).toList(), product.rank(), terms), named));
  }

  /** Combines the factors into one, summed over all but the outer axes; numbers stay separate. */
  private List<View> summedBefore(List<Extent> loops, List<View> factors, List<Integer> outer, List<Integer> places) {
    List<Integer> kept = outer.stream().filter(axis -> !places.contains(axis)).toList();
    List<Integer> order = new ArrayList<>(kept);
    IntStream.range(0, loops.size()).filter(axis -> !outer.contains(axis)).forEach(order::add);
    List<View> tensors = factors.stream().filter(factor -> !factor.axes().isEmpty()).map(factor -> seen(factor, order)).toList();
    int sum = sum(new Node.Product(order.stream().map(loops::get).toList(), kept.size(), tensors));
    List<View> terms = new ArrayList<>(factors.stream().filter(factor -> factor.axes().isEmpty()).toList());
    terms.add(new View(sum, kept.stream().map(outer::indexOf).toList()));
    return terms;
  }

  private View relation(Relation.Kind kind, Affine affine, List<Integer> free, List<Extent> loops) {
    return Relation.view(algebra, kind, renamed(affine, free), loops);
  }

  private static Affine renamed(Affine affine, List<Integer> order) {
    return Affine.of(affine.terms().stream().map(term -> new Relation.Term(order.indexOf(term.axis()), term.coefficient())).toList(), affine.constant());
  }

  /** Returns a factor with some of its axes determined, seen from the product's loops. */
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
