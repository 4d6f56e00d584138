package dev.nngen.explain;

import dev.nngen.formula.AxisLetters;
import dev.nngen.formula.CallPattern;
import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.Spelling;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import java.util.Collection;
import java.util.HashSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes values of the derivation's graph as formulas, in the requested notation and in the language. */
final class FormulaWriter {

  private final Graph graph;
  /** Writers by the names that they expand. Names of a graph are read once, because each gradient of a deep network has its formula. */
  private final Map<Set<String>, FormulaBuilder> withoutForeign = new HashMap<>();
  private final FormulaBuilder forward;
  private final FormulaBuilder forwardLanguage;
  private final Set<String> forwardNames;
  private final FormulaBuilder shown;
  private final FormulaBuilder byIndex;
  /** Names of values and gradients, with deltas as gradients. */
  private final ValueNaming plain;
  /** Names of values, gradients and deltas. */
  private final ValueNaming names;
  private final DeltaNames errors;
  private final boolean samplesInRows;
  private final Map<String, Graph.Value> locals;
  private final Form form;
  private final BiPredicate<String, Graph.Value> proved;
  private final FormulaBuilder language;
  private final Set<String> unitTensors;

  /**
   * @param letters letters of indices in the graph
   * @param spelling functions and numbers as the text writes them
   * @param calls values of the graph that are calls of functions
   * @param forward the graph of the model's text
   * @param forwardNaming its names, and the functions that are written as calls
   * @param locals partial derivatives of single steps, by the names that the chain rule in symbols uses
   * @param entries in their order; a value with several gradients has the first one's name
   * @param proved true if a named value is known to equal another
   */
  FormulaWriter(Graph graph, AxisLetters letters, Spelling spelling, CallPattern.Calls calls, Graph forward, ValueNaming forwardNaming, Map<String, Graph.Value> locals, Collection<DerivationBuilder.Entry> entries, DeltaNames errors, Form form, boolean samplesInRows,
      BiPredicate<String, Graph.Value> proved) {
    this.plain = ValueNaming.of(graph).spelled(spelling, calls).lettered(letters);
    this.errors = errors;
    this.samplesInRows = samplesInRows;
    ValueNaming all = plain;
    Set<Integer> seen = new HashSet<>();
    for (DerivationBuilder.Entry entry : entries) {
      if (seen.add(graph.named(entry.name()).node())) {
        all = all.with(errors.nameOf(entry.name()), graph.named(entry.name()));
      }
    }
    this.names = all;
    this.forward = new FormulaBuilder(forward, forwardNaming, form);
    this.forwardLanguage = new FormulaBuilder(forward, forwardNaming, Form.MATRIX);
    this.forwardNames = forward.names().keySet();
    this.graph = graph;
    this.language = new FormulaBuilder(graph, plain, Form.MATRIX);
    this.locals = locals;
    this.unitTensors = unitTensors(graph);
    this.form = form;
    this.proved = proved;
    Map<String, Set<Graph.Value>> values = new LinkedHashMap<>();
    entries.forEach(entry -> values.put(entry.name(), shown(entry).map(UnprovedStep::value).collect(Collectors.toCollection(LinkedHashSet::new))));
    this.byIndex = new FormulaBuilder(graph, names, Form.INDEX).indexing(values);
    FormulaBuilder builder = new FormulaBuilder(graph, names, form).indexing(byIndex);
    this.shown = builder.byEntries(entries.stream().filter(entry -> !shown(entry).allMatch(line -> builder(builder, line, entry).isLifted(line.value(), entry.name())))
        .map(DerivationBuilder.Entry::name).collect(Collectors.toSet()));
  }

  private static Stream<UnprovedStep> shown(DerivationBuilder.Entry entry) {
    return entry.lines().stream().filter(line -> !line.hidden());
  }

  Formula left(String name) {
    return errors.contains(name) ? shown.symbol(graph.named(name), name) : shown.left(name);
  }

  /** Returns the symbol of a gradient, also for a delta. */
  private Formula symbol(String gradient) {
    return shown.left(gradient);
  }

  /** Returns the definition of a value of the forward pass. */
  FormulaBuilder.Equation define(String name) {
    return forward.define(name);
  }

  Formula line(UnprovedStep draft, DerivationBuilder.Entry entry) {
    if (draft.rule() == Rule.ERROR) {
      return symbol(entry.name());
    }
    return builder(shown, draft, entry).gradient(draft.value(), entry.name());
  }

  /** Returns a line about matrices for one entry; empty for scalars, and if lines are about entries already. */
  Optional<Derivation.Assignment> entries(UnprovedStep draft, DerivationBuilder.Entry entry) {
    boolean isNumber = graph.node(draft.value().node()).rank() == 0 || draft.rule() == Rule.ERROR;
    if (isNumber || form != Form.MATRIX) {
      return Optional.empty();
    }
    Formula left = byIndex.symbol(graph.named(entry.name()), entry.name());
    Formula right = builder(byIndex, draft, entry).gradient(draft.value(), entry.name());
    boolean written = shown.isLifted(draft.value(), entry.name()) && !right.equals(line(draft, entry));
    return written ? Optional.of(new Derivation.Assignment(left, right)) : Optional.empty();
  }

  private FormulaBuilder builder(FormulaBuilder plain, UnprovedStep draft, DerivationBuilder.Entry entry) {
    FormulaBuilder builder = draft.local().isEmpty() ? plain : plain.naming(names.with(draft.local(), locals.get(draft.local())));
    return draft.rule() == Rule.ERROR ? plain : withoutItself(expanding(builder, draft), draft, entry);
  }

  /** Removes the equation of a delta with itself. */
  private FormulaBuilder withoutItself(FormulaBuilder builder, UnprovedStep draft, DerivationBuilder.Entry entry) {
    int node = graph.named(entry.name()).node();
    return errors.contains(entry.name()) && draft.value().node() == node ? builder.expanding(node) : builder;
  }

  /** Returns tensors with axes of one entry. Formulas of matrices omit these axes; the language has them. */
  private static Set<String> unitTensors(Graph graph) {
    return graph.names().entrySet().stream().filter(named -> !named.getValue().isMatrix() && named.getValue().allAxes().contains(Graph.Value.NONE))
        .map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  /** Returns the last proved line without names that are foreign to the model, in the language. In the first line these names are expanded. */
  String language(DerivationBuilder.Entry entry, List<UnprovedStep> proved, Set<String> foreign) {
    Optional<Formula> last = proved.stream().findFirst().map(first -> withoutForeign(foreign).gradient(first.value(), entry.name()));
    for (UnprovedStep draft : proved) {
      Formula formula = expanding(language, draft).gradient(draft.value(), entry.name());
      last = mentions(formula, foreign) ? last : Optional.of(formula);
    }
    return last.filter(LanguagePrinter::isLanguage).filter(formula -> !mentions(formula, unitTensors)).map(LanguagePrinter::print).orElseGet(() -> form == Form.INDEX ? equation(entry, foreign) : "");
  }

  /** Returns the chain rule's line as an index equation. */
  private String equation(DerivationBuilder.Entry entry, Set<String> foreign) {
    ValueName gradient = ValueName.parse(entry.name());
    boolean several = graph.names().keySet().stream().map(ValueName::parse)
        .anyMatch(other -> other.is(ValueName.Role.GRADIENT) && other.by().equals(gradient.by()) && !other.of().equals(gradient.of()));
    String defined = "grad_" + (several ? gradient.of() + "_" : "") + gradient.by();
    return graph.names().containsKey(defined) ? "" : withoutForeign(foreign).equation(graph.named(entry.name()), entry.name(), defined).orElse("");
  }

  private static FormulaBuilder expanding(FormulaBuilder builder, UnprovedStep draft) {
    return expanding(builder, draft.writtenOut());
  }

  private static FormulaBuilder expanding(FormulaBuilder builder, List<Integer> writtenOut) {
    FormulaBuilder all = builder;
    for (int node : writtenOut) {
      all = all.expanding(node);
    }
    return all;
  }

  private FormulaBuilder withoutForeign(Set<String> foreign) {
    return withoutForeign.computeIfAbsent(foreign, names -> {
      Map<String, Graph.Value> own = new LinkedHashMap<>(graph.names());
      own.keySet().removeAll(names);
      return new FormulaBuilder(graph, ValueNaming.of(graph, own).spelled(plain.spelling(), CallPattern.Calls.NONE).lettered(plain.letters()), Form.MATRIX);
    });
  }

  private static boolean mentions(Formula formula, Set<String> names) {
    return formula instanceof Formula.Name name && names.contains(name.name())
        || formula instanceof Formula.Gradient gradient && names.contains(ValueName.gradient(gradient.of(), gradient.by()).text())
        || formula.parts().stream().anyMatch(part -> mentions(part, names));
  }

  /** Returns the line's value as a matrix, if lines are about entries. */
  FormulaBuilder.Equation matrix(UnprovedStep draft, DerivationBuilder.Entry entry) {
    FormulaBuilder builder = new FormulaBuilder(graph, names, form.ofMatrices());
    return new FormulaBuilder.Equation(errors.contains(entry.name()) ? builder.formula(graph.named(entry.name())) : builder.left(entry.name()),
        withoutItself(expanding(builder, draft), draft, entry).gradient(draft.value(), entry.name()));
  }

  Formula formula(Graph.Value value) {
    return shown.inSentence(value);
  }

  /** Returns the definitions of the named values. For the loss, which is long, only the name. */
  Phrase definitions(List<String> names, String loss) {
    return Phrase.all(names.stream().map(name -> name.equals(loss) ? Phrase.math(left(name)) : definition(name)).toList());
  }

  /** Returns the reason of a line that uses the definition of a named value. */
  Phrase requiredAssumption(String name) {
    if (forwardNames.contains(name)) {
      return definition(name);
    }
    return ValueNaming.isGradient(name) ? fromAbove(name) : Phrase.words("the definition of ").then(left(name));
  }

  /** {@code P = softmax(Z)}. */
  Phrase call(ExponentialSumStep step) {
    return Phrase.equation(left(step.of()), new Formula.Call(step.function().label(), 0, List.of(left(step.by()))));
  }

  private Phrase definition(String name) {
    FormulaBuilder.Equation equation = forward.define(name);
    return Phrase.equation(equation.left(), equation.right());
  }

  /** Returns the definition of a value of the forward pass in the language. */
  String languageOf(String name) {
    FormulaBuilder.Equation equation = forwardLanguage.define(name);
    if (forwardLanguage.isTensor(name) || !LanguagePrinter.isLanguage(equation.right())) {
      return forwardLanguage.definition(name).orElse("");
    }
    return LanguagePrinter.javadoc(equation.left()) + " = " + LanguagePrinter.javadoc(equation.right());
  }

  /** {@code dA/dZ = A .* (1 - A)}. */
  Phrase equation(String name, Graph.Value value) {
    return equation(name, value, List.of());
  }

  /**
   * Returns the equation of a name and a value.
   *
   * @param writtenOut nodes that the value writes out
   */
  Phrase equation(String name, Graph.Value value, List<Integer> writtenOut) {
    Formula left = shown.naming(ValueNaming.only(name, value).spelled(plain.spelling(), CallPattern.Calls.NONE).lettered(plain.letters())).symbol(value, name);
    boolean named = graph.names().containsKey(name);
    Formula right = expanding(shown, writtenOut).gradient(value, named ? name : "");
    return named && !proved.test(name, value) ? Phrase.approximation(left, right) : Phrase.equation(left, right);
  }

  /** {@code colsum(U - mu) = 0}. */
  Phrase zero(int node) {
    return Phrase.equation(shown.inSentence(MatrixLayouts.natural(graph, node, samplesInRows)), Formula.ZERO);
  }

  Phrase fromAbove(String name) {
    return Phrase.above(name, left(name));
  }

  /** {@code A nonzero, since A in (0, 1)}. */
  Phrase nonzero(Set<View> factors, Graph.Value like, EntryBounds ranges) {
    Map<Formula, Phrase> reasons = new LinkedHashMap<>();
    for (View factor : factors) {
      Formula text = shown.inSentence(like.rewire(factor));
      reasons.put(text, Phrase.nonzero(text, ranges.of(factor.node())));
    }
    return Phrase.all(List.copyOf(reasons.values()));
  }

}
