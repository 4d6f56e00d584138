package dev.nngen.train;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.model.ArgumentCondition;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Scaling;
import dev.nngen.train.data.Signature.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Checks that data is finite after scaling, and that it satisfies the facts that the model declares, because gradients are derived from them. Facts
 * about several samples at once are not checked, because they depend on the batch.
 */
final class FactCheck {

  private static final int SAMPLES = 256;
  private static final double TOLERANCE = 1e-6;

  private final Graph graph;
  private final Facts facts;
  private final Data data;
  private final Scaling scaling;
  private final Batch batch;
  private final CompiledModel model;

  FactCheck(CompiledModel model, Data data, Scaling scaling) {
    this.model = model;
    this.graph = model.lowered().graph();
    this.facts = model.lowered().facts();
    this.data = data;
    this.scaling = scaling;
    this.batch = new Batch(model.lowered(), data.signature());
  }

  /** Checks all rows; reports the first that contradicts a fact. */
  void check(int[] rows) throws DataException {
    double[] sample = new double[data.sampleSize()];
    for (int row : rows) {
      data.sample(row, sample);
      finite(row, sample);
      checkIntegers(row, sample);
    }
    if (facts.ranges().isEmpty() && facts.equalities().isEmpty()) {
      return;
    }
    for (int from = 0; from < rows.length; from += SAMPLES) {
      int to = Math.min(rows.length, from + SAMPLES);
      batch.fill(data, rows, from, to);
      Interpreter values = new Interpreter(graph, batch.leaves(model.lowered(), scaling), Map.of(Extent.BATCH.name(), to - from));
      int[] chunk = Arrays.copyOfRange(rows, from, to);
      for (Map.Entry<Integer, Interval> fact : facts.ranges().entrySet()) {
        if (isOfSamples(fact.getKey())) {
          range(fact.getKey(), fact.getValue(), values, chunk);
        }
      }
      for (Map.Entry<Integer, Integer> fact : facts.equalities().entrySet()) {
        if (isOfSamples(fact.getKey()) && isOfData(fact.getValue())) {
          equality(fact.getKey(), fact.getValue(), values, chunk);
        }
      }
    }
  }

  private void finite(int row, double[] sample) throws DataException {
    int filled = filled();
    double largest = data.signature().single() ? Float.MAX_VALUE : Double.MAX_VALUE;
    for (int k = 0; k < filled; k++) {
      if (!(Math.abs(scaling.scaled(sample[k], k)) <= largest)) {
        boolean isFeature = k < data.features();
        String what = isFeature ? "column `" + data.featureName(k) + "`" : "the target";
        throw data.fault(ErrorCode.NOT_FINITE, row, k, !Double.isFinite(sample[k]) ? what + " is " + sample[k]
            : isFeature ? what + " cannot be scaled: (x - " + scaling.shift()[k] + ") / " + scaling.divisor()[k] + " is not finite for x = " + sample[k]
            : what + " is beyond single precision").help("another unit, such as a thousandth of it, keeps numbers in range");
      }
    }
  }

  /** Returns the number of entries of a sample that the data has. */
  private int filled() {
    return data.features() + (data.hasTargets() ? data.signature().targetSize() : 0);
  }

  private void checkIntegers(int row, double[] sample) throws DataException {
    int at = 0;
    for (Port port : ports()) {
      for (int k = at; k < Math.min(at + port.size(), filled()) && port.count() > 0; k++) {
        if (sample[k] != Math.rint(sample[k])) {
          throw data.fault(ErrorCode.FACT_VIOLATED, row, k, port.name() + " takes integers from 0 to " + (port.count() - 1) + ", found " + number(sample[k]));
        }
      }
      at += port.size();
    }
  }

  private List<Port> ports() {
    List<Port> ports = new ArrayList<>(data.signature().inputs());
    ports.addAll(data.signature().targets());
    return ports;
  }

  private boolean isOfSamples(int node) {
    return graph.node(node).shape().contains(Extent.BATCH) && isOfData(node);
  }

  /** Whether a value depends only on inputs and, if there are any, targets. */
  private boolean isOfData(int node) {
    boolean[] needed = graph.reachable(List.of(node));
    return IntStream.range(0, graph.size()).filter(id -> needed[id]).mapToObj(graph::node)
        .allMatch(n -> !(n instanceof Node.Leaf leaf) || leaf.role() == Node.Role.INPUT || leaf.role() == Node.Role.TARGET && data.hasTargets());
  }

  private void range(int node, Interval range, Interpreter values, int[] rows) throws DataException {
    double[] entries = values.value(node);
    for (int i = 0; i < entries.length; i++) {
      if (!range.contains(entries[i])) {
        throw violated(node, rows, i, shown(node) + " must be in " + range + ", as " + source(node) + ", found " + number(entries[i]));
      }
    }
  }

  /** Returns the source of the range: the model itself, or a function that it calls. */
  private String source(int node) {
    return model.lowered().conditions().stream().filter(condition -> condition.need().kind() == ArgumentCondition.Kind.DOMAIN && condition.node() == node && condition.declared().isEmpty())
        .findFirst().map(condition -> "`" + condition.need().function() + "` needs").orElse("the model declares");
  }

  private void equality(int left, int right, Interpreter values, int[] rows) throws DataException {
    double[] l = values.value(left);
    double[] r = values.value(right);
    for (int i = 0; i < l.length; i++) {
      double wanted = r[r.length == 1 ? 0 : i];
      if (!(Math.abs(l[i] - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted)))) {
        throw violated(left, rows, i, shown(left) + " must equal " + number(wanted) + ", as the model declares, found " + number(l[i]));
      }
    }
  }

  private DataException violated(int node, int[] rows, int entry, String message) {
    List<Extent> shape = graph.node(node).shape();
    int inner = 1;
    for (Extent extent : shape.subList(shape.indexOf(Extent.BATCH) + 1, shape.size())) {
      inner *= ((Extent.Fixed) extent).size();
    }
    int sample = entry / inner % rows.length;
    int outer = entry / inner / rows.length;
    int column = graph.node(node) instanceof Node.Leaf leaf ? first(leaf.name()) + outer * inner + entry % inner : -1;
    DataException fault = data.fault(ErrorCode.FACT_VIOLATED, rows[sample], column, message);
    if (!(graph.node(node) instanceof Node.Leaf leaf) || model.lowered().counts().containsKey(leaf.name())) {
      return fault;
    } else if (leaf.role() == Node.Role.INPUT) {
      return fault.help("features are scaled before the model uses them; try --scale minmax, none or a number to divide by");
    }
    return data.signature().targetSize() == 1 && !data.hasLabels() ? fault.help("if it is a class label, name both classes with --classes") : fault;
  }

  /** Returns the position of the first entry of an input or target in a sample. */
  private int first(String name) {
    int first = 0;
    for (Port port : ports()) {
      if (port.name().equals(name)) {
        return first;
      }
      first += port.size();
    }
    return -1;
  }

  private String shown(int node) {
    if (graph.node(node) instanceof Node.Leaf leaf) {
      return leaf.name();
    }
    boolean[] needed = graph.reachable(List.of(node));
    List<String> leaves = IntStream.range(0, graph.size()).filter(id -> needed[id]).mapToObj(graph::node)
        .filter(n -> n instanceof Node.Leaf).map(n -> ((Node.Leaf) n).name()).toList();
    boolean sum = graph.node(node) instanceof Node.Product product && product.factors().size() == 1 && product.isSumming();
    return (sum ? "the sum of " : "a value of ") + String.join(", ", leaves) + " over a sample";
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : String.format(Locale.ROOT, "%.6g", value);
  }
}
