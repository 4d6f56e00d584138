package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.AdmissiblePoint;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.formula.Form;
import dev.nngen.formula.FormulaEvaluator;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.Parsed;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line of every derivation equals the line before, at random points that satisfy what the model declares. */
@Slow
class ReplayTest {

  private static final int POINTS = 3;
  /** Activations whose derivatives are long, so that they are named. */
  private static final String LONG_STEPS = "model Steps { input X[3]; target Y[2]; H = dense(X, 4) |> mish; K = dense(H, 4) |> gelutanh;"
      + " P = dense(K, 2); minimize J = mean(squared(P, Y)); }";
  /** Deviations from a mean, of which the sum is zero. */
  private static final String NORM = "model Norm { input X[3]; target Y[2]; U = dense(X, 4); mu = colsum(U) / 4; v = colsum((U - mu).^2) / 4;"
      + " N = (U - mu) ./ sqrt(v + 1e-5); P = dense(N, 2); minimize J = mean(squared(P, Y)); }";
  /** A logarithm that the class computes in another way than the text says. */
  private static final String STABLE = "model Stable { input X[3]; target Y[2]; Z = dense(X, 2); minimize J = mean(Y .* Z .* log(1 + exp(Z))); }";
  private static final Map<String, Integer> EXTENTS = Map.of("m", 4);

  static List<Path> files() {
    return Samples.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void linesAreEqual(Path file) {
    Samples.models(file).forEach(ReplayTest::replay);
  }

  private static void replay(CompiledModel model) {
    Deriver deriver = Samples.deriver(model);
    Derivation derivation = Samples.derivation(model);
    Graph named = Formulas.withLines(deriver.graph(), derivation);
    for (int point = 0; point < POINTS; point++) {
      replay(derivation, named, model, new SplittableRandom(point));
    }
  }

  /** Each rule has lines that are replayed, except unproved ones, which occur in no model; see {@link StepsTest}. */
  @Test
  void everyRuleIsReplayed() {
    List<CompiledModel> models = new ArrayList<>(Samples.models("steps.nn", LONG_STEPS));
    models.addAll(Samples.models("norm.nn", NORM));
    models.addAll(Samples.models("stable.nn", STABLE));
    models.forEach(ReplayTest::replay);
    files().forEach(file -> models.addAll(Samples.models(file)));
    Set<Rule> used = EnumSet.noneOf(Rule.class);
    for (CompiledModel model : models) {
      for (Form form : Form.values()) {
        Derivation derivation = Samples.deriver(model).derive(new ExplainOptions(form, true, List.of(), Optional.empty()));
        derivation.backward().forEach(adjoint -> adjoint.lines().forEach(line -> used.add(line.rule())));
      }
    }
    assertEquals(EnumSet.complementOf(EnumSet.of(Rule.NUMERIC)), used);
  }

  private static void replay(Derivation derivation, Graph graph, CompiledModel model, SplittableRandom random) {
    Map<String, double[]> leaves = new AdmissiblePoint(model.differentiated(), EXTENTS, random).draw().orElseThrow();
    Interpreter interpreter = new Interpreter(graph, leaves, EXTENTS);
    Map<String, double[][]> values = new HashMap<>();
    model.differentiated().graph().names().keySet().stream().filter(name -> !name.contains(" ")).forEach(name -> values.put(name, interpreter.matrix(name)));
    values.put("m", new double[][] {{EXTENTS.get("m")}});
    values.put("pi", new double[][] {{Math.PI}});
    FormulaEvaluator evaluator = new FormulaEvaluator(values, Map.of());
    for (Adjoint adjoint : derivation.backward()) {
      double[][] expected = interpreter.matrix(adjoint.name());
      for (int line = 0; line < adjoint.lines().size(); line++) {
        String where = derivation.model() + ", " + Formulas.key(adjoint, line) + ": " + LanguagePrinter.javadoc(adjoint.lines().get(line).formula());
        same(expected, interpreter.matrix(Formulas.key(adjoint, line)), where);
      }
      boolean hasNoText = adjoint.language().isEmpty() && adjoint.lines().stream().anyMatch(line -> !LanguagePrinter.isLanguage(line.formula()));
      if (adjoint.shared() || hasNoText) {
        continue;
      }
      same(expected, evaluator.value(Parsed.formula(adjoint.language())), adjoint.name() + " = " + adjoint.language());
    }
  }

  /** A matrix of one row or column may be broadcast. */
  private static void same(double[][] expected, double[][] actual, String where) {
    double scale = 1e-9;
    for (double[] row : expected) {
      for (double entry : row) {
        scale = Math.max(scale, Math.abs(entry));
      }
    }
    assertTrue((actual.length == 1 || actual.length == expected.length)
        && (actual[0].length == 1 || actual[0].length == expected[0].length), where);
    for (int r = 0; r < expected.length; r++) {
      for (int c = 0; c < expected[0].length; c++) {
        double value = actual[actual.length == 1 ? 0 : r][actual[0].length == 1 ? 0 : c];
        assertEquals(expected[r][c], value, 1e-7 * scale, where);
      }
    }
  }
}
