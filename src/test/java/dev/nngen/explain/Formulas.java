package dev.nngen.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.formula.Form;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.simplify.SameMeaning;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The lines of a derivation, evaluated to 120 digits. */
public final class Formulas {

  private final Graph graph;
  private final Derivation derivation;
  private final ModelDerivation ofAllLosses;

  /** Derives those of a model. Other forms of the derivation use the same proofs. */
  public Formulas(CompiledModel model) {
    this.ofAllLosses = model.derivation();
    this.derivation = ofAllLosses.first().derive(ExplainOptions.DEFAULT);
    this.graph = withLines(ofAllLosses.first().graph(), derivation);
  }

  /** Every line after an equals sign equals the derived value. */
  public void linesAreEqual(Map<String, double[]> leaves) {
    PreciseInterpreter exact = new PreciseInterpreter(graph, leaves, SameMeaning.EXTENTS);
    for (Adjoint adjoint : derivation.backward()) {
      for (int line = 0; line < adjoint.lines().size(); line++) {
        if (adjoint.lines().get(line).isProved()) {
          SameMeaning.sameValues(key(adjoint, line), exact.matrix(adjoint.name()), exact.matrix(key(adjoint, line)));
        }
      }
    }
  }

  /** The last lines, in the language, are sound statements of the model and true. */
  public void claimsHold(String text, Map<String, double[]> leaves) {
    String claims = String.join("\n", Sections.claims(derivation));
    String claiming = text.substring(0, text.lastIndexOf('}')) + claims + "\n}\n";
    Program<?> claimed = Autodiff.differentiate(Lowering.lower(ModelText.model(claiming)));
    PreciseInterpreter exact = new PreciseInterpreter(claimed.graph(), leaves, SameMeaning.EXTENTS);
    for (Program.Claim claim : claimed.claims()) {
      SameMeaning.sameValues(claim.text(), exact.matrix(claim.left()), exact.matrix(claim.right()));
    }
  }

  /** Every format and both forms can be written; the last lines, in the language and by indices, are sound statements of the model and true. */
  public void documentsHold(String text, Map<String, double[]> leaves, Map<String, Integer> extents) {
    for (Form form : Form.values()) {
      Derivation document = ofAllLosses.derive(new ExplainOptions(form, true, List.of(), Optional.empty()));
      for (Format format : Format.values()) {
        format.render(document, false, false);
      }
      String claiming = text.substring(0, text.lastIndexOf('}')) + String.join("\n", Sections.claims(document)) + "\n}\n";
      Program<?> claimed = Autodiff.differentiate(Lowering.lower(ModelText.model(claiming)));
      Interpreter interpreter = new Interpreter(claimed.graph(), leaves, extents);
      for (Program.Claim claim : claimed.claims()) {
        double[] left = Arrays.stream(interpreter.matrix(claim.left())).flatMapToDouble(Arrays::stream).toArray();
        double[] right = Arrays.stream(interpreter.matrix(claim.right())).flatMapToDouble(Arrays::stream).toArray();
        double scale = Math.max(1, Arrays.stream(left).map(Math::abs).max().orElse(1));
        IntStream.range(0, left.length).filter(k -> !Double.isNaN(left[k]))
            .forEach(k -> assertEquals(left[k], right[right.length == 1 ? 0 : k], 1e-9 * scale, claim.text()));
      }
    }
  }

  static String key(Adjoint adjoint, int line) {
    return adjoint.name() + " line " + line;
  }

  /** The graph in which every line is a value with a name. */
  static Graph withLines(Graph graph, Derivation derivation) {
    Graph.Builder builder = new Graph.Builder(graph);
    for (Adjoint adjoint : derivation.backward()) {
      for (int line = 0; line < adjoint.lines().size(); line++) {
        builder.name(key(adjoint, line), adjoint.lines().get(line).value());
      }
    }
    return builder.build();
  }
}
