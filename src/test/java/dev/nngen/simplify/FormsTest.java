package dev.nngen.simplify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.formula.Formulas;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The forms of values, gradients and updates of small models: {@code forms.txt} has statements after "> ", and
 * after them the formulas. {@code mvn test -Dtest=FormsTest -Dnngen.bless=true} writes these anew.
 */
class FormsTest {

  private static final Path FILE = Path.of("src/test/resources/dev/nngen/simplify/forms.txt");

  /** @param statements of a model that has data X, Y, S, parameters W, V, U, b, c, s, and Z = W * X + b */
  record Case(String statements, String formulas) {
    @Override
    public String toString() {
      return statements;
    }
  }

  static List<Case> cases() throws IOException {
    return Arrays.stream(Files.readString(FILE).split("\n\n")).map(block -> {
      String[] parts = block.strip().split("\n", 2);
      return new Case(parts[0].substring("> ".length()), parts.length > 1 ? parts[1] : "");
    }).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isWritten(Case each) {
    assumeFalse(Boolean.getBoolean("nngen.bless"));
    assertEquals(each.formulas(), formulas(each.statements()));
  }

  @Test
  void bless() throws IOException {
    if (Boolean.getBoolean("nngen.bless")) {
      List<String> blocks = new ArrayList<>();
      for (Case each : cases()) {
        blocks.add("> " + each.statements() + "\n" + formulas(each.statements()) + "\n");
      }
      Files.writeString(FILE, String.join("\n", blocks));
    }
  }

  private static String formulas(String statements) {
    Program<? extends Phase.Differentiated> program = Simplifier.simplify(program(statements));
    assertEquals(List.of(), program.graph().rewrites().rejected());
    List<String> lines = new ArrayList<>(define(program.graph()));
    program.updates().forEach(update -> lines.addAll(define(update.graph())));
    return String.join("\n", lines);
  }

  /** Differentiated and not yet simplified. */
  static Program<? extends Phase.Differentiated> program(String statements) {
    return Autodiff.differentiate(Lowering.lower(ModelText.model("""
        model F {
          input X[4];  target Y[3] where colsum(Y) == 1;  input S[3] where S in (0, 1);
          param W[3, 4];  param V[3, 3];  param U[2, 3];  param b[3];  param c[3] = 1;  param s = 1;
          Z = W * X + b;
          %s
        }
        """.formatted(statements))));
  }

  /** Without locals of layers that are values of the text, and without gradients of parameters that the statements do not use. */
  private static List<String> define(Graph graph) {
    Map<Integer, String> chosen = ValueNaming.chosen(graph);
    List<String> lines = Formulas.define(graph, graph.names().entrySet().stream()
        .filter(value -> !value.getKey().endsWith("_" + chosen.getOrDefault(value.getValue().node(), "").replaceFirst(".*/d", "")))
        .filter(value -> !(graph.node(value.getValue().node()) instanceof Node.Leaf) && !value.getKey().equals("Z"))
        .map(value -> value.getKey()).toList());
    return lines.stream().filter(line -> !line.startsWith("dJ/d") || !line.endsWith(" = 0")).toList();
  }
}
