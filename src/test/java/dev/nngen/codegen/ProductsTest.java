package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.nngen.Slow;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Array;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Products of matrices of many shapes, either factor transposed, by every set of kernels. A computed sum of n products is off
 * by at most n + 1 roundings of the sum of their absolute values, in whatever order it is taken.
 */
@Slow
class ProductsTest {

  private static final int[][] SHAPES = {{1, 1}, {2, 3}, {3, 70}, {4, 4}, {5, 9}, {16, 32}, {17, 31}, {33, 7}, {70, 3}, {131, 20},
      {300, 2}, {9, 300}, {70, 1024}, {270, 301}};
  private static final int[] BATCHES = {300, 1, 2, 3, 4, 7, 8, 9, 31, 64, 129};

  /** Reflection boxes the result, and nothing else may be allocated. */
  private static final long OF_REFLECTION = 24;

  static Stream<Arguments> products() {
    return Stream.of("f64", "f32").flatMap(precision -> Stream.of("columns", "rows")
        .flatMap(samples -> Stream.of(SHAPES).map(shape -> Arguments.of(precision, samples, shape[0], shape[1]))));
  }

  /** {@code Z = W X} or {@code X W}, and {@code J}, whose gradient with respect to W is {@code Y X'} or {@code X' Y}. */
  private static String text(String precision, String samples, int units, int inputs) {
    boolean columns = samples.equals("columns");
    return "samples " + samples + "; precision " + precision + "; model P { input X[" + inputs + "]; target Y[" + units + "];"
        + (columns ? " param W[" + units + ", " + inputs + "] = 1; Z = W * X;" : " param W[" + inputs + ", " + units + "] = 1; Z = X * W;")
        + " output Z; minimize J = sum(Y .* Z) / m; }";
  }

  @ParameterizedTest(name = "{0} {1} {2} x {3}")
  @MethodSource("products")
  void productsAreRight(String precision, String samples, int units, int inputs) throws Exception {
    List<Agreement> sets = Agreement.ofAll(SampleModelTest.simplified("p.nn", text(precision, samples, units, inputs)).get(0), 1);
    List<GeneratedClass.Instance> instances = sets.stream().map(set -> set.generated().create(300)).toList();
    Random random = new Random(units * 1000L + inputs);
    boolean columns = samples.equals("columns");
    boolean single = precision.equals("f32");
    for (int m : BATCHES) {
      Matrix x = columns ? draw(inputs, m, single, random) : draw(m, inputs, single, random);
      Matrix y = columns ? draw(units, m, single, random) : draw(m, units, single, random);
      Matrix w = columns ? draw(units, inputs, single, random) : draw(inputs, units, single, random);
      Expected product = expected(columns ? w : x, false, columns ? x : w, false, 1);
      Expected gradient = expected(columns ? y : x, !columns, columns ? x : y, columns, m);
      for (int set = 0; set < sets.size(); set++) {
        GeneratedClass.Instance instance = instances.get(set);
        String what = KernelSets.ALL.get(set).name() + " m = " + m + "\n" + sets.get(set).text().text();
        ((Matrix) instance.call("W")).setTo(w);
        product.compare(instance.call("predict", x), single, what);
        instance.call("gradients", x, y);
        gradient.compare(instance.call("gradW"), single, what);
        assertNothingIsAllocated(KernelSets.ALL.get(set), instance, x, y);
      }
    }
  }

  private static void assertNothingIsAllocated(KernelSet kernels, GeneratedClass.Instance instance, Matrix x, Matrix y)
      throws Exception {
    if (!KernelSets.NEVER_ALLOCATE.contains(kernels)) {
      return;
    }
    var method = instance.object().getClass().getMethod("gradients", x.getClass(), y.getClass());
    Object[] arguments = {x, y};
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    // One that allocates nothing is enough: others may be charged with what HotSpot does.
    for (int run = 0; run < 20 && least > OF_REFLECTION; run++) {
      long before = threads.getThreadAllocatedBytes(id);
      method.invoke(instance.object(), arguments);
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }
    assertTrue(least <= OF_REFLECTION, kernels.name() + " allocates " + least + " bytes");
  }

  private static Matrix draw(int rows, int columns, boolean single, Random random) {
    Matrix matrix = single ? new FMatrixRMaj(rows, columns) : new DMatrixRMaj(rows, columns);
    for (int k = 0; k < rows * columns; k++) {
      if (single) {
        Array.setFloat(Agreement.data(matrix), k, (float) random.nextGaussian());
      } else {
        Array.setDouble(Agreement.data(matrix), k, random.nextGaussian());
      }
    }
    return matrix;
  }

  /** The entries in doubles, row by row, those of the transposed matrix where {@code transposed}. */
  private static double[][] rows(Matrix matrix, boolean transposed) {
    int rows = transposed ? matrix.getNumCols() : matrix.getNumRows();
    int columns = transposed ? matrix.getNumRows() : matrix.getNumCols();
    double[][] entries = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        entries[i][j] = Agreement.entry(matrix, transposed ? j * rows + i : i * columns + j);
      }
    }
    return entries;
  }

  /** A product's entries, the sums of their terms' magnitudes, and how many terms those have. */
  private record Expected(double[][] sums, double[][] sizes, int terms) {

    void compare(Matrix actual, boolean single, String what) {
      double[][] product = rows(actual, false);
      assertEquals(sums.length, product.length);
      assertEquals(sums[0].length, product[0].length);
      double rounding = (terms + 4) * (single ? Math.ulp(1f) : Math.ulp(1.0));
      for (int i = 0; i < sums.length; i++) {
        for (int j = 0; j < sums[i].length; j++) {
          assertEquals(sums[i][j], product[i][j], rounding * sizes[i][j], what);
        }
      }
    }
  }

  private static Expected expected(Matrix left, boolean leftTransposed, Matrix right, boolean rightTransposed, double divisor) {
    double[][] a = rows(left, leftTransposed);
    double[][] b = rows(right, !rightTransposed);
    double[][] sums = new double[a.length][b.length];
    double[][] sizes = new double[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        double sum = 0;
        double size = 0;
        for (int k = 0; k < a[i].length; k++) {
          double term = a[i][k] * b[j][k] / divisor;
          sum += term;
          size += Math.abs(term);
        }
        sums[i][j] = sum;
        sizes[i][j] = size;
      }
    }
    return new Expected(sums, sizes, a[0].length);
  }
}
