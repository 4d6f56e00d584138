package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.Naming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes values of the workbench's graph as formulas, in the form asked for and in the language. */
final class Writer {

  private final Graph graph;
  private final FormulaBuilder forward;
  private final FormulaBuilder forwardLanguage;
  private final FormulaBuilder shown;
  private final Naming names;
  private final Map<String, Graph.Value> locals;
  private final Form form;
  private final FormulaBuilder language;

  /**
   * @param forward the model as it was written
   * @param locals derivatives of single steps, which the chain rule in symbols calls by name
   */
  Writer(Graph graph, Graph forward, Map<String, Graph.Value> locals, Form form) {
    this.names = Naming.of(graph);
    this.forward = new FormulaBuilder(forward, Naming.of(forward), form);
    this.forwardLanguage = new FormulaBuilder(forward, Naming.of(forward), Form.MATRIX);
    this.graph = graph;
    this.shown = new FormulaBuilder(graph, names, form);
    this.language = new FormulaBuilder(graph, names, Form.MATRIX);
    this.locals = locals;
    this.form = form;
  }

  Formula left(String name) {
    return shown.left(name);
  }

  /** The definition of a value of the forward pass. */
  FormulaBuilder.Equation define(String name) {
    return forward.define(name);
  }

  /** @param shared values that are written out although they have names */
  Formula line(Draft draft, Drafting.Entry entry, List<Integer> shared) {
    FormulaBuilder builder = draft.local().isEmpty() ? shown
        : new FormulaBuilder(graph, names.with(draft.local(), locals.get(draft.local())), form);
    for (int node : shared) {
      builder = builder.expanding(node);
    }
    return builder.gradient(draft.value(), entry.name());
  }

  /** The value in the language. */
  String language(Graph.Value value, String name) {
    return LanguagePrinter.print(language.gradient(value, name));
  }

  /** The definitions of the named values, one after the other. */
  String definitions(List<String> names) {
    List<String> texts = new ArrayList<>();
    names.forEach(name -> texts.add(text(forward.define(name))));
    return String.join("; ", texts);
  }

  /** The definition of a value of the forward pass in the language. */
  String languageOf(String name) {
    return text(forwardLanguage.define(name));
  }

  private static String text(FormulaBuilder.Equation equation) {
    return LanguagePrinter.javadoc(equation.left()) + " = " + LanguagePrinter.javadoc(equation.right());
  }

  /** {@code dA/dZ = A .* (1 - A)}. */
  String equation(String name, Graph.Value value) {
    Formula left = new FormulaBuilder(graph, Naming.only(name, value), form).formula(value);
    Formula right = graph.names().containsKey(name) ? shown.gradient(value, name) : shown.gradient(value, "");
    return text(new FormulaBuilder.Equation(left, right));
  }

  /** {@code A: nonzero, since A in (0, 1)}. */
  String nonzero(Set<View> factors, Graph.Value like, Ranges ranges) {
    Set<String> texts = new LinkedHashSet<>();
    for (View factor : factors) {
      int row = factor.axes().indexOf(like.row());
      int column = factor.axes().indexOf(like.column());
      String text = LanguagePrinter.javadoc(shown.formula(new Graph.Value(factor.node(), row, column)));
      texts.add(text + " nonzero, since " + text + " in " + ranges.of(factor.node()));
    }
    return String.join("; ", texts);
  }
}
