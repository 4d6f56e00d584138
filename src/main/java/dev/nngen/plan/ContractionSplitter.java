package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rewrites a product with sums into cheaper ones. Factors without a summed axis leave the sum, sums without common factors are computed separately,
 * and chains of matrices are multiplied pair by pair. Each resulting product is a {@link Contraction} or a plain reduction of an entrywise product.
 */
final class ContractionSplitter {

  /** Assumed length of axes whose length is known only at run time. */
  private static final double SUPPOSED = 32;

  private final Graph.Builder graph;
  private final List<Extent> loops;
  private final int rank;

  private ContractionSplitter(Graph.Builder graph, Node.Product product) {
    this.graph = graph;
    this.loops = product.loops();
    this.rank = product.rank();
  }

  /** Returns the id of a node equal to the product. The product need not be in the graph; its operands are. */
  static int split(Graph.Builder graph, Node.Product product) {
    return new ContractionSplitter(graph, product).run(product.factors());
  }

  private int run(List<View> factors) {
    List<View> scalars = new ArrayList<>();
    List<View> kept = new ArrayList<>();
    List<View> inner = new ArrayList<>();
    Set<Integer> named = axesOf(factors);
    Set<Integer> summed = new TreeSet<>();
    for (int axis = rank; axis < loops.size(); axis++) {
      if (named.contains(axis)) {
        summed.add(axis);
      } else {
        scalars.add(size(loops.get(axis)));
      }
    }
    for (View factor : factors) {
      boolean touches = factor.axes().stream().anyMatch(summed::contains);
      (factor.axes().isEmpty() ? scalars : touches ? inner : kept).add(factor);
    }
    List<View> sums = new ArrayList<>();
    while (!inner.isEmpty()) {
      List<View> component = component(inner, summed);
      inner.removeAll(component);
      Set<Integer> axes = axesOf(component);
      axes.retainAll(summed);
      sums.add(reduce(axes, component));
    }
    return join(scalars, kept, sums);
  }

  private int join(List<View> scalars, List<View> kept, List<View> sums) {
    boolean alone = kept.isEmpty() && sums.size() == 1 && sums.get(0).isIdentity(rank);
    if (alone && scalars.isEmpty()) {
      return sums.get(0).node();
    }
    List<View> factors = new ArrayList<>(scalars);
    if (alone && Contraction.of(graph.node(sums.get(0).node()), graph::node).isPresent()) {
      Node.Product product = (Node.Product) graph.node(sums.get(0).node());
      factors.addAll(product.factors());
      return graph.add(new Node.Product(product.loops(), rank, factors));
    }
    factors.addAll(kept);
    factors.addAll(sums);
    return graph.add(new Node.Product(loops.subList(0, rank), rank, factors));
  }

  /** Returns the first factor and all that are connected to it by summed axes. */
  private static List<View> component(List<View> factors, Set<Integer> summed) {
    List<View> component = new ArrayList<>(List.of(factors.get(0)));
    Set<Integer> reached = new LinkedHashSet<>(factors.get(0).axes());
    reached.retainAll(summed);
    for (boolean grows = true; grows; ) {
      grows = false;
      for (View factor : factors) {
        if (!component.contains(factor) && factor.axes().stream().anyMatch(reached::contains)) {
          component.add(factor);
          factor.axes().stream().filter(summed::contains).forEach(reached::add);
          grows = true;
        }
      }
    }
    // The same view twice is a square; both belong to the component.
    return new ArrayList<>(factors.stream().filter(component::contains).toList());
  }

  private View reduce(Set<Integer> summed, List<View> component) {
    List<View> factors = component;
    Set<Integer> left = new TreeSet<>(summed);
    for (Integer axis = eliminable(left, factors); axis != null; axis = eliminable(left, factors)) {
      List<View> touching = touching(factors, axis);
      List<View> rest = new ArrayList<>(factors);
      rest.removeAll(touching);
      rest.add(reduceOne(axis, touching));
      factors = rest;
      left.remove(axis);
    }
    return left.size() == 1 ? reduceOne(left.iterator().next(), factors) : product(left, inPairs(factors));
  }

  /** Multiplies factors into others that have their axes until two are left. A product with fewer entries than the sum has terms is computed first. */
  private List<View> inPairs(List<View> factors) {
    List<View> pairs = factors;
    for (Optional<List<View>> joined = joined(pairs); joined.isPresent(); joined = joined(pairs)) {
      pairs = joined.get();
    }
    return pairs;
  }

  /** Multiplies one factor into the smallest other that has its axes; empty if two are left or no factor fits. */
  private Optional<List<View>> joined(List<View> factors) {
    for (int at = 0; factors.size() > 2 && at < factors.size(); at++) {
      View small = factors.get(at);
      List<View> others = new ArrayList<>(factors);
      others.remove(at);
      Optional<View> large = others.stream().filter(view -> !small.axes().isEmpty() && view.axes().containsAll(small.axes()) && isWorthStoring(view))
          .min(Comparator.comparingDouble(view -> size(new TreeSet<>(view.axes()))));
      if (large.isPresent()) {
        others.set(others.indexOf(large.get()), product(Set.of(), List.of(large.get(), small)));
        return Optional.of(others);
      }
    }
    return Optional.empty();
  }

  private boolean isWorthStoring(View view) {
    boolean distinct = Set.copyOf(view.axes()).size() == view.axes().size();
    return distinct && view.axes().size() < loops.size() && Contraction.isInMemory(graph.node(view.node()), graph::node);
  }

  /** Returns a summed axis that some factor lacks and whose sum is at most a matrix or no larger than a factor; null if there is none. */
  private Integer eliminable(Set<Integer> summed, List<View> factors) {
    for (int axis : summed) {
      List<View> touching = touching(factors, axis);
      if (summed.size() > 1 && touching.size() < factors.size() && (axesOf(touching).size() <= 3 || isSmall(axis, touching, factors))) {
        return axis;
      }
    }
    return null;
  }

  /** Whether the sum over the axis has no more entries than one of the factors. */
  private boolean isSmall(int axis, List<View> touching, List<View> factors) {
    Set<Integer> kept = axesOf(touching);
    kept.remove(axis);
    return touching.size() > 1 && factors.stream().anyMatch(factor -> size(kept) <= size(new TreeSet<>(factor.axes())));
  }

  private double size(Set<Integer> axes) {
    return axes.stream().map(loops::get).mapToDouble(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : SUPPOSED).reduce(1, (a, b) -> a * b);
  }

  private static List<View> touching(List<View> factors, int axis) {
    return factors.stream().filter(factor -> factor.axes().contains(axis)).toList();
  }

  /** Sums over one axis; the factors are combined into two matrices with that common axis if possible. */
  private View reduceOne(int axis, List<View> factors) {
    List<Integer> kept = new ArrayList<>(axesOf(factors));
    kept.remove((Integer) axis);
    if (kept.isEmpty() || kept.size() > 2 || factors.size() < 2) {
      return product(Set.of(axis), inPairs(factors));
    }
    List<View> left = new ArrayList<>();
    List<View> right = new ArrayList<>();
    for (View factor : factors) {
      boolean first = factor.axes().contains(kept.get(0));
      if (first && kept.size() == 2 && factor.axes().contains(kept.get(1))) {
        return product(Set.of(axis), factors);
      }
      (first ? left : right).add(factor);
    }
    return right.isEmpty() ? product(Set.of(axis), factors)
        : product(Set.of(axis), List.of(entrywise(left), entrywise(right)));
  }

  private View entrywise(List<View> factors) {
    View only = factors.get(0);
    boolean plain = factors.size() == 1 && Set.copyOf(only.axes()).size() == only.axes().size();
    return plain ? only : product(Set.of(), factors);
  }

  /** Returns the product of the factors summed over the given axes, as a view from the loops that this splitter rewrites. */
  private View product(Set<Integer> summed, List<View> factors) {
    List<Integer> kept = new ArrayList<>(axesOf(factors));
    kept.removeAll(summed);
    List<Integer> order = new ArrayList<>(kept);
    order.addAll(new TreeSet<>(summed));
    List<View> rewired = factors.stream()
        .map(factor -> new View(factor.node(), factor.axes().stream().map(order::indexOf).toList())).toList();
    List<Extent> extents = order.stream().map(loops::get).toList();
    return new View(graph.add(new Node.Product(extents, kept.size(), rewired)), kept);
  }

  private View size(Extent extent) {
    Node node = extent instanceof Extent.Fixed fixed
        ? new Node.Sum(List.of(), Rational.of(fixed.size()), List.of())
        : new Node.Leaf(extent.toString(), Node.Role.EXTENT, List.of());
    return new View(graph.add(node), List.of());
  }

  private static Set<Integer> axesOf(List<View> factors) {
    Set<Integer> axes = new TreeSet<>();
    factors.forEach(factor -> axes.addAll(factor.axes()));
    return axes;
  }
}
