package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.codegen.JavaText;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.GradientCheck;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import dev.nngen.simplify.Proof;
import dev.nngen.simplify.Simplifier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Model texts through the stages of the compiler, for tests. */
final class Programs {

  private Programs() {}

  static Program<Phase.Lowered> lowered(String text) {
    return lowered(new Source("test.nn", text));
  }

  /** The only model of the text, which has no errors. */
  static Program<Phase.Lowered> lowered(Source source) {
    Diagnostics diagnostics = new Diagnostics();
    List<Model> models = models(source, diagnostics);
    assertEquals(List.of(), diagnostics.sorted().stream().map(Diagnostic::message).toList(), source.name());
    assertEquals(1, models.size(), source.name());
    return Lowering.lower(models.get(0));
  }

  private static List<Model> models(Source source, Diagnostics diagnostics) {
    return Models.resolve(NnParser.parse(source, diagnostics), SourceLoader.NONE, diagnostics);
  }

  /** What is wrong with the text. */
  static List<String> errors(Source source) {
    Diagnostics diagnostics = new Diagnostics();
    models(source, diagnostics);
    return diagnostics.sorted().stream().map(Diagnostic::message).toList();
  }

  static Program<Phase.Simplified> simplified(Program<? extends Phase.Differentiated> differentiated) {
    return Simplifier.simplify(differentiated);
  }

  static Program<Phase.Simplified> simplified(String text) {
    return simplified(Autodiff.differentiate(lowered(text)));
  }

  static Program<Phase.Simplified> simplified(Source source) {
    return simplified(source.text());
  }

  /** The text's only model through all passes; claims that fail are no fault here. */
  static CompiledModel compiled(Source source) {
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = new Compiler(Options.DEFAULT, SourceLoader.NONE).derive(source, diagnostics);
    assertEquals(1, models.size(), () -> new DiagnosticRenderer(false).render(diagnostics));
    return models.get(0);
  }

  /** What became of every claim of the text's only model, in order. */
  static List<Proof> proofs(Source source) {
    return compiled(source).claims().stream().map(CompiledModel.Decided::proof).toList();
  }

  /** The class of the text's only model. */
  static JavaText generated(Source source) {
    Diagnostics diagnostics = new Diagnostics();
    List<GeneratedFile> files = new Compiler(Options.DEFAULT, SourceLoader.NONE).generate(source, diagnostics);
    assertEquals(1, files.size(), () -> new DiagnosticRenderer(false).render(diagnostics));
    String className = files.get(0).path().replace(".java", "");
    return new JavaText("", className, files.get(0).text());
  }

  static List<GradientCheck.Line> check(Source source) {
    Program<Phase.Differentiated> differentiated = Autodiff.differentiate(lowered(source));
    return GradientCheck.check(differentiated, simplified(differentiated), 11);
  }

  /** A function of z, and of y if that is given, whose derivative with respect to z is from the compiler. */
  static Scalar scalar(String expression, double... y) {
    return new Scalar(simplified("model S { input y[1, 1]; param z = 0; A = y; minimize J = " + expression + "; output A; }"), y);
  }

  record Scalar(Program<? extends Phase.Differentiated> program, double[] y) {
    double value(double z) {
      return interpreter(z).value("J")[0];
    }

    double slope(double z) {
      return interpreter(z).value("dJ/dz")[0];
    }

    private Interpreter interpreter(double z) {
      Map<String, double[]> leaves = Map.of("z", new double[] {z}, "y", y);
      return new Interpreter(program.graph(), leaves, Map.of("m", 1));
    }
  }

  /** A model of a 2 x 3 weight and a bias of 2, whose optimizer runs on the interpreter. */
  static final class Steps {
    private final Program.Update update;
    final Map<String, double[]> leaves = new LinkedHashMap<>();

    Steps(String optimizer) {
      Program<Phase.Lowered> program = lowered("model T { input X[3]; target Y[2]; param W[2, 3]; param b[2];"
          + " A = W * X + b; minimize J = mean(squared(A, Y)); train " + optimizer + "; }");
      update = simplified(Autodiff.differentiate(program)).updates().get(0);
      leaves.put("W", new double[] {0.5, -0.4, 0.3, -0.2, 0.1, 0.7});
      leaves.put("b", new double[] {0.1, -0.1});
      for (Program.State state : update.states()) {
        double[] entries = new double[leaves.get(state.parameter()).length];
        Arrays.fill(entries, state.initial());
        leaves.put(state.name(), entries);
      }
    }

    /** One step with these gradients. */
    void step(double[] gradW, double[] gradB, int t) {
      leaves.put("dJ/dW", gradW);
      leaves.put("dJ/db", gradB);
      leaves.put("t", new double[] {t});
      update.rate().ifPresent(rate -> leaves.put("rate", new double[] {rate}));
      Interpreter interpreter = new Interpreter(update.graph(), Map.copyOf(leaves), Map.of());
      update.graph().names().keySet().stream().filter(name -> name.startsWith("next "))
          .forEach(name -> leaves.put(name.substring(5), interpreter.value(name)));
    }
  }
}
