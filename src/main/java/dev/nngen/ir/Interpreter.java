package dev.nngen.ir;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Evaluates a graph by {@link Evaluator}. It is simple and slow: the oracle for simplified graphs and generated classes.
 *
 * <p>A tensor is an array in row-major order of its axes. Not thread-safe.
 */
public final class Interpreter {

  private final Graph graph;
  private final Map<String, double[]> leaves;
  private final Map<String, Integer> extents;
  private final Map<Integer, double[]> values = new HashMap<>();
  private final Evaluator evaluator;
  /** The recurrences and their steps, empty if steps cannot be separated. Null until a recurrence is evaluated. */
  private Map<Recurrence, Optional<Steps>> recurrences;
  private final BiConsumer<Node, double[]> rounding;

  /**
   * @param leaves the entries of each leaf by its name, row-major; leaves of role EXTENT are read from {@code extents}
   * @param extents the values of symbolic extents, such as {@code m}
   */
  public Interpreter(Graph graph, Map<String, double[]> leaves, Map<String, Integer> extents) {
    this(graph, leaves, extents, (node, entries) -> { });
  }

  /**
   * @param rounding is applied to the entries of each computed node, such as {@link Noise#disturb}
   */
  public Interpreter(Graph graph, Map<String, double[]> leaves, Map<String, Integer> extents, BiConsumer<Node, double[]> rounding) {
    this.graph = graph;
    this.leaves = leaves;
    this.extents = extents;
    this.evaluator = new Evaluator(this::size, graph::node, this::entries);
    this.rounding = rounding;
  }

  /** Returns an interpreter with other entries for one leaf. It reuses the values that do not depend on the leaf. */
  public Interpreter with(String leaf, double[] entries) {
    Map<String, double[]> others = new HashMap<>(leaves);
    others.put(leaf, entries);
    Interpreter other = new Interpreter(graph, others, extents, rounding);
    boolean[] depends = graph.dependents(id -> graph.node(id) instanceof Node.Leaf own && !own.isCarried() && own.name().equals(leaf));
    other.recurrences = recurrences;
    values.forEach((id, known) -> {
      if (!depends[id]) {
        other.values.put(id, known);
      }
    });
    return other;
  }

  /** Returns the number of entries of each leaf and of each value on which the roots depend. */
  public static LongStream lengths(Graph graph, Iterable<Integer> roots, Map<String, Integer> extents) {
    Interpreter sizes = new Interpreter(graph, Map.of(), extents);
    boolean[] needed = graph.reachable(roots);
    return IntStream.range(0, graph.size()).filter(id -> needed[id] || graph.node(id) instanceof Node.Leaf)
        .mapToLong(id -> sizes.length(graph.node(id).shape()));
  }

  private long length(List<Extent> shape) {
    return shape.stream().mapToLong(this::size).reduce(1, (a, b) -> a * b);
  }

  /** Returns the entries of the named value in the order of its tensor's axes. */
  public double[] value(String name) {
    return value(graph.named(name).node());
  }

  /** Returns the entries of a node; IllegalArgumentException if a leaf is not given or has another length. */
  public double[] value(int root) {
    if (!values.containsKey(root)) {
      compute(root);
    }
    return values.get(root);
  }

  private void compute(int root) {
    BitSet needed = new BitSet();
    needed.set(root);
    for (int id = root; id >= 0; id = needed.previousSetBit(id - 1)) {
      if (!values.containsKey(id)) {
        graph.node(id).operands().forEach(operand -> needed.set(operand.node()));
      }
    }
    for (int id = needed.nextSetBit(0); id >= 0; id = needed.nextSetBit(id + 1)) {
      // Relations are large, and most are not read: they only select the points of a sum.
      if (!values.containsKey(id) && (id == root || !graph.node(id).isConstantLeaf())) {
        if (graph.definition(graph.node(id)).isPresent()) {
          solve(id);
        } else {
          entries(id);
        }
      }
    }
  }

  private double[] entries(int id) {
    double[] known = values.get(id);
    if (known == null) {
      known = graph.node(id) instanceof Node.Leaf leaf ? leaf(leaf) : computed(graph.node(id));
      values.put(id, known);
    }
    return known;
  }

  /**
   * Computes a recurrence step by step. If its steps cannot be separated, it is evaluated until nothing changes: each iteration makes at least one
   * more step correct, in either direction.
   */
  private void solve(int leaf) {
    if (recurrences == null) {
      recurrences = new LinkedHashMap<>();
      Recurrence.of(graph).forEach(recurrence -> recurrences.put(recurrence, Steps.of(graph, recurrence)));
    }
    Recurrence recurrence = recurrences.keySet().stream().filter(one -> one.definitions().containsKey(leaf)).findFirst().orElseThrow();
    Set<Integer> own = new HashSet<>(recurrence.nodes());
    own.addAll(recurrence.definitions().keySet());
    recurrence.nodes().forEach(id -> graph.node(id).operands().stream().filter(operand -> !own.contains(operand.node())
        && !graph.node(operand.node()).isConstantLeaf()).forEach(operand -> value(operand.node())));
    Optional<Steps> steps = recurrences.get(recurrence);
    if (steps.isPresent()) {
      steps.get().run(this::size, this::entries, values::put, rounding);
      return;
    }
    recurrence.definitions().keySet().forEach(id -> values.put(id, new double[(int) length(graph.node(id).shape())]));
    boolean changed = true;
    for (int round = size(recurrence.steps(graph)) * recurrence.definitions().size(); changed; round--) {
      recurrence.nodes().forEach(id -> values.put(id, computed(graph.node(id))));
      long moved = recurrence.definitions().entrySet().stream().filter(entry -> !update(entry.getKey(), entry.getValue())).count();
      changed = round > 0 && moved > 0;
    }
  }

  /** Replaces the entries of a leaf by those of a value. Returns true if nothing changes. */
  private boolean update(int leaf, Graph.Value value) {
    double[] entries = ordered(value);
    return Arrays.equals(values.put(leaf, entries), entries);
  }

  /** Returns the entries of a value in the order of its axes. */
  private double[] ordered(Graph.Value value) {
    double[] entries = values.containsKey(value.node()) ? values.get(value.node()) : value(value.node());
    List<Extent> shape = graph.node(value.node()).shape();
    return IntStream.range(0, entries.length).mapToDouble(at -> entries[offset(at, value.axes(), shape)]).toArray();
  }

  private double[] computed(Node node) {
    double[] entries = evaluator.evaluate(node);
    rounding.accept(node, entries);
    return entries;
  }

  /** Returns the named value as a matrix, {@code rows x columns}. */
  public double[][] matrix(String name) {
    Graph.Value value = graph.named(name);
    double[] entries = value(value.node());
    List<Extent> shape = graph.node(value.node()).shape();
    List<Integer> order = value.axes();
    int rows = (int) length(order.subList(0, value.split(shape)).stream().map(shape::get).toList());
    int columns = (int) length(order.stream().map(shape::get).toList()) / Math.max(1, rows);
    double[][] matrix = new double[rows][columns];
    for (int at = 0; at < rows * columns; at++) {
      matrix[at / columns][at % columns] = entries[offset(at, order, shape)];
    }
    return matrix;
  }

  /** Returns the row-major offset in the tensor of entry {@code at} in the order of the value's axes. */
  public int offset(int at, List<Integer> order, List<Extent> shape) {
    int[] index = new int[shape.size()];
    int rest = at;
    for (int k = order.size() - 1; k >= 0; k--) {
      int size = size(shape.get(order.get(k)));
      index[order.get(k)] = rest % size;
      rest /= size;
    }
    int offset = 0;
    for (int axis = 0; axis < shape.size(); axis++) {
      offset = offset * size(shape.get(axis)) + index[axis];
    }
    return offset;
  }

  public int size(Extent extent) {
    if (extent instanceof Extent.Fixed fixed) {
      return fixed.size();
    }
    Integer size = extents.get(extent.toString());
    if (size == null) {
      throw new IllegalArgumentException("no extent is given for " + extent);
    }
    return size;
  }

  private double[] leaf(Node.Leaf leaf) {
    if (leaf.role() == Node.Role.EXTENT) {
      return new double[] {size(new Extent.Symbol(leaf.name()))};
    }
    if (leaf.isConstant()) {
      return Evaluator.constant(leaf, this::size);
    }
    double[] entries = leaves.get(leaf.name());
    int length = leaf.shape().stream().mapToInt(this::size).reduce(1, (a, b) -> a * b);
    if (entries == null || entries.length != length) {
      throw new IllegalArgumentException("leaf " + leaf.name() + " wants " + length + " entries, not "
          + (entries == null ? "none" : entries.length));
    }
    return entries;
  }
}
