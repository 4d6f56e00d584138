package dev.nngen.train;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.lower.Program;
import dev.nngen.train.data.Data;
import dev.nngen.train.data.Scaling;
import dev.nngen.train.data.Signature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A batch of samples as the matrices and arrays that a generated class takes. The arrays are reused. */
final class Batch {

  /** An argument of the class. */
  private record Slot(String name, int size, boolean samplesAreColumns, Matrix matrix) {}

  private final List<Slot> slots = new ArrayList<>();
  private final Object[] inputs;
  private final Object[] all;
  private double[] sample = new double[0];
  private int samples;

  Batch(Program<?> model, Signature signature) {
    List<Signature.Port> ports = new ArrayList<>(signature.inputs());
    ports.addAll(signature.targets());
    for (Signature.Port port : ports) {
      slots.add(new Slot(port.name(), port.size(), samplesAreColumns(model, port.name()), port.count() > 0 ? new Matrix.Whole() : Matrix.create(model.singlePrecision())));
    }
    all = new Object[slots.size()];
    inputs = new Object[signature.inputs().size()];
  }

  /** Whether a value's matrix has a column for each sample; otherwise it has a row. */
  static boolean samplesAreColumns(Program<?> model, String name) {
    Graph.Value value = model.graph().named(name);
    int axis = model.graph().node(value.node()).shape().indexOf(Extent.BATCH);
    return value.columns().contains(axis);
  }

  /**
   * Copies samples of the data.
   *
   * @param rows of the data, of which those from {@code from} up to {@code to} are copied
   */
  void fill(Data data, int[] rows, int from, int to) {
    samples = to - from;
    if (sample.length < data.sampleSize()) {
      sample = new double[data.sampleSize()];
    }
    int filled = data.features() + (data.hasTargets() ? data.signature().targetSize() : 0);
    reshape();
    for (int c = 0; c < samples; c++) {
      data.sample(rows[from + c], sample);
      put(c, filled);
    }
  }

  private void reshape() {
    for (int k = 0; k < all.length; k++) {
      Slot slot = slots.get(k);
      slot.matrix().reshape(slot.samplesAreColumns() ? slot.size() : samples, slot.samplesAreColumns() ? samples : slot.size());
      all[k] = slot.matrix().argument();
    }
    System.arraycopy(all, 0, inputs, 0, inputs.length);
  }

  /** Sets the inputs of one sample. */
  void fillOne(double[] inputsOfSample) {
    samples = 1;
    sample = inputsOfSample;
    reshape();
    put(0, inputsOfSample.length);
  }

  private void put(int column, int filled) {
    int at = 0;
    for (Slot slot : slots) {
      if (at >= filled) {
        return;
      }
      for (int k = 0; k < slot.size(); k++) {
        slot.matrix().set(slot.samplesAreColumns() ? k * samples + column : column * slot.size() + k, sample[at + k]);
      }
      at += slot.size();
    }
  }

  /** Sets an argument of one number, for one sample. */
  void set(String name, double value) {
    slots.stream().filter(slot -> slot.name().equals(name)).forEach(slot -> slot.matrix().set(0, value));
  }

  int samples() {
    return samples;
  }

  /** Returns the arguments of {@code predict}. */
  Object[] inputs() {
    return inputs;
  }

  /** Returns the arguments of {@code step}, {@code loss} and {@code gradients}. */
  Object[] all() {
    return all;
  }

  /** Returns the entries of each argument in the order of its tensor's axes, as the reference interpreter takes them; features are scaled. */
  Map<String, double[]> leaves(Program<?> model, Scaling scaling) {
    Map<String, double[]> leaves = new LinkedHashMap<>();
    int first = 0;
    for (Slot slot : slots) {
      Graph.Value value = model.graph().named(slot.name());
      leaves.put(slot.name(), entries(slot, value.column() == 0 && value.row() != Graph.Value.NONE, scaling, first));
      first += slot.size();
    }
    return leaves;
  }

  private double[] entries(Slot slot, boolean transposed, Scaling scaling, int first) {
    int rows = slot.matrix().rows();
    int columns = slot.matrix().columns();
    double[] entries = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double scaled = scaling.scaled(slot.matrix().get(r * columns + c), first + (slot.samplesAreColumns() ? r : c));
        entries[transposed ? c * rows + r : r * columns + c] = slot.matrix().rounded(scaled);
      }
    }
    return entries;
  }
}
