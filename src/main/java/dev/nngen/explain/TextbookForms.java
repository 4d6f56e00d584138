package dev.nngen.explain;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.Simplifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Computes the textbook form of values: simplified in a separate graph with other values as leaves. Only the range of a leaf is known, so
 * {@code log(P)} is not rewritten, and no form is chosen for accuracy.
 */
final class TextbookForms {

  private final DerivationGraph derivationGraph;
  private final Set<Integer> gradients;
  private final EntryBounds ranges;
  private final Facts facts;
  /**
   * @param gradients the nodes of gradients
   * @param facts declared facts about nodes of the derivation's graph
   */
  TextbookForms(DerivationGraph derivationGraph, Set<Integer> gradients, EntryBounds ranges, Facts facts) {
    this.derivationGraph = derivationGraph;
    this.gradients = gradients;
    this.ranges = ranges;
    this.facts = facts;
  }

  /**
   * Returns the value in its shortest form.
   *
   * @param given nodes that become leaves
   * @param defined nodes whose definitions may be used
   * @param known true if declared equalities may be used
   */
  Graph.Value of(Graph.Value value, Set<Integer> given, Set<Integer> defined, boolean known) {
    return new StepProof(given, defined).of(value, known);
  }

  /** A graph of a value and its operands. */
  private final class StepProof {
    private final Set<Integer> given;
    private final Set<Integer> defined;
    private final Graph.Builder builder = new Graph.Builder();
    private final Map<Integer, Integer> copies = new HashMap<>();
    private final Map<Integer, Interval> bounds = new LinkedHashMap<>();
    private final Map<Integer, View> back = new HashMap<>();
    /** Numbers of leaves and defined nodes, in order of first occurrence. */
    private final Map<Integer, Integer> numbers = new LinkedHashMap<>();

    StepProof(Set<Integer> given, Set<Integer> defined) {
      this.given = given;
      this.defined = defined;
    }

    Graph.Value of(Graph.Value value, boolean known) {
      // Facts are added first, so that they hold when their nodes are read.
      Map<Integer, Integer> equalities = known ? equalities(value) : Map.of();
      defined.forEach(this::copy);
      int root = expand(value.node());
      builder.name("root", placed(builder.node(root), root));
      Graph excerpt = builder.build();
      // Equal layers have equal graphs, because leaves are numbered.
      Graph simplified = Simplifier.simplify(excerpt, new Facts(bounds, equalities));
      return value.at(restored(simplified, derivationGraph.builder().node(value.node()).shape()));
    }

    private Map<Integer, Integer> equalities(Graph.Value value) {
      Set<Integer> there = derivationGraph.mentioned(value.node(), given);
      Map<Integer, Integer> equalities = new LinkedHashMap<>();
      facts.equalities().forEach((node, other) -> {
        if (there.containsAll(derivationGraph.mentioned(node, given))) {
          equalities.put(copy(node), copy(other));
        }
      });
      return equalities;
    }

    private int copy(int id) {
      Integer copy = copies.get(id);
      if (copy == null) {
        boolean leaf = given.contains(id) && !defined.contains(id) || isOpaque(derivationGraph.builder().node(id));
        copy = leaf ? leaf(id) : expand(id);
        copies.put(id, copy);
        if (defined.contains(id)) {
          builder.name(name(id), placed(builder.node(copy), copy));
        }
      }
      return copy;
    }

    private boolean isOpaque(Node node) {
      return node instanceof Node.Leaf leaf && leaf.isCarried();
    }

    private int expand(int id) {
      Node node = derivationGraph.builder().node(id);
      return builder.add(node.withOperands(node.operands().stream().map(operand -> new View(copy(operand.node()), operand.axes())).toList()));
    }

    private int leaf(int id) {
      Node node = derivationGraph.builder().node(id);
      boolean itself = node instanceof Node.Leaf own && !own.isCarried();
      int leaf = builder.add(itself ? numbered((Node.Leaf) node, id) : new Node.Leaf(name(id), Node.Role.INPUT, node.shape()));
      builder.name(name(id), placed(node, leaf));
      Interval range = ranges.of(id);
      if (!range.equals(Interval.REALS) && (!itself || facts.ranges().containsKey(id))) {
        bounds.put(leaf, range);
      }
      return leaf;
    }

    /** Data and parameters are numbered too. Other leaves keep their names. */
    private Node numbered(Node.Leaf leaf, int id) {
      return leaf.role() == Node.Role.INPUT || leaf.role() == Node.Role.PARAMETER || leaf.role() == Node.Role.TARGET ? new Node.Leaf(name(id), leaf.role(), leaf.shape()) : leaf;
    }

    private String name(int id) {
      return "v" + numbers.computeIfAbsent(id, any -> numbers.size());
    }

    private static Graph.Value placed(Node node, int id) {
      return new Graph.Value(id, IntStream.range(0, node.rank()).boxed().toList(), List.of());
    }

    /** Copies the root of the simplified graph to the derivation's graph. */
    private int restored(Graph simplified, List<Extent> shape) {
      Map<String, Integer> ids = new HashMap<>();
      numbers.keySet().forEach(id -> ids.put(name(id), id));
      simplified.names().forEach((name, value) -> {
        if (!name.equals("root")) {
          // Axis k of the node in the derivation's graph is the simplified node's axis value.rows().get(k).
          back.put(value.node(), new View(ids.get(name), value.rows()));
        }
      });
      Graph.Value root = simplified.named("root");
      View view = back.containsKey(root.node()) ? back.get(root.node()) : restored(simplified, root.node());
      return derivationGraph.algebra().materialize(shape, new View(view.node(), view.axes().stream().map(axis -> root.rows().indexOf(axis)).toList()));
    }

    private View restored(Graph simplified, int id) {
      View known = back.get(id);
      if (known == null) {
        known = rewritten(simplified, simplified.node(id));
        back.put(id, known);
      }
      return known;
    }

    private View rewritten(Graph simplified, Node node) {
      List<View> operands = node.operands().stream().map(operand -> restored(simplified, operand.node()).rewire(operand.axes())).toList();
      if (node instanceof Node.Power power) {
        return raised(power.shape(), operands.get(0), power.exponent());
      }
      Node copy = node instanceof Node.Product product ? new Node.Product(product.loops(), product.rank(), merged(operands)) : node.withOperands(operands);
      return AxisReordering.known(derivationGraph.builder(), copy).orElseGet(() -> View.identity(derivationGraph.builder().add(copy), node.rank()));
    }

    /** Merges repeated roots among the factors into one power. */
    private List<View> merged(List<View> factors) {
      Map<View, Integer> counts = new LinkedHashMap<>();
      factors.forEach(factor -> counts.merge(factor, 1, Integer::sum));
      List<View> merged = new ArrayList<>();
      counts.forEach((factor, count) -> {
        if (count > 1 && root(factor).isPresent()) {
          List<Extent> shape = derivationGraph.builder().node(factor.node()).shape();
          merged.add(raised(shape, View.identity(factor.node(), shape.size()), Rational.of(count)).rewire(factor.axes()));
        } else {
          merged.addAll(Collections.nCopies(count, factor));
        }
      });
      return merged;
    }

    /** Returns a power. The power of a root is a power of its base. */
    private View raised(List<Extent> shape, View base, Rational exponent) {
      Optional<Node.Power> root = root(base);
      if (root.isEmpty()) {
        return View.identity(derivationGraph.builder().add(new Node.Power(shape, base, exponent)), shape.size());
      }
      View below = root.get().base().rewire(base.axes());
      Rational product = exponent.times(root.get().exponent());
      return product.isOne() ? below : View.identity(derivationGraph.builder().add(new Node.Power(shape, below, product)), shape.size());
    }

    private Optional<Node.Power> root(View view) {
      return !given.contains(view.node()) && derivationGraph.builder().node(view.node()) instanceof Node.Power power && !power.exponent().isInteger() ? Optional.of(power) : Optional.empty();
    }
  }

  /** True for a formula in values of the forward pass only. */
  boolean isOfValues(int node, Set<Integer> named) {
    return gradients(node, named).isEmpty();
  }

  /** Returns the gradients in a formula. */
  Set<Integer> gradients(int node, Set<Integer> named) {
    Set<Integer> stops = new HashSet<>(named);
    stops.remove(node);
    Set<Integer> there = derivationGraph.mentioned(node, stops);
    there.retainAll(gradients);
    return there;
  }

  /** Returns the values in a formula that are sums, products and powers of others in it. */
  Set<Integer> algebraic(int node, Set<Integer> named) {
    Set<Integer> there = derivationGraph.mentioned(node, named);
    return there.stream().filter(value -> !(derivationGraph.builder().node(value) instanceof Node.Leaf) && there.containsAll(derivationGraph.mentioned(value, named))
        && functions(value, named).isEmpty()).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the given nodes and the values of functions in a formula. */
  Set<Integer> withFunctions(int node, Set<Integer> given) {
    Set<Integer> all = new HashSet<>(given);
    derivationGraph.within(node, given).stream().filter(this::isFunction).forEach(all::add);
    return all;
  }

  private boolean isFunction(int id) {
    return derivationGraph.builder().node(id) instanceof Node.Apply apply && !apply.fn().isIndicator() && apply.fn() != Fn.WHERE;
  }

  /** Returns the functions in a formula for a value, without {@code where}. */
  Set<String> functions(int node, Set<Integer> stops) {
    Set<String> functions = new LinkedHashSet<>();
    derivationGraph.within(node, stops).forEach(id -> functions.addAll(function(id)));
    return functions;
  }

  /** Returns the function that a node applies, none for {@code where}. */
  Set<String> function(int id) {
    Node node = derivationGraph.builder().node(id);
    return isFunction(id) ? Set.of(((Node.Apply) node).fn().label()) : node instanceof Node.Max ? Set.of("max") : Set.of();
  }
}
