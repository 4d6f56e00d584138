package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** An instance of a generated class that is trained on random data. */
final class Trained {

  private static final int BATCH = 6;

  private final Program<Phase.Simplified> model;
  private final JavaText java;
  private final GeneratedClass.Instance instance;

  Trained(Program<Phase.Simplified> model, KernelSet kernels, long seed) {
    this.model = model;
    this.java = JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels));
    this.instance = GeneratedClass.compile(java).create(BATCH);
    instance.call("initialize", seed);
  }

  String text() {
    return java.text();
  }

  GeneratedClass.Instance instance() {
    return instance;
  }

  /** Calls a method with all data, which are the same for the same seed. */
  double step(String method, long seed) {
    return Agreement.real(instance.call(method, data(seed)));
  }

  /** All inputs and targets, of normally distributed numbers; matrices have a row or a column for each sample. */
  Object[] data(long seed) {
    Random random = new Random(seed);
    List<Object> data = new ArrayList<>();
    List<String> names = new ArrayList<>(model.inputs());
    names.addAll(model.targets());
    for (String name : names) {
      int size = model.graph().node(model.graph().named(name).node()).shape().stream()
          .mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
      double[][] samples = random.doubles((long) BATCH * size).mapToObj(u -> new double[] {2 * u - 1}).toArray(double[][]::new);
      data.add(matrix(size, samples));
    }
    return data.toArray();
  }

  private Object matrix(int size, double[][] samples) {
    int rows = model.samplesInRows() ? BATCH : size;
    int columns = model.samplesInRows() ? size : BATCH;
    DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
    FMatrixRMaj floats = new FMatrixRMaj(rows, columns);
    for (int k = 0; k < samples.length; k++) {
      int row = model.samplesInRows() ? k / size : k % size;
      int column = model.samplesInRows() ? k % size : k / size;
      matrix.set(row, column, samples[k][0]);
      floats.set(row, column, (float) samples[k][0]);
    }
    return model.singlePrecision() ? floats : matrix;
  }

  double[] parameters() {
    Object flat = flat();
    instance.call("getParameters", flat, 0);
    double[] parameters = new double[Array.getLength(flat)];
    for (int k = 0; k < parameters.length; k++) {
      parameters[k] = Array.getDouble(flat, k);
    }
    return parameters;
  }

  void setParameters(double[] parameters) {
    Object flat = flat();
    for (int k = 0; k < parameters.length; k++) {
      if (flat instanceof double[] doubles) {
        doubles[k] = parameters[k];
      } else {
        ((float[]) flat)[k] = (float) parameters[k];
      }
    }
    instance.call("setParameters", flat, 0);
  }

  private Object flat() {
    int count = model.parameters().stream().mapToInt(parameter -> parameter.rows() * parameter.columns()).sum();
    return Array.newInstance(model.singlePrecision() ? float.class : double.class, count);
  }
}
