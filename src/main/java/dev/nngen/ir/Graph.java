package dev.nngen.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Nodes in topological order, each structure once, and the names under which some of them are known. Immutable; a
 * {@link Builder} makes one, and {@link Builder#Builder(Graph)} goes on from one, keeping all its ids.
 */
public final class Graph {

  /**
   * A named value: the tensor, and how it lies as a matrix. The matrix's row (column) runs along axis {@code row}
   * ({@code column}) of the tensor, or has one entry where that is {@link #NONE}.
   */
  public record Value(int node, int row, int column) {
    public static final int NONE = -1;

    public Value transposed() {
      return new Value(node, column, row);
    }
  }

  private final List<Node> nodes;
  private final Map<String, Value> names;

  private Graph(List<Node> nodes, Map<String, Value> names) {
    this.nodes = List.copyOf(nodes);
    this.names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
  }

  public Node node(int id) {
    return nodes.get(id);
  }

  public int size() {
    return nodes.size();
  }

  /** Names in the order of their definition: inputs, parameters, definitions, the loss. */
  public Map<String, Value> names() {
    return names;
  }

  /** The value of that name; IllegalArgumentException where there is none. */
  public Value named(String name) {
    Value value = names.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no value is called " + name);
    }
    return value;
  }

  /** Which nodes are needed for the given ones; the array is indexed by id. */
  public boolean[] reachable(Iterable<Integer> roots) {
    boolean[] needed = new boolean[size()];
    for (int root : roots) {
      needed[root] = true;
    }
    for (int id = size() - 1; id >= 0; id--) {
      if (needed[id]) {
        for (View operand : node(id).operands()) {
          needed[operand.node()] = true;
        }
      }
    }
    return needed;
  }

  /** Adds nodes, each structure once; ids count up from 0 and never change. */
  public static final class Builder {

    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, Integer> ids = new HashMap<>();
    private final Map<String, Value> names = new LinkedHashMap<>();

    public Builder() {}

    public Builder(Graph start) {
      start.nodes.forEach(this::add);
      names.putAll(start.names);
    }

    /** The id of the node, which is new only where no equal node is there; checked by {@link Verifier#check}. */
    public int add(Node node) {
      Integer known = ids.get(node);
      if (known != null) {
        return known;
      }
      Verifier.check(node, nodes);
      int id = nodes.size();
      nodes.add(node);
      ids.put(node, id);
      return id;
    }

    public Node node(int id) {
      return nodes.get(id);
    }

    /** The id of a node, empty if no equal node is there. */
    public OptionalInt find(Node node) {
      Integer id = ids.get(node);
      return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    public int size() {
      return nodes.size();
    }

    public Builder name(String name, Value value) {
      names.put(name, value);
      return this;
    }

    public Map<String, Value> names() {
      return Collections.unmodifiableMap(names);
    }

    public Graph build() {
      return new Graph(nodes, names);
    }
  }
}
