package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Rewrites a graph into an equal one that maps to kernels node by node: contractions are split, long sums and products are cut into pieces that fit a
 * method, numbers have no axes, and every root is a node of its own that is not a leaf.
 */
final class Preparation {

  /** Maximum number of operands; longer expressions are unreadable, and javac may fail to compile them. */
  private static final int MOST_OPERANDS = 24;

  private final Graph source;
  private final Graph.Builder target = new Graph.Builder();
  private final int[] moved;
  private final boolean copied;
  private final Map<String, Integer> counts;

  private Preparation(Graph source, boolean copied, Map<String, Integer> counts) {
    this.source = source;
    this.counts = counts;
    this.copied = copied;
    this.moved = new int[source.size()];
  }

  /**
   * The rewritten graph and its roots.
   *
   * @param moved the new id of each old node that a root needs
   * @param recurrences the values computed step by step
   * @param carried those of them that other steps read
   */
  record Result(Graph graph, List<Root> roots, Map<Integer, Integer> moved, List<Retiming.Steps> recurrences, List<Retiming.Carried> carried) {
    Result(Graph graph, List<Root> roots, Map<Integer, Integer> moved) {
      this(graph, roots, moved, List.of(), List.of());
    }
  }

  /**
   * @param counts the number of values of each integer leaf, which are 0 to that number less one
   */
  static Result prepare(Graph graph, List<Root> roots, Map<String, Integer> counts, boolean samplesInRows) {
    Result prepared = prepare(graph, roots, false, counts);
    return Retiming.run(samplesInRows ? prepared : BoundaryCopies.run(prepared));
  }

  /**
   * @param copied whether each root is a copy of its value, so that it may be written after all readers of what it overwrites
   */
  static Result prepare(Graph graph, List<Root> roots, boolean copied) {
    return Retiming.run(prepare(graph, roots, copied, Map.of()));
  }

  private static Result prepare(Graph graph, List<Root> roots, boolean copied, Map<String, Integer> counts) {
    Preparation preparation = new Preparation(graph, copied, counts);
    List<Root> prepared = preparation.move(roots);
    return ScaleAbsorption.run(new Result(preparation.target.build(), prepared, preparation.mapping(roots)));
  }

  private Map<Integer, Integer> mapping(List<Root> roots) {
    boolean[] needed = source.reachable(roots.stream().map(root -> root.value().node()).toList());
    Map<Integer, Integer> mapping = new LinkedHashMap<>();
    for (int id = 0; id < source.size(); id++) {
      if (needed[id]) {
        mapping.put(id, moved[id]);
      }
    }
    return mapping;
  }

  private List<Root> move(List<Root> roots) {
    boolean[] needed = source.reachable(roots.stream().map(root -> root.value().node()).toList());
    for (int id = 0; id < source.size(); id++) {
      if (needed[id]) {
        moved[id] = move(source.node(id));
      }
    }
    for (Map.Entry<String, Graph.Value> name : source.names().entrySet()) {
      Graph.Value value = name.getValue();
      if (needed[value.node()] && target.node(moved[value.node()]).rank() == source.node(value.node()).rank()) {
        target.name(name.getKey(), value.at(moved[value.node()]));
      }
    }
    Set<Integer> taken = new HashSet<>();
    return roots.stream().map(root -> root.at(own(root.value().node(), taken))).toList();
  }

  /** Returns a node for a root that shares its memory with no leaf and no other root. */
  private int own(int old, Set<Integer> taken) {
    List<Extent> shape = source.node(old).shape();
    int id = moved[old];
    if (target.node(id) instanceof Node.Sum number && number.isNumber()) {
      id = target.add(new Node.Sum(shape, number.constant(), List.of()));
    }
    if (copied) {
      id = copy(id, shape);
    }
    while (target.node(id) instanceof Node.Leaf || !taken.add(id)) {
      id = copy(id, shape);
    }
    return id;
  }

  private int copy(int id, List<Extent> shape) {
    return target.add(new Node.Sum(shape, Rational.ZERO, List.of(new Node.Term(Rational.ONE, View.identity(id, shape.size())))));
  }

  private int move(Node node) {
    Node rewired = node.withOperands(node.operands().stream().map(this::move).toList());
    return rewired.accept(new Rewriter());
  }

  private View move(View view) {
    int node = moved[view.node()];
    return new View(node, target.node(node).rank() == 0 ? List.of() : view.axes());
  }

  private final class Rewriter implements Node.Visitor<Integer> {
    @Override
    public Integer leaf(Node.Leaf leaf) {
      return target.add(leaf);
    }

    @Override
    public Integer sum(Node.Sum sum) {
      if (sum.isNumber()) {
        return target.add(new Node.Sum(List.of(), sum.constant(), List.of()));
      }
      Rational constant = sum.constant();
      List<Node.Term> terms = new ArrayList<>();
      for (Node.Term term : sum.terms()) {
        if (target.node(term.view().node()) instanceof Node.Sum number && number.isNumber()) {
          constant = constant.plus(term.coefficient().times(number.constant()));
        } else if (!term.coefficient().isZero()) {
          terms.add(term);
        }
      }
      if (terms.isEmpty()) {
        return target.add(new Node.Sum(List.of(), constant, List.of()));
      }
      while (terms.size() > MOST_OPERANDS) {
        terms = pieces(terms).stream().map(piece -> piece.size() == 1 ? piece.get(0) : new Node.Term(Rational.ONE,
            identityView(target.add(new Node.Sum(sum.shape(), Rational.ZERO, piece))))).toList();
      }
      return target.add(new Node.Sum(sum.shape(), constant, terms));
    }

    @Override
    public Integer product(Node.Product given) {
      Node.Product product = given.isSumming()
          ? Resolution.flattened(given, target::node, inner -> !inner.isSumming() && Resolution.isNeeded(inner, target::node)) : given;
      if (WindowRewriter.areNeeded(product, target::node, counts)) {
        return WindowRewriter.resolved(target, product, counts);
      }
      if (product.isSumming()) {
        return ContractionSplitter.split(target, product);
      }
      List<View> factors = product.factors();
      while (factors.size() > MOST_OPERANDS) {
        factors = pieces(factors).stream().map(piece -> piece.size() == 1 ? piece.get(0)
            : identityView(target.add(new Node.Product(product.loops(), product.rank(), piece)))).toList();
      }
      return target.add(new Node.Product(product.loops(), product.rank(), factors));
    }

    @Override
    public Integer power(Node.Power power) {
      return target.add(power);
    }

    @Override
    public Integer apply(Node.Apply apply) {
      return target.add(apply);
    }

    /** Drops the axes of a maximum along which its operand is constant. */
    @Override
    public Integer max(Node.Max max) {
      List<Integer> order = new ArrayList<>(new java.util.TreeSet<>(max.argument().axes()));
      List<Integer> kept = order.stream().filter(axis -> axis < max.rank()).toList();
      if (order.size() == max.loops().size()) {
        return target.add(max);
      }
      View argument = new View(max.argument().node(), max.argument().axes().stream().map(order::indexOf).toList());
      List<Extent> loops = order.stream().map(max.loops()::get).toList();
      Node smaller = kept.size() == order.size()
          ? new Node.Sum(loops, Rational.ZERO, List.of(new Node.Term(Rational.ONE, argument)))
          : new Node.Max(loops, kept.size(), argument);
      View result = new View(target.add(smaller), kept);
      return target.add(new Node.Sum(max.shape(), Rational.ZERO, List.of(new Node.Term(Rational.ONE, result))));
    }

    private View identityView(int node) {
      return View.identity(node, target.node(node).rank());
    }
  }

  private static <T> List<List<T>> pieces(List<T> list) {
    int count = (list.size() + MOST_OPERANDS - 1) / MOST_OPERANDS;
    return IntStream.range(0, count)
        .mapToObj(k -> list.subList(k * MOST_OPERANDS, Math.min(list.size(), (k + 1) * MOST_OPERANDS))).toList();
  }
}
