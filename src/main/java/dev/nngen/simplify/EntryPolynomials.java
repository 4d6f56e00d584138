package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Decides equality entry by entry: each entry is a polynomial in entries of data and parameters, and in values of other functions. So a sum equals its
 * parts over any partition of an axis, such as a convolution and the phases of its stride. A sum over an axis whose length is known at run time only is
 * an opaque value. Sound, and complete for polynomials within the bounds.
 */
final class EntryPolynomials {

  static final String REASON = "equal entry by entry";

  /** Bounds of the points that are visited, and of the terms of a polynomial. */
  private static final int MAX_POINTS = 200_000;
  private static final int MAX_TERMS = 500;
  private static final int MAX_POWER = 8;

  /** An entry of a node. */
  private record Entry(int node, List<Integer> index) {}

  /** A value that is a variable of polynomials: an entry, or a function of other polynomials. */
  private record Atom(Object kind, List<?> arguments) {}

  /** Signals that the sides are too large or not polynomials of entries. */
  private static final class Undecided extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Undecided() {
      super(null, null, false, false);
    }
  }

  private final Graph graph;
  private final Map<Entry, Polynomial> known = new HashMap<>();
  private final Map<Atom, Integer> atoms = new HashMap<>();
  private int points;

  private EntryPolynomials(Graph graph) {
    this.graph = graph;
  }

  /** Whether the two matrices are proved equal. A matrix that lacks an axis is broadcast along it. */
  static boolean areEqual(Graph graph, Graph.Value left, Graph.Value right) {
    try {
      return new EntryPolynomials(graph).compare(left, right);
    } catch (Undecided undecided) {
      return false;
    }
  }

  private boolean compare(Graph.Value left, Graph.Value right) {
    Map<Integer, Extent> places = new HashMap<>();
    for (Graph.Value side : List.of(left, right)) {
      List<Extent> shape = graph.node(side.node()).shape();
      IntStream.range(0, shape.size()).forEach(axis -> places.put(side.place(axis), shape.get(axis)));
    }
    List<Integer> order = places.keySet().stream().sorted().toList();
    for (List<Integer> index : indices(order.stream().map(places::get).toList())) {
      if (!entry(left, order, index).equals(entry(right, order, index))) {
        return false;
      }
    }
    return true;
  }

  private Polynomial entry(Graph.Value side, List<Integer> order, List<Integer> index) {
    int rank = graph.node(side.node()).rank();
    return entry(side.node(), IntStream.range(0, rank).mapToObj(axis -> index.get(order.indexOf(side.place(axis)))).toList());
  }

  /** Returns the indices of all entries. An axis of unknown length has one index, a negative number that differs for each such axis and means any index. */
  private List<List<Integer>> indices(List<Extent> extents) {
    List<List<Integer>> all = new ArrayList<>(List.of(List.of()));
    for (int axis = 0; axis < extents.size(); axis++) {
      List<Integer> along = extents.get(axis) instanceof Extent.Fixed fixed ? IntStream.range(0, fixed.size()).boxed().toList() : List.of(-1 - axis);
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> index : all) {
        for (int next : along) {
          List<Integer> more = new ArrayList<>(index);
          more.add(next);
          longer.add(more);
        }
        count(along.size());
      }
      all = longer;
    }
    return all;
  }

  private void count(int more) {
    points += more;
    if (points > MAX_POINTS) {
      throw new Undecided();
    }
  }

  private Polynomial entry(View view, List<Integer> loops) {
    return entry(view.node(), view.axes().stream().map(loops::get).toList());
  }

  private Polynomial entry(int node, List<Integer> index) {
    Entry key = new Entry(node, index);
    Polynomial found = known.get(key);
    if (found == null) {
      found = bounded(compute(node, index));
      known.put(key, found);
    }
    return found;
  }

  private static Polynomial bounded(Polynomial polynomial) {
    if (polynomial.size() > MAX_TERMS) {
      throw new Undecided();
    }
    return polynomial;
  }

  private Polynomial compute(int id, List<Integer> index) {
    Node node = graph.node(id);
    if (node instanceof Node.Leaf leaf) {
      return leaf(leaf, index);
    } else if (node instanceof Node.Sum sum) {
      return sum.terms().stream().map(term -> entry(term.view(), index).times(term.coefficient())).reduce(Polynomial.constant(sum.constant()), Polynomial::plus);
    } else if (node instanceof Node.Product product) {
      return product.loops().subList(product.rank(), product.loops().size()).stream().allMatch(Extent.Fixed.class::isInstance) ? sum(product, index) : atom(id, index);
    } else if (node instanceof Node.Power power) {
      Polynomial base = entry(power.base(), index);
      boolean multiplies = power.exponent().signum() > 0 && power.exponent().isSmallInteger(MAX_POWER);
      return multiplies ? product(Collections.nCopies(power.exponent().intValueExact(), base)) : atom(power.exponent(), List.of(base));
    }
    return node instanceof Node.Apply apply ? apply(apply, index) : atom(id, index);
  }

  private Polynomial leaf(Node.Leaf leaf, List<Integer> index) {
    int[] subscripts = index.stream().mapToInt(Integer::intValue).toArray();
    if (leaf.isPositional() && index.stream().anyMatch(number -> number < 0)) {
      throw new Undecided();
    }
    return switch (leaf.role()) {
      case RELATION -> Polynomial.constant(Rational.of((long) leaf.relation().orElseThrow().at(subscripts, EntryPolynomials::size)));
      case COUNTER -> Polynomial.constant(Rational.of(subscripts[0]));
      default -> atom(leaf, index);
    };
  }

  private static int size(Extent extent) {
    if (extent instanceof Extent.Fixed fixed) {
      return fixed.size();
    }
    throw new Undecided();
  }

  /** Sums products over all summed indices. Relations come first, because most of them are 0. */
  private Polynomial sum(Node.Product product, List<Integer> index) {
    List<View> factors = product.factors().stream().sorted(Comparator.comparing(view -> !graph.node(view.node()).isPositionalLeaf())).toList();
    Polynomial sum = Polynomial.ZERO;
    int[] extents = product.loops().subList(product.rank(), product.loops().size()).stream().mapToInt(EntryPolynomials::size).toArray();
    int[] at = new int[extents.length];
    boolean more = true;
    while (more) {
      count(1);
      List<Integer> loops = new ArrayList<>(index);
      Arrays.stream(at).forEach(loops::add);
      Polynomial term = Polynomial.ONE;
      for (int k = 0; k < factors.size() && !term.isZero(); k++) {
        term = product(List.of(term, entry(factors.get(k), loops)));
      }
      sum = bounded(sum.plus(term));
      more = advance(at, extents);
    }
    return sum;
  }

  private static boolean advance(int[] at, int[] extents) {
    for (int k = at.length - 1; k >= 0; k--) {
      if (++at[k] < extents[k]) {
        return true;
      }
      at[k] = 0;
    }
    return false;
  }

  private static Polynomial product(List<Polynomial> factors) {
    Polynomial product = Polynomial.ONE;
    for (Polynomial factor : factors) {
      if ((long) product.size() * factor.size() > MAX_TERMS) {
        throw new Undecided();
      }
      product = product.times(factor);
    }
    return product;
  }

  /** Returns a comparison of integers as a number, a conditional expression with a known condition as its branch, and any other function as a variable. */
  private Polynomial apply(Node.Apply apply, List<Integer> index) {
    List<View> arguments = apply.arguments();
    if (apply.fn() == Fn.WHERE && entry(arguments.get(0), index).isConstant()) {
      return entry(arguments.get(entry(arguments.get(0), index).isZero() ? 2 : 1), index);
    }
    List<Polynomial> values = arguments.stream().map(argument -> entry(argument, index)).toList();
    boolean compares = apply.fn().isIndicator() && values.stream().allMatch(value -> value.isConstant() && value.constantTerm().isSmallInteger(Integer.MAX_VALUE));
    return compares ? Polynomial.constant(Rational.of((long) apply.fn().evaluate(values.stream().mapToDouble(value -> value.constantTerm().doubleValue()).toArray()))) : atom(apply.fn(), values);
  }

  private Polynomial atom(Object kind, List<?> arguments) {
    return Polynomial.variable(atoms.computeIfAbsent(new Atom(kind, arguments), any -> atoms.size()));
  }
}
