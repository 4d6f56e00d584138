package dev.nngen.bench.generated;

import dev.nngen.bench.Data;
import dev.nngen.bench.TextLearner;
import dev.nngen.bench.Workload;
import java.lang.reflect.Method;

/** The class {@code Text} with vector kernels. A step takes so long that the cost of reflection is negligible. */
public final class NngenTextLearner implements TextLearner {

  private Object net;
  private Method step;
  private Method loss;

  @Override
  public String name() {
    return "nngen-vector";
  }

  @Override
  public void start(double[] parameters) throws ReflectiveOperationException {
    Class<?> type = Class.forName("dev.nngen.bench.vector.f32.Text");
    net = type.getConstructor(int.class).newInstance(Workload.Text.batch());
    type.getMethod("initialize", long.class).invoke(net, 1L);
    type.getMethod("setParameters", float[].class, int.class).invoke(net, Data.narrow(parameters), 0);
    step = type.getMethod("step", int[].class, int[].class);
    loss = type.getMethod("loss", int[].class, int[].class);
  }

  @Override
  public void step(int[] words, int[] labels) throws ReflectiveOperationException {
    step.invoke(net, NetworkInputs.columns(words, Workload.Text.batch()), NetworkInputs.columns(labels, Workload.Text.batch()));
  }

  @Override
  public double loss(int[] words, int[] labels) throws ReflectiveOperationException {
    return ((Number) loss.invoke(net, NetworkInputs.columns(words, Workload.Text.batch()), NetworkInputs.columns(labels, Workload.Text.batch()))).doubleValue();
  }
}
