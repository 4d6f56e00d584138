package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.Slow;
import dev.nngen.ir.Evaluator;
import dev.nngen.ir.Fn;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each transcendental function of the language in the generated classes of all kernel sets, in both precisions: within the error that its descriptor
 * states of what the interpreter computes (whose own error {@code FunctionsTest} bounds), and like the interpreter for zeros, infinities and NaN.
 */
@Slow
class FunctionsInClassesTest {

  private static final double[] SPECIAL = {0, -0.0, 1, -1, 800, -800, 1e30, -1e30, 1e-30, 1.5, 2, 0.5, -0.5, Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY, Double.NaN};
  /** Some vectors and a rest, for which single numbers are computed. */
  private static final int COUNT = 1024 + 15;

  record Case(Fn fn, KernelSet kernels, boolean single) {
    @Override
    public String toString() {
      return fn.label() + " " + kernels.getClass().getSimpleName() + (single ? " f32" : " f64");
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (KernelSet kernels : List.of(new EjmlKernels(), new PlainKernels(), new VectorKernels())) {
      Arrays.stream(Fn.values()).filter(fn -> fn.isCalled() && fn.isTranscendental())
          .flatMap(fn -> Stream.of(new Case(fn, kernels, false), new Case(fn, kernels, true))).forEach(cases::add);
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void errorsAreAsStated(Case at) {
    boolean pair = at.fn().arity() == 2;
    Program<Phase.Simplified> model = SampleModelTest.simplified("f.nn", "precision " + (at.single() ? "f32" : "f64") + "; model F { input X[1];" + (pair ? " input Z[1];" : "")
        + " A = " + at.fn().label() + (pair ? "(Z, X)" : "(X)") + "; output A; }").get(0);
    Agreement agreement = new Agreement(model, 1, at.kernels());
    double[] x = points(at, 1, at.fn().arity() - 1);
    double[] z = pair ? points(at, 2, 0) : x;
    Matrix a = pair ? agreement.generated().create(COUNT).call("predict", matrix(x, at.single()), matrix(z, at.single()))
        : agreement.generated().create(COUNT).call("predict", matrix(x, at.single()));
    for (int k = 0; k < COUNT; k++) {
      double expected = pair ? Evaluator.apply(at.fn(), z[k], x[k]) : Evaluator.apply(at.fn(), x[k]);
      compare(at + " of " + (pair ? z[k] + ", " : "") + x[k], expected, Array.getDouble(Agreement.data(a), k), at);
    }
  }

  private static double[] points(Case at, int seed, int position) {
    Random random = new Random(seed);
    boolean unit = at.fn().domain(position).high() == 1;
    double[] points = new double[COUNT];
    Arrays.setAll(points, k -> at.fn() == Fn.POLYGAMMA && position == 0 ? random.nextInt(4)
        : k < SPECIAL.length ? SPECIAL[k] : COUNT - 1 - k < SPECIAL.length ? SPECIAL[COUNT - 1 - k]
        : k % 2 == 0 ? (unit ? 1 : 10) * (2 * random.nextDouble() - 1) : Math.copySign(Math.exp((unit ? -40 : 80) * random.nextDouble()), random.nextInt(3) - 1));
    return at.single() ? Arrays.stream(points).map(point -> (float) point).toArray() : points;
  }

  private static Matrix matrix(double[] points, boolean single) {
    Matrix x = single ? new FMatrixRMaj(1, COUNT) : new DMatrixRMaj(1, COUNT);
    for (int k = 0; k < COUNT; k++) {
      if (single) {
        Array.setFloat(Agreement.data(x), k, (float) points[k]);
      } else {
        Array.setDouble(Agreement.data(x), k, points[k]);
      }
    }
    return x;
  }

  /** Twice the stated error, since the interpreter may be off by as much to the other side; floats are rounded once more. */
  private static void compare(String what, double expected, double actual, Case at) {
    double ulps = 2 * at.fn().ulps() + 1;
    if (at.single()) {
      float rounded = (float) expected;
      assertEquals(rounded, (float) actual, Float.isFinite(rounded) ? ulps * Math.ulp(rounded) : 0, what);
    } else {
      assertEquals(expected, actual, Double.isFinite(expected) ? ulps * Math.ulp(expected) : 0, what);
    }
  }
}
