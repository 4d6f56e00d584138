package dev.nngen.compiler;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.simplify.EqualityCheck;
import dev.nngen.simplify.Simplifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the correct equation for a refuted claim about a gradient, as a statement that is proved if it is pasted into the model. */
final class DerivedGradient {

  /** Longer formulas are not proposed; {@code explain} derives them step by step. */
  private static final int MAX_LENGTH = 100;
  /** Gradients with more operations are not searched, because they have no short formula. */
  private static final int MAX_OPERATIONS = 300;
  /** The name of the simplified gradient, which has the layout of gradients and is not a name of the language. */
  private static final String NAME = "dJ/dW";

  private final Program<Phase.Lowered> lowered;
  private final Program<Phase.Differentiated> differentiated;

  /**
   * Prepares the claims of one model.
   *
   * @param lowered the program of the text, with gradients as nodes
   * @param differentiated the result of {@code autodiff}
   */
  DerivedGradient(Program<Phase.Lowered> lowered, Program<Phase.Differentiated> differentiated) {
    this.lowered = lowered;
    this.differentiated = differentiated;
  }

  /**
   * Returns an equation such as {@code grad(J, Z) == (1/m) * (P - Y)}; empty if neither side is a gradient, or if there is no short formula that is
   * proved.
   */
  Optional<String> of(Program.Claim claim) {
    List<String> sides = sides(claim.text());
    boolean isLeft = isGradient(claim.left());
    if (sides.size() != 2 || !isLeft && !isGradient(claim.right())) {
      return Optional.empty();
    }
    String side = isLeft ? claim.left() : claim.right();
    Graph.Value gradient = differentiated.graph().named(side);
    return operations(gradient.node()) > MAX_OPERATIONS ? Optional.empty() : formula(gradient).map(formula -> sides.get(isLeft ? 0 : 1) + " == " + formula);
  }

  private boolean isGradient(String side) {
    return lowered.graph().node(lowered.graph().named(side).node()) instanceof Node.Derivative;
  }

  /** Returns the texts on both sides of the {@code ==} outside of brackets. */
  private static List<String> sides(String text) {
    List<String> sides = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int k = 0; k < text.length(); k++) {
      depth += "([".indexOf(text.charAt(k)) >= 0 ? 1 : ")]".indexOf(text.charAt(k)) >= 0 ? -1 : 0;
      if (depth == 0 && text.startsWith("==", k)) {
        sides.add(text.substring(start, k).strip());
        start = k + 2;
      }
    }
    sides.add(text.substring(start).strip());
    return sides;
  }

  /** Returns the number of operations of the gradient over named values. Common subexpressions count at each use. */
  private double operations(int gradient) {
    Graph graph = differentiated.graph();
    Set<Integer> named = new HashSet<>();
    graph.names().forEach((name, value) -> {
      if (isName(name)) {
        named.add(value.node());
      }
    });
    double[] operations = new double[gradient + 1];
    for (int id = 0; id <= gradient; id++) {
      if (id == gradient || !named.contains(id)) {
        operations[id] = 1 + graph.node(id).operands().stream().mapToDouble(operand -> operations[operand.node()]).sum();
      }
    }
    return operations[gradient];
  }

  /** True for the names of the model's values, other than gradients. */
  private static boolean isName(String name) {
    return ValueNaming.isShown(name) && !ValueNaming.isGradient(name);
  }

  private Optional<String> formula(Graph.Value gradient) {
    Graph simplified = Simplifier.simplify(minimalGraph(gradient), differentiated.facts());
    Graph.Value value = simplified.named(NAME);
    Formula formula = new FormulaBuilder(simplified, ValueNaming.of(simplified), Form.MATRIX).formula(value, NAME);
    String text = LanguagePrinter.print(formula);
    return LanguagePrinter.isLanguage(formula) && text.length() <= MAX_LENGTH && isProved(gradient, simplified, value) ? Optional.of(text) : Optional.empty();
  }

  /** Returns a graph with a name for the gradient and one for each value on which it depends: {@code Z} rather than {@code Z_Z}. */
  private Graph minimalGraph(Graph.Value gradient) {
    Graph graph = differentiated.graph();
    Graph.Builder builder = new Graph.Builder();
    for (int id = 0; id < graph.size(); id++) {
      builder.add(graph.node(id));
    }
    boolean[] needed = graph.reachable(List.of(gradient.node()));
    Map<Integer, String> shortest = new LinkedHashMap<>();
    graph.names().forEach((name, value) -> {
      if (needed[value.node()] && value.node() != gradient.node() && isName(name)) {
        shortest.merge(value.node(), name, (first, next) -> next.length() < first.length() ? next : first);
      }
    });
    shortest.values().forEach(name -> builder.name(name, graph.named(name)));
    return builder.name(NAME, gradient).build();
  }

  private boolean isProved(Graph.Value gradient, Graph simplified, Graph.Value value) {
    Graph.Builder both = new Graph.Builder(differentiated.graph());
    List<Integer> moved = new ArrayList<>();
    for (int id = 0; id < simplified.size(); id++) {
      Node node = simplified.node(id);
      moved.add(both.add(node.withOperands(node.operands().stream().map(view -> new View(moved.get(view.node()), view.axes())).toList())));
    }
    Graph.Value copied = value.at(moved.get(value.node()));
    return new EqualityCheck(both.build(), differentiated.facts()).holds(gradient, copied);
  }
}
