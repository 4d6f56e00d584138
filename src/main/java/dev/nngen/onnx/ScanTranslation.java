package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.onnx.AxisOrder.Tensor;
import dev.nngen.onnx.OnnxFile.Attribute;
import dev.nngen.onnx.OnnxFile.Body;
import dev.nngen.onnx.OnnxFile.Port;
import dev.nngen.onnx.StepGraph.Earlier;
import dev.nngen.onnx.StepGraph.Mask;
import dev.nngen.onnx.StepGraph.Part;
import dev.nngen.onnx.StepGraph.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes a recurrence as {@code Scan}: values of earlier steps are its states, values with an axis of steps its inputs and results. */
final class ScanTranslation {

  private final Graph graph;
  private final OperatorGraph operators;
  private final AxisOrder placement;
  private final Extents extents;
  private final IntFunction<double[]> parameters;

  ScanTranslation(Graph graph, OperatorGraph operators, AxisOrder placement, Extents extents, IntFunction<double[]> parameters) {
    this.graph = graph;
    this.operators = operators;
    this.placement = placement;
    this.extents = extents;
    this.parameters = parameters;
  }

  /** The operator's inputs, one entry for each value. */
  private record Lists(List<String> outside, List<Port> inside, List<Long> axes) {
    Lists() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(String outer, Port inner, long axis) {
      outside.add(outer);
      inside.add(inner);
      axes.add(axis);
    }
  }

  /**
   * Writes the values of nodes for all steps.
   *
   * @param results nodes of the recurrence
   */
  Map<Integer, String> write(StepGraph step, Set<Integer> results) {
    Graph body = step.graph();
    OperatorGraph inner = new OperatorGraph(operators);
    AxisOrder places = new AxisOrder(body, inner);
    step.captured().forEach((node, leaf) -> places.put(leaf, placement.arrange(placement.tensor(View.identity(node, graph.node(node).rank())), AxisOrder.order(graph.node(node).shape()))));
    Lists states = states(step, body, inner, places);
    Lists inputs = inputs(step, body, inner, places);
    List<Integer> roots = Stream.concat(step.states().keySet().stream().map(Earlier::node), results.stream()).map(step.nodes()::get).distinct().toList();
    write(body, inner, places, roots);
    List<Port> outputs = new ArrayList<>();
    step.states().forEach((state, leaf) -> {
      String next = places.value(state.steps() == 1 ? step.nodes().get(state.node()) : step.states().get(new Earlier(state.node(), state.steps() - 1)));
      output(inner, next, sides(body.node(leaf).shape(), AxisOrder.order(body.node(leaf).shape())), outputs);
    });
    List<Long> axes = new ArrayList<>();
    for (int node : results) {
      List<Integer> order = AxisOrder.order(graph.node(node).shape());
      int axis = step.axis(node);
      axes.add((long) order.indexOf(axis));
      List<Integer> sides = order.stream().filter(side -> side != axis).map(side -> side > axis ? side - 1 : side).toList();
      int moved = step.nodes().get(node);
      output(inner, places.arrange(places.tensor(View.identity(moved, body.node(moved).rank())), sides), sides(body.node(moved).shape(), sides), outputs);
    }
    long direction = step.isBackward() ? 1 : 0;
    List<Port> names = Stream.of(states.inside(), inputs.inside()).flatMap(List::stream).toList();
    List<Attribute> attributes = List.of(new Attribute("body", new Body("step", names, outputs, inner.operations())), new Attribute("num_scan_inputs", (long) inputs.inside().size()),
        new Attribute("scan_input_axes", inputs.axes()), new Attribute("scan_input_directions", inputs.axes().stream().map(any -> direction).toList()),
        new Attribute("scan_output_axes", axes), new Attribute("scan_output_directions", axes.stream().map(any -> direction).toList()));
    List<String> values = operators.apply("Scan", Stream.of(states.outside(), inputs.outside()).flatMap(List::stream).toList(), attributes, outputs.size());
    Map<Integer, String> written = new LinkedHashMap<>();
    results.forEach(node -> written.put(node, values.get(states.inside().size() + written.size())));
    return written;
  }

  private void write(Graph body, OperatorGraph inner, AxisOrder places, List<Integer> roots) {
    GraphWriter writer = new GraphWriter(body, inner, places, extents.in(inner), (node, value) -> value, parameters);
    try {
      writer.need(roots);
    } catch (NotExportable fault) {
      throw new IllegalStateException("a step has no recurrence", fault);
    }
    writer.write();
  }

  private Lists states(StepGraph step, Graph body, OperatorGraph inner, AxisOrder places) {
    Lists states = new Lists();
    step.states().forEach((state, leaf) -> {
      List<Extent> shape = body.node(leaf).shape();
      String name = inner.input("state");
      places.put(leaf, name);
      states.add(operators.apply("Expand", operators.number(0), extents.shape(AxisOrder.order(shape), shape)), port(name, sides(shape, AxisOrder.order(shape))), 0);
    });
    return states;
  }

  /** Returns the inputs. If no value has an axis of steps, the steps' numbers are an input, which gives their count. */
  private Lists inputs(StepGraph step, Graph body, OperatorGraph inner, AxisOrder places) {
    Lists inputs = new Lists();
    step.slices().forEach((slice, leaf) -> {
      Tensor tensor = sliced(slice);
      String name = inner.input("slice");
      List<Integer> sides = tensor.axes().stream().filter(axis -> axis != STEP).toList();
      inputs.add(tensor.value(), port(name, sides(body.node(leaf).shape(), sides)), tensor.axes().indexOf(STEP));
      places.put(leaf, places.arrange(new Tensor(name, sides), AxisOrder.order(body.node(leaf).shape())));
    });
    if (inputs.inside().isEmpty()) {
      inputs.add(extents.constant(Node.Leaf.counter(step.steps())), port(inner.input("slice"), List.of()), 0);
    }
    return inputs;
  }

  /** The axis of the steps in a list of axes. */
  private static final int STEP = 1_000;

  /** Returns a value with one side for the steps; its other sides are the axes of the slice. */
  private Tensor sliced(Slice slice) {
    if (slice instanceof Mask mask) {
      Tensor tensor = extents.relation(mask.kind(), mask.affine(), mask.loops());
      return new Tensor(tensor.value(), tensor.axes().stream().map(axis -> axis == 0 ? STEP : axis - 1).toList());
    }
    Part part = (Part) slice;
    List<Integer> order = placement.order(part.node());
    String value = placement.value(part.node());
    for (Map.Entry<Integer, Long> entry : part.distances().entrySet()) {
      value = shifted(value, order.size(), order.indexOf(entry.getKey()), entry.getValue());
    }
    List<Integer> kept = IntStream.range(0, graph.node(part.node()).rank()).filter(axis -> !part.distances().containsKey(axis)).boxed().toList();
    Tensor tensor = new Tensor(value, order.stream().map(axis -> axis == AxisOrder.ONE ? axis : part.distances().containsKey(axis) ? (Integer) STEP : (Integer) kept.indexOf(axis)).toList());
    List<Integer> sides = tensor.axes().stream().distinct().toList();
    return new Tensor(placement.arrange(tensor, sides), sides);
  }

  /** Shifts a side: entry {@code k + distance} becomes entry k, and 0 if it is out of bounds. */
  private String shifted(String value, int rank, int side, long distance) {
    if (distance == 0) {
      return value;
    }
    long[] pads = new long[2 * rank];
    pads[distance < 0 ? side : rank + side] = Math.abs(distance);
    String padded = operators.apply("Pad", value, operators.integers(pads));
    return operators.apply("Slice", padded, operators.integers(Math.max(0, distance)), operators.integers(distance < 0 ? distance : Long.MAX_VALUE >> 1), operators.integers(side));
  }

  /** Adds a result of the step; each is a separate value that the step computes. */
  private void output(OperatorGraph inner, String value, List<Object> sides, List<Port> outputs) {
    boolean isOwn = inner.isComputed(value) && outputs.stream().noneMatch(output -> output.name().equals(value));
    outputs.add(port(isOwn ? value : inner.apply("Identity", List.of(value), List.of(), 1).get(0), sides));
  }

  private Port port(String name, List<Object> sides) {
    return new Port(name, operators.real(), sides);
  }

  private static List<Object> sides(List<Extent> shape, List<Integer> order) {
    return order.stream().map(axis -> Extents.side(shape, axis)).toList();
  }
}
