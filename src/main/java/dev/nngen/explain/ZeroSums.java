package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes sums that are zero by the definitions of their values: deviations from a mean add up to zero, and so does each column of the gradient with
 * respect to the input of a softmax.
 */
final class ZeroSums {

  private final DerivationGraph derivationGraph;
  private final Set<Integer> named;
  private final EntryBounds ranges;
  private final Set<Integer> gradients;

  ZeroSums(DerivationGraph derivationGraph, Set<Integer> named, Set<Integer> gradients, EntryBounds ranges) {
    this.derivationGraph = derivationGraph;
    this.named = named;
    this.ranges = ranges;
    this.gradients = gradients;
  }

  /** Adds the line without zero sums, if there are some. */
  void without(Graph.Value value, List<UnprovedStep> lines) {
    Map<Integer, Integer> copies = new LinkedHashMap<>();
    Set<Integer> zeros = new LinkedHashSet<>();
    int copy = copy(value.node(), copies, zeros, true);
    if (!zeros.isEmpty()) {
      lines.add(new UnprovedStep(value.at(copy), Rule.ZERO, writer -> Phrase.all(zeros.stream().limit(2).map(zero -> writer.zero(zero)).toList())));
    }
  }

  private int copy(int id, Map<Integer, Integer> copies, Set<Integer> zeros, boolean top) {
    if (!top && named.contains(id)) {
      return id;
    }
    Integer known = copies.get(id);
    if (known == null) {
      known = copied(id, copies, zeros);
      copies.put(id, known);
    }
    return known;
  }

  private int copied(int id, Map<Integer, Integer> copies, Set<Integer> zeros) {
    Node node = derivationGraph.builder().node(id);
    if (node instanceof Node.Product product && product.isSumming()) {
      if (isZero(id)) {
        zeros.add(id);
        return derivationGraph.algebra().materialize(node.shape(), derivationGraph.algebra().numberView(Rational.ZERO));
      }
      return summed(product, copies, zeros);
    }
    List<View> operands = node.operands().stream().map(operand -> new View(copy(operand.node(), copies, zeros, false), operand.axes())).toList();
    return derivationGraph.builder().add(node.withOperands(operands));
  }

  /** Returns a sum over axes without the terms whose sums are zero. */
  private int summed(Node.Product product, Map<Integer, Integer> copies, Set<Integer> zeros) {
    List<View> factors = new ArrayList<>();
    for (View factor : product.factors()) {
      boolean terms = !named.contains(factor.node()) && derivationGraph.builder().node(factor.node()) instanceof Node.Sum sum && sum.terms().size() > 1;
      int other = terms ? withoutTerms(product, factor, zeros) : factor.node();
      factors.add(new View(other == factor.node() ? copy(other, copies, zeros, false) : other, factor.axes()));
    }
    return derivationGraph.builder().add(new Node.Product(product.loops(), product.rank(), factors));
  }

  private int withoutTerms(Node.Product product, View factor, Set<Integer> zeros) {
    Node.Sum sum = (Node.Sum) derivationGraph.builder().node(factor.node());
    List<Term> left = new ArrayList<>();
    for (Term term : sum.terms()) {
      List<View> factors = new ArrayList<>(product.factors());
      factors.set(factors.indexOf(factor), term.view().rewire(factor.axes()));
      int part = derivationGraph.builder().add(new Node.Product(product.loops(), product.rank(), factors));
      if (isZero(part)) {
        zeros.add(part);
      } else {
        left.add(term);
      }
    }
    boolean whole = left.size() == sum.terms().size() || left.isEmpty() && sum.constant().isZero();
    return whole ? factor.node() : derivationGraph.builder().add(new Node.Sum(sum.shape(), sum.constant(), left));
  }

  /** True for a sum that is zero by the definitions of values in it that depend on others in it, or also by those of gradients derived above. */
  private boolean isZero(int id) {
    Set<Integer> there = new LinkedHashSet<>(derivationGraph.mentioned(id, named));
    List<Integer> above = there.stream().filter(gradients::contains).toList();
    if (isZero(id, dependentValues(there))) {
      return true;
    }
    above.forEach(gradient -> there.addAll(mentioned(gradient)));
    Set<Integer> opened = dependentValues(there);
    opened.addAll(above);
    return !above.isEmpty() && isZero(id, opened);
  }

  private boolean isZero(int id, Set<Integer> opened) {
    return !opened.isEmpty() && new StepProof(derivationGraph.nodes(), node -> named.contains(node) && !opened.contains(node), Map.of(), ranges).isZero(id);
  }

  /** Returns the values that depend on others in the set, and on gradients. */
  private Set<Integer> dependentValues(Set<Integer> values) {
    return values.stream().filter(value -> !(derivationGraph.builder().node(value) instanceof Node.Leaf)
        && values.containsAll(mentioned(value).stream().filter(other -> !gradients.contains(other)).toList())).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Returns the named values in the definition of one. */
  private Set<Integer> mentioned(int value) {
    return derivationGraph.mentioned(value, node -> node != value && named.contains(node));
  }
}
