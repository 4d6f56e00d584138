package dev.nngen.samples;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ast.Item;
import dev.nngen.diag.Source;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Precise;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.lower.Lowered;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExtremesTest {

  static List<Item.FunctionItem> functions() {
    return Extremes.functions();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void measured(Item.FunctionItem function) {
    for (boolean single : new boolean[] {false, true}) {
      Extremes extremes = new Extremes(function, single);
      Lowered raw = Autodiff.differentiate(Programs.lowered(new Source("extremes.nn", extremes.text())));
      int n = extremes.arguments().length;
      Map<String, double[]> leaves = Map.of("X", extremes.arguments(), "Y", extremes.targets(), "b", new double[n]);
      PreciseInterpreter exact = new PreciseInterpreter(PreciseInterpreter.exact(leaves), raw.graph(), Map.of("m", 1), Precise.LONG);
      double[] e = exact.doubles("E");
      double[] s = exact.doubles("dJ/db");
      Lowered simple = Programs.simplified(raw);
      if (Boolean.getBoolean("graph")) System.out.println(dev.nngen.ir.GraphPrinter.print(simple.graph()));
      Interpreter interpreter = new Interpreter(simple.graph(), leaves, Map.of("m", 1));
      if (!single) {
        report(extremes, "interpreter E", e, interpreter.value("E"));
        report(extremes, "interpreter slope", s, interpreter.value("dJ/db"));
      }
      for (dev.nngen.codegen.KernelSet k : List.of(new dev.nngen.codegen.EjmlKernels(), new dev.nngen.codegen.PlainKernels(), new dev.nngen.codegen.VectorKernels())) {
        dev.nngen.codegen.JavaText java = dev.nngen.codegen.JavaEmitter.emit(dev.nngen.plan.Planner.plan(simple), new dev.nngen.codegen.CodegenOptions("", k, "test", "", "test.nn", "0"));
        if (Boolean.getBoolean("graph")) System.out.println(java.text());
        dev.nngen.codegen.GeneratedClass.Instance net = dev.nngen.codegen.GeneratedClass.compile(java).create(1);
        Object x = matrix(extremes.arguments(), single), y = matrix(extremes.targets(), single);
        report(extremes, k.name() + (single ? " f32" : " f64") + " E", e, flat(net.call("predict", x, y)));
        net.call("gradients", x, y);
        report(extremes, k.name() + (single ? " f32" : " f64") + " slope", s, flat(net.call("gradb")));
      }
    }
  }

  static Object matrix(double[] v, boolean single) {
    if (!single) return new org.ejml.data.DMatrixRMaj(v.length, 1, true, v);
    float[] f = new float[v.length];
    for (int k = 0; k < f.length; k++) f[k] = (float) v[k];
    return new org.ejml.data.FMatrixRMaj(v.length, 1, true, f);
  }

  static double[] flat(Object m) {
    if (m instanceof org.ejml.data.DMatrixRMaj d) return java.util.Arrays.copyOf(d.data, d.getNumElements());
    org.ejml.data.FMatrixRMaj f = (org.ejml.data.FMatrixRMaj) m;
    double[] v = new double[f.getNumElements()];
    for (int k = 0; k < v.length; k++) v[k] = f.data[k];
    return v;
  }

  private static void report(Extremes x, String what, double[] exact, double[] got) {
    int none = 0;
    for (int k = 0; k < exact.length; k++) {
      if (Double.isNaN(exact[k])) {
        none++;
        continue;
      }
      if (x.single()) exact[k] = (float) exact[k];
      double least = x.single() ? Float.MIN_NORMAL : Double.MIN_NORMAL;
      double error = exact[k] == got[k] ? 0 : Math.abs(exact[k] - got[k]) / Math.max(Math.abs(exact[k]), least);
      if (!(error < (x.single() ? 3e-6 : 1e-14))) {
        System.out.printf("   %s %s at %s, %s: %s must be %s: %.2g%n", x.name(), what, x.arguments()[k], x.targets()[k], got[k], exact[k], error);
      }
    }
    if (none > 0) System.out.println("   no value: " + none);
  }
}
