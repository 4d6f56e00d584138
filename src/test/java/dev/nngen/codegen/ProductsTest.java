package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.nngen.Slow;
import dev.nngen.lower.Lowered;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Array;
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
    return KernelSets.ALL.stream().flatMap(kernels -> Stream.of("f64", "f32").flatMap(precision -> Stream.of("columns", "rows")
        .flatMap(samples -> Stream.of(SHAPES).map(shape -> Arguments.of(kernels, precision, samples, shape[0], shape[1])))));
  }

  /** {@code Z = W X} or {@code X W}, and {@code J}, whose gradient with respect to W is {@code Y X'} or {@code X' Y}. */
  private static String text(String precision, String samples, int units, int inputs) {
    boolean columns = samples.equals("columns");
    return "samples " + samples + "; precision " + precision + "; model P { input X[" + inputs + "]; target Y[" + units + "];"
        + (columns ? " param W[" + units + ", " + inputs + "] = 1; Z = W * X;" : " param W[" + inputs + ", " + units + "] = 1; Z = X * W;")
        + " output Z; minimize J = sum(Y .* Z) / m; }";
  }

  @ParameterizedTest(name = "{0} {1} {2} {3} x {4}")
  @MethodSource("products")
  void productsAreRight(KernelSet kernels, String precision, String samples, int units, int inputs) throws Exception {
    Lowered model = SampleModelTest.simplified("p.nn", text(precision, samples, units, inputs)).get(0);
    Agreement agreement = new Agreement(model, 1, kernels);
    GeneratedClass.Instance instance = agreement.generated().create(300);
    Random random = new Random(units * 1000L + inputs);
    boolean columns = samples.equals("columns");
    boolean single = precision.equals("f32");
    for (int m : BATCHES) {
      Matrix x = columns ? draw(inputs, m, single, random) : draw(m, inputs, single, random);
      Matrix y = columns ? draw(units, m, single, random) : draw(m, units, single, random);
      Matrix w = columns ? draw(units, inputs, single, random) : draw(inputs, units, single, random);
      ((Matrix) instance.call("W")).setTo(w);
      String what = kernels.name() + " m = " + m + "\n" + agreement.text().text();
      compare(columns ? w : x, false, columns ? x : w, false, 1, instance.call("predict", x), single, what);
      instance.call("gradients", x, y);
      compare(columns ? y : x, !columns, columns ? x : y, columns, m, instance.call("gradW"), single, what);
      assertNothingIsAllocated(kernels, instance, x, y);
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
        entries[i][j] = Array.getDouble(Agreement.data(matrix), transposed ? j * rows + i : i * columns + j);
      }
    }
    return entries;
  }

  private static void compare(Matrix left, boolean leftTransposed, Matrix right, boolean rightTransposed, double divisor,
      Matrix actual, boolean single, String what) {
    double[][] a = rows(left, leftTransposed);
    double[][] b = rows(right, !rightTransposed);
    double[][] product = rows(actual, false);
    assertEquals(a.length, product.length);
    assertEquals(b.length, product[0].length);
    double rounding = (a[0].length + 4) * (single ? Math.ulp(1f) : Math.ulp(1.0));
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        double sum = 0;
        double size = 0;
        for (int k = 0; k < a[i].length; k++) {
          double term = a[i][k] * b[j][k] / divisor;
          sum += term;
          size += Math.abs(term);
        }
        assertEquals(sum, product[i][j], rounding * size, what);
      }
    }
  }
}
