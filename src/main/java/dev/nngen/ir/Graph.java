package dev.nngen.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Nodes in topological order, each structure once, and the names under which some of them are known. Immutable; a
 * {@link Builder} makes one, and {@link Builder#Builder(Graph)} goes on from one, keeping all its ids.
 */
public final class Graph {

  /**
   * A named value: the tensor, and which of its axes form the rows and the columns of a matrix. Of several axes the last one varies fastest. An axis
   * with one entry is {@link #NONE}, since tensors do not keep such axes.
   */
  public record Value(int node, List<Integer> rows, List<Integer> columns) {
    public static final int NONE = -1;

    public Value {
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
    }

    /** A matrix whose row (column) runs along an axis of the tensor, or has one entry where that is {@link #NONE}. */
    public Value(int node, int row, int column) {
      this(node, List.of(row), List.of(column));
    }

    /** True where it has no more axes than a matrix. */
    public boolean isMatrix() {
      return rows.size() == 1 && columns.size() == 1;
    }

    /** The axis of a matrix's row. */
    public int row() {
      return rows.size() == 1 ? rows.get(0) : NONE;
    }

    /** The axis of a matrix's column. */
    public int column() {
      return columns.size() == 1 ? columns.get(0) : NONE;
    }

    /** The axis of the tensor for each of the value's own, {@link #NONE} for one with one entry: first the rows', then the columns'. */
    public List<Integer> allAxes() {
      return Stream.concat(rows.stream(), columns.stream()).toList();
    }

    /** The axes of the tensor in the order of the value's own, without those that have one entry. */
    public List<Integer> axes() {
      return allAxes().stream().filter(axis -> axis != NONE).toList();
    }

    /** The place of a node's axis among the value's own axes: of a matrix 0 for its row and 1 for its column. */
    public int place(int axis) {
      return allAxes().indexOf(axis);
    }

    /** The axis of another value of the same shape that stands in the same place as this value's axis. */
    public int counterpart(int axis, Value other) {
      return other.allAxes().get(place(axis));
    }

    /**
     * How many of {@link #axes} are rows in memory. A matrix has its own; a tensor has a column for each sample if samples are its last axis, and else
     * a row for each entry of its first.
     *
     * @param shape of the node
     */
    public int split(List<Extent> shape) {
      if (isMatrix()) {
        return rows.get(0) == NONE ? 0 : 1;
      }
      List<Integer> order = axes();
      boolean samplesLast = !order.isEmpty() && shape.get(order.get(order.size() - 1)).equals(Extent.BATCH);
      return samplesLast ? order.size() - 1 : allAxes().get(0) == NONE ? 0 : 1;
    }

    public Value transposed() {
      return new Value(node, columns, rows);
    }

    /** A node with the same axes, laid out alike. */
    public Value at(int other) {
      return new Value(other, rows, columns);
    }

    /** The same where the node is what the view shows, axis k of this one being axis {@code view.axes().get(k)} seen from outside. */
    public Value through(View view) {
      return new Value(view.node(), rows.stream().map(view.axes()::indexOf).toList(), columns.stream().map(view.axes()::indexOf).toList());
    }
  }

  private final List<Node> nodes;
  private final Map<String, Value> names;
  private final Rewrites rewrites;
  private final List<Integer> carried;

  /** The leaves of that role, in the order of their ids. */
  public List<Node.Leaf> leaves(Node.Role role) {
    return nodes.stream().filter(Node.Leaf.class::isInstance).map(Node.Leaf.class::cast).filter(leaf -> leaf.role() == role).toList();
  }

  private Graph(List<Node> nodes, Map<String, Value> names, Rewrites rewrites) {
    this.rewrites = rewrites;
    this.nodes = List.copyOf(nodes);
    this.names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    this.carried = IntStream.range(0, nodes.size()).filter(id -> definition(nodes.get(id)).isPresent()).boxed().toList();
  }

  public Node node(int id) {
    return nodes.get(id);
  }

  /** What simplification has done; nothing for a graph that was not simplified. */
  public Rewrites rewrites() {
    return rewrites;
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

  /** Which nodes are needed for the given ones; the array is indexed by id. A carried leaf needs its definition. */
  public boolean[] reachable(Iterable<Integer> roots) {
    boolean[] needed = new boolean[size()];
    for (int root : roots) {
      needed[root] = true;
    }
    int from = size() - 1;
    while (from >= 0) {
      int again = -1;
      for (int id = from; id >= 0; id--) {
        if (needed[id]) {
          node(id).operands().forEach(operand -> needed[operand.node()] = true);
          int definition = definition(node(id)).map(Value::node).orElse(-1);
          if (definition >= 0 && !needed[definition]) {
            needed[definition] = true;
            again = Math.max(again, definition);
          }
        }
      }
      from = again;
    }
    return needed;
  }

  /** The leaves that stand for entries of a value with a name before or behind. */
  public List<Integer> carried() {
    return carried;
  }

  /** Which nodes depend on one that is asked for; a carried leaf depends on what its definition does. */
  public boolean[] dependents(IntPredicate asked) {
    boolean[] depends = dependentsInStep(asked);
    while (carried.stream().anyMatch(leaf -> !depends[leaf] && depends[definition(node(leaf)).orElseThrow().node()])) {
      carried.forEach(leaf -> depends[leaf] |= depends[definition(node(leaf)).orElseThrow().node()]);
      System.arraycopy(dependentsInStep(id -> depends[id]), 0, depends, 0, depends.length);
    }
    return depends;
  }

  /** The same where carried leaves are given. */
  public boolean[] dependentsInStep(IntPredicate asked) {
    boolean[] depends = new boolean[size()];
    for (int id = 0; id < size(); id++) {
      depends[id] = asked.test(id) || node(id).operands().stream().anyMatch(operand -> depends[operand.node()]);
    }
    return depends;
  }

  /** The definition of a carried leaf, seen like the leaf; any other view as it is. */
  public View inSameStep(View view) {
    Value value = definition(node(view.node())).orElse(null);
    if (value == null) {
      return view;
    }
    Integer[] axes = new Integer[view.axes().size()];
    for (int k = 0; k < axes.length; k++) {
      axes[value.axes().get(k)] = view.axes().get(k);
    }
    return new View(value.node(), List.of(axes));
  }

  /** The value that a carried leaf is an earlier or later entry of; empty for other nodes. */
  public Optional<Value> definition(Node node) {
    return node instanceof Node.Leaf leaf && leaf.isCarried() ? Optional.ofNullable(names.get(leaf.name())) : Optional.empty();
  }

  /** Adds nodes, each structure once; ids count up from 0 and never change. */
  public static final class Builder {

    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, Integer> ids = new HashMap<>();
    private final Map<String, Value> names = new LinkedHashMap<>();
    private Rewrites rewrites = Rewrites.NONE;

    public Builder() {}

    public Builder(Graph start) {
      start.nodes.forEach(this::add);
      names.putAll(start.names);
      rewrites = start.rewrites;
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

    /** Gives the graph a log of what simplification has done. */
    public void log(Rewrites log) {
      this.rewrites = log;
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
      return new Graph(nodes, names, rewrites);
    }
  }
}
