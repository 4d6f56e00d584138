package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import dev.nngen.onnx.AxisOrder.Tensor;
import dev.nngen.onnx.GateSums.Piece;
import dev.nngen.onnx.OnnxFile.Attribute;
import dev.nngen.onnx.OnnxFile.Constant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A recurrence as one operator with stacked matrices.
 *
 * @param type RNN, LSTM or GRU
 * @param step its result's node and axis of steps, and its direction
 * @param input of all gates, over {@link GateSums}' axes
 * @param gates in the order of the operator
 * @param isAfterMatrix for GRU, whether the reset gate multiplies the matrix product of the state
 * @param activation for RNN
 */
record RecurrentOperator(String type, StepGraph step, int result, View input, List<Gate> gates, boolean isAfterMatrix, String activation) {

  /**
   * The sum of a gate.
   *
   * @param outer its pieces without those that a reset gate multiplies
   * @param inner the pieces that a reset gate multiplies
   * @param isNegated whether the operator's gate is the sigmoid of the negative sum
   */
  record Gate(List<Piece> outer, List<Piece> inner, boolean isNegated) {}

  /** Builds the operator; empty if gates have several inputs, or another state than the operator. */
  static Optional<RecurrentOperator> of(String type, StepGraph step, int result, View state, List<Gate> gates, boolean isAfterMatrix, String activation) {
    List<Piece> pieces = gates.stream().flatMap(gate -> Stream.concat(gate.outer().stream(), gate.inner().stream())).toList();
    Set<View> inputs = pieces.stream().filter(Piece::isOutside).flatMap(piece -> piece.input().stream()).collect(Collectors.toSet());
    boolean isOwn = pieces.stream().filter(piece -> !piece.isOutside()).allMatch(piece -> piece.input().equals(Optional.of(state)));
    boolean isApart = gates.stream().filter(gate -> !gate.inner().isEmpty())
        .allMatch(gate -> gate.outer().stream().allMatch(piece -> piece.isOutside()) && gate.inner().stream().allMatch(piece -> !piece.isOutside() || piece.input().isEmpty()));
    return inputs.size() == 1 && isOwn && isApart ? Optional.of(new RecurrentOperator(type, step, result, inputs.iterator().next(), gates, isAfterMatrix, activation)) : Optional.empty();
  }

  /**
   * Writes the operator.
   *
   * @param parameters the entries of a parameter, row by row over its node's axes
   */
  String write(Graph graph, OperatorGraph operators, AxisOrder placement, IntFunction<double[]> parameters, String name) {
    int units = length(graph, result, axis(graph, result, false));
    int width = length(graph, input.node(), input.axes().indexOf(GateSums.UNITS));
    double[] w = new double[gates.size() * units * width];
    double[] r = new double[gates.size() * units * units];
    double[] b = new double[2 * gates.size() * units];
    for (int gate = 0; gate < gates.size(); gate++) {
      for (Piece piece : gates.get(gate).outer()) {
        add(graph, parameters, piece, piece.input().isEmpty() ? b : piece.isOutside() ? w : r, gate * units, units, gates.get(gate).isNegated());
      }
      for (Piece piece : gates.get(gate).inner()) {
        add(graph, parameters, piece, piece.input().isEmpty() ? b : r, piece.input().isEmpty() ? (gates.size() + gate) * units : gate * units, units, false);
      }
    }
    List<String> inputs = new ArrayList<>(List.of(placement.arrange(placement.tensor(input), List.of(GateSums.STEPS, GateSums.SAMPLES, GateSums.UNITS))));
    inputs.add(constant(operators, name + "_W", w, gates.size() * units, width));
    inputs.add(constant(operators, name + "_R", r, gates.size() * units, units));
    inputs.add(constant(operators, name + "_B", b, b.length));
    String all = operators.apply(type, inputs, attributes(units), 1).get(0);
    int steps = step.axis(result);
    List<Integer> sides = List.of(steps, axis(graph, result, true), axis(graph, result, false));
    return placement.place(new Tensor(operators.squeeze(all, 1), sides), placement.order(result));
  }

  private List<Attribute> attributes(int units) {
    List<Attribute> attributes = new ArrayList<>(List.of(new Attribute("hidden_size", (long) units)));
    if (step.isBackward()) {
      attributes.add(new Attribute("direction", "reverse"));
    }
    if (type.equals("RNN") && !activation.equals("Tanh")) {
      attributes.add(new Attribute("activations", List.of(activation)));
    }
    if (isAfterMatrix) {
      attributes.add(new Attribute("linear_before_reset", 1L));
    }
    return attributes;
  }

  /** Returns the axis of a value for the samples, or for the units. */
  private int axis(Graph graph, int node, boolean isOfSamples) {
    List<Extent> shape = graph.node(node).shape();
    return Stream.iterate(0, k -> k + 1).limit(shape.size()).filter(k -> k != step.axis(node) && shape.get(k).equals(Extent.BATCH) == isOfSamples).findFirst().orElseThrow();
  }

  private static int length(Graph graph, int node, int axis) {
    return Extents.fixedLength(graph.node(node).shape().get(axis));
  }

  /** Adds the rows of a piece to those of a gate. */
  private static void add(Graph graph, IntFunction<double[]> parameters, Piece piece, double[] rows, int from, int units, boolean isNegated) {
    double[] entries = parameters.apply(piece.parameter());
    int width = graph.node(piece.parameter()).rank() == 1 ? 1 : length(graph, piece.parameter(), 1 - piece.rows());
    int height = length(graph, piece.parameter(), piece.rows());
    for (int unit = 0; unit < units; unit++) {
      for (int column = 0; column < width; column++) {
        int at = piece.rows() == 0 ? (piece.first() + unit) * width + column : column * height + piece.first() + unit;
        rows[(from + unit) * width + column] += isNegated ? -entries[at] : entries[at];
      }
    }
  }

  private static String constant(OperatorGraph operators, String wanted, double[] entries, int... sides) {
    String name = operators.unique(wanted);
    List<Long> shape = Stream.concat(Stream.of(1L), Arrays.stream(sides).mapToObj(side -> (long) side)).toList();
    operators.constant(new Constant(name, operators.real(), shape, entries));
    return name;
  }
}
