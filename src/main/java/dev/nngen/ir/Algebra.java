package dev.nngen.ir;

import java.util.ArrayList;
import java.util.List;

/** Adds the nodes that lowering and autodiff write most. It simplifies nothing, except that an identity view of a node is that node. */
public final class Algebra {

  private final Graph.Builder graph;

  public Algebra(Graph.Builder graph) {
    this.graph = graph;
  }

  public Graph.Builder graph() {
    return graph;
  }

  public int number(Rational value) {
    return graph.add(new Node.Sum(List.of(), value, List.of()));
  }

  /** Returns a view of a number, for any loop nest. */
  public View numberView(Rational value) {
    return new View(number(value), List.of());
  }

  public View view(int node) {
    return View.identity(node, graph.node(node).rank());
  }

  /** Adds the sum of the views over the given loop axes. */
  public int sum(List<Extent> shape, List<View> views) {
    return graph.add(new Node.Sum(shape, Rational.ZERO, views.stream().map(v -> new Node.Term(Rational.ONE, v)).toList()));
  }

  public int linear(List<Extent> shape, Rational constant, Node.Term... terms) {
    return graph.add(new Node.Sum(shape, constant, List.of(terms)));
  }

  public int scaled(Rational factor, int node) {
    return linear(graph.node(node).shape(), Rational.ZERO, new Node.Term(factor, view(node)));
  }

  /** Adds the row-major index of each entry of a shape, from 0. */
  public int position(List<Extent> shape) {
    List<Node.Term> terms = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      long stride = 1;
      List<View> factors = new ArrayList<>(List.of(new View(graph.add(Node.Leaf.counter(shape.get(axis))), List.of(axis))));
      for (Extent extent : shape.subList(axis + 1, shape.size())) {
        if (extent instanceof Extent.Fixed fixed) {
          stride *= fixed.size();
        } else {
          factors.add(new View(graph.add(new Node.Leaf(extent.toString(), Node.Role.EXTENT, List.of())), List.of()));
        }
      }
      View number = factors.size() == 1 ? factors.get(0) : view(product(shape, factors.toArray(View[]::new)));
      terms.add(new Node.Term(Rational.of(stride), number));
    }
    return terms.size() == 1 ? terms.get(0).view().node() : linear(shape, Rational.ZERO, terms.toArray(Node.Term[]::new));
  }

  /** Adds the entrywise product of the views. */
  public int product(List<Extent> shape, View... factors) {
    return graph.add(new Node.Product(shape, shape.size(), List.of(factors)));
  }

  /** Adds the product of the views, summed over the loop axes from {@code rank} on. */
  public int contraction(List<Extent> loops, int rank, View... factors) {
    return graph.add(new Node.Product(loops, rank, List.of(factors)));
  }

  public int power(List<Extent> shape, View base, Rational exponent) {
    return graph.add(new Node.Power(shape, base, exponent));
  }

  public int apply(Fn fn, List<Extent> shape, View... arguments) {
    return graph.add(new Node.Apply(fn, shape, List.of(arguments)));
  }

  /**
   * The node whose axes are the loop axes {@code 0 .. shape.size() - 1} of the view: the node itself if the wiring is the identity, else a sum of
   * that one view.
   */
  public int materialize(List<Extent> shape, View view) {
    return view.isIdentity(shape.size()) ? view.node() : sum(shape, List.of(view));
  }

  /** Returns the extents of {@code rank} loop axes, in loop order, by the views wired to them. */
  public List<Extent> extents(List<View> views, int rank) {
    List<Extent> extents = new ArrayList<>(java.util.Collections.nCopies(rank, null));
    for (View view : views) {
      List<Extent> shape = graph.node(view.node()).shape();
      for (int k = 0; k < shape.size(); k++) {
        extents.set(view.axes().get(k), shape.get(k));
      }
    }
    return extents;
  }
}
