package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.Naming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  Formula line(Draft draft, Drafting.Entry entry) {
    FormulaBuilder builder = draft.local().isEmpty() ? shown
        : new FormulaBuilder(graph, names.with(draft.local(), locals.get(draft.local())), form);
    return expanding(builder, draft).gradient(draft.value(), entry.name());
  }

  /** The last line without names that are not the model's, in the language; the first has none. */
  String language(Drafting.Entry entry, Set<String> foreign) {
    Formula last = withoutForeign(foreign).gradient(entry.lines().get(0).value(), entry.name());
    for (Draft draft : entry.lines()) {
      Formula formula = expanding(language, draft).gradient(draft.value(), entry.name());
      last = mentions(formula, foreign) ? last : formula;
    }
    return LanguagePrinter.print(last);
  }

  private static FormulaBuilder expanding(FormulaBuilder builder, Draft draft) {
    FormulaBuilder all = builder;
    for (int node : draft.writtenOut()) {
      all = all.expanding(node);
    }
    return all;
  }

  private FormulaBuilder withoutForeign(Set<String> foreign) {
    Map<String, Graph.Value> own = new LinkedHashMap<>(graph.names());
    own.keySet().removeAll(foreign);
    return new FormulaBuilder(graph, Naming.of(graph, own), Form.MATRIX);
  }

  private static boolean mentions(Formula formula, Set<String> names) {
    return formula instanceof Formula.Name name && names.contains(name.name())
        || formula instanceof Formula.Gradient gradient && names.contains(Lowered.gradientName(gradient.of(), gradient.by()))
        || formula.parts().stream().anyMatch(part -> mentions(part, names));
  }

  /** A value in the language. */
  String text(Graph.Value value) {
    return LanguagePrinter.javadoc(shown.formula(value));
  }

  /** The definitions of the named values, one after the other; of the loss, which is long, the name. */
  String definitions(List<String> names, String loss) {
    List<String> texts = new ArrayList<>();
    names.forEach(name -> texts.add(name.equals(loss) ? name : text(forward.define(name))));
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
