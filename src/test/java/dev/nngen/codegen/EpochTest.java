package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochTest {

  /** Every step adds the batch's sum to w. */
  private static final String ADDER = """
      model Adder {
        %s
        input X[2];
        target Y[1];
        param w = 0;
        P = w * X;
        minimize J = 0 * sum(Y) - sum(P);
        train sgd(rate = 1);
      }
      """;

  private static GeneratedClass.Instance instance(String text, int maxBatch) {
    Diagnostics diagnostics = new Diagnostics();
    List<GeneratedFile> files = new Compiler(Options.DEFAULT, SourceLoader.NONE).generate(new Source("adder.nn", text), diagnostics);
    assertTrue(diagnostics.isEmpty(), diagnostics.sorted().toString());
    GeneratedFile file = files.get(0);
    return GeneratedClass.compile(new JavaText("", file.path().replace(".java", ""), file.text())).create(maxBatch);
  }

  /** The feature of sample i is 2^i, and 0: a sum tells which samples are in it, and how often. */
  private static DMatrixRMaj powers(int samples, boolean rows) {
    DMatrixRMaj powers = rows ? new DMatrixRMaj(samples, 2) : new DMatrixRMaj(2, samples);
    for (int i = 0; i < samples; i++) {
      powers.set(rows ? i : 0, rows ? 0 : i, Math.scalb(1f, i));
    }
    return powers;
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,2", "7,7", "16,5", "17,4", "50,8"})
  void everySampleOnceWhateverTheirNumber(int samples, int batch) {
    for (boolean rows : new boolean[] {false, true}) {
      GeneratedClass.Instance adder = instance(ADDER.formatted(rows ? "samples rows;" : ""), 8);
      adder.call("initialize", 1L);
      DMatrixRMaj targets = rows ? new DMatrixRMaj(samples, 1) : new DMatrixRMaj(1, samples);
      for (long seed = 0; seed < 20; seed++) {
        adder.call("epoch", powers(samples, rows), targets, batch, seed);
        double total = Math.scalb(1, samples) - 1;
        assertEquals(total * (seed + 1), ((DMatrixRMaj) adder.call("w")).get(0), total * 1e-12);
      }
    }
  }

  @Test
  void theSeedAloneDecidesTheOrder() {
    GeneratedClass.Instance adder = instance(ADDER.formatted(""), 4);
    Set<Double> losses = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      adder.call("initialize", 1L);
      double loss = adder.call("epoch", powers(20, false), new DMatrixRMaj(1, 20), 4, seed);
      adder.call("initialize", 2L);
      assertEquals(loss, (double) adder.call("epoch", powers(20, false), new DMatrixRMaj(1, 20), 4, seed));
      losses.add(loss);
    }
    assertTrue(losses.size() > 45, () -> losses.size() + " orders of 50");
  }

  /** The position of each sample is uniform: a chi-square test with nine degrees of freedom. */
  @Test
  void allPlacesAreEquallyLikely() throws ReflectiveOperationException {
    GeneratedClass.Instance adder = instance(ADDER.formatted(""), 1);
    Method shuffled = adder.object().getClass().getDeclaredMethod("shuffled", int.class, int.class, long.class);
    shuffled.setAccessible(true);
    for (int place = 0; place < 10; place++) {
      int[] counts = new int[10];
      for (long seed = 0; seed < 10_000; seed++) {
        counts[(int) shuffled.invoke(null, place, 10, seed)]++;
      }
      double chiSquare = Arrays.stream(counts).mapToDouble(count -> (count - 1000) * (count - 1000) / 1000.0).sum();
      assertTrue(chiSquare < 33.7, () -> chiSquare + " of " + Arrays.toString(counts));
    }
  }

  @Test
  void allocatesNothing() throws Throwable {
    GeneratedClass.Instance instance = instance(ADDER.formatted(""), 8);
    instance.call("initialize", 0L);
    Object adder = instance.object();
    MethodHandle epoch = MethodHandles.publicLookup().findVirtual(adder.getClass(), "epoch",
        MethodType.methodType(double.class, DMatrixRMaj.class, DMatrixRMaj.class, int.class, long.class))
        .asType(MethodType.methodType(double.class, Object.class, DMatrixRMaj.class, DMatrixRMaj.class, int.class, long.class));
    DMatrixRMaj features = powers(50, false);
    DMatrixRMaj targets = new DMatrixRMaj(1, 50);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    double sum = 0;
    for (int round = 0; round < 5; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (long seed = 0; seed < 1000; seed++) {
        sum += (double) epoch.invokeExact(adder, features, targets, 8, seed);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least, "bytes; the losses sum to " + sum);
  }

  @Test
  void refusesWhatDoesNotFit() {
    GeneratedClass.Instance adder = instance(ADDER.formatted(""), 4);
    for (Object[] wrong : new Object[][] {{powers(6, false), new DMatrixRMaj(1, 5), 2}, {powers(6, true), new DMatrixRMaj(1, 2), 2},
        {powers(6, false), new DMatrixRMaj(1, 6), 5}, {powers(6, false), new DMatrixRMaj(1, 6), 0},
        {new DMatrixRMaj(2, 0), new DMatrixRMaj(1, 0), 1}}) {
      assertThrows(IllegalArgumentException.class, () -> adder.call("epoch", wrong[0], wrong[1], wrong[2], 1L));
    }
  }
}
