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
 * Values as textbooks write them: simplified in a graph of their own, in which other values are given. Nothing is known of a given value but its
 * range, so {@code log(P)} stays what it is, and nothing is written for the sake of its digits.
 */
final class TextbookForms {

  private final Workbench bench;
  private final Set<Integer> gradients;
  private final Ranges ranges;
  private final Facts facts;
  /** What was simplified before: equal layers have equal excerpts, since these number what is given. */
  private final Map<Question, Graph> known = new HashMap<>();

  /** What is simplified. */
  private record Question(List<Node> nodes, Map<String, Graph.Value> names, Facts facts) {}

  /**
   * @param gradients nodes that are gradients
   * @param facts declared, about nodes of the workbench
   */
  TextbookForms(Workbench bench, Set<Integer> gradients, Ranges ranges, Facts facts) {
    this.bench = bench;
    this.gradients = gradients;
    this.ranges = ranges;
    this.facts = facts;
  }

  /**
   * The value in its shortest form.
   *
   * @param given nodes that are not looked into
   * @param defined nodes that have a definition, by which they may be used
   * @param known whether declared equalities may be used
   */
  Graph.Value of(Graph.Value value, Set<Integer> given, Set<Integer> defined, boolean known) {
    return new Excerpt(given, defined).of(value, known);
  }

  /** A graph of a value and of what it is made of. */
  private final class Excerpt {
    private final Set<Integer> given;
    private final Set<Integer> defined;
    private final Graph.Builder builder = new Graph.Builder();
    private final Map<Integer, Integer> copies = new HashMap<>();
    private final Map<Integer, Interval> bounds = new LinkedHashMap<>();
    private final Map<Integer, View> back = new HashMap<>();
    /** What is given and defined, in the order in which it is met. */
    private final Map<Integer, Integer> numbers = new LinkedHashMap<>();

    Excerpt(Set<Integer> given, Set<Integer> defined) {
      this.given = given;
      this.defined = defined;
    }

    Graph.Value of(Graph.Value value, boolean known) {
      // Facts come first, so that they are known where what they are about is read.
      Map<Integer, Integer> equalities = known ? equalities(value) : Map.of();
      defined.forEach(this::copy);
      int root = expand(value.node());
      builder.name("root", placed(builder.node(root), root));
      Graph excerpt = builder.build();
      Facts about = new Facts(bounds, equalities);
      Question question = new Question(IntStream.range(0, excerpt.size()).mapToObj(excerpt::node).toList(), excerpt.names(), about);
      Graph simplified = TextbookForms.this.known.computeIfAbsent(question, asked -> Simplifier.simplify(excerpt, about));
      return value.at(restored(simplified, bench.builder().node(value.node()).shape()));
    }

    private Map<Integer, Integer> equalities(Graph.Value value) {
      Set<Integer> there = bench.mentioned(value.node(), given);
      Map<Integer, Integer> equalities = new LinkedHashMap<>();
      facts.equalities().forEach((node, other) -> {
        if (there.containsAll(bench.mentioned(node, given))) {
          equalities.put(copy(node), copy(other));
        }
      });
      return equalities;
    }

    private int copy(int id) {
      Integer copy = copies.get(id);
      if (copy == null) {
        boolean leaf = given.contains(id) && !defined.contains(id) || isOpaque(bench.builder().node(id));
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
      Node node = bench.builder().node(id);
      return builder.add(node.withOperands(node.operands().stream().map(operand -> new View(copy(operand.node()), operand.axes())).toList()));
    }

    private int leaf(int id) {
      Node node = bench.builder().node(id);
      boolean itself = node instanceof Node.Leaf own && !own.isCarried();
      int leaf = builder.add(itself ? numbered((Node.Leaf) node, id) : new Node.Leaf(name(id), Node.Role.INPUT, node.shape()));
      builder.name(name(id), placed(node, leaf));
      Interval range = ranges.of(id);
      if (!range.equals(Interval.REALS) && (!itself || facts.ranges().containsKey(id))) {
        bounds.put(leaf, range);
      }
      return leaf;
    }

    /** Data and parameters go by their numbers too; other leaves are what their names say. */
    private Node numbered(Node.Leaf leaf, int id) {
      return leaf.role() == Node.Role.INPUT || leaf.role() == Node.Role.PARAMETER || leaf.role() == Node.Role.TARGET ? new Node.Leaf(name(id), leaf.role(), leaf.shape()) : leaf;
    }

    private String name(int id) {
      return "v" + numbers.computeIfAbsent(id, any -> numbers.size());
    }

    private static Graph.Value placed(Node node, int id) {
      return new Graph.Value(id, IntStream.range(0, node.rank()).boxed().toList(), List.of());
    }

    /** The root of the simplified graph in the workbench. */
    private int restored(Graph simplified, List<Extent> shape) {
      Map<String, Integer> ids = new HashMap<>();
      numbers.keySet().forEach(id -> ids.put(name(id), id));
      simplified.names().forEach((name, value) -> {
        if (!name.equals("root")) {
          // Axis k of the workbench's node is the simplified node's axis value.rows().get(k).
          back.put(value.node(), new View(ids.get(name), value.rows()));
        }
      });
      Graph.Value root = simplified.named("root");
      View view = back.containsKey(root.node()) ? back.get(root.node()) : restored(simplified, root.node());
      return bench.algebra().materialize(shape, new View(view.node(), view.axes().stream().map(axis -> root.rows().indexOf(axis)).toList()));
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
      return Reorder.known(bench.builder(), copy).orElseGet(() -> View.identity(bench.builder().add(copy), node.rank()));
    }

    /** The factors, with one power in place of a root that is there several times. */
    private List<View> merged(List<View> factors) {
      Map<View, Integer> counts = new LinkedHashMap<>();
      factors.forEach(factor -> counts.merge(factor, 1, Integer::sum));
      List<View> merged = new ArrayList<>();
      counts.forEach((factor, count) -> {
        if (count > 1 && root(factor).isPresent()) {
          List<Extent> shape = bench.builder().node(factor.node()).shape();
          merged.add(raised(shape, View.identity(factor.node(), shape.size()), Rational.of(count)).rewire(factor.axes()));
        } else {
          merged.addAll(Collections.nCopies(count, factor));
        }
      });
      return merged;
    }

    /** A power; one of a root is a power of what is below the root. */
    private View raised(List<Extent> shape, View base, Rational exponent) {
      Optional<Node.Power> root = root(base);
      if (root.isEmpty()) {
        return View.identity(bench.builder().add(new Node.Power(shape, base, exponent)), shape.size());
      }
      View below = root.get().base().rewire(base.axes());
      Rational product = exponent.times(root.get().exponent());
      return product.isOne() ? below : View.identity(bench.builder().add(new Node.Power(shape, below, product)), shape.size());
    }

    private Optional<Node.Power> root(View view) {
      return !given.contains(view.node()) && bench.builder().node(view.node()) instanceof Node.Power power && !power.exponent().isInteger() ? Optional.of(power) : Optional.empty();
    }
  }

  /** True for a formula in values of the forward pass alone. */
  boolean isOfValues(int node, Set<Integer> named) {
    return gradients(node, named).isEmpty();
  }

  /** The gradients in a formula. */
  Set<Integer> gradients(int node, Set<Integer> named) {
    Set<Integer> stops = new HashSet<>(named);
    stops.remove(node);
    Set<Integer> there = bench.mentioned(node, stops);
    there.retainAll(gradients);
    return there;
  }

  /** The values in a formula that are made of others in it by sums, products and powers. */
  Set<Integer> algebraic(int node, Set<Integer> named) {
    Set<Integer> there = bench.mentioned(node, named);
    return there.stream().filter(value -> !(bench.builder().node(value) instanceof Node.Leaf) && there.containsAll(bench.mentioned(value, named))
        && functions(value, named).isEmpty()).collect(Collectors.toCollection(TreeSet::new));
  }

  /** The functions that a formula for a value has, choices aside. */
  Set<String> functions(int node, Set<Integer> stops) {
    Set<String> functions = new LinkedHashSet<>();
    for (int id : bench.within(node, stops)) {
      if (bench.builder().node(id) instanceof Node.Apply apply && !apply.fn().isIndicator() && apply.fn() != Fn.WHERE) {
        functions.add(apply.fn().label());
      } else if (bench.builder().node(id) instanceof Node.Max) {
        functions.add("max");
      }
    }
    return functions;
  }
}
