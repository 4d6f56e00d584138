package dev.nngen.onnx;

import dev.nngen.formula.Formulas;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import dev.nngen.onnx.OnnxFile.Constant;
import dev.nngen.onnx.OnnxFile.Port;
import dev.nngen.onnx.OnnxFile.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes the prediction of a trained model as an ONNX file. The same model and weights give the same bytes.
 *
 * <p>Inputs that run over the samples are batch x features, and so is the output; the batch has any size. Other inputs are the
 * matrices of the model. Operators with a name of the model carry its formula.
 */
public final class OnnxExport {

  private static final String BATCH = "batch";
  /** A file of protocol buffers has at most 2 GiB, of which names and operators need little. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (1L << 24);

  private final Lowered model;
  private final Graph graph;
  private final String prediction;
  private final Trained trained;
  private final Operators operators;
  private final Placement placement;
  private final List<Port> inputs = new ArrayList<>();
  private final Map<Integer, String> names = new LinkedHashMap<>();

  /**
   * What training adds to a model.
   *
   * @param parameters entries by name, row by row
   * @param shift of each feature, in the order of the inputs; empty without scaling
   * @param divisor of each feature, after the shift
   * @param metadata texts that the file carries
   */
  public record Trained(Map<String, double[]> parameters, double[] shift, double[] divisor, Map<String, String> metadata) {}

  private OnnxExport(Lowered model, Trained trained) throws NotExportable {
    this.model = model;
    this.graph = model.graph();
    this.prediction = model.output().orElseThrow(() -> new NotExportable(model.name() + " predicts nothing: every value depends on a target"));
    this.trained = trained;
    int output = model.predicted(prediction).node();
    if (graph.node(output).shape().stream().filter(Extent.BATCH::equals).count() == 1) {
      names.put(output, prediction);
    }
    graph.names().forEach((name, value) -> {
      if (isIdentifier(name) && value.node() != output) {
        names.putIfAbsent(value.node(), name);
      }
    });
    this.operators = new Operators(model.singlePrecision() ? ElementType.FLOAT : ElementType.DOUBLE, graph.names().keySet());
    this.placement = new Placement(graph, operators);
  }

  /**
   * The bytes of the file.
   *
   * @param model simplified
   * @param version of nngen
   * @throws NotExportable if something of the model has no form in ONNX
   */
  public static byte[] export(Lowered model, Trained trained, String version) throws NotExportable {
    return new OnnxExport(model, trained).write(version);
  }

  private byte[] write(String version) throws NotExportable {
    requireSize();
    requireMatrices();
    String sampled = model.inputs().stream().filter(name -> isSampled(graph.named(name).node())).findFirst().orElse("");
    GraphTranslation translation = new GraphTranslation(graph, operators, placement, sampled);
    Folding folding = new Folding(graph, operators, placement, translation);
    int output = model.predicted(prediction).node();
    Map<Integer, Folding.Computed> needed = needed(output, folding);
    requireOperators(needed);
    if (sampled.isEmpty()) {
      requireNoSamples(needed);
    }
    addInputs();
    for (int id = 0; id <= output; id++) {
      if (needed.containsKey(id) && !placement.isKnown(id)) {
        placement.put(id, graph.node(id) instanceof Node.Leaf leaf && (leaf.role() == Node.Role.PARAMETER || leaf.role() == Node.Role.STATE) ? parameter(id, leaf) : named(id, needed.get(id).write().get()));
      }
    }
    Port port = output(output);
    return OnnxFile.write(model.name(), version, trained.metadata(), inputs, port, operators.constants(), operators.operations());
  }

  private void requireMatrices() throws NotExportable {
    boolean[] needed = graph.reachable(List.of(model.predicted(prediction).node()));
    for (int id = 0; id < graph.size(); id++) {
      if (needed[id] && (graph.node(id).rank() > 2 || graph.node(id).isConstantLeaf())) {
        throw new NotExportable("the output " + prediction + " is computed by index equations or from tensors, which cannot be exported yet");
      }
    }
  }

  private void requireOperators(Map<Integer, Folding.Computed> needed) throws NotExportable {
    for (int id : needed.keySet()) {
      if (graph.node(id) instanceof Node.Apply apply && !GraphTranslation.isExpressible(apply.fn())) {
        throw new NotExportable("ONNX has no operator for " + apply.fn().label() + ", on which the output " + prediction + " depends");
      }
    }
  }

  private void requireSize() throws NotExportable {
    long entries = trained.parameters().values().stream().mapToLong(values -> values.length).sum();
    long bytes = entries * (model.singlePrecision() ? Float.BYTES : Double.BYTES);
    if (bytes > MOST_BYTES) {
      throw new NotExportable("the parameters of " + model.name() + " take " + bytes + " bytes, and an ONNX file holds at most 2 GiB");
    }
  }

  private boolean isSampled(int node) {
    return graph.node(node).shape().contains(Extent.BATCH);
  }

  /** How each node is computed that the output needs, once folded. */
  private static Map<Integer, Folding.Computed> needed(int output, Folding folding) {
    Map<Integer, Folding.Computed> needed = new LinkedHashMap<>();
    needed.put(output, folding.of(output));
    for (int id = output; id >= 0; id--) {
      if (needed.containsKey(id)) {
        needed.get(id).operands().forEach(view -> needed.computeIfAbsent(view.node(), folding::of));
      }
    }
    return needed;
  }

  /** Without an input that runs over them, an ONNX graph does not know the number of samples. */
  private void requireNoSamples(Map<Integer, Folding.Computed> needed) throws NotExportable {
    for (int id : needed.keySet()) {
      if (isSampled(id) || graph.node(id) instanceof Node.Leaf leaf && leaf.role() == Node.Role.EXTENT) {
        String first = graph.names().keySet().stream().filter(name -> needed.containsKey(graph.named(name).node()))
            .filter(name -> graph.reachable(List.of(graph.named(name).node()))[id]).findFirst().orElse(prediction);
        throw new NotExportable("the output " + prediction + " depends on the number of samples in " + first + ", and no input runs over the samples");
      }
    }
  }

  private void addInputs() {
    int feature = 0;
    for (String name : model.inputs()) {
      int id = graph.named(name).node();
      if (isSampled(id)) {
        List<Integer> order = placement.order(id);
        inputs.add(new Port(name, operators.real(), order.stream().map(axis -> side(id, axis)).toList()));
        int size = graph.node(id).shape().stream().mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
        boolean scaled = trained.shift().length > 0 && graph.node(id).shape().stream().filter(Extent.BATCH::equals).count() == 1;
        placement.put(id, scaled ? scaled(name, feature, size) : name);
        feature += scaled ? size : 0;
      } else {
        Graph.Value value = graph.named(name);
        inputs.add(new Port(name, operators.real(), List.of(side(id, value.row()), side(id, value.column()))));
        long[] shape = graph.node(id).shape().stream().mapToLong(extent -> ((Extent.Fixed) extent).size()).toArray();
        placement.put(id, shape.length == 2 ? name : operators.apply("Reshape", name, operators.integers(shape)));
      }
    }
  }

  private Object side(int node, int axis) {
    return axis < 0 ? (Object) 1L : graph.node(node).shape().get(axis) instanceof Extent.Fixed fixed ? (Object) (long) fixed.size() : BATCH;
  }

  /** Features are scaled in double precision, as generated classes do. */
  private String scaled(String name, int from, int size) {
    boolean single = operators.real() == ElementType.FLOAT;
    String wide = single ? operators.cast(name, ElementType.DOUBLE) : name;
    String shifted = operators.apply("Sub", wide, features(name + "_shift", trained.shift(), from, size));
    String scaled = operators.apply("Div", shifted, features(name + "_divisor", trained.divisor(), from, size));
    String value = single ? operators.cast(scaled, ElementType.FLOAT) : scaled;
    String given = operators.unique(name + "_scaled");
    return operators.name(value, given, given + " = (" + name + " - shift) / divisor") ? given : value;
  }

  private String features(String wanted, double[] all, int from, int size) {
    String name = operators.unique(wanted);
    operators.constant(new Constant(name, ElementType.DOUBLE, List.of((long) size), Arrays.copyOfRange(all, from, from + size)));
    return name;
  }

  /** A parameter's entries are row by row, and its axes may be the other way round. */
  private String parameter(int id, Node.Leaf leaf) {
    double[] entries = trained.parameters().get(leaf.name());
    Graph.Value value = graph.named(leaf.name());
    List<Long> shape = placement.order(id).stream().map(axis -> (Long) side(id, axis)).toList();
    if (value.row() == 1 && value.column() == 0) {
      int rows = (int) (long) shape.get(1);
      int columns = (int) (long) shape.get(0);
      double[] given = entries;
      entries = IntStream.range(0, given.length).mapToDouble(k -> given[k % rows * columns + k / rows]).toArray();
    }
    operators.constant(new Constant(leaf.name(), operators.real(), shape, entries));
    return leaf.name();
  }

  private String named(int id, String value) {
    String name = names.get(id);
    return name != null && operators.name(value, name, formula(id)) ? name : value;
  }

  /** The formulas of all names of a value, which may be one after the other. */
  private String formula(int id) {
    return graph.node(id).rank() > 2 ? "" : String.join("\n", Formulas.define(graph, graph.names().entrySet().stream()
        .filter(entry -> entry.getValue().node() == id && isIdentifier(entry.getKey())).map(Map.Entry::getKey).toList()));
  }

  /** False for sides of claims and gradients. */
  private static boolean isIdentifier(String name) {
    return name.matches("\\w+");
  }

  private Port output(int id) {
    Graph.Value value = model.predicted(prediction);
    boolean column = graph.node(id).shape().stream().filter(Extent.BATCH::equals).count() == 1;
    List<Integer> order = column ? placement.order(id) : List.of(value.row(), value.column());
    String placed = column ? placement.value(id) : matrix(id, order);
    if (!placed.equals(prediction) && !operators.name(placed, prediction, formula(id))) {
      operators.name(operators.apply("Identity", placed), prediction, "");
    }
    return new Port(prediction, operators.real(), order.stream().map(axis -> side(id, axis)).toList());
  }

  private String matrix(int id, List<Integer> order) {
    String value = placement.place(View.identity(id, graph.node(id).rank()), order);
    int missing = order.size() - (order.get(0) >= 0 ? 2 : order.get(1) >= 0 ? 1 : 0);
    return missing == 0 ? value : operators.unsqueeze(value, IntStream.range(0, missing).asLongStream().toArray());
  }
}
