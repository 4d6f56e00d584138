package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Evaluator;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.lang.reflect.Array;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entrywise functions over vectors: within a few units in the last place, and right for zeros, infinities and NaN. */
class VectorFunctionsTest {

  /** Some vectors and a rest, which single numbers are computed for. */
  private static final int COUNT = 4096 + 15;
  private static final double ULPS = 4;
  private static final double[] SPECIAL = {0, -0.0, 1, -1, 800, -800, 1e30, -1e30, 1e-30, Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY, Double.NaN};

  @ParameterizedTest
  @CsvSource({"EXP, exp(X), 90", "LOG, log(X), 50", "TANH, tanh(X), 5", "LOG1P, log1p(X), 3", "EXPM1, expm1(X), 3",
      "SIN, sin(X), 10", "ERF, erf(X), 5", "COS, cos(X), 10", "ABS, abs(X), 9", "SIGN, sign(X), 2"})
  void functionsAreExact(Fn fn, String text, double range) {
    for (String precision : new String[] {"f64", "f32"}) {
      boolean single = precision.equals("f32");
      Program<Phase.Simplified> model = SampleModelTest.simplified("f.nn", "precision " + precision + "; model F { input X[1]; A = " + text
          + "; output A; }").get(0);
      Agreement agreement = new Agreement(model, 1, new VectorKernels());
      assertEquals(single || !fn.hasOwnVectors(), agreement.text().text().contains("+= LANES"), agreement.text().text());
      Matrix x = points(single, range);
      Matrix a = agreement.generated().create(COUNT).call("predict", x);
      for (int k = 0; k < COUNT; k++) {
        double at = Array.getDouble(Agreement.data(x), k);
        compare(fn + " of " + at + " in " + precision, Evaluator.apply(fn, at), Array.getDouble(Agreement.data(a), k), single);
      }
    }
  }

  private static Matrix points(boolean single, double range) {
    Matrix x = single ? new FMatrixRMaj(1, COUNT) : new DMatrixRMaj(1, COUNT);
    Random random = new Random(4);
    for (int k = 0; k < COUNT; k++) {
      int fromEnd = COUNT - 1 - k;
      double value = k < SPECIAL.length ? SPECIAL[k] : fromEnd < SPECIAL.length ? SPECIAL[fromEnd] : range * (2 * random.nextDouble() - 1);
      if (single) {
        Array.setFloat(Agreement.data(x), k, (float) value);
      } else {
        Array.setDouble(Agreement.data(x), k, value);
      }
    }
    return x;
  }

  private static void compare(String what, double expected, double actual, boolean single) {
    if (single) {
      float rounded = (float) expected;
      assertEquals(rounded, (float) actual, Float.isFinite(rounded) ? ULPS * Math.ulp(rounded) : 0, what);
    } else {
      assertEquals(expected, actual, Double.isFinite(expected) ? ULPS * Math.ulp(expected) : 0, what);
    }
  }
}
