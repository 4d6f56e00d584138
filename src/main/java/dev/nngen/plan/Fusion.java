package dev.nngen.plan;

import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups statements into nests of loops and products of matrices. A statement joins the last group with the same loops and entry points, provided
 * that its operands are complete by then: computed by an earlier group, or at the same point of the same loop. A sum of products
 * of two matrices' entries stays alone, since it can become a product of matrices then. Each statement is visited once.
 */
final class Fusion {

  /** Maximum number of operations in a nest. It keeps methods readable and far below the size that HotSpot compiles. */
  private static final int LARGEST = 150;

  /** Statements that run in one nest. */
  static final class Group {
    final List<EntryStatement> statements = new ArrayList<>();
    private int size;

    boolean isProduct() {
      return statements.get(0).product().isPresent();
    }

    EntryStatement first() {
      return statements.get(0);
    }

    int size() {
      return size;
    }

    private void add(EntryStatement statement) {
      statements.add(statement);
      size += Math.max(1, statement.size());
    }
  }

  private final Map<Integer, Integer> replaced;
  private final Map<Integer, List<EntryStatement>> readers = new HashMap<>();
  private final List<Group> groups = new ArrayList<>();
  private final Map<EntryStatement.Space, Integer> last = new HashMap<>();
  private final Map<Integer, EntryStatement> statements = new LinkedHashMap<>();
  private final Map<Integer, Integer> groupOf = new HashMap<>();

  private Fusion(List<EntryStatement> ordered, Map<Integer, Integer> replaced) {
    this.replaced = replaced;
    replaced.values().forEach(leaf -> readers.put(leaf, new ArrayList<>()));
    for (EntryStatement statement : ordered) {
      int group = choose(statement);
      groups.get(group).add(statement);
      statements.put(statement.node(), statement);
      groupOf.put(statement.node(), group);
      statement.uses().stream().map(View::node).distinct().filter(readers::containsKey).forEach(leaf -> readers.get(leaf).add(statement));
    }
  }

  /**
   * @param replaced the leaf whose memory a node's value is written to, after all readers of the leaf
   */
  static Fusion fuse(List<EntryStatement> ordered, Map<Integer, Integer> replaced) {
    return new Fusion(ordered, replaced);
  }

  /** Returns the groups in an order in which they may run. */
  List<Group> groups() {
    return groups;
  }

  /** Returns the number of the group that computes a node; -1 for leaves. */
  int groupOf(int node) {
    return groupOf.getOrDefault(node, -1);
  }

  EntryStatement statement(int node) {
    return statements.get(node);
  }

  private int choose(EntryStatement statement) {
    int earliest = 0;
    for (View use : statement.uses()) {
      int group = groupOf(use.node());
      earliest = Math.max(earliest, group < 0 || isAtSamePoint(statement, use) ? group : group + 1);
    }
    earliest = Math.max(earliest, afterReaders(statement));
    Integer known = statement.isAlone() ? null : last.get(statement.space());
    if (known != null && known >= earliest && groups.get(known).size() + statement.size() <= LARGEST) {
      return known;
    }
    groups.add(new Group());
    if (!statement.isAlone()) {
      last.put(statement.space(), groups.size() - 1);
    }
    return groups.size() - 1;
  }

  /** Returns the first group in which a statement may overwrite the value that others read. */
  private int afterReaders(EntryStatement writer) {
    int earliest = 0;
    Integer leaf = replaced.get(writer.node());
    for (EntryStatement reader : leaf == null ? List.<EntryStatement>of() : readers.get(leaf)) {
      int group = groupOf(reader.node());
      boolean samePoint = reader.uses().stream().filter(use -> use.node() == leaf)
          .allMatch(use -> use.rewire(reader.positions()).axes().equals(writer.positions()));
      earliest = Math.max(earliest, samePoint ? group : group + 1);
    }
    return earliest;
  }

  /** Whether the used value is computed at the same loop point as its user. */
  boolean isAtSamePoint(EntryStatement user, View use) {
    EntryStatement used = statements.get(use.node());
    if (used == null || used.isReduction() || user.product().isPresent() || !used.space().equals(user.space())) {
      return false;
    }
    return use.rewire(user.positions()).axes().equals(used.positions());
  }
}
