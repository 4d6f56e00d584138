package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.LongLoops;
import dev.nngen.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every sample's class is compiled, trained on the sample's data, and held to its promises. */
@Slow
@LongLoops
class TrainSamplesTest {

  private static final int FOLDS = 5;
  private static final int BATCH = 32;

  @Test
  void xorIsLearnt() {
    Sample sample = Sample.XOR;
    Net net = sample.net(4).initialize(1);
    DMatrixRMaj[] data = sample.matrices(sample.data());
    for (int step = 0; step < 500; step++) {
      net.step(data);
    }
    double loss = net.loss(data);
    print("xor", "loss %.6f after 500 steps", loss);
    assertTrue(loss < 0.01, () -> "loss " + loss);
  }

  @Test
  void irisIsToldApart() {
    assertAccuracy(Sample.IRIS, 80, 0.95);
  }

  @Test
  void breastCancerIsRecognised() {
    assertAccuracy(Sample.BREAST_CANCER, 60, 0.96);
  }

  @Test
  void digitsAreRead() {
    assertAccuracy(Sample.DIGITS, 30, 0.97);
  }

  @Test
  void convolutionsReadDigitsBetter() {
    assertAccuracy(Sample.DIGITS_CONV, 15, 0.985);
  }

  @Test
  void twoInputsTellIrisesApart() {
    assertAccuracy(Sample.TWO_INPUTS, 80, 0.95);
  }

  @Test
  void petalWidthIsPredicted() {
    Sample sample = Sample.PETAL_WIDTH;
    double error = 0;
    double variance = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      Split split = sample.split(fold, FOLDS);
      Net net = sample.net(split.trainingSize()).initialize(fold);
      for (int step = 0; step < 200; step++) {
        net.step(split.training());
      }
      DMatrixRMaj target = split.test()[split.test().length - 1];
      DMatrixRMaj prediction = net.predict(split.testInputs());
      for (int i = 0; i < target.getNumElements(); i++) {
        error += Math.pow(prediction.get(i) - target.get(i), 2);
        variance += Math.pow(target.get(i), 2);
      }
    }
    double explained = 1 - error / variance;
    print("petal-width", "%.1f %% of the variance explained, %d-fold cross-validation", 100 * explained, FOLDS);
    assertTrue(explained > 0.9, () -> "explained " + explained);
  }

  @Test
  void autoencoderRestoresDigitsItHasNotSeen() {
    Sample sample = Sample.AUTOENCODER;
    Split split = sample.split(0, FOLDS);
    Net net = sample.net(split.testSize()).initialize(1);
    double first = net.loss(split.test());
    sample.train(net, split, 30, BATCH);
    double loss = net.loss(split.test());
    DMatrixRMaj restored = net.predict(split.testInputs());
    double error = meanSquare(restored, split.test()[0]);
    double mean = meanSquare(split.trainingMean(), split.test()[0]);
    print("autoencoder", "held-out loss %.3f, at first %.3f; squared error %.1f %% of that of the mean image", loss, first,
        100 * error / mean);
    assertTrue(error < 0.3 * mean, () -> "error " + error + ", of the mean image " + mean);
  }

  private static double meanSquare(DMatrixRMaj a, DMatrixRMaj b) {
    return IntStream.range(0, b.getNumElements())
        .mapToDouble(i -> Math.pow(a.get(i / b.numCols, a.numCols == 1 ? 0 : i % b.numCols) - b.get(i), 2)).average().orElseThrow();
  }

  private static void assertAccuracy(Sample sample, int epochs, double bar) {
    int right = 0;
    int all = 0;
    double loss = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      Split split = sample.split(fold, FOLDS);
      Net net = sample.net(Math.max(BATCH, split.testSize())).initialize(fold);
      sample.train(net, split, epochs, BATCH);
      loss += net.loss(split.test()) * split.testSize();
      right += Sample.right(net.predict(split.testInputs()), split.test()[split.test().length - 1]);
      all += split.testSize();
    }
    double accuracy = right / (double) all;
    print(sample.folder(), "held-out loss %.4f, accuracy %.2f %%, %d-fold cross-validation", loss / all, 100 * accuracy, FOLDS);
    assertTrue(accuracy >= bar, () -> sample.folder() + ": accuracy " + accuracy);
  }

  private static void print(String sample, String format, Object... values) {
    System.out.println(sample + ": " + String.format(Locale.ROOT, format, values));
  }

  @ParameterizedTest
  @EnumSource(Sample.class)
  void anyBatchGivesTheMeanOverItsOwnSize(Sample sample) {
    Net net = sample.net(7).initialize(2);
    DMatrixRMaj[] all = sample.batch(0, 7);
    for (int size = 7; size >= 1; size--) {
      assertIsMeanOfSamples(sample, net, Sample.samples(all, 0, size));
    }
  }

  /** The gradient of a batch is the mean of its samples' own, where weight decay, the same in all of them, keeps its share. */
  private static void assertIsMeanOfSamples(Sample sample, Net net, DMatrixRMaj[] batch) {
    int size = batch[0].numCols;
    double loss = 0;
    double[] mean = new double[net.parameterCount()];
    for (int c = 0; c < size; c++) {
      loss += net.gradients(Sample.samples(batch, c, c + 1)) / size;
      double[] one = net.flatGradients();
      for (int i = 0; i < mean.length; i++) {
        mean[i] += one[i] / size;
      }
    }
    assertEquals(loss, net.gradients(batch), 1e-12 * Math.max(1, Math.abs(loss)), sample + ", batch of " + size);
    assertArrayEquals(mean, net.flatGradients(), 1e-12, sample + ", batch of " + size);
  }

  @ParameterizedTest
  @EnumSource(Sample.class)
  void trainingResumesBitForBit(Sample sample, @TempDir Path folder) throws IOException {
    DMatrixRMaj[][] batches = IntStream.range(0, 200).mapToObj(i -> sample.batch(i, 1 + i % 5)).toArray(DMatrixRMaj[][]::new);
    Net straight = sample.net(5).initialize(3);
    Net first = sample.net(5).initialize(3);
    for (int i = 0; i < 200; i++) {
      straight.step(batches[i]);
      if (i < 100) {
        first.step(batches[i]);
      }
    }
    Path file = folder.resolve("half.safetensors");
    first.save(file);
    assertTrue(Files.size(file) > 8L * first.parameterCount());
    Net second = sample.net(5).initialize(99);
    second.load(file);
    for (int i = 100; i < 200; i++) {
      second.step(batches[i]);
    }
    assertArrayEquals(straight.parameters(), second.parameters());
  }

  @ParameterizedTest
  @EnumSource(Sample.class)
  void gradientsAppliedFromOutsideAreAStep(Sample sample) {
    Net inside = sample.net(5).initialize(4);
    Net outside = sample.net(5).initialize(4);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20; i++) {
      DMatrixRMaj[] batch = sample.batch(random.nextInt(1000), 5);
      double loss = inside.step(batch);
      assertEquals(loss, outside.gradients(batch), 1e-12 * Math.max(1, Math.abs(loss)));
      outside.applyGradients(outside.flatGradients());
    }
    assertArrayEquals(inside.parameters(), outside.parameters(), 1e-12);
  }
}
