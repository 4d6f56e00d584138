package dev.nngen.train;

import dev.nngen.ast.Item;
import dev.nngen.ast.Statement;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.parse.NnParser;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Prepared;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Observes the steps of another stepper. At the first loss or parameter that is not finite it computes the step again with the reference interpreter,
 * and names the first value that is not finite although all its operands are.
 */
final class FiniteCheck implements Stepper {

  private final Stepper stepper;
  private final CompiledModel model;
  private final Network network;
  private final Prepared prepared;
  private final double[] before;
  private final double[] after;
  private final double[] states;

  FiniteCheck(Stepper stepper, CompiledModel model, Network network, Prepared prepared) {
    this.stepper = stepper;
    this.model = model;
    this.network = network;
    this.prepared = prepared;
    this.before = new double[network.parameterCount()];
    this.after = new double[network.parameterCount()];
    this.states = new double[network.stateCount()];
  }

  @Override
  public double[] step(int[] rows, int from, int to, int epoch, int batch) throws DataException {
    network.getParameters(before);
    network.getState(states);
    double[] losses = stepper.step(rows, from, to, epoch, batch);
    network.getParameters(after);
    if (firstBad(losses) >= 0 || firstBad(after) >= 0) {
      throw origin(rows, from, to, "in epoch " + epoch + ", batch " + batch, losses[Math.max(0, firstBad(losses))]);
    }
    return losses;
  }

  private static int firstBad(double[] values) {
    for (int k = 0; k < values.length; k++) {
      if (!Double.isFinite(values[k])) {
        return k;
      }
    }
    return -1;
  }

  private DataException origin(int[] rows, int from, int to, String when, double loss) {
    Program<Phase.Simplified> simplified = model.simplified();
    Graph graph = simplified.graph();
    Batch batch = network.batch();
    batch.fill(prepared.data(), rows, from, to);
    Map<String, double[]> leaves = new LinkedHashMap<>(batch.leaves(simplified, prepared.scaling()));
    putParameters(leaves);
    simplified.noises().forEach(noise -> leaves.put(noise.name(), noise(noise.name())));
    Interpreter values = new Interpreter(graph, leaves, Map.of(Extent.BATCH.name(), to - from));
    boolean[] needed = graph.reachable(graph.names().values().stream().map(Graph.Value::node).toList());
    for (int id = 0; id < graph.size(); id++) {
      int entry = needed[id] ? firstBad(values.value(id)) : -1;
      if (entry >= 0) {
        return at(graph, id, entry, values, when, rows, from);
      }
    }
    return inUpdate(when, loss);
  }

  /** Collects parameters and states before the step, each in the order of its tensor's axes. */
  private void putParameters(Map<String, double[]> leaves) {
    int offset = 0;
    for (Program.Parameter parameter : model.simplified().parameters()) {
      leaves.put(parameter.name(), entries(parameter.name(), parameter.rows(), parameter.columns(), before, offset));
      offset += parameter.rows() * parameter.columns();
    }
    offset = 0;
    for (Program.ModelState state : model.simplified().modelStates()) {
      leaves.put(state.name(), entries(state.name(), state.rows(), state.columns(), states, offset));
      offset += state.rows() * state.columns();
    }
  }

  /** Returns the noise of the step, which the network still has. */
  private double[] noise(String name) {
    Matrix drawn = network.noise(name);
    int rows = drawn.rows();
    int columns = drawn.columns();
    return entries(name, rows, columns, IntStream.range(0, rows * columns).mapToDouble(drawn::get).toArray(), 0);
  }

  /** Returns the entries of a row-major matrix in an array, starting at an offset. */
  private double[] entries(String name, int rows, int columns, double[] from, int offset) {
    Graph.Value value = model.simplified().graph().named(name);
    boolean transposed = value.column() == 0 && value.row() != Graph.Value.NONE;
    double[] entries = new double[rows * columns];
    for (int k = 0; k < entries.length; k++) {
      entries[transposed ? k % columns * rows + k / columns : k] = from[offset + k];
    }
    return entries;
  }

  private DataException at(Graph graph, int id, int entry, Interpreter values, String when, int[] rows, int from) {
    String name = nameOf(graph, id);
    boolean itself = graph.names().get(name) != null && graph.names().get(name).node() == id;
    int[] index = index(graph.node(id).shape(), entry, values);
    int samples = graph.node(id).shape().indexOf(Extent.BATCH);
    String where = samples < 0 ? "" : ", of the sample at " + prepared.data().place(rows[from + index[samples]]);
    String message = (itself ? name : "an operand of " + name) + " is " + values.value(id)[entry] + " " + when + where;
    String made = operation(graph.node(id)) + " of finite values: " + graph.node(id).operands().stream().map(View::node).distinct()
        .map(operand -> range(graph, operand, values)).collect(Collectors.joining("; "));
    Diagnostic diagnostic = span(name).map(span -> Diagnostic.of(ErrorCode.NOT_FINITE, span, message))
        .orElse(Diagnostic.withoutPlace(ErrorCode.NOT_FINITE, message));
    return advised(new DataException(graph.node(id).operands().isEmpty() ? diagnostic : diagnostic.help("it is " + made)),
        "a lower rate, --clip-norm or scaled features may keep it finite");
  }

  private DataException inUpdate(String when, double loss) {
    int bad = firstBad(after);
    String name = model.name();
    int offset = 0;
    for (Program.Parameter parameter : model.simplified().parameters()) {
      int size = parameter.rows() * parameter.columns();
      if (bad >= offset && bad < offset + size) {
        name = parameter.name();
      }
      offset += size;
    }
    String message = bad < 0 ? "the loss is " + loss + " " + when
        : "the optimizer's step makes an entry of " + name + " " + after[bad] + " " + when + ", though all gradients are finite";
    return advised(DataException.of(ErrorCode.NOT_FINITE, message), "a lower rate or --clip-norm may keep it finite");
  }

  /** Returns the error with the compiler's warnings, or with the advice if there are none. */
  private DataException advised(DataException fault, String advice) {
    return model.doubts().isEmpty() ? fault.help(advice) : model.doubts().stream().reduce(fault, DataException::help, (first, second) -> second);
  }

  /** Returns the node's own name, or the first named value that depends on it. */
  private static String nameOf(Graph graph, int id) {
    String found = "the model";
    int nearest = Integer.MAX_VALUE;
    for (Map.Entry<String, Graph.Value> named : graph.names().entrySet()) {
      int node = named.getValue().node();
      if (node >= id && node < nearest && graph.reachable(List.of(node))[id]) {
        found = named.getKey();
        nearest = node;
      }
    }
    return found;
  }

  private static String operation(Node node) {
    if (node instanceof Node.Apply apply) {
      return apply.fn().name().toLowerCase(Locale.ROOT);
    }
    return node instanceof Node.Power power ? "the power " + power.exponent()
        : node instanceof Node.Product ? "a product" : node instanceof Node.Sum ? "a sum" : "the maximum";
  }

  private static String range(Graph graph, int node, Interpreter values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values.value(node)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    String name = graph.names().entrySet().stream().filter(named -> named.getValue().node() == node).map(Map.Entry::getKey).findFirst()
        .orElse("a value");
    return String.format(Locale.ROOT, "%s from %.4g to %.4g", name, low, high);
  }

  private static int[] index(List<Extent> shape, int entry, Interpreter values) {
    int[] index = new int[shape.size()];
    int rest = entry;
    for (int k = shape.size() - 1; k >= 0; k--) {
      index[k] = rest % values.size(shape.get(k));
      rest /= values.size(shape.get(k));
    }
    return index;
  }

  /** Returns the definition of a value in the model's text; for one inside a layer, the call of the layer. */
  private Optional<Span> span(String name) {
    ValueName parsed = ValueName.parse(name);
    String value = parsed.is(ValueName.Role.GRADIENT) ? parsed.by() : name;
    List<String> candidates = new ArrayList<>(List.of(value));
    for (int at = value.indexOf('_'); at >= 0; at = value.indexOf('_', at + 1)) {
      candidates.add(value.substring(at + 1));
      candidates.add(value.substring(at + 1).replaceFirst("_\\d+$", ""));
    }
    Map<String, Span> spans = new LinkedHashMap<>();
    NnParser.parse(model.sources().get(0), new Diagnostics()).items().stream()
        .filter(item -> item instanceof Item.ModelItem m && m.name().name().equals(model.name()))
        .flatMap(item -> ((Item.ModelItem) item).body().stream()).forEach(statement -> {
          if (statement instanceof Statement.Definition definition) {
            spans.put(definition.name().name(), definition.span());
          } else if (statement instanceof Statement.Minimize minimize) {
            spans.put(minimize.name().name(), minimize.span());
          } else if (statement instanceof Statement.ParamDecl parameter) {
            spans.put(parameter.name().name(), parameter.span());
          }
        });
    return candidates.stream().map(spans::get).filter(span -> span != null).findFirst();
  }
}
