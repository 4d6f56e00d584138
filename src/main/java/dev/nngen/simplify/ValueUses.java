package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.Set;

/** Properties of the users of each value that influence the choice of its form. */
final class ValueUses {

  private final int[] users;
  private final boolean[] ends;
  private final boolean[] arguments;
  private final boolean[] multiplied;
  private final boolean[] summed;

  private ValueUses(int size) {
    this.users = new int[size];
    this.ends = new boolean[size];
    this.arguments = new boolean[size];
    this.multiplied = new boolean[size];
    this.summed = new boolean[size];
  }

  /**
   * Counts uses.
   *
   * @param needed the nodes whose uses count
   * @param named the nodes that have a name
   */
  static ValueUses of(Graph graph, boolean[] needed, Set<Integer> named) {
    ValueUses uses = new ValueUses(graph.size());
    for (int id = 0; id < graph.size(); id++) {
      uses.summed[id] = !named.contains(id);
      uses.ends[id] = named.contains(id);
    }
    for (int id = 0; id < graph.size(); id++) {
      if (needed[id]) {
        uses.count(graph.node(id));
      }
    }
    return uses;
  }

  private void count(Node node) {
    boolean sumsAll = node instanceof Node.Product product && product.isSumming() && product.factors().size() == 1 && product.rank() == 0;
    boolean reduces = Extraction.isReduction(node);
    boolean multiplies = reduces && node.operands().size() > 1;
    for (View operand : node.operands()) {
      users[operand.node()]++;
      ends[operand.node()] |= reduces;
      arguments[operand.node()] |= node instanceof Node.Apply;
      multiplied[operand.node()] |= multiplies;
      summed[operand.node()] &= sumsAll;
    }
  }

  /** True if it has several users. */
  boolean isShared(int id) {
    return users[id] > 1;
  }

  /** True if a part of the backward pass ends here: at named values, values with several users, and operands of sums over axes. */
  boolean isEnd(int id) {
    return ends[id] || isShared(id);
  }

  /** True if it is an argument of a function. */
  boolean isArgument(int id) {
    return arguments[id];
  }

  /** True if it is an operand of a matrix product, which is stored in memory. */
  boolean isMultiplied(int id) {
    return multiplied[id];
  }

  /** True if only the sum of all its entries is used. */
  boolean isOnlySummed(int id) {
    return summed[id];
  }
}
