package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.ast.Item;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.codegen.GeneratedClass;
import dev.nngen.codegen.JavaText;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Precise;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every activation and loss of the library, and its derivative, at extreme numbers: the generated classes of all kernel sets in both
 * precisions, and the interpreter on the simplified graph, against the definition in the library, differentiated, not
 * simplified, and evaluated to 450 digits.
 *
 * <p>The error is at most {@code 1e-14 |true| + 4e-16} in f64 and {@code 3e-6 |true| + 5e-7} in f32, where the true value is below
 * 1e307 (f32: 1e37); a larger one may be infinite, with its sign.
 */
@Slow
class ExtremesTest {

  private static final double[] RELATIVE = {1e-14, 3e-6};
  private static final double[] ABSOLUTE = {4e-16, 5e-7};
  private static final double[] LARGEST = {1e307, 1e37};

  static List<Item.FunctionItem> functions() {
    return Extremes.functions();
  }

  static List<Item.FunctionItem> functionsOfAllReals() {
    return functions().stream().filter(function -> function.domain().isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void isExactAndFinite(Item.FunctionItem function) {
    Set<String> faults = new TreeSet<>();
    for (boolean single : new boolean[] {false, true}) {
      faults.addAll(faults(new Extremes(function, single)));
    }
    assertEquals("", String.join("\n", faults));
  }

  private static Set<String> faults(Extremes extremes) {
    Source source = new Source("extremes.nn", extremes.text());
    Map<String, double[]> leaves = Map.of("X", extremes.arguments(), "Y", extremes.targets(), "s", new double[] {1}, "b",
        new double[extremes.arguments().length]);
    PreciseInterpreter exact = new PreciseInterpreter(PreciseInterpreter.exact(leaves),
        Autodiff.differentiate(Programs.lowered(source)).graph(), Map.of("m", 1), Precise.LONG);
    double[] values = exact.doubles("E");
    double[] slopes = exact.doubles("dJ/db");
    Set<String> faults = new TreeSet<>();
    for (Net net : Net.of(extremes, Options.Kernels.values())) {
      compare(extremes, "value", values, net.values(extremes), faults);
      compare(extremes, "slope", slopes, net.slopes(extremes), faults);
    }
    if (!extremes.single()) {
      Interpreter interpreter = new Interpreter(Programs.simplified(source).graph(), leaves, Map.of("m", 1));
      compare(extremes, "interpreted value", values, interpreter.value("E"), faults);
      compare(extremes, "interpreted slope", slopes, interpreter.value("dJ/db"), faults);
    }
    return faults;
  }

  /** Adds a line for each argument at which the error is larger than it may be. */
  private static void compare(Extremes extremes, String what, double[] exact, double[] computed, Set<String> faults) {
    int precision = extremes.single() ? 1 : 0;
    for (int k = 0; k < exact.length; k++) {
      double error = Math.abs(exact[k] - computed[k]);
      boolean overflows = Math.abs(exact[k]) > LARGEST[precision] && computed[k] == Math.copySign(Double.POSITIVE_INFINITY, exact[k]);
      boolean good = overflows || error <= RELATIVE[precision] * Math.abs(exact[k]) + ABSOLUTE[precision];
      if (!good && !Double.isNaN(exact[k])) {
        faults.add(extremes.name() + " " + (extremes.single() ? "f32" : "f64") + " " + what + " at " + extremes.arguments()[k] + ", "
            + extremes.targets()[k] + ": " + computed[k] + " for " + exact[k]);
      }
    }
  }

  /** NaN propagates except through comparisons, which are false, so that relu of NaN is 0. The sign of 0 is free. */
  @ParameterizedTest
  @MethodSource("functions")
  void notANumber(Item.FunctionItem function) {
    Extremes extremes = new Extremes(function, false, new double[] {Double.NaN});
    Source source = new Source("extremes.nn", extremes.text());
    Map<String, double[]> leaves = Map.of("X", extremes.arguments(), "Y", extremes.targets(), "s", new double[] {1}, "b",
        new double[extremes.arguments().length]);
    double[] defined = new Interpreter(Programs.lowered(source).graph(), leaves, Map.of("m", 1)).value("E");
    for (Net net : Net.of(extremes, Options.Kernels.values())) {
      assertArrayEquals(defined, net.values(extremes), Double.MIN_VALUE, function.name().name());
    }
  }

  /** What is computed of infinite data is the limit or NaN, never another number. */
  @ParameterizedTest
  @MethodSource("functionsOfAllReals")
  void infinity(Item.FunctionItem function) {
    Extremes infinite = new Extremes(function, false, new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY});
    Extremes huge = new Extremes(function, false, new double[] {-1e308, 1e308});
    Net net = Net.of(infinite, Options.Kernels.PLAIN).get(0);
    double[] limits = net.values(huge);
    double[] values = net.values(infinite);
    for (int k = 0; k < values.length; k++) {
      boolean grows = Math.abs(limits[k]) > 100 && values[k] == Math.copySign(Double.POSITIVE_INFINITY, limits[k]);
      boolean isLimit = grows || values[k] == limits[k];
      assertTrue(isLimit || Double.isNaN(values[k]) || Double.isNaN(limits[k]), function.name().name() + " of "
          + infinite.arguments()[k] + ", " + infinite.targets()[k] + " is " + values[k] + ", of 1e308 " + limits[k]);
    }
  }

  /** A generated class of the model. */
  private static final class Net {
    private final GeneratedClass.Instance instance;
    private final boolean single;

    private Net(GeneratedClass generated, boolean single) {
      this.instance = generated.create(1);
      this.single = single;
      instance.call("initialize", 1L);
    }

    /** One for each set of kernels. */
    static List<Net> of(Extremes extremes, Options.Kernels... sets) {
      CompiledModel model = compiler(sets[0], extremes).derive(new Source("extremes.nn", extremes.text()), new Diagnostics()).get(0);
      List<JavaText> texts = Stream.of(sets)
          .map(kernels -> new JavaText(folder(kernels), "Extremes", compiler(kernels, extremes).generate(model).text())).toList();
      return GeneratedClass.compile(texts).stream().map(generated -> new Net(generated, extremes.single())).toList();
    }

    /** Each set has a package of its own, so that javac takes all classes at once. */
    private static String folder(Options.Kernels kernels) {
      return kernels.name().toLowerCase(Locale.ROOT);
    }

    private static Compiler compiler(Options.Kernels kernels, Extremes extremes) {
      Options.Precision precision = extremes.single() ? Options.Precision.F32 : Options.Precision.F64;
      return new Compiler(new Options(folder(kernels), kernels, Optional.of(precision)), SourceLoader.NONE);
    }

    double[] values(Extremes extremes) {
      return entries(instance.call("predict", column(extremes.arguments()), column(extremes.targets())));
    }

    double[] slopes(Extremes extremes) {
      instance.call("gradients", column(extremes.arguments()), column(extremes.targets()));
      return entries(instance.call("gradb"));
    }

    private Matrix column(double[] entries) {
      DMatrixRMaj column = new DMatrixRMaj(entries.length, 1, true, entries);
      if (!single) {
        return column;
      }
      FMatrixRMaj floats = new FMatrixRMaj(entries.length, 1);
      for (int k = 0; k < entries.length; k++) {
        floats.data[k] = (float) entries[k];
      }
      return floats;
    }

    private static double[] entries(Matrix column) {
      double[] entries = new double[column.getNumRows()];
      for (int k = 0; k < entries.length; k++) {
        entries[k] = column instanceof DMatrixRMaj d ? d.data[k] : ((FMatrixRMaj) column).data[k];
      }
      return entries;
    }
  }
}
