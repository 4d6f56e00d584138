package dev.nngen.formula;

import dev.nngen.ir.Graph;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Prints formulas of named values, for the Javadoc of generated classes. */
public final class Formulas {

  private Formulas() {}

  /**
   * Returns the definition of a named value in the language's notation, over named values: {@code Z1 = W1 * X + b1},
   * {@code dJ/dW1 = (1/m) * E1 * X'}; for tensors, and where matrices cannot express it, of an entry: {@code Z_ijc = sum_k(W_ik * X_kjc)}. IllegalArgumentException if there is no such
   * name.
   */
  public static String define(Graph graph, String name) {
    return define(graph, List.of(name)).get(0);
  }

  /** Returns the definition of each name, one line each. */
  public static List<String> define(Graph graph, List<String> names) {
    return names.stream().map(definitions(graph)).toList();
  }

  /** Returns a function that gives the definition of a name, a line. */
  public static Function<String, String> definitions(Graph graph) {
    FormulaBuilder builder = new FormulaBuilder(graph, ValueNaming.of(graph), Form.MATRIX);
    return name -> text(graph.named(name), name, builder.define(name));
  }

  /** Returns definitions for all names of one value, the name used in formulas first. */
  public static List<String> defineAll(Graph graph, List<String> names) {
    ValueNaming naming = ValueNaming.of(graph);
    return define(graph, names.stream().sorted(Comparator.comparing(name -> !naming.name(graph.named(name).node()).filter(named -> named.name().equals(name)).isPresent())).toList());
  }

  private static String text(Graph.Value value, String name, FormulaBuilder.Equation equation) {
    String left = value.axes().size() > 2 || equation.left() instanceof Formula.Entry ? LanguagePrinter.javadoc(equation.left()) : name;
    return left + " = " + LanguagePrinter.javadoc(equation.right());
  }
}
