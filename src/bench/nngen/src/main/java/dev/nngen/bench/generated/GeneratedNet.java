package dev.nngen.bench.generated;

import dev.nngen.bench.Data;
import dev.nngen.bench.Peer;
import dev.nngen.bench.Prepared;
import dev.nngen.bench.Workload;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;

/**
 * An instance of a generated class, found by name. Its methods are called as if the source named them: each call is a lambda over the
 * instance, which HotSpot inlines.
 *
 * @param <M> the class's matrices
 */
final class GeneratedNet<M> {

  /** {@code net.step(x, y)} or {@code net.gradients(x, y)}, without its result. */
  public interface Train<M> {
    void call(M x, M y);
  }

  /** {@code net.predict(x)}. */
  public interface Predict<M> {
    Object call(M x);
  }

  private final Object net;
  private final Class<M> matrix;
  private final Workload workload;

  GeneratedNet(String className, Class<M> matrix, Workload workload) throws ReflectiveOperationException {
    this.net = create(Class.forName(className), workload.batch());
    this.matrix = matrix;
    this.workload = workload;
    net.getClass().getMethod("initialize", long.class).invoke(net, 1L);
  }

  /** Classes of networks that cannot gain from several threads have one. */
  private static Object create(Class<?> type, int batch) throws ReflectiveOperationException {
    boolean several = Peer.threads() > 1 && AutoCloseable.class.isAssignableFrom(type);
    return several ? type.getConstructor(int.class, int.class).newInstance(batch, Peer.threads()) : type.getConstructor(int.class).newInstance(batch);
  }

  /** Takes all parameters from an array of the class's precision. */
  void setParameters(Object parameters) throws ReflectiveOperationException {
    net.getClass().getMethod("setParameters", parameters.getClass(), int.class).invoke(net, parameters, 0);
  }

  Prepared with(M x, M y, M sample) throws ReflectiveOperationException {
    Train<M> step = train("step");
    Predict<M> predict = predict();
    return new Prepared() {
      @Override
      public void step() {
        step.call(x, y);
      }

      @Override
      public void predict() {
        predict.call(sample);
      }

      @Override
      public Gradient gradient() throws ReflectiveOperationException {
        return GeneratedNet.this.gradient(x, y);
      }
    };
  }

  private Prepared.Gradient gradient(M x, M y) throws ReflectiveOperationException {
    Number loss = (Number) net.getClass().getMethod("gradients", matrix, matrix).invoke(net, x, y);
    Class<?> entry = matrix.getField("data").getType().getComponentType();
    Object values = Array.newInstance(entry, workload.parameters());
    net.getClass().getMethod("addGradients", values.getClass(), int.class).invoke(net, values, 0);
    double[] wide = values instanceof float[] narrow ? Data.widen(narrow) : (double[]) values;
    return new Prepared.Gradient(loss.doubleValue(), inCommonOrder(wide));
  }

  /** From the order of {@link Data} to that of the class, which holds each weight matrix as inputs x units. */
  double[] inOwnOrder(double[] parameters) {
    return reordered(parameters, true);
  }

  private double[] inCommonOrder(double[] parameters) {
    return reordered(parameters, false);
  }

  private double[] reordered(double[] from, boolean toOwn) {
    double[] to = from.clone();
    int at = 0;
    for (int k = 1; k <= workload.layers(); k++) {
      int in = workload.size(k - 1);
      int out = workload.size(k);
      double[] weights = java.util.Arrays.copyOfRange(from, at, at + in * out);
      double[] transposed = toOwn ? Data.transposed(weights, out, in) : Data.transposed(weights, in, out);
      System.arraycopy(transposed, 0, to, at, in * out);
      at += (in + 1) * out;
    }
    return to;
  }

  @SuppressWarnings("unchecked")
  private Train<M> train(String name) throws ReflectiveOperationException {
    MethodType type = MethodType.methodType(void.class, matrix, matrix);
    return (Train<M>) bind(Train.class, net.getClass().getMethod(name, matrix, matrix), type, void.class);
  }

  @SuppressWarnings("unchecked")
  private Predict<M> predict() throws ReflectiveOperationException {
    MethodType type = MethodType.methodType(Object.class, matrix);
    return (Predict<M>) bind(Predict.class, net.getClass().getMethod("predict", matrix), type, Object.class);
  }

  /** An object of the interface whose {@code call} is that method of the net. */
  private Object bind(Class<?> target, java.lang.reflect.Method method, MethodType type, Class<?> result)
      throws ReflectiveOperationException {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    MethodHandle handle = lookup.unreflect(method);
    MethodType erased = type.erase().changeReturnType(result);
    try {
      return LambdaMetafactory.metafactory(lookup, "call", MethodType.methodType(target, net.getClass()), erased, handle, type)
          .getTarget().invoke(net);
    } catch (ReflectiveOperationException | RuntimeException | Error fault) {
      throw fault;
    } catch (Throwable fault) {
      throw new ReflectiveOperationException(fault);
    }
  }
}
