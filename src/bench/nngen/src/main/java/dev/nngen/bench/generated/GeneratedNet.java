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
import java.util.function.UnaryOperator;

/**
 * An instance of a generated class, found by name. Its methods are called as if the source named them: each call is a lambda over the
 * instance, which HotSpot inlines. Data are matrices of the class's precision, or whole numbers.
 */
final class GeneratedNet {

  /** {@code net.step(x, y)} or {@code net.gradients(x, y)}, without its result. */
  public interface Train<X, Y> {
    void call(X x, Y y);
  }

  /** {@code net.predict(x)}. */
  public interface Predict<X> {
    Object call(X x);
  }

  private final Object net;
  private final Workload workload;

  GeneratedNet(String className, Workload workload) throws ReflectiveOperationException {
    this.net = create(Class.forName(className), workload.batch());
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

  /** The network with its data; the gradient's order becomes that of all peers by the operator. */
  <X, Y> Prepared with(X x, Y y, X sample, UnaryOperator<double[]> inCommonOrder) throws ReflectiveOperationException {
    Train<X, Y> step = train("step", x, y);
    Predict<X> predict = predict(sample);
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
        Gradient gradient = GeneratedNet.this.gradient(x, y);
        return new Gradient(gradient.loss(), inCommonOrder.apply(gradient.values()));
      }
    };
  }

  private Prepared.Gradient gradient(Object x, Object y) throws ReflectiveOperationException {
    Number loss = (Number) net.getClass().getMethod("gradients", x.getClass(), y.getClass()).invoke(net, x, y);
    Object values = Array.newInstance(loss instanceof Float ? float.class : double.class, workload.parameters());
    net.getClass().getMethod("addGradients", values.getClass(), int.class).invoke(net, values, 0);
    return new Prepared.Gradient(loss.doubleValue(), values instanceof float[] narrow ? Data.widen(narrow) : (double[]) values);
  }

  @SuppressWarnings("unchecked")
  private <X, Y> Train<X, Y> train(String name, X x, Y y) throws ReflectiveOperationException {
    MethodType type = MethodType.methodType(void.class, x.getClass(), y.getClass());
    return (Train<X, Y>) bind(Train.class, net.getClass().getMethod(name, x.getClass(), y.getClass()), type, void.class);
  }

  @SuppressWarnings("unchecked")
  private <X> Predict<X> predict(X sample) throws ReflectiveOperationException {
    MethodType type = MethodType.methodType(Object.class, sample.getClass());
    return (Predict<X>) bind(Predict.class, net.getClass().getMethod("predict", sample.getClass()), type, Object.class);
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
