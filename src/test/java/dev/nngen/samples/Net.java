package dev.nngen.samples;

import dev.nngen.codegen.GeneratedClass;
import java.nio.file.Path;
import org.ejml.data.DMatrixRMaj;

/** An instance of a generated class in double precision; the methods are those of the class. */
final class Net {

  private final Class<?> type;
  private final GeneratedClass.Instance instance;

  Net(GeneratedClass type, int maxBatch) {
    this.type = type.type();
    this.instance = type.create(maxBatch);
  }

  Net initialize(long seed) {
    instance.call("initialize", seed);
    return this;
  }

  DMatrixRMaj predict(DMatrixRMaj... inputs) {
    return instance.call("predict", (Object[]) inputs);
  }

  double loss(DMatrixRMaj... data) {
    return instance.<Double>call("loss", (Object[]) data);
  }

  double gradients(DMatrixRMaj... data) {
    return instance.<Double>call("gradients", (Object[]) data);
  }

  double step(DMatrixRMaj... data) {
    return instance.<Double>call("step", (Object[]) data);
  }

  double[] parameters() {
    double[] flat = new double[parameterCount()];
    instance.call("getParameters", flat, 0);
    return flat;
  }

  void setParameters(double[] flat) {
    instance.call("setParameters", flat, 0);
  }

  /** The last gradients in the flat order. */
  double[] flatGradients() {
    double[] flat = new double[parameterCount()];
    instance.call("addGradients", flat, 0);
    return flat;
  }

  void applyGradients(double[] flat) {
    instance.call("applyGradients", flat, 0);
  }

  void save(Path file) {
    instance.call("save", file);
  }

  void load(Path file) {
    instance.call("load", file);
  }

  int parameterCount() {
    try {
      return type.getField("PARAMETER_COUNT").getInt(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  Object object() {
    return instance.object();
  }
}
