package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Noise in generated classes: what it is in the model, which numbers are drawn, and how random they are. */
@Slow
class DrawnNoiseTest {

  private static final String DRAWS = "noise A[7] = bernoulli(0.3); noise B[7] = normal(2); noise C[7] = uniform(3); input X[7]; P = X;"
      + "minimize J = mean(training(A + B .* C + X, X).^2); param w = 1; minimize K = w^2; train sgd(rate = 0.1);";

  static Stream<String> models() {
    return Stream.of(
        "input X[3]; target Y[2]; H = dense(X, 16, relu) |> dropout(0.25); P = dense(H, 2); minimize J = mean(squared(P, Y)); train adam(rate = 1e-2);",
        "samples rows; input X[3]; target Y[2]; H = dense(X, 9, tanh) |> dropout(0.5); P = dense(H, 2); minimize J = mean(squared(P, Y)); train sgd(rate = 1e-2);",
        "input X[2, 5, m]; target Y[2]; H = conv1d(X, 3, 2) |> dropout(0.25) |> tanh; P = dense(flatten(H), 2) |> dropout(0.5); minimize J = mean(squared(P, Y));",
        "samples rows; input X[m, 4, 3, 2]; target Y[2]; noise e[4, 3, 2] = normal(0.5); A = training(X + e, X) |> dropout(0.1); P = dense(flatten(A), 2); minimize J = mean(squared(P, Y));",
        "input X[6]; mu = dense(X, 2); s = dense(X, 2); noise e[2] = normal(1); z = training(mu + exp(s / 2) .* e, mu); R = dense(z, 6);"
            + "minimize J = mean(squared(R, X)) + 0.1 * mean(mu.^2 + exp(s) - s - 1); output R; train adam(rate = 1e-2);",
        "input W0[3, 4]; param v[4] = 1; noise g = uniform(0.5); noise k[4] = normal(1); P = W0 * training(v + g + k, v); minimize J = sum(P.^2);",
        "input X[4]; target Y[3]; H = dense(X, 5) |> batchnorm |> relu |> dropout(0.2); P = dense(H, 3) |> softmax; minimize J = mean(crossentropy(P, Y)); train adam(rate = 1e-2);");
  }

  @ParameterizedTest
  @MethodSource("models")
  void generatedClassesAgreeWithTheInterpreter(String statements) {
    ModelChecks.classesAgree(statements);
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreSlopesWithNoiseHeld(String statements) {
    ModelChecks.gradientsAreSlopes(statements);
  }

  private static GeneratedClass compiled(String statements, KernelSet kernels) {
    Program<Phase.Simplified> model = SampleModelTest.simplified("t.nn", "model T { " + statements + " }").get(0);
    return GeneratedClass.compile(JavaEmitter.emit(kernels.plan(model), Agreement.options(kernels)));
  }

  private static double[] draws(GeneratedClass.Instance net, String name) {
    DMatrixRMaj matrix = net.call(name);
    return Arrays.copyOf(matrix.data, matrix.getNumElements());
  }

  /** The draws of a name for samples from a first one on, sample by sample, by the definition of the generator and the JDK's own SplitMix64. */
  private static double[] expected(String distribution, long seed, long step, String name, int first, int samples, int entries) {
    double[] draws = new double[samples * entries];
    for (int sample = 0; sample < samples; sample++) {
      SplittableRandom stream = new SplittableRandom(hashed(hashed(hashed(mixed(seed), fnv(name)), step), first + sample));
      for (int entry = 0; entry < entries; entry++) {
        draws[sample * entries + entry] = switch (distribution) {
          case "bernoulli" -> fraction(stream) < 0.3 ? 1 : 0;
          case "normal" -> 2 * StrictMath.sqrt(-2 * StrictMath.log(1 - fraction(stream))) * StrictMath.cos(2 * Math.PI * fraction(stream));
          default -> 3 * (2 * fraction(stream) - 1);
        };
      }
    }
    return draws;
  }

  private static double fraction(SplittableRandom stream) {
    return (stream.nextLong() >>> 11) * 0x1.0p-53;
  }

  private static long mixed(long bits) {
    return new SplittableRandom(bits - 0x9e3779b97f4a7c15L).nextLong();
  }

  private static long hashed(long hash, long word) {
    return mixed(hash ^ mixed(word + 0x9e3779b97f4a7c15L));
  }

  private static long fnv(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ octet & 0xff) * 0x100000001b3L;
    }
    return hash;
  }

  @Test
  void drawsAreWhatTheGeneratorSays() {
    for (boolean rows : new boolean[] {false, true}) {
      for (KernelSet kernels : KernelSets.ALL) {
        GeneratedClass.Instance net = compiled((rows ? "samples rows; " : "") + DRAWS, kernels).create(5);
        GeneratedClass.Instance single = compiled((rows ? "samples rows; " : "") + "precision f32; " + DRAWS, kernels).create(5);
        for (GeneratedClass.Instance instance : List.of(net, single)) {
          instance.call("initialize", 42L);
        }
        DMatrixRMaj x = rows ? new DMatrixRMaj(5, 7) : new DMatrixRMaj(7, 5);
        for (int step = 0; step < 3; step++) {
          net.call("step", x);
          single.call("step", new FMatrixRMaj(x.numRows, x.numCols));
          for (String[] noise : new String[][] {{"A", "bernoulli"}, {"B", "normal"}, {"C", "uniform"}}) {
            double[] sampleByEntry = expected(noise[1], 42, step, noise[0], 0, 5, 7);
            double[] asStored = IntStream.range(0, 35).mapToDouble(k -> sampleByEntry[rows ? k : k % 5 * 7 + k / 5]).toArray();
            assertArrayEquals(asStored, draws(net, noise[0]));
            float[] floats = single.<FMatrixRMaj>call(noise[0]).getData();
            for (int k = 0; k < 35; k++) {
              assertEquals((float) asStored[k], floats[k]);
            }
          }
        }
      }
    }
  }

  @Test
  void uniformNoiseIsBelowItsEndInSinglePrecisionToo() {
    GeneratedClass.Instance net = compiled("precision f32; noise U[100000] = uniform(1); input X[1]; P = X; param w = 1; minimize J = mean(training(colsum(U) + X, X)) + w^2;", new PlainKernels()).create(1);
    net.call("initialize", 1L);
    for (int step = 0; step < 400; step++) {
      net.call("setNoise", 1L, (long) step, 0L);
      net.call("gradients", new FMatrixRMaj(1, 1));
      for (float draw : net.<FMatrixRMaj>call("U").getData()) {
        assertTrue(draw >= -1 && draw < 1);
      }
    }
  }

  @Test
  void stepsSamplesAndSeedsDecide() {
    GeneratedClass.Instance net = compiled(DRAWS, new EjmlKernels()).create(6);
    net.call("initialize", 7L);
    DMatrixRMaj x = new DMatrixRMaj(7, 6);
    net.call("gradients", x);
    double[] first = draws(net, "B");
    net.call("gradients", x);
    assertArrayEquals(first, draws(net, "B"));
    net.call("step", x);
    assertArrayEquals(first, draws(net, "B"));
    net.call("step", x);
    double[] second = draws(net, "B");
    assertNotEquals(first[0], second[0]);
    net.call("setNoise", 7L, 0L, 0L);
    net.call("step", x);
    assertArrayEquals(first, draws(net, "B"));
    net.call("initialize", 8L);
    net.call("gradients", x);
    assertNotEquals(first[0], draws(net, "B")[0]);

    // Two halves of a batch draw what the whole draws.
    for (int from = 0; from < 6; from += 3) {
      net.call("setNoise", 7L, 1L, (long) from);
      net.call("gradients", new DMatrixRMaj(7, 3));
      double[] half = draws(net, "B");
      for (int k = 0; k < 21; k++) {
        assertEquals(second[k / 3 * 6 + from + k % 3], half[k]);
      }
    }
    net.call("setNoise", 7L, 0L, 0L);
    net.call("applyGradients", new double[1], 0);
    net.call("gradients", x);
    assertArrayEquals(second, draws(net, "B"));
  }

  @Test
  void filesAndEpochsGoOnWithTheSameBits(@TempDir Path folder) throws IOException {
    String statements = models().findFirst().orElseThrow();
    GeneratedClass type = compiled(statements, new PlainKernels());
    DMatrixRMaj x = new DMatrixRMaj(3, 10);
    DMatrixRMaj y = new DMatrixRMaj(2, 10);
    Random random = new Random(3);
    Arrays.setAll(x.data, k -> random.nextGaussian());
    Arrays.setAll(y.data, k -> random.nextGaussian());
    GeneratedClass.Instance whole = type.create(4);
    GeneratedClass.Instance part = type.create(10);
    whole.call("initialize", -5L);
    part.call("initialize", -5L);
    for (int epoch = 0; epoch < 4; epoch++) {
      assertEquals(whole.<Double>call("epoch", x, y, 4, (long) epoch), part.<Double>call("epoch", x, y, 4, (long) epoch));
      Path file = folder.resolve("net" + epoch);
      part.call("save", file);
      part = type.create(7);
      part.call("load", file);
    }
    double[] expected = new double[100];
    double[] actual = new double[100];
    whole.call("getParameters", expected, 0);
    part.call("getParameters", actual, 0);
    assertArrayEquals(expected, actual);
  }

  @Test
  void threadsDrawTheSame() {
    GeneratedClass type = compiled("input X[784]; target Y[10]; H = dense(X, 128, relu) |> dropout(0.5); P = dense(H, 10); minimize J = mean(squared(P, Y)); train sgd(rate = 0.01);",
        new PlainKernels());
    DMatrixRMaj x = new DMatrixRMaj(784, 64);
    DMatrixRMaj y = new DMatrixRMaj(10, 64);
    Random random = new Random(3);
    Arrays.setAll(x.data, k -> random.nextGaussian());
    GeneratedClass.Instance one = type.create(64);
    GeneratedClass.Instance two = type.create(64, 2);
    one.call("initialize", 1L);
    two.call("initialize", 1L);
    for (int step = 0; step < 5; step++) {
      assertEquals(one.<Double>call("step", x, y), two.<Double>call("step", x, y));
      assertArrayEquals(draws(one, "U_H"), draws(two, "U_H"));
    }
    two.call("close");
  }

  @Test
  void predictionsAreWithoutNoise() {
    GeneratedClass.Instance net = compiled(models().findFirst().orElseThrow(), new EjmlKernels()).create(3);
    GeneratedClass.Instance plain = compiled(models().findFirst().orElseThrow().replace(" |> dropout(0.25)", ""), new EjmlKernels()).create(3);
    net.call("initialize", 1L);
    plain.call("initialize", 1L);
    DMatrixRMaj x = new DMatrixRMaj(3, 3, true, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    DMatrixRMaj y = new DMatrixRMaj(2, 3, true, 1, 2, 3, 4, 5, 6);
    assertArrayEquals(plain.<DMatrixRMaj>call("predict", x).data, net.<DMatrixRMaj>call("predict", x).data);
    assertEquals(plain.<Double>call("loss", x, y), net.<Double>call("loss", x, y));
    assertNotEquals(plain.<Double>call("gradients", x, y), net.<Double>call("gradients", x, y));
  }

  // ---- How random the numbers are. Bounds are four to five standard deviations; the seed is fixed, so the tests are too.

  private static final int SAMPLES = 200;
  private static final int ENTRIES = 500;

  private static double[] many(String distribution, String name, long seed, long step) {
    return expected(distribution, seed, step, name, 0, SAMPLES, ENTRIES);
  }

  /** The tests below are about the definition of the generator, which classes follow. */
  @Test
  void momentsAreThoseOfTheDistributions() {
    int n = SAMPLES * ENTRIES;
    double[] ones = many("bernoulli", "U", 1, 0);
    assertEquals(0.3, mean(ones), 5 * Math.sqrt(0.21 / n));
    double[] normal = Arrays.stream(many("normal", "U", 1, 0)).map(z -> z / 2).toArray();
    assertEquals(0, mean(normal), 5 / Math.sqrt(n));
    assertEquals(1, mean(power(normal, 2)), 5 * Math.sqrt(2.0 / n));
    assertEquals(0, mean(power(normal, 3)), 5 * Math.sqrt(15.0 / n));
    assertEquals(3, mean(power(normal, 4)), 5 * Math.sqrt(96.0 / n));
    double[] uniform = Arrays.stream(many("uniform", "U", 1, 0)).map(u -> u / 3).toArray();
    assertEquals(0, mean(uniform), 5 / Math.sqrt(3.0 * n));
    assertEquals(1.0 / 3, mean(power(uniform, 2)), 5 * Math.sqrt(4.0 / 45 / n));
  }

  @Test
  void cellsAreEquallyFull() {
    for (long seed = 0; seed < 20; seed++) {
      double[] uniform = many("uniform", "U", seed, seed);
      // A cell for each pair of neighboring entries, neighboring samples, and entries alone.
      assertChiSquare(uniform, 0);
      assertChiSquare(uniform, 1);
      assertChiSquare(uniform, ENTRIES);
    }
  }

  /** Of 16 x 16 cells for an entry and the one some places after it; or 256 cells for entries alone. */
  private static void assertChiSquare(double[] uniform, int distance) {
    int[] cells = new int[256];
    int count = 0;
    for (int k = 0; k + distance < uniform.length; k += distance == 1 ? 2 : 1) {
      if (distance < ENTRIES || k / ENTRIES % 2 == 0) {
        double first = (uniform[k] / 3 + 1) / 2;
        int cell = distance == 0 ? (int) (256 * first) : 16 * (int) (16 * first) + (int) (16 * (uniform[k + distance] / 3 + 1) / 2);
        cells[cell]++;
        count++;
      }
    }
    double wanted = count / 256.0;
    double chiSquare = Arrays.stream(cells).mapToDouble(cell -> (cell - wanted) * (cell - wanted) / wanted).sum();
    // 255 degrees of freedom: 60 tests stay within four and a half standard deviations of 22.6.
    assertTrue(Math.abs(chiSquare - 255) < 102, () -> "chi-square " + chiSquare);
  }

  @Test
  void stepsNamesSeedsAndSamplesAreIndependent() {
    double[] one = many("normal", "U", 1, 0);
    for (double[] other : List.of(many("normal", "U", 1, 1), many("normal", "V", 1, 0), many("normal", "U_2", 1, 0), many("normal", "U", 2, 0), many("normal", "U", 0, 1),
        many("normal", "U", -1, 0), many("normal", "U", 1L << 32, 0), many("normal", "U", 1, 1L << 32), shifted(one, 1), shifted(one, 2), shifted(one, ENTRIES))) {
      assertEquals(0, correlation(one, other), 5 / Math.sqrt(one.length));
      assertEquals(0, correlation(power(one, 2), power(other, 2)), 5 / Math.sqrt(one.length));
    }
    // Sums over all steps of one entry, and over samples.
    double[] sums = IntStream.range(0, 200).mapToDouble(entry -> IntStream.range(0, 50).mapToDouble(step -> expected("normal", 3, step, "U", 0, 1, 200)[entry] / 2).sum()).toArray();
    assertEquals(50, mean(power(sums, 2)), 5 * 50 * Math.sqrt(2.0 / 200));
  }

  private static double mean(double[] entries) {
    return Arrays.stream(entries).average().orElseThrow();
  }

  private static double[] power(double[] entries, int exponent) {
    return Arrays.stream(entries).map(entry -> Math.pow(entry, exponent)).toArray();
  }

  private static double[] shifted(double[] entries, int by) {
    return IntStream.range(0, entries.length).mapToDouble(k -> entries[(k + by) % entries.length]).toArray();
  }

  private static double correlation(double[] a, double[] b) {
    double first = mean(a);
    double second = mean(b);
    double product = 0;
    double squares = 0;
    double others = 0;
    for (int k = 0; k < a.length; k++) {
      product += (a[k] - first) * (b[k] - second);
      squares += (a[k] - first) * (a[k] - first);
      others += (b[k] - second) * (b[k] - second);
    }
    return product / Math.sqrt(squares * others);
  }
}
