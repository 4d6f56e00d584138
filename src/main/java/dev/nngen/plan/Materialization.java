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
 * Decides which values become statements. Results of sums over axes, factors of matrix products and roots must; values used
 * several times do where computing them again costs more than loading them. All others are computed where they are used.
 * A value that only may be kept is not stored after all where fusion brings its uses into its own loop.
 */
final class Materialisation {

  /** From here on a value that is used twice is worth a store and a load. */
  private static final int WORTH_STORING = 2;
  /** From here on a vector is computed before, and not once per row of the matrix that it is combined with. */
  private static final int WORTH_OWN_LOOP = 4;
  /** A longer factor of a matrix product is computed before it. */
  private static final int LARGEST_SCALE = 3;
  /** The largest expression that is computed in one place. */
  private static final int LARGEST = 100;

  private static final int TRANSCENDENTAL = 20;

  private final Graph graph;
  private final String[] owners;
  private final boolean[] statement;
  private final boolean[] mustStore;
  /** Arithmetic and square roots of numbers, which cost nothing: HotSpot knows their value when it compiles. */
  private final boolean[] constant;
  /** Has a use other than to divide by its base what has as many axes. */
  private final boolean[] isMoreThanDivisor;
  private final int[] cost;
  private final int[] size;

  private Materialisation(Graph graph, String[] owners) {
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
   * @param carried what other steps of a recurrence read
   * @param owners the parameter that each node of an optimizer's update belongs to; empty for none
   */
  static Materialisation decide(Graph graph, List<Root> roots, List<Integer> carried, String[] owners) {
    Materialisation result = new Materialisation(graph, owners);
    carried.forEach(node -> result.mustStore[node] = true);
    result.run(roots.stream().map(root -> root.value().node()).toList(), carried);
    return result;
  }

  /** True where the node is computed by a statement of its own. */
  boolean isStatement(int node) {
    return statement[node];
  }

  /** True where the value is read from memory whatever fusion does. */
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

  /** What a node asks of its operands. */
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
      // The scale of a product has no loops, so that no computed position is known there.
      mustStore[id] |= window.rank() == 0;
    }
    if (node instanceof Node.Product product && product.isSumming()) {
      // A product among two factors of a sum over further axes is not computed again for each of them.
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

  /** True of a value from outside in another order, such as {@link BoundaryCopies} has. */
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

  /** True of 1 / p where it is y / p and z / p that are needed: those may be finite where 1 / p is not, for a tiny p. */
  private boolean isDivision(int id) {
    return !isMoreThanDivisor[id] && isDivision(graph, id, base -> statement[base] || isLeaf(base));
  }

  /** True of 1 / p, where p may be tiny: it lies in memory, or is a product. */
  static boolean isDivision(Graph graph, int id, IntPredicate isInMemory) {
    return graph.node(id) instanceof Node.Power power && power.exponent().equals(Rational.MINUS_ONE)
        && (isInMemory.test(power.base().node()) || graph.node(power.base().node()) instanceof Node.Product);
  }

  /** True for W x + b after W x, whose buffer holds it then: storing costs no memory. */
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

  /** A rough count of the operations for one entry, in additions. */
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
