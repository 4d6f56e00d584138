package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * Selects the values that become statements. Results of sums over axes, factors of matrix products and roots always do; a value used several times
 * does if recomputing costs more than loading. All others are computed at their uses. An optional value is not stored if fusion moves all its uses
 * into its own loop.
 */
final class Materialization {

  /** Minimum cost of a value with two uses that is stored. */
  private static final int WORTH_STORING = 2;
  /** Minimum cost of a vector that is computed beforehand, not once per row of the matrix that it is combined with. */
  private static final int WORTH_OWN_LOOP = 4;
  /** Maximum cost of a factor that is part of a matrix product; a longer one is computed beforehand. */
  private static final int LARGEST_SCALE = 3;
  /** Maximum size of an expression that is computed at its use. */
  private static final int LARGEST = 100;

  private static final int TRANSCENDENTAL = 20;

  private final Graph graph;
  private final String[] owners;
  private final boolean[] statement;
  private final boolean[] mustStore;
  /** Marks arithmetic and square roots of numbers, which cost nothing because HotSpot folds them. */
  private final boolean[] constant;
  /** Marks values with a use other than as a divisor of values with as many axes. */
  private final boolean[] isMoreThanDivisor;
  private final int[] cost;
  private final int[] size;

  private Materialization(Graph graph, String[] owners) {
    this.graph = graph;
    this.owners = owners;
    this.statement = new boolean[graph.size()];
    this.mustStore = new boolean[graph.size()];
    this.constant = new boolean[graph.size()];
    this.isMoreThanDivisor = new boolean[graph.size()];
    this.cost = new int[graph.size()];
    this.size = new int[graph.size()];
  }

  /**
   * @param carried values that other steps of a recurrence read
   * @param owners the parameter of each node of an optimizer's update; empty for none
   */
  static Materialization decide(Graph graph, List<Root> roots, List<Integer> carried, String[] owners) {
    Materialization result = new Materialization(graph, owners);
    carried.forEach(node -> result.mustStore[node] = true);
    result.run(roots.stream().map(root -> root.value().node()).toList(), carried);
    return result;
  }

  /** Whether the node is computed by a statement of its own. */
  boolean isStatement(int node) {
    return statement[node];
  }

  /** Whether the value is read from memory even if fusion moves its uses. */
  boolean mustStore(int node) {
    return mustStore[node];
  }

  boolean isLeaf(int node) {
    return graph.node(node) instanceof Node.Leaf leaf && leaf.role() != Node.Role.EXTENT && leaf.role() != Node.Role.STEP && leaf.role() != Node.Role.RATE && !leaf.isPositional();
  }

  int size(int node) {
    return size[node];
  }

  private void run(List<Integer> roots, List<Integer> carried) {
    boolean[] needed = graph.reachable(Stream.concat(roots.stream(), carried.stream()).toList());
    int[] uses = new int[graph.size()];
    for (int root : roots) {
      mustStore[root] = true;
      isMoreThanDivisor[root] = true;
    }
    for (int id = graph.size() - 1; id >= 0; id--) {
      if (needed[id]) {
        demand(id, uses);
      }
    }
    for (int id = 0; id < graph.size(); id++) {
      if (needed[id] && !isLeaf(id) && !graph.node(id).isPositionalLeaf()) {
        measure(id, uses);
      }
    }
  }

  /** Updates the uses and costs of a node's operands. */
  private void demand(int id, int[] uses) {
    Node node = graph.node(id);
    for (View operand : node.operands()) {
      uses[operand.node()]++;
      boolean divides = node instanceof Node.Product product && product.factors().size() > 1 && operand.axes().size() == node.loops().size();
      isMoreThanDivisor[operand.node()] |= !divides;
    }
    if (isReduction(node)) {
      mustStore[id] = true;
    }
    if (node instanceof Node.Window window) {
      mustStore[window.source()] = true;
      // The scale of a product is outside the loops, so it cannot use computed positions.
      mustStore[id] |= window.rank() == 0;
    }
    if (node instanceof Node.Product product && product.isSumming()) {
      // A product that is one of two factors of a sum over further axes is computed once, not for each of their values.
      List<View> factors = product.factors().stream().filter(factor -> !factor.axes().isEmpty()).toList();
      factors.stream().filter(factor -> factors.size() == 2 && factor.axes().size() > 1 && factor.axes().size() < product.loops().size()
          && graph.node(factor.node()) instanceof Node.Product inner && inner.factors().size() > 1).forEach(factor -> mustStore[factor.node()] = true);
      factors.stream().filter(factor -> isCopy(graph.node(factor.node()))).forEach(factor -> mustStore[factor.node()] = true);
    }
    Contraction.of(node, graph::node).ifPresent(contraction -> {
      mustStore[contraction.left().node()] = true;
      mustStore[contraction.right().node()] = true;
    });
  }

  /** Whether the node is a copy of an external value in another order, as {@link BoundaryCopies} adds. */
  private boolean isCopy(Node node) {
    return node instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() == 1 && sum.terms().get(0).coefficient().isOne()
        && graph.node(sum.terms().get(0).view().node()) instanceof Node.Leaf;
  }

  private void measure(int id, int[] allUses) {
    int uses = allUses[id];
    Node node = graph.node(id);
    Set<Integer> inlined = new LinkedHashSet<>();
    int loads = 0;
    for (View operand : node.operands()) {
      int child = operand.node();
      boolean entrywise = !statement[child] && !isLeaf(child);
      int rank = graph.node(child).rank();
      if (entrywise && rank > 0 && rank < node.loops().size() && cost[child] >= WORTH_OWN_LOOP) {
        keep(child);
      }
      boolean longScale = size[child] > LARGEST_SCALE && Contraction.of(node, graph::node).isPresent();
      boolean oncePerStep = cost[child] >= WORTH_OWN_LOOP && owners[child].isEmpty() && !owners[id].isEmpty();
      if (entrywise && rank == 0 && (longScale || oncePerStep)) {
        keep(child);
      }
      if (statement[child] || isLeaf(child)) {
        loads += rank > 0 ? 1 : 0;
      } else {
        inlined.add(child);
      }
    }
    constant[id] = node.rank() == 0 && !(node instanceof Node.Leaf) && node.operands().stream().allMatch(operand -> constant[operand.node()])
        && !(node instanceof Node.Apply apply && apply.fn().isTranscendental());
    cost[id] = constant[id] ? 0 : operations(node) + inlined.stream().mapToInt(child -> cost[child]).sum();
    size[id] = node.operands().size() + inlined.stream().mapToInt(child -> size[child]).sum();
    boolean worth = uses > 1 && cost[id] + Math.max(0, loads - 1) >= (node.rank() == 0 ? WORTH_OWN_LOOP : WORTH_STORING);
    if (mustStore[id] || worth && !isDivision(id) || uses > 1 && followsProduct(node, allUses) || size[id] > LARGEST) {
      statement[id] = true;
    }
  }

  /** Whether the node is 1 / p and only y / p and z / p are needed: these may be finite if 1 / p is not, for a tiny p. */
  private boolean isDivision(int id) {
    return !isMoreThanDivisor[id] && isDivision(graph, id, base -> statement[base] || isLeaf(base));
  }

  /** Whether the node is 1 / p for a p that may be tiny: p is stored, or is a product. */
  static boolean isDivision(Graph graph, int id, IntPredicate isInMemory) {
    return graph.node(id) instanceof Node.Power power && power.exponent().equals(Rational.MINUS_ONE)
        && (isInMemory.test(power.base().node()) || graph.node(power.base().node()) instanceof Node.Product);
  }

  /** Whether the node is W x + b after W x, whose buffer it then reuses: storing needs no extra memory. */
  private boolean followsProduct(Node node, int[] uses) {
    return node.operands().stream().anyMatch(operand -> uses[operand.node()] == 1
        && operand.axes().size() == node.rank() && isReduction(graph.node(operand.node())) && Contraction.of(graph.node(operand.node()), graph::node).isPresent());
  }

  private void keep(int id) {
    statement[id] = true;
    mustStore[id] = true;
  }

  static boolean isReduction(Node node) {
    return node.loops().size() > node.rank();
  }

  /** Estimates the number of operations for one entry, in additions. */
  private static int operations(Node node) {
    if (node instanceof Node.Sum sum) {
      long scaled = sum.terms().stream().filter(t -> !t.coefficient().numerator().abs().equals(t.coefficient().denominator())).count();
      return Math.max(0, sum.terms().size() - 1) + (int) scaled + (sum.constant().isZero() || sum.isNumber() ? 0 : 1);
    }
    if (node instanceof Node.Product product) {
      return Math.max(0, product.factors().size() - 1);
    }
    if (node instanceof Node.Power power) {
      return power.exponent().isSmallInteger(3) ? power.exponent().equals(Rational.MINUS_ONE) ? 2 : 1
          : power.exponent().equals(Rational.HALF) ? WORTH_OWN_LOOP : TRANSCENDENTAL;
    }
    if (node instanceof Node.Apply apply) {
      return apply.fn().isTranscendental() ? TRANSCENDENTAL : 1;
    }
    return 0;
  }
}
