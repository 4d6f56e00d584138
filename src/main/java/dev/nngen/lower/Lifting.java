package dev.nngen.lower;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.model.Shape;
import dev.nngen.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Lowers an operation on values of blocks for all indices at once. The operation is lowered for one index, and each of its nodes that varies gets the
 * blocks' axes: automatic vectorization as in Frostig et al., Compiling machine learning programs via high-level tracing (2018).
 */
final class Lifting {

  /**
   * A value of a block.
   *
   * @param value its rows and columns for one index
   * @param blocks the node's axis for each block over whose index the value varies
   */
  record Lifted(Graph.Value value, Map<Integer, Integer> blocks) {
    static Lifted constant(Graph.Value value) {
      return new Lifted(value, Map.of());
    }
  }

  /** A node of the fragment in the graph: the graph axis of each of its own axes, and of each block. */
  private record Moved(int node, List<Integer> own, Map<Integer, Integer> blocks) {}

  private final Matrices matrices;
  private final ExpressionLowering.Leaves leaves;
  private final Map<Integer, Extent> extents;

  /**
   * @param extents the number of values of each block's index
   */
  Lifting(Matrices matrices, ExpressionLowering.Leaves leaves, Map<Integer, Extent> extents) {
    this.matrices = matrices;
    this.leaves = leaves;
    this.extents = extents;
  }

  Lifted lower(Value value, List<Lifted> operands, List<Shape> shapes) {
    Matrices fragment = new Matrices(new Algebra(new Graph.Builder()));
    Map<Integer, Moved> moved = new HashMap<>();
    List<Graph.Value> standIns = new ArrayList<>();
    for (int k = 0; k < operands.size(); k++) {
      standIns.add(standIn(fragment, operands.get(k), k, moved));
    }
    Graph.Value result = new ExpressionLowering(fragment, leaves).lower(value, standIns, shapes);
    Graph graph = fragment.algebra().graph().build();
    boolean[] needed = graph.reachable(List.of(result.node()));
    for (int id = 0; id < graph.size(); id++) {
      if (needed[id] && !moved.containsKey(id)) {
        moved.put(id, move(graph.node(id), moved));
      }
    }
    Moved root = moved.get(result.node());
    Function<Integer, Integer> axis = own -> own == Graph.Value.NONE ? own : root.own.get(own);
    return new Lifted(new Graph.Value(root.node, result.rows().stream().map(axis).toList(), result.columns().stream().map(axis).toList()), root.blocks);
  }

  /** Returns a leaf of the fragment with the operand's axes for one index; a number stays a number. */
  private Graph.Value standIn(Matrices fragment, Lifted operand, int place, Map<Integer, Moved> moved) {
    if (matrices.number(operand.value).isPresent()) {
      return fragment.number(matrices.number(operand.value).get());
    }
    int node = operand.value.node();
    List<Extent> shape = matrices.algebra().graph().node(node).shape();
    List<Integer> own = IntStream.range(0, shape.size()).boxed().filter(axis -> !operand.blocks.containsValue(axis)).toList();
    int leaf = fragment.algebra().graph().add(new Node.Leaf("operand " + place, Node.Role.INPUT, own.stream().map(shape::get).toList()));
    moved.put(leaf, new Moved(node, own, operand.blocks));
    Function<Integer, Integer> axis = outer -> outer == Graph.Value.NONE ? outer : own.indexOf(outer);
    return new Graph.Value(leaf, operand.value.rows().stream().map(axis).toList(), operand.value.columns().stream().map(axis).toList());
  }

  private Moved move(Node node, Map<Integer, Moved> moved) {
    Set<Integer> around = new TreeSet<>(Collections.reverseOrder());
    node.operands().forEach(operand -> around.addAll(moved.get(operand.node()).blocks.keySet()));
    List<Integer> blocks = List.copyOf(around);
    int rank = node.rank();
    int batch = node.shape().indexOf(Extent.BATCH);
    int at = batch < 0 ? rank : batch == rank - 1 ? batch : batch + 1;
    List<Extent> loops = new ArrayList<>(node.loops());
    loops.addAll(at, blocks.stream().map(extents::get).toList());
    List<View> operands = node.operands().stream().map(operand -> view(operand, moved.get(operand.node()), blocks, at)).toList();
    int lifted = matrices.algebra().graph().add(node.withOperands(operands).withLoops(loops, rank + blocks.size()));
    Map<Integer, Integer> axes = new TreeMap<>();
    blocks.forEach(block -> axes.put(block, at + blocks.indexOf(block)));
    return new Moved(lifted, IntStream.range(0, rank).mapToObj(axis -> axis < at ? axis : axis + blocks.size()).toList(), axes);
  }

  private static View view(View operand, Moved moved, List<Integer> blocks, int at) {
    Integer[] axes = new Integer[moved.own.size() + moved.blocks.size()];
    for (int k = 0; k < moved.own.size(); k++) {
      int axis = operand.axes().get(k);
      axes[moved.own.get(k)] = axis < at ? axis : axis + blocks.size();
    }
    moved.blocks.forEach((block, axis) -> axes[axis] = at + blocks.indexOf(block));
    return new View(moved.node, Arrays.asList(axes));
  }

  /** Returns the operand of a slice at the index of the block; if it already varies over that block, its diagonal. */
  Lifted slice(Lifted operand, int block, List<Integer> axes, Shape inner) {
    List<Integer> own = own(operand.value, axes);
    int axis = own.get(axes.indexOf(-1));
    Lifted sliced = new Lifted(Subscripts.arranged(operand.value.node(), inner(own, axes, inner), inner), with(operand.blocks, block, axis));
    return axis == Graph.Value.NONE || !operand.blocks.containsKey(block) ? sliced : diagonal(sliced, operand.blocks.get(block), block);
  }

  private Lifted diagonal(Lifted value, int before, int block) {
    int node = value.value.node();
    List<Extent> shape = matrices.algebra().graph().node(node).shape();
    List<Integer> kept = IntStream.range(0, shape.size()).filter(axis -> axis != before).boxed().toList();
    int axis = value.blocks.get(block);
    View view = new View(node, IntStream.range(0, shape.size()).mapToObj(k -> kept.indexOf(k == before ? axis : k)).toList());
    int sum = matrices.algebra().sum(kept.stream().map(shape::get).toList(), List.of(view));
    Function<Integer, Integer> moved = old -> old == Graph.Value.NONE ? old : kept.indexOf(old);
    Map<Integer, Integer> blocks = new TreeMap<>();
    value.blocks.forEach((other, old) -> blocks.put(other, kept.indexOf(old)));
    return new Lifted(new Graph.Value(sum, value.value.rows().stream().map(moved).toList(), value.value.columns().stream().map(moved).toList()), blocks);
  }

  private static List<Integer> inner(List<Integer> own, List<Integer> axes, Shape shape) {
    return IntStream.range(0, shape.axes().size()).mapToObj(k -> axes.contains(k) ? own.get(axes.indexOf(k)) : Graph.Value.NONE).toList();
  }

  /** Returns the node's axis for each of {@code axes}; a vector's shape has one axis more. */
  private static List<Integer> own(Graph.Value value, List<Integer> axes) {
    List<Integer> all = value.allAxes();
    return axes.size() == 1 && all.size() == 2 && all.get(0) == Graph.Value.NONE ? List.of(all.get(1)) : all;
  }

  private static Map<Integer, Integer> with(Map<Integer, Integer> blocks, int block, int axis) {
    Map<Integer, Integer> all = new TreeMap<>(blocks);
    all.remove(block);
    if (axis != Graph.Value.NONE) {
      all.put(block, axis);
    }
    return all;
  }

  /** Returns the value of a block at all indices, broadcast along them if it does not vary. */
  Lifted stack(Lifted operand, int block, List<Integer> axes, Shape shape) {
    Lifted varying = operand.blocks.containsKey(block) || extents.get(block) == null ? operand : repeated(operand, block);
    int axis = varying.blocks.getOrDefault(block, Graph.Value.NONE);
    List<Integer> inner = varying.value.allAxes();
    List<Integer> all = new ArrayList<>(axes.stream().map(k -> k < 0 ? axis : inner.get(k)).toList());
    if (all.size() == 1 && shape.rows().isOne() && !shape.columns().isOne()) {
      all.add(0, Graph.Value.NONE);
    }
    return new Lifted(Subscripts.arranged(varying.value.node(), all, shape), with(varying.blocks, block, Graph.Value.NONE));
  }

  private Lifted repeated(Lifted operand, int block) {
    int node = operand.value.node();
    List<Extent> shape = new ArrayList<>(matrices.algebra().graph().node(node).shape());
    int batch = shape.indexOf(Extent.BATCH);
    int at = batch < 0 ? shape.size() : batch == shape.size() - 1 ? batch : batch + 1;
    View view = new View(node, IntStream.range(0, shape.size()).mapToObj(axis -> axis < at ? axis : axis + 1).toList());
    shape.add(at, extents.get(block));
    int repeated = matrices.algebra().sum(shape, List.of(view));
    Function<Integer, Integer> moved = axis -> axis == Graph.Value.NONE || axis < at ? axis : axis + 1;
    Map<Integer, Integer> blocks = new TreeMap<>();
    operand.blocks.forEach((other, axis) -> blocks.put(other, moved.apply(axis)));
    blocks.put(block, at);
    return new Lifted(new Graph.Value(repeated, operand.value.rows().stream().map(moved).toList(), operand.value.columns().stream().map(moved).toList()), blocks);
  }
}
