package dev.nngen.bench.generated;

import dev.nngen.bench.Learner;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;

/** The class {@code Fashion} that nngen generates with one set of kernels. A call takes an epoch, so the cost of reflection is negligible. */
public class NngenLearner implements Learner {

  private final String kernels;
  private Object net;
  private Method epoch;
  private Method predict;
  private FMatrixRMaj x;
  private FMatrixRMaj y;

  NngenLearner(String kernels) {
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return "nngen-" + kernels;
  }

  @Override
  public void start(float[] images, float[] targets, long seed) throws ReflectiveOperationException {
    Class<?> type = Class.forName("dev.nngen.bench." + kernels + ".f32.Fashion");
    net = type.getConstructor(int.class).newInstance(BATCH);
    type.getMethod("initialize", long.class).invoke(net, seed);
    epoch = type.getMethod("epoch", FMatrixRMaj.class, FMatrixRMaj.class, int.class, long.class);
    predict = type.getMethod("predict", FMatrixRMaj.class);
    x = FMatrixRMaj.wrap(images.length / INPUTS, INPUTS, images);
    y = FMatrixRMaj.wrap(targets.length / CLASSES, CLASSES, targets);
  }

  @Override
  public void epoch(long seed) throws ReflectiveOperationException {
    epoch.invoke(net, x, y, BATCH, seed);
  }

  @Override
  public float[] predict(float[] images) throws ReflectiveOperationException {
    FMatrixRMaj outputs = (FMatrixRMaj) predict.invoke(net, FMatrixRMaj.wrap(images.length / INPUTS, INPUTS, images));
    return Arrays.copyOf(outputs.data, outputs.getNumElements());
  }

  /** Calls of EJML. */
  public static final class Ejml extends NngenLearner {
    public Ejml() {
      super("ejml");
    }
  }

  /** Loops. */
  public static final class Plain extends NngenLearner {
    public Plain() {
      super("plain");
    }
  }

  /** The Vector API. */
  public static final class Vector extends NngenLearner {
    public Vector() {
      super("vector");
    }
  }
}
