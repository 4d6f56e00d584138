package @package@;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;

/** Trains the network on points of a square, and asks it about two of them. */
public final class Main {

  private static final int SAMPLES = 256;

  private Main() {}

  /** Prints the loss during training, then two predictions. */
  public static void main(String[] args) {
    DMatrixRMaj x = new DMatrixRMaj(2, SAMPLES);
    DMatrixRMaj y = new DMatrixRMaj(1, SAMPLES);
    fill(x, y, new Random(1));
    @Name@ net = @Name@.create(SAMPLES, 1);
    for (int step = 0; step <= 400; step++) {
      double loss = net.step(x, y);
      if (step % 100 == 0) {
        System.out.printf("step %3d  loss %.4f%n", step, loss);
      }
    }
    System.out.printf("(0.0, 0.0) is inside with probability %.3f%n", net.predict(new double[] {0, 0})[0]);
    System.out.printf("(0.9, 0.9) is inside with probability %.3f%n", net.predict(new double[] {0.9, 0.9})[0]);
  }

  /** Draws points; a sample is a column. */
  private static void fill(DMatrixRMaj x, DMatrixRMaj y, Random random) {
    for (int sample = 0; sample < SAMPLES; sample++) {
      double first = 2 * random.nextDouble() - 1;
      double second = 2 * random.nextDouble() - 1;
      x.set(0, sample, first);
      x.set(1, sample, second);
      y.set(0, sample, first * first + second * second < 0.5 ? 1 : 0);
    }
  }
}
