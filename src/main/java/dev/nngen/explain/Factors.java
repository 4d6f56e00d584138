package dev.nngen.explain;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** A value as a number times powers of other values. Named values are not expanded. */
final class Factors {

  private final Graph.Builder graph;
  private final Set<Integer> named;
  private Rational coefficient = Rational.ONE;
  private final Map<View, Integer> powers = new LinkedHashMap<>();
  private final Set<View> cancelled = new LinkedHashSet<>();

  Factors(Graph.Builder graph, Set<Integer> named) {
    this.graph = graph;
    this.named = named;
  }

  Factors copy() {
    Factors copy = new Factors(graph, named);
    copy.coefficient = coefficient;
    copy.powers.putAll(powers);
    copy.cancelled.addAll(cancelled);
    return copy;
  }

  Rational coefficient() {
    return coefficient;
  }

  /** Exponents by factor, in order of first occurrence. */
  Map<View, Integer> powers() {
    return powers;
  }

  /** Cancelled factors. The rest equals the product only if none of them is zero. */
  Set<View> cancelled() {
    return cancelled;
  }

  void remove(View factor) {
    powers.remove(factor);
  }

  Factors times(Rational factor) {
    coefficient = coefficient.times(factor);
    return this;
  }

  /** Multiplies by the definition of a node, even if it has a name. */
  Factors into(Node node) {
    View whole = View.identity(graph.add(node), node.shape().size());
    if (!decompose(node, whole, 1)) {
      raise(whole, 1);
    }
    return this;
  }

  /** Multiplies by the value to an integer power. */
  Factors times(View view, int exponent) {
    Node node = graph.node(view.node());
    OptionalInt root = named.contains(view.node()) || !(node instanceof Node.Sum) ? OptionalInt.empty() : graph.find(new Node.Power(node.shape(), View.identity(view.node(), node.rank()), Rational.HALF));
    if (root.isPresent()) {
      raise(new View(root.getAsInt(), view.axes()), 2 * exponent);
    } else if (named.contains(view.node()) || !decompose(node, view, exponent)) {
      raise(view, exponent);
    }
    return this;
  }

  Factors times(Factors other) {
    coefficient = coefficient.times(other.coefficient);
    cancelled.addAll(other.cancelled);
    other.powers.forEach(this::raise);
    return this;
  }

  /** Returns the product of the factors, without the number, as a value over the given axes. */
  int over(List<Extent> shape) {
    Algebra algebra = new Algebra(graph);
    List<View> views = new ArrayList<>();
    powers.forEach((factor, exponent) -> {
      if (exponent != 0) {
        views.add(exponent == 1 ? factor : raised(algebra, factor, exponent, shape));
      }
    });
    if (views.isEmpty()) {
      views.add(algebra.numberView(Rational.ONE));
    }
    return views.size() == 1 ? algebra.materialize(shape, views.get(0)) : algebra.product(shape, views.toArray(View[]::new));
  }

  private View raised(Algebra algebra, View factor, int exponent, List<Extent> shape) {
    List<Extent> own = factor.axes().stream().map(shape::get).toList();
    View base = View.identity(factor.node(), own.size());
    if (isRoot(factor.node())) {
      View below = ((Node.Power) graph.node(factor.node())).base();
      return exponent == 2 ? below.rewire(factor.axes()) : new View(algebra.power(own, below, Rational.of(exponent).times(Rational.HALF)), factor.axes());
    }
    return new View(algebra.power(own, base, Rational.of(exponent)), factor.axes());
  }

  /** Multiplies by a power of a value that is not expanded. */
  void raise(View view, int exponent) {
    int before = powers.getOrDefault(view, 0);
    if (before * exponent < 0) {
      cancelled.add(view);
    }
    powers.put(view, before + exponent);
  }

  /** Moves factors that do not depend on the summed axes out of a sum. Returns false if there are none. */
  private boolean invariants(Node.Product product, View view) {
    Factors all = new Factors(graph, named);
    product.factors().forEach(factor -> all.times(factor, 1));
    Algebra algebra = new Algebra(graph);
    List<View> inside = new ArrayList<>();
    Set<Integer> axes = new HashSet<>();
    all.powers.forEach((factor, power) -> {
      if (power != 0 && factor.axes().stream().anyMatch(axis -> axis >= product.rank())) {
        inside.add(power == 1 ? factor : raised(algebra, factor, power, product.loops()));
        axes.addAll(factor.axes());
      }
    });
    boolean whole = IntStream.range(product.rank(), product.loops().size()).allMatch(axes::contains);
    long left = all.powers.values().stream().filter(power -> power != 0).count() - inside.size();
    if (!whole || left == 0 && all.coefficient.isOne()) {
      return false;
    }
    List<Integer> kept = IntStream.range(0, product.loops().size()).filter(axes::contains).boxed().toList();
    int rank = (int) kept.stream().filter(axis -> axis < product.rank()).count();
    int sum = graph.add(new Node.Product(kept.stream().map(product.loops()::get).toList(), rank,
        inside.stream().map(factor -> new View(factor.node(), factor.axes().stream().map(kept::indexOf).toList())).toList()));
    raise(new View(sum, kept.subList(0, rank)).rewire(view.axes()), 1);
    coefficient = coefficient.times(all.coefficient);
    all.powers.forEach((factor, power) -> {
      if (power != 0 && factor.axes().stream().noneMatch(axis -> axis >= product.rank())) {
        raise(factor.rewire(view.axes()), power);
      }
    });
    return true;
  }

  /** True for a square root, whose odd powers are half-integer powers. */
  private boolean isRoot(int node) {
    return !named.contains(node) && graph.node(node) instanceof Node.Power power && power.exponent().equals(Rational.HALF);
  }

  private boolean decompose(Node node, View view, int exponent) {
    if (node instanceof Node.Product product && !product.isSumming()) {
      product.factors().forEach(factor -> times(factor.rewire(view.axes()), exponent));
      return true;
    }
    if (node instanceof Node.Product product && exponent == 1) {
      return invariants(product, view);
    }
    if (node instanceof Node.Power power && power.exponent().isSmallInteger(64)) {
      times(power.base().rewire(view.axes()), exponent * power.exponent().intValueExact());
      return true;
    }
    if (node instanceof Node.Power power && !power.exponent().isInteger() && !power.exponent().equals(Rational.HALF) && power.exponent().times(Rational.TWO).isSmallInteger(64)) {
      int root = graph.add(new Node.Power(power.shape(), power.base(), Rational.HALF));
      raise(new View(root, view.axes()), exponent * power.exponent().times(Rational.TWO).intValueExact());
      return true;
    }
    if (node instanceof Node.Sum sum && sum.isNumber() && (exponent > 0 || !sum.constant().isZero())) {
      times(sum.constant().power(exponent));
      return true;
    }
    if (node instanceof Node.Sum sum && sum.constant().signum() < 0) {
      times(Rational.MINUS_ONE.power(exponent));
      times(new View(negated(sum), view.axes()), exponent);
      return true;
    }
    if (node instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() == 1) {
      times(sum.terms().get(0).coefficient().power(exponent));
      times(sum.terms().get(0).view().rewire(view.axes()), exponent);
      return true;
    }
    return false;
  }

  /** {@code 1 - A} for {@code A - 1}, so that both are one factor. */
  private int negated(Node.Sum sum) {
    return graph.add(new Node.Sum(sum.shape(), sum.constant().negate(),
        sum.terms().stream().map(term -> new Node.Term(term.coefficient().negate(), term.view())).toList()));
  }
}
