package dev.nngen.explain;

import dev.nngen.explain.Derivation.Lemma;
import dev.nngen.formula.CallPattern;
import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.ValueNaming;
import dev.nngen.formula.FormulaWidth;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.simplify.Simplifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Derives the derivatives of the functions that a model calls, once for each function: A = f(Z). */
final class Lemmas {

  private static final LocalDerivatives.Pair STEP = new LocalDerivatives.Pair("A", "Z");
  /** Names of a function's value and argument, in order of preference. */
  private static final List<LocalDerivatives.Pair> NAMES = List.of(STEP, new LocalDerivatives.Pair("a", "z"), new LocalDerivatives.Pair("v", "u"), new LocalDerivatives.Pair("F", "X"),
      new LocalDerivatives.Pair("y", "x"), new LocalDerivatives.Pair("g", "x"));

  /** Longer results of the differentiation rules are omitted. */
  private static final int LONGEST = 90;

  private static final String ADJOINT = ValueName.gradient("J", "A").text();

  private static final Formula ARGUMENT = new Formula.Name(STEP.by());

  private Lemmas() {}

  /**
   * Returns lemmas for the functions that formulas call, in matrix notation.
   *
   * @param taken names of values, which lemmas do not use if there are others
   */
  static List<Lemma> of(List<CallPattern> functions, List<Formula> formulas, Set<String> taken) {
    LocalDerivatives.Pair free = NAMES.stream().filter(names -> !taken.contains(names.of()) && !taken.contains(names.by())).findFirst().orElse(STEP);
    Set<Formula> called = new LinkedHashSet<>();
    formulas.forEach(formula -> collect(formula, called));
    List<Lemma> lemmas = new ArrayList<>();
    functions.stream().filter(function -> called.remove(function.call(ARGUMENT))).map(Lemmas::lemma).filter(lemma -> !lemma.definition().equals(lemma.call()))
        .map(lemma -> lemma.renamed(Map.of(STEP.of(), free.of(), STEP.by(), free.by()))).forEach(lemmas::add);
    return lemmas;
  }

  /** Adds calls with a name in place of the first argument. */
  private static void collect(Formula formula, Set<Formula> called) {
    if (formula instanceof Formula.Call call && !call.arguments().isEmpty()) {
      List<Formula> arguments = new ArrayList<>(call.arguments());
      arguments.set(0, ARGUMENT);
      called.add(new Formula.Call(call.function(), 0, arguments));
    }
    formula.parts().forEach(part -> collect(part, called));
  }

  private static Lemma lemma(CallPattern function) {
    Graph graph = function.graph();
    Graph raw = function.isEntrywise() ? LocalDerivatives.unsimplified(graph, STEP) : LocalDerivatives.passedBack(graph, STEP, ADJOINT, name -> Interval.REALS);
    Graph simplified = function.isEntrywise() ? LocalDerivatives.of(graph, STEP, name -> Interval.REALS) : Simplifier.simplify(raw, Facts.NONE);
    List<Formula> lines = new ArrayList<>();
    List<Formula> all = new ArrayList<>(List.of(formula(raw, "Z", ADJOINT), formula(simplified, "A", "Z", ADJOINT)));
    Fn.named(function.name()).ifPresent(fn -> all.add(formula(LocalDerivatives.of(builtin(fn, graph), STEP, name -> Interval.REALS), "A", "Z")));
    all.stream().filter(line -> !lines.contains(line) && (line == all.get(all.size() - 1) || FormulaWidth.of(line) <= LONGEST)).forEach(lines::add);
    Formula call = function.call(ARGUMENT);
    Formula definition = new FormulaBuilder(graph, naming(graph, "Z"), Form.MATRIX).formula(graph.named("A"));
    return new Lemma(new Formula.Name(STEP.of()), call, definition, function.isEntrywise() ? new Formula.Gradient("A", "Z") : new Formula.Gradient("J", "Z"), lines);
  }

  /** Returns a graph that applies a function of the language to an argument like the pattern's. */
  private static Graph builtin(Fn fn, Graph pattern) {
    Graph.Value argument = pattern.named("Z");
    List<Extent> shape = pattern.node(argument.node()).shape();
    Graph.Builder builder = new Graph.Builder();
    int leaf = builder.add(pattern.node(argument.node()));
    int value = builder.add(new Node.Apply(fn, shape, List.of(View.identity(leaf, shape.size()))));
    return builder.name("Z", argument.at(leaf)).name("A", argument.at(value)).build();
  }

  private static Formula formula(Graph graph, String... names) {
    return new FormulaBuilder(graph, naming(graph, names), Form.MATRIX).gradient(graph.named(STEP.name()), "");
  }

  private static ValueNaming naming(Graph graph, String... names) {
    Map<String, Graph.Value> own = new LinkedHashMap<>(graph.names());
    own.keySet().retainAll(Set.of(names));
    return ValueNaming.of(graph, own);
  }
}
