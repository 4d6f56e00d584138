package dev.nngen.onnx;

import dev.nngen.formula.Formulas;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.onnx.OnnxFile.Constant;
import dev.nngen.onnx.OnnxFile.ElementType;
import dev.nngen.onnx.OnnxFile.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the prediction of a trained model as an ONNX file. The same model and weights give the same bytes.
 *
 * <p>Inputs and the output have the shapes of the model; samples, if any, are the first side, and the batch size is free. Integer inputs are
 * integers. Operators with a name of the model carry its formula.
 */
public final class OnnxExport {

  /** Maximum size of the data: a file of protocol buffers has at most 2 GiB, and names and operators need little of it. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (1L << 24);

  private final Program<Phase.Simplified> model;
  private final Graph graph;
  private final String prediction;
  private final Trained trained;
  private final OperatorGraph operators;
  private final AxisOrder placement;
  private final List<Port> inputs = new ArrayList<>();
  private final Map<Integer, String> names = new LinkedHashMap<>();

  /**
   * The results of training.
   *
   * @param parameters entries by name, row by row
   * @param shift of each feature, in the order of the inputs; empty without scaling
   * @param divisor of each feature, after the shift
   * @param metadata texts that the file carries
   */
  public record Trained(Map<String, double[]> parameters, double[] shift, double[] divisor, Map<String, String> metadata) {}

  private OnnxExport(Program<Phase.Simplified> model, Trained trained) throws NotExportable {
    this.model = model;
    this.graph = model.graph();
    this.prediction = model.output().orElseThrow(() -> new NotExportable(model.name() + " has no prediction: every value depends on a target"));
    this.trained = trained;
    int output = model.predicted(prediction).node();
    graph.names().forEach((name, value) -> {
      if (isIdentifier(name) && value.node() != output && !(graph.node(value.node()) instanceof Node.Leaf)) {
        names.putIfAbsent(value.node(), name);
      }
    });
    this.operators = new OperatorGraph(model.singlePrecision() ? ElementType.FLOAT : ElementType.DOUBLE, graph.names().keySet());
    this.placement = new AxisOrder(graph, operators);
    if (sides(graph.named(prediction)).equals(placement.order(output))) {
      names.put(output, prediction);
    }
  }

  /**
   * Returns the bytes of the file.
   *
   * @param model simplified
   * @param version of nngen
   * @throws NotExportable if a part of the model has no form in ONNX
   */
  public static byte[] export(Program<Phase.Simplified> model, Trained trained, String version) throws NotExportable {
    return new OnnxExport(model, trained).write(version);
  }

  private byte[] write(String version) throws NotExportable {
    requireSize();
    Map<Extent.Symbol, Extents.Side> sides = openSides();
    GraphWriter writer = new GraphWriter(graph, operators, placement, new Extents(operators, sides), this::named, this::entries);
    addInputs();
    int output = model.predicted(prediction).node();
    writer.need(List.of(output));
    Set<Integer> needed = writer.computed();
    requireOperators(needed);
    requireKnown(needed, sides.keySet());
    for (int id : needed) {
      if (!placement.isKnown(id) && graph.node(id) instanceof Node.Leaf leaf && (leaf.role() == Node.Role.PARAMETER || leaf.role() == Node.Role.STATE)) {
        placement.put(id, parameter(id, leaf));
      }
    }
    writer.write();
    Port port = output(output);
    return OnnxFile.write(model.name(), version, trained.metadata(), inputs, port, operators.constants(), operators.operations());
  }

  /** Returns the inputs' sides that have the lengths known only at run time. */
  private Map<Extent.Symbol, Extents.Side> openSides() {
    Map<Extent.Symbol, Extents.Side> found = new LinkedHashMap<>();
    for (String name : model.inputs()) {
      Graph.Value value = graph.named(name);
      List<Integer> sides = sides(value);
      for (int k = 0; k < sides.size(); k++) {
        if (sides.get(k) != AxisOrder.ONE && graph.node(value.node()).shape().get(sides.get(k)) instanceof Extent.Symbol symbol) {
          found.putIfAbsent(symbol, new Extents.Side(name, k));
        }
      }
    }
    return found;
  }

  private void requireOperators(Set<Integer> needed) throws NotExportable {
    for (int id : needed) {
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

  /** Requires that an input has the number of samples and each other size that the output depends on; an ONNX graph knows no others. */
  private void requireKnown(Set<Integer> needed, Set<Extent.Symbol> known) throws NotExportable {
    for (int id : needed) {
      for (Extent.Symbol symbol : symbols(graph.node(id))) {
        if (!known.contains(symbol)) {
          String first = graph.names().keySet().stream().filter(name -> isIdentifier(name) && needed.contains(graph.named(name).node()))
              .filter(name -> graph.reachable(List.of(graph.named(name).node()))[id]).findFirst().orElse(prediction);
          String what = symbol.equals(Extent.BATCH) ? "the number of samples" : "the size " + symbol;
          throw new NotExportable("the output " + prediction + " depends on " + what + " in " + first + ", but no input "
              + (symbol.equals(Extent.BATCH) ? "runs over the samples" : "has an axis of that size: give it a number, --size " + symbol + "=24"));
        }
      }
    }
  }

  private Set<Extent.Symbol> symbols(Node node) {
    Set<Extent.Symbol> symbols = new LinkedHashSet<>();
    node.loops().forEach(extent -> add(symbols, extent));
    Stream.concat(Stream.of(node), node.operands().stream().map(operand -> graph.node(operand.node()))).filter(Node.Leaf.class::isInstance).map(Node.Leaf.class::cast).forEach(leaf -> {
      leaf.relation().ifPresent(relation -> symbols.addAll(relation.constant().multiples().keySet()));
      if (leaf.role() == Node.Role.EXTENT) {
        symbols.add(new Extent.Symbol(leaf.name()));
      }
    });
    return symbols;
  }

  private static void add(Set<Extent.Symbol> symbols, Extent extent) {
    if (extent instanceof Extent.Symbol symbol) {
      symbols.add(symbol);
    }
  }

  private void addInputs() throws NotExportable {
    int feature = 0;
    for (String name : model.inputs()) {
      Graph.Value value = graph.named(name);
      List<Integer> sides = sides(value);
      boolean isWhole = model.counts().containsKey(name);
      List<Object> shape = sides.stream().map(axis -> side(value.node(), axis)).toList();
      inputs.add(new Port(name, isWhole ? ElementType.INT64 : operators.real(), shape));
      boolean isScaled = trained.shift().length > 0 && isPerSample(value.node());
      if (isScaled && shape.stream().skip(1).anyMatch(String.class::isInstance)) {
        throw new NotExportable("features of " + name + " are scaled, and how many there are is known at run time only: give sizes their numbers, --size " + model.sizes().get(0) + "=24");
      }
      String features = isScaled && !isWhole ? scaled(name, feature, shape.subList(1, shape.size())) : name;
      String placed = placement.arrange(new AxisOrder.Tensor(features, sides), placement.order(value.node()));
      feature += isScaled ? entries(shape.subList(1, shape.size())) : 0;
      if (isWhole) {
        placement.putIntegers(value.node(), placed, model.counts().get(name));
      } else {
        placement.put(value.node(), placed);
      }
    }
  }

  private boolean isPerSample(int node) {
    return graph.node(node).shape().stream().filter(Extent.BATCH::equals).count() == 1;
  }

  /** Returns the sides of an input or the output: samples come first, the others are as in the model. */
  private List<Integer> sides(Graph.Value value) {
    List<Integer> axes = new ArrayList<>(value.allAxes());
    if (isPerSample(value.node())) {
      Integer samples = graph.node(value.node()).shape().indexOf(Extent.BATCH);
      axes.remove(samples);
      axes.add(0, samples);
    }
    return axes;
  }

  private static int entries(List<Object> shape) {
    return shape.stream().mapToInt(side -> Math.toIntExact((Long) side)).reduce(1, Math::multiplyExact);
  }

  private Object side(int node, int axis) {
    return Extents.side(graph.node(node).shape(), axis);
  }

  /** Scales features in double precision, as generated classes do. */
  private String scaled(String name, int from, List<Object> shape) {
    boolean single = operators.real() == ElementType.FLOAT;
    String wide = single ? operators.cast(name, ElementType.DOUBLE) : name;
    String shifted = operators.apply("Sub", wide, features(name + "_shift", trained.shift(), from, shape));
    String scaled = operators.apply("Div", shifted, features(name + "_divisor", trained.divisor(), from, shape));
    String value = single ? operators.cast(scaled, ElementType.FLOAT) : scaled;
    String given = operators.unique(name + "_scaled");
    return operators.name(value, given, given + " = (" + name + " - shift) / divisor") ? given : value;
  }

  private String features(String wanted, double[] all, int from, List<Object> shape) {
    String name = operators.unique(wanted);
    operators.constant(new Constant(name, ElementType.DOUBLE, shape.stream().map(side -> (Long) side).toList(), Arrays.copyOfRange(all, from, from + entries(shape))));
    return name;
  }

  /** Returns a parameter's entries in the order of its node's axes. */
  private double[] entries(int id) {
    Node.Leaf leaf = (Node.Leaf) graph.node(id);
    List<Integer> order = IntStream.range(0, leaf.rank()).boxed().toList();
    return reordered(trained.parameters().get(leaf.name()), graph.named(leaf.name()).axes(), order, order.stream().map(axis -> (Long) side(id, axis)).toList());
  }

  /** Writes a parameter. Its entries are in the order of its axes in the model, which may differ from that of its tensor. */
  private String parameter(int id, Node.Leaf leaf) {
    List<Integer> order = placement.order(id);
    List<Long> shape = order.stream().map(axis -> (Long) side(id, axis)).toList();
    operators.constant(new Constant(leaf.name(), operators.real(), shape, reordered(trained.parameters().get(leaf.name()), graph.named(leaf.name()).axes(), order, shape)));
    return leaf.name();
  }

  /** Permutes row-major entries from one order of axes to another. */
  private static double[] reordered(double[] entries, List<Integer> from, List<Integer> to, List<Long> shape) {
    double[] result = new double[entries.length];
    for (int at = 0; at < result.length; at++) {
      int source = 0;
      for (int axis : from) {
        int place = to.indexOf(axis);
        int inner = shape.subList(place + 1, shape.size()).stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
        source = source * shape.get(place).intValue() + at / inner % shape.get(place).intValue();
      }
      result[at] = entries[source];
    }
    return result;
  }

  private String named(int id, String value) {
    String name = names.get(id);
    return name != null && operators.name(value, name, formula(id)) ? name : value;
  }

  /** Returns the formulas of all names of a value, separated by newlines. */
  private String formula(int id) {
    return String.join("\n", Formulas.defineAll(graph, graph.names().entrySet().stream()
        .filter(entry -> entry.getValue().node() == id && isIdentifier(entry.getKey())).map(Map.Entry::getKey).toList()));
  }

  /** Whether the name is one of the text; false for sides of claims and gradients. */
  private static boolean isIdentifier(String name) {
    return name.matches("\\w+");
  }

  private Port output(int id) {
    List<Integer> sides = sides(model.predicted(prediction));
    String placed = placement.arrange(placement.tensor(View.identity(id, graph.node(id).rank())), sides);
    if (!placed.equals(prediction) && !operators.name(placed, prediction, formula(id))) {
      operators.name(operators.apply("Identity", placed), prediction, "");
    }
    return new Port(prediction, operators.real(), sides.stream().map(axis -> side(id, axis)).toList());
  }
}
