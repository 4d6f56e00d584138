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
 * Nodes in topological order, each structure once, and names for some of them. Immutable. A {@link Builder} makes one; {@link Builder#Builder(Graph)}
 * extends one and keeps its ids.
 */
public final class Graph {

  /**
   * A named value: the tensor, and the axes that form the rows and the columns of a matrix. Among several axes the last varies fastest. An axis of
   * extent 1 is {@link #NONE}, because tensors do not have such axes.
   */
  public record Value(int node, List<Integer> rows, List<Integer> columns) {
    public static final int NONE = -1;

    public Value {
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
    }

    /** A matrix whose rows and columns each run along an axis of the tensor. {@link #NONE} is an axis with one entry. */
    public Value(int node, int row, int column) {
      this(node, List.of(row), List.of(column));
    }

    /** True if the value is a matrix: it has one row axis and one column axis. */
    public boolean isMatrix() {
      return rows.size() == 1 && columns.size() == 1;
    }

    /** The axis of the tensor along a matrix's rows, or {@link #NONE}. */
    public int row() {
      return rows.size() == 1 ? rows.get(0) : NONE;
    }

    /** The axis of the tensor along a matrix's columns, or {@link #NONE}. */
    public int column() {
      return columns.size() == 1 ? columns.get(0) : NONE;
    }

    /** The tensor's axes that form the rows, then those that form the columns. {@link #NONE} is an axis with one entry. */
    public List<Integer> allAxes() {
      return Stream.concat(rows.stream(), columns.stream()).toList();
    }

    /** The tensor's axes in the order of the value's axes, without those of one entry. */
    public List<Integer> axes() {
      return allAxes().stream().filter(axis -> axis != NONE).toList();
    }

    /** The position of a tensor's axis among the value's axes. In a matrix, rows have 0 and columns 1. */
    public int place(int axis) {
      return allAxes().indexOf(axis);
    }

    /** The axis of another value of the same shape at the position of this value's axis. */
    public int counterpart(int axis, Value other) {
      return other.allAxes().get(place(axis));
    }

    /**
     * The number of {@link #axes} that are rows in memory. A matrix has its row axis. A tensor has a column for each sample if samples are its last
     * axis, else a row for each entry of its first.
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

    /** Returns another node with the same axes in the same layout. */
    public Value at(int other) {
      return new Value(other, rows, columns);
    }

    /** Returns this value as seen by the consumer of a view: axis k of this value is axis {@code view.axes().get(k)} there. */
    public Value rewire(View view) {
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

  /** The log of simplification; empty for a graph that was not simplified. */
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

  /** Returns the value of that name; IllegalArgumentException if there is none. */
  public Value named(String name) {
    Value value = names.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no value is called " + name);
    }
    return value;
  }

  /** Returns, by id, whether the given nodes depend on a node. A carried leaf depends on its definition. */
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

  /** The leaves that represent previous or next entries of a named value. */
  public List<Integer> carried() {
    return carried;
  }

  /** Returns, by id, whether a node depends on one that is asked for. A carried leaf depends on the operands of its definition. */
  public boolean[] dependents(IntPredicate asked) {
    boolean[] depends = dependentsInStep(asked);
    while (carried.stream().anyMatch(leaf -> !depends[leaf] && depends[definition(node(leaf)).orElseThrow().node()])) {
      carried.forEach(leaf -> depends[leaf] |= depends[definition(node(leaf)).orElseThrow().node()]);
      System.arraycopy(dependentsInStep(id -> depends[id]), 0, depends, 0, depends.length);
    }
    return depends;
  }

  /** The same within a step: carried leaves have no operands. */
  public boolean[] dependentsInStep(IntPredicate asked) {
    boolean[] depends = new boolean[size()];
    for (int id = 0; id < size(); id++) {
      depends[id] = asked.test(id) || node(id).operands().stream().anyMatch(operand -> depends[operand.node()]);
    }
    return depends;
  }

  /** Returns a view of the definition of a carried leaf, wired like the leaf, and any other view unchanged. */
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

  /** The value of which a carried leaf is an earlier or later entry; empty for other nodes. */
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

    /** Adds a node unless an equal one exists, and returns its id. {@link Verifier#check} checks it. */
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

    /** Sets the log of simplification. */
    public void log(Rewrites log) {
      this.rewrites = log;
    }

    public Node node(int id) {
      return nodes.get(id);
    }

    /** Returns the id of an equal node, empty if there is none. */
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
