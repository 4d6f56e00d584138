package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes common factors out of sums, as by hand: {@code A .* B.^2 - B.^3} is {@code B.^2 .* (A - B)}. */
final class CommonFactors {

  private final DerivationGraph derivationGraph;
  private final Set<Integer> named;
  /** Factors of the values that are products. */
  private final Map<Integer, Factors> products = new LinkedHashMap<>();
  private final Map<Integer, Factors> known = new HashMap<>();

  CommonFactors(DerivationGraph derivationGraph, Set<Integer> named) {
    this.derivationGraph = derivationGraph;
    this.named = named;
  }

  /** Returns the value with common factors moved out of its sums, and with values substituted for products of its factors. */
  Graph.Value of(Graph.Value value) {
    collect(value);
    return factored(value);
  }

  private void collect(Graph.Value value) {
    Set<Integer> there = derivationGraph.mentioned(value.node(), named);
    products.clear();
    there.stream().filter(id -> there.containsAll(derivationGraph.mentioned(id, named))).forEach(id -> {
      Factors factors = new Factors(derivationGraph.builder(), named).into(derivationGraph.builder().node(id));
      if (factors.powers().size() > 1 && factors.coefficient().isOne()) {
        products.put(id, factors);
      }
    });
  }

  /**
   * Substitutes values for products among the factors: {@code P} for {@code E ./ colsum(E)}.
   *
   * @param values that may be substituted
   */
  Graph.Value named(Graph.Value value, Set<Integer> values) {
    Node root = derivationGraph.builder().node(value.node());
    Factors all = new Factors(derivationGraph.builder(), named).into(root);
    Set<Integer> nodes = new HashSet<>(nodes(all));
    all.powers().keySet().stream().filter(this::isSum).forEach(sum -> terms(sum).forEach(term -> nodes.addAll(nodes(new Factors(derivationGraph.builder(), named).times(term.view(), 1)))));
    products.clear();
    values.stream().filter(id -> id != value.node() && derivationGraph.builder().node(id).rank() == root.rank()).forEach(id -> {
      Factors factors = known.computeIfAbsent(id, any -> new Factors(derivationGraph.builder(), named).into(derivationGraph.builder().node(any)));
      if (factors.powers().size() > 1 && factors.coefficient().isOne() && nodes.containsAll(nodes(factors))) {
        products.put(id, factors);
      }
    });
    if (products.isEmpty()) {
      return value;
    }
    Factors renamed = new Factors(derivationGraph.builder(), named).times(all.coefficient());
    byNames(all, root.rank()).powers().forEach((view, exponent) -> renamed.raise(exponent == 1 && isSum(view) ? renamed(view) : view, exponent));
    return value.at(derivationGraph.algebra().scaled(renamed.coefficient(), renamed.over(root.shape())));
  }

  private static Set<Integer> nodes(Factors factors) {
    return factors.powers().keySet().stream().map(View::node).collect(Collectors.toSet());
  }

  private List<Term> terms(View sum) {
    return ((Node.Sum) derivationGraph.builder().node(sum.node())).terms();
  }

  /** Substitutes values for products in the terms of a sum. */
  private View renamed(View view) {
    Node.Sum sum = (Node.Sum) derivationGraph.builder().node(view.node());
    List<Term> terms = sum.terms().stream().map(term -> {
      Factors factors = factors(term.view());
      return new Term(term.coefficient().times(factors.coefficient()), derivationGraph.algebra().view(factors.over(sum.shape())));
    }).toList();
    return new View(derivationGraph.builder().add(new Node.Sum(sum.shape(), sum.constant(), terms)), view.axes());
  }

  private Graph.Value factored(Graph.Value value) {
    Node root = derivationGraph.builder().node(value.node());
    Factors all = new Factors(derivationGraph.builder(), named).into(root);
    for (Map.Entry<View, Integer> factor : List.copyOf(all.powers().entrySet())) {
      if (factor.getValue() == 1 && isSum(factor.getKey())) {
        Node.Sum sum = flat((Node.Sum) derivationGraph.builder().node(factor.getKey().node()));
        Factors taken = common(sum);
        if (!taken.powers().isEmpty()) {
          all.remove(factor.getKey());
          taken.powers().forEach((view, exponent) -> all.times(view.rewire(factor.getKey().axes()), exponent));
          all.times(new View(divided(sum, taken), factor.getKey().axes()), 1);
          return factored(value.at(derivationGraph.algebra().scaled(all.coefficient(), all.over(root.shape()))));
        }
      }
    }
    return value;
  }

  private boolean isSum(View view) {
    return !named.contains(view.node()) && derivationGraph.builder().node(view.node()) instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() > 1;
  }

  /** Flattens nested sums. */
  private Node.Sum flat(Node.Sum sum) {
    List<Term> terms = new ArrayList<>();
    for (Term term : sum.terms()) {
      if (isSum(term.view())) {
        flat((Node.Sum) derivationGraph.builder().node(term.view().node())).terms()
            .forEach(inner -> terms.add(new Term(inner.coefficient().times(term.coefficient()), inner.view().rewire(term.view().axes()))));
      } else {
        terms.add(term);
      }
    }
    return new Node.Sum(sum.shape(), sum.constant(), terms);
  }

  /** Returns the factors of a term, with a value in place of the factors whose product it is. */
  private Factors factors(View view) {
    return byNames(new Factors(derivationGraph.builder(), named).times(view, 1), view.axes().size());
  }

  private Factors byNames(Factors factors, int rank) {
    products.forEach((id, product) -> {
      boolean whole = derivationGraph.builder().node(id).rank() == rank;
      if (whole && product.powers().entrySet().stream().allMatch(factor -> isIn(factor.getValue(), factors.powers().getOrDefault(factor.getKey(), 0)))) {
        product.powers().forEach((factor, exponent) -> factors.raise(factor, -exponent));
        factors.raise(View.identity(id, rank), 1);
        factors.powers().values().removeIf(exponent -> exponent == 0);
      }
    });
    return factors;
  }

  private static boolean isIn(int exponent, int whole) {
    return least(exponent, whole) == exponent;
  }

  private Factors common(Node.Sum sum) {
    Map<View, Integer> least = new LinkedHashMap<>(factors(sum.terms().get(0).view()).powers());
    for (Term term : sum.terms()) {
      Map<View, Integer> powers = factors(term.view()).powers();
      least.replaceAll((view, exponent) -> least(exponent, powers.getOrDefault(view, 0)));
    }
    Factors common = new Factors(derivationGraph.builder(), named);
    least.forEach((view, exponent) -> common.raise(view, exponent));
    common.powers().values().removeIf(exponent -> exponent == 0);
    return common;
  }

  /** Returns the common power of two powers of a value. */
  private static int least(int one, int other) {
    return one * other <= 0 ? 0 : one > 0 ? Math.min(one, other) : Math.max(one, other);
  }

  private int divided(Node.Sum sum, Factors common) {
    List<Term> terms = new ArrayList<>();
    Rational constant = Rational.ZERO;
    for (Term term : sum.terms()) {
      Factors left = factors(term.view()).times(term.coefficient());
      common.powers().forEach((view, exponent) -> left.raise(view, -exponent));
      left.powers().values().removeIf(exponent -> exponent == 0);
      constant = constant.plus(add(left, sum, terms));
    }
    return derivationGraph.builder().add(new Node.Sum(sum.shape(), constant, terms));
  }

  /** Adds a term, or the terms of a nested sum. Returns its constant. */
  private Rational add(Factors left, Node.Sum sum, List<Term> terms) {
    if (left.powers().isEmpty()) {
      return left.coefficient();
    }
    View only = left.powers().keySet().iterator().next();
    if (left.powers().size() == 1 && left.powers().get(only) == 1 && !named.contains(only.node()) && derivationGraph.builder().node(only.node()) instanceof Node.Sum inner) {
      inner.terms().forEach(term -> terms.add(new Term(term.coefficient().times(left.coefficient()), term.view().rewire(only.axes()))));
      return inner.constant().times(left.coefficient());
    }
    terms.add(new Term(left.coefficient(), derivationGraph.algebra().view(left.over(sum.shape()))));
    return Rational.ZERO;
  }
}
