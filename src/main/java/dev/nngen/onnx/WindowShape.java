package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Relation.Affine;
import dev.nngen.ir.Relation.Term;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A product with relations as another node uses it: axes below the rank are that node's own, the others are summed over.
 *
 * @param loops the extents of all axes
 * @param rank number of the node's own axes
 * @param factors all that are not relations
 * @param relations equations between axes
 */
record WindowShape(List<Extent> loops, int rank, List<View> factors, List<Affine> relations) {

  /** The position of the entries of windows: {@code stride * output + dilation * kernel + start}; either axis may be {@link AxisOrder#ONE}. */
  record Dimension(int data, int output, int kernel, long stride, long dilation, long start) {

    /** Returns an axis that the result has unchanged. */
    static Dimension same(int axis) {
      return new Dimension(axis, axis, AxisOrder.ONE, 1, 1, 0);
    }
  }

  /** Zeros before and after an axis, and the distance between windows. */
  record Padding(long before, long behind, long stride) {}

  /** Matches a view; empty if it is not a product that reads entries at positions. Factors must not divide. */
  static Optional<WindowShape> of(Graph graph, View view, List<Extent> loops, int rank) {
    if (!(graph.node(view.node()) instanceof Node.Product read) || Set.copyOf(view.axes()).size() < view.axes().size()) {
      return Optional.empty();
    }
    Node.Product product = Resolution.flattened(read, graph::node, factor -> Resolution.isNeeded(factor, graph::node));
    List<Extent> all = new ArrayList<>(loops);
    List<Integer> wiring = new ArrayList<>(view.axes());
    for (Extent summed : product.loops().subList(product.rank(), product.loops().size())) {
      wiring.add(all.size());
      all.add(summed);
    }
    List<View> factors = new ArrayList<>();
    List<Affine> relations = new ArrayList<>();
    for (View factor : product.factors()) {
      Node node = graph.node(factor.node());
      Optional<Relation> relation = node instanceof Node.Leaf leaf ? leaf.relation() : Optional.empty();
      boolean fits = relation.isPresent() ? relation.get().kind() == Relation.Kind.ZERO && relation.get().constant().isNumber() && node.shape().stream().allMatch(Extent.Fixed.class::isInstance)
          : !(node instanceof Node.Power power && power.exponent().equals(Rational.MINUS_ONE)) && Set.copyOf(factor.axes()).size() == factor.axes().size();
      if (!fits) {
        return Optional.empty();
      }
      View seen = factor.rewire(wiring);
      relation.ifPresentOrElse(equation -> relations.add(equation.over(seen.axes())), () -> factors.add(seen));
    }
    return relations.isEmpty() ? Optional.empty() : Optional.of(new WindowShape(all, rank, factors, relations));
  }

  /** Returns the positions of a factor's reads, a dimension for each relation, in the order of its axes; empty if a relation has another form. */
  Optional<List<Dimension>> dimensions(View data, IntPredicate isKernel) {
    List<Optional<Dimension>> dimensions = relations.stream().map(relation -> dimension(relation, data, isKernel)).toList();
    return dimensions.stream().allMatch(Optional::isPresent) ? Optional.of(dimensions.stream().flatMap(Optional::stream)
        .sorted(Comparator.comparing(dimension -> data.axes().indexOf(dimension.data()))).toList()) : Optional.empty();
  }

  private Optional<Dimension> dimension(Affine relation, View data, IntPredicate isKernel) {
    List<Term> read = relation.terms().stream().filter(term -> data.axes().contains(term.axis())).toList();
    List<Term> kernel = relation.terms().stream().filter(term -> !read.contains(term) && isKernel.test(term.axis())).toList();
    List<Term> output = relation.terms().stream().filter(term -> !read.contains(term) && !kernel.contains(term) && term.axis() < rank).toList();
    boolean isAlone = relation.terms().stream().allMatch(term -> relations.stream().filter(other -> other.coefficient(term.axis()) != 0).count() == 1);
    if (!isAlone || read.size() != 1 || kernel.size() > 1 || output.size() > 1 || 1 + kernel.size() + output.size() < relation.terms().size()
        || read.get(0).axis() < rank || uses(axis(read)) != 1 || uses(axis(output)) != 0 || Math.abs(read.get(0).coefficient()) != 1) {
      return Optional.empty();
    }
    Affine position = relation.replace(read.get(0).axis(), Affine.constant(0)).times(-read.get(0).coefficient());
    Dimension dimension = new Dimension(read.get(0).axis(), axis(output), axis(kernel), step(position, output), step(position, kernel), position.constant().number());
    return dimension.stride() > 0 && dimension.dilation() > 0 ? Optional.of(dimension) : Optional.empty();
  }

  private long uses(int axis) {
    return factors.stream().filter(factor -> factor.axes().contains(axis)).count();
  }

  private static int axis(List<Term> terms) {
    return terms.isEmpty() ? AxisOrder.ONE : terms.get(0).axis();
  }

  private static long step(Affine position, List<Term> terms) {
    return terms.isEmpty() ? 1 : position.coefficient(terms.get(0).axis());
  }

  long size(int axis) {
    return axis == AxisOrder.ONE ? 1 : ((Extent.Fixed) loops.get(axis)).size();
  }

  /** Returns the zeros that windows of these positions need; empty if an operator would place them elsewhere. */
  Optional<Padding> padding(Dimension dimension) {
    if (dimension.equals(Dimension.same(dimension.data()))) {
      return Optional.of(new Padding(0, 0, 1));
    }
    long before = -dimension.start();
    long behind = dimension.stride() * (size(dimension.output()) - 1) + dimension.dilation() * (size(dimension.kernel()) - 1) - before - (size(dimension.data()) - 1);
    long stride = dimension.output() == AxisOrder.ONE ? Math.max(1, 1 - behind) : dimension.stride();
    return before >= 0 && behind > -stride ? Optional.of(new Padding(before, Math.max(0, behind), stride)) : Optional.empty();
  }

  /** Returns the axes of a factor that are read unchanged. */
  List<Integer> others(View data, List<Dimension> dimensions) {
    return data.axes().stream().filter(axis -> dimensions.stream().noneMatch(dimension -> dimension.data() == axis)).toList();
  }

  /** Whether these are all axes of the node and all summed ones. */
  boolean areAll(Stream<Integer> axes) {
    Set<Integer> all = Set.copyOf(axes.filter(axis -> axis != AxisOrder.ONE).toList());
    return IntStream.range(0, loops.size()).allMatch(all::contains);
  }
}
