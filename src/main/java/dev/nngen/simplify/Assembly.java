package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds nodes to the simplified graph in a tidy form: coefficients move outwards and meet, so that a sign or a scale stands
 * once, as far from the large tensors as it gets; a sum of one unscaled view is that view.
 */
final class Assembly {

  private final Graph.Builder graph = new Graph.Builder();
  private final Set<Integer> whole = new HashSet<>();

  Graph.Builder graph() {
    return graph;
  }

  /** Keeps a named value as it is in all that is made of it, so that formulas show its name. */
  void keepWhole(int node) {
    whole.add(node);
  }

  int number(Rational value) {
    return graph.add(new Node.Sum(List.of(), value, List.of()));
  }

  /** coefficient * view over the axes of the shape. */
  int scaled(Rational coefficient, View view, List<Extent> shape) {
    Node.Term term = plain(new Node.Term(coefficient, view));
    Node node = graph.node(term.view().node());
    boolean identity = term.view().isIdentity(shape.size());
    if (term.coefficient().isOne() && identity) {
      return term.view().node();
    }
    if (node instanceof Node.Sum sum && sum.isNumber()) {
      return graph.add(new Node.Sum(shape, sum.constant().times(term.coefficient()), List.of()));
    }
    return graph.add(new Node.Sum(shape, Rational.ZERO, List.of(term)));
  }

  int sum(Rational constant, List<Node.Term> terms, List<Extent> shape) {
    List<Node.Term> plain = new ArrayList<>();
    Rational total = constant;
    for (Node.Term term : terms) {
      Node.Term absorbed = plain(term);
      if (graph.node(absorbed.view().node()) instanceof Node.Sum sum && sum.isNumber()) {
        total = total.plus(sum.constant().times(absorbed.coefficient()));
      } else {
        plain.add(absorbed);
      }
    }
    return total.isZero() && plain.size() == 1 ? scaled(plain.get(0).coefficient(), plain.get(0).view(), shape)
        : graph.add(new Node.Sum(shape, total, plain));
  }

  /** The product of the factors, summed over the loop axes from {@code rank} on. Numbers become its coefficient, but for the last factor. */
  int product(List<Extent> loops, int rank, List<View> factors) {
    Rational coefficient = Rational.ONE;
    List<View> plain = new ArrayList<>();
    for (View factor : factors) {
      Node.Term term = plain(new Node.Term(Rational.ONE, factor));
      coefficient = coefficient.times(term.coefficient());
      plain.add(term.view());
    }
    for (View number : plain.stream().filter(this::isNumber).limit(plain.size() - 1L).toList()) {
      coefficient = coefficient.times(((Node.Sum) graph.node(number.node())).constant());
      plain.remove(number);
    }
    List<Extent> shape = loops.subList(0, rank);
    boolean single = plain.size() == 1 && loops.size() == rank;
    View view = single ? plain.get(0) : View.identity(graph.add(new Node.Product(loops, rank, plain)), rank);
    return scaled(coefficient, view, shape);
  }

  private boolean isNumber(View view) {
    return graph.node(view.node()) instanceof Node.Sum sum && sum.isNumber();
  }

  int power(View base, Rational exponent, List<Extent> shape) {
    return exponent.isOne() ? scaled(Rational.ONE, base, shape) : graph.add(new Node.Power(shape, base, exponent));
  }

  /** where(c, a, b); a scale of a leaves where b is zero. */
  int choice(View condition, View a, View b, List<Extent> shape) {
    boolean zero = isNumber(b) && ((Node.Sum) graph.node(b.node())).constant().isZero();
    Node.Term term = zero ? plain(new Node.Term(Rational.ONE, a)) : new Node.Term(Rational.ONE, a);
    int node = graph.add(new Node.Apply(Fn.WHERE, shape, List.of(condition, term.view(), b)));
    return scaled(term.coefficient(), View.identity(node, shape.size()), shape);
  }

  /**
   * The node over other operands, with its axes moved.
   *
   * @param moved the new number of each loop axis
   * @param operands over the node's old loop axes
   */
  int add(Node node, List<Integer> moved, List<View> operands) {
    List<Extent> loops = new ArrayList<>(node.loops());
    for (int axis = 0; axis < moved.size(); axis++) {
      loops.set(moved.get(axis), node.loops().get(axis));
    }
    List<Extent> shape = loops.subList(0, node.rank());
    Node over = node.withOperands(operands.stream().map(view -> view.through(moved)).toList());
    return over.accept(new Adder(loops, shape));
  }

  /** Takes scales out of a term, as long as there are any. */
  private Node.Term plain(Node.Term term) {
    Node.Term result = term;
    while (!whole.contains(result.view().node()) && graph.node(result.view().node()) instanceof Node.Sum sum
        && sum.terms().size() == 1 && sum.constant().isZero()) {
      Node.Term inner = sum.terms().get(0);
      result = new Node.Term(result.coefficient().times(inner.coefficient()), inner.view().through(result.view().axes()));
    }
    return result;
  }

  /** What the named values need, and nothing else. */
  Graph build() {
    Graph all = graph.build();
    boolean[] needed = all.reachable(all.names().values().stream().map(Graph.Value::node).toList());
    Graph.Builder compact = new Graph.Builder();
    Map<Integer, Integer> moved = new HashMap<>();
    for (int id = 0; id < all.size(); id++) {
      if (needed[id]) {
        Node node = all.node(id);
        moved.put(id, compact.add(node.withOperands(
            node.operands().stream().map(view -> new View(moved.get(view.node()), view.axes())).toList())));
      }
    }
    all.names().forEach((name, value) ->
        compact.name(name, new Graph.Value(moved.get(value.node()), value.row(), value.column())));
    return compact.build();
  }

  /** Adds a rewired node in its tidy form. */
  private final class Adder implements Node.Visitor<Integer> {
    private final List<Extent> loops;
    private final List<Extent> shape;

    Adder(List<Extent> loops, List<Extent> shape) {
      this.loops = loops;
      this.shape = shape;
    }

    @Override
    public Integer leaf(Node.Leaf leaf) {
      return graph.add(leaf);
    }

    @Override
    public Integer sum(Node.Sum sum) {
      return Assembly.this.sum(sum.constant(), sum.terms(), shape);
    }

    @Override
    public Integer product(Node.Product product) {
      return Assembly.this.product(loops, product.rank(), product.factors());
    }

    @Override
    public Integer power(Node.Power power) {
      return Assembly.this.power(power.base(), power.exponent(), shape);
    }

    @Override
    public Integer apply(Node.Apply apply) {
      return apply.fn() == Fn.STOP ? scaled(Rational.ONE, apply.arguments().get(0), shape)
          : graph.add(new Node.Apply(apply.fn(), shape, apply.arguments()));
    }

    @Override
    public Integer max(Node.Max max) {
      return graph.add(new Node.Max(loops, max.rank(), max.argument()));
    }

    @Override
    public Integer derivative(Node.Derivative derivative) {
      throw new IllegalStateException("autodiff has not run");
    }
  }
}
