package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Moves scalars such as -1/m into the sum over axes that they scale, if the sum has no other user. They then cost one multiplication per result, and
 * no separate loop over the result.
 */
final class ScaleAbsorption {

  private final Graph source;
  private final Graph.Builder target = new Graph.Builder();
  private final int[] moved;
  private final int[] uses;
  private final Set<Integer> roots = new HashSet<>();

  private ScaleAbsorption(Preparation.Result prepared) {
    this.source = prepared.graph();
    this.moved = new int[source.size()];
    this.uses = new int[source.size()];
    prepared.roots().forEach(root -> roots.add(root.value().node()));
    boolean[] needed = source.reachable(roots);
    for (int id = 0; id < source.size(); id++) {
      if (needed[id]) {
        source.node(id).operands().forEach(operand -> uses[operand.node()]++);
        source.definition(source.node(id)).ifPresent(value -> roots.add(value.node()));
      }
    }
  }

  static Preparation.Result run(Preparation.Result prepared) {
    ScaleAbsorption pass = new ScaleAbsorption(prepared);
    for (int id = 0; id < pass.source.size(); id++) {
      pass.moved[id] = pass.move(pass.source.node(id));
    }
    pass.source.names().forEach((name, value) ->
        pass.target.name(name, value.at(pass.moved[value.node()])));
    Map<Integer, Integer> origins = new LinkedHashMap<>();
    prepared.moved().forEach((old, id) -> origins.put(old, pass.moved[id]));
    return new Preparation.Result(pass.target.build(),
        prepared.roots().stream().map(root -> root.at(pass.moved[root.value().node()])).toList(), origins);
  }

  private int move(Node node) {
    List<View> operands = node.operands().stream().map(view -> new View(moved[view.node()], view.axes())).toList();
    Node rewired = node.withOperands(operands);
    return target.add(scaled(node).map(view -> absorbed(rewired, view)).orElse(rewired));
  }

  /** Returns the operand that the node scales, if it is a sum over axes without other users. */
  private Optional<View> scaled(Node node) {
    List<View> tensors = node.operands().stream().filter(view -> !view.axes().isEmpty()).toList();
    boolean multiple = node instanceof Node.Product product && !product.isSumming()
        || node instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() == 1;
    if (!multiple || tensors.size() != 1 || !tensors.get(0).isIdentity(node.rank())) {
      return Optional.empty();
    }
    int operand = tensors.get(0).node();
    boolean sum = target.node(moved[operand]) instanceof Node.Product product && product.isSumming() || target.node(moved[operand]) instanceof Node.Scatter;
    return sum && uses[operand] == 1 && !roots.contains(operand) ? Optional.of(tensors.get(0)) : Optional.empty();
  }

  private Node absorbed(Node node, View multiplied) {
    Node inner = target.node(moved[multiplied.node()]);
    List<View> factors = new ArrayList<>();
    if (node instanceof Node.Sum sum) {
      Rational coefficient = sum.terms().get(0).coefficient();
      factors.add(new View(target.add(new Node.Sum(List.of(), coefficient, List.of())), List.of()));
    } else {
      node.operands().stream().filter(view -> view.axes().isEmpty()).forEach(factors::add);
    }
    if (inner instanceof Node.Scatter scatter) {
      return scatter.times(factors);
    }
    factors.addAll(inner.operands());
    return new Node.Product(inner.loops(), inner.rank(), factors);
  }
}
