package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.LongLoops;
import dev.nngen.Slow;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hyperbolic tangent of plain kernels: its error has the stated bound, and zeros, infinities and NaN are right. */
@Slow
@LongLoops
class PlainFunctionsTest {

  private static final int COUNT = 30_000;

  @ParameterizedTest
  @ValueSource(strings = {"f64", "f32"})
  void theErrorStaysBelowTheStatedBound(String precision) {
    Types types = Types.of(precision.equals("f32"));
    double[] points = points(types.single());
    Program<Phase.Simplified> model = model(precision);
    double[] actual = predict(model, points);
    BigDecimal[] exact = new PreciseInterpreter(model.graph(), Map.of("X", points), Map.of("m", points.length)).value("A");
    for (int k = 0; k < points.length; k++) {
      double ulp = types.single() ? Math.ulp(exact[k].floatValue()) : Math.ulp(exact[k].doubleValue());
      double error = new BigDecimal(actual[k]).subtract(exact[k]).abs().doubleValue() / ulp;
      assertTrue(error < NumberFunctions.tanhUlps(types), "tanh of " + points[k] + " in " + precision + " has an error of " + error + " ulp");
      assertTrue(Math.abs(actual[k]) <= 1, "tanh of " + points[k] + " is " + actual[k]);
    }
  }

  /** The same number of points for each magnitude from 1e-6 on as between 0 and 20, contiguous. */
  private static double[] points(boolean single) {
    Random random = new Random(6);
    double[] points = new double[COUNT];
    Arrays.setAll(points, k -> (k % 2 == 0 ? 1 : -1) * (k % 3 == 0 ? Math.exp(17 * random.nextDouble() - 14) : 20.0 * k / COUNT));
    return single ? Arrays.stream(points).map(point -> (float) point).toArray() : points;
  }

  @ParameterizedTest
  @ValueSource(strings = {"f64", "f32"})
  void specialNumbersAreRight(String precision) {
    double least = precision.equals("f32") ? Float.MIN_VALUE : Double.MIN_VALUE;
    double[] points = {0.0, -0.0, least, -least, 7 * least, 1e-30, 20, -20, 800, -800, 1e30, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};
    double[] expected = {0.0, -0.0, least, -least, 7 * least, 1e-30, 1, -1, 1, -1, 1, 1, -1, Double.NaN};
    double[] actual = predict(model(precision), points);
    for (int k = 0; k < points.length; k++) {
      assertEquals(precision.equals("f32") ? (float) expected[k] : expected[k], actual[k], "tanh of " + points[k]);
    }
  }

  private static Program<Phase.Simplified> model(String precision) {
    return SampleModelTest.simplified("f.nn", "precision " + precision + "; model F { input X[1]; A = tanh(X); output A; }").get(0);
  }

  private static double[] predict(Program<Phase.Simplified> model, double... points) {
    Agreement agreement = new Agreement(model, 1, new PlainKernels());
    Matrix x = model.singlePrecision() ? new FMatrixRMaj(1, points.length) : new DMatrixRMaj(1, points.length);
    for (int k = 0; k < points.length; k++) {
      if (model.singlePrecision()) {
        Array.setFloat(Agreement.data(x), k, (float) points[k]);
      } else {
        Array.setDouble(Agreement.data(x), k, points[k]);
      }
    }
    Object a = Agreement.data(agreement.generated().create(points.length).call("predict", x));
    double[] results = new double[points.length];
    Arrays.setAll(results, k -> Array.getDouble(a, k));
    return results;
  }
}
