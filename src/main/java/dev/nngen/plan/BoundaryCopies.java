package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Adds copies of values whose memory order for callers differs from the order that products use, in which some axes follow the samples
 * ({@link InnerAxes}). Inputs that products read are copied, and predictions that products compute. A product of matrices needs all its columns in
 * one order; a copy is cheap compared with a product.
 */
final class BoundaryCopies {

  private final Graph source;
  private final InnerAxes inner;
  private final Graph.Builder target = new Graph.Builder();
  private final int[] moved;
  private final Set<Integer> copied = new HashSet<>();

  private BoundaryCopies(Preparation.Result prepared, InnerAxes inner) {
    this.source = prepared.graph();
    this.inner = inner;
    this.moved = new int[source.size()];
  }

  static Preparation.Result run(Preparation.Result prepared) {
    InnerAxes inner = InnerAxes.of(prepared.graph(), AxisClasses.of(prepared.graph()));
    return inner.isEmpty() ? prepared : new BoundaryCopies(prepared, inner).copied(prepared);
  }

  private Preparation.Result copied(Preparation.Result prepared) {
    findInputs();
    for (int id = 0; id < source.size(); id++) {
      int plain = target.add(source.node(id).withOperands(source.node(id).operands().stream().map(view -> new View(moved[view.node()], view.axes())).toList()));
      moved[id] = copied.contains(id) ? copy(plain) : plain;
    }
    Map<Integer, Integer> copies = new HashMap<>();
    List<Root> roots = prepared.roots().stream().map(root -> root.at(ofRoot(root, copies))).toList();
    source.names().forEach((name, value) -> target.name(name, value.at(named(value.node()))));
    Map<Integer, Integer> origins = new LinkedHashMap<>();
    prepared.moved().forEach((old, id) -> origins.put(old, copies.getOrDefault(id, moved[id])));
    return new Preparation.Result(target.build(), roots, origins);
  }

  /** Keeps a copied leaf's name at the leaf. */
  private int named(int id) {
    return copied.contains(id) ? ((Node.Sum) target.node(moved[id])).terms().get(0).view().node() : moved[id];
  }

  /** Finds the inputs that products read in another order. Integers used as subscripts are not copied. */
  private void findInputs() {
    Set<Integer> subscripts = new HashSet<>();
    for (int id = 0; id < source.size(); id++) {
      List<View> numbers = source.node(id) instanceof Node.Window window ? window.numbers() : source.node(id) instanceof Node.Scatter scatter ? scatter.numbers() : List.of();
      numbers.forEach(number -> subscripts.add(number.node()));
      if (InnerAxes.isProduct(source.node(id))) {
        InnerAxes.matrices((Node.Product) source.node(id)).map(factor -> source(factor.node()))
            .filter(factor -> source.node(factor) instanceof Node.Leaf leaf && leaf.role() == Node.Role.INPUT && isReordered(factor)).forEach(copied::add);
      }
    }
    copied.removeAll(subscripts);
  }

  private int source(int id) {
    return source.node(id) instanceof Node.Window window ? window.source() : id;
  }

  private int ofRoot(Root root, Map<Integer, Integer> copies) {
    int id = root.value().node();
    boolean isCopied = root.kind() == Tensor.Kind.OUTPUT && isReordered(id) && InnerAxes.isProduct(source.node(id));
    return isCopied ? copies.computeIfAbsent(id, product -> copy(moved[product])) : moved[id];
  }

  private boolean isReordered(int id) {
    List<Extent> shape = source.node(id).shape();
    return shape.size() > 2 && shape.contains(Extent.BATCH) && IntStream.range(0, shape.size()).anyMatch(axis -> inner.contains(id, axis));
  }

  private int copy(int id) {
    List<Extent> shape = target.node(id).shape();
    return target.add(new Node.Sum(shape, Rational.ZERO, List.of(new Node.Term(Rational.ONE, View.identity(id, shape.size())))));
  }
}
