package dev.nngen.explain;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.explain.Derivation.Lemma;
import dev.nngen.formula.CallPattern;
import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.ValueNaming;
import dev.nngen.formula.FormulaWidth;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Offset;
import dev.nngen.ir.Relation;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.simplify.Simplifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Derives the derivatives of the functions that a model calls, once for each function: A = f(Z). */
final class Lemmas {

  private static final LocalDerivatives.Pair STEP = new LocalDerivatives.Pair("A", "Z");
  /** Names of a function's value and argument, in order of preference. */
  private static final List<LocalDerivatives.Pair> NAMES = List.of(STEP, new LocalDerivatives.Pair("a", "z"), new LocalDerivatives.Pair("v", "u"), new LocalDerivatives.Pair("F", "X"),
      new LocalDerivatives.Pair("y", "x"), new LocalDerivatives.Pair("g", "x"));

  /** Longer results of the differentiation rules are omitted. */
  private static final int LONGEST = 90;

  private static final int ENTRIES = 3;
  private static final String ROW = STEP.of() + "_i";
  private static final String COLUMN = STEP.by() + "_j";

  private static final String ADJOINT = ValueName.gradient("J", "A").text();

  private static final Formula ARGUMENT = new Formula.Name(STEP.by());

  private Lemmas() {}

  /**
   * Returns lemmas for the functions that formulas call, in matrix notation, and for sums of exponentials.
   *
   * @param sums functions whose derivatives the steps of a model use
   * @param taken names of values, which lemmas do not use if there are others
   */
  static List<Lemma> of(List<ExponentialSum> sums, List<CallPattern> functions, List<Formula> formulas, Set<String> taken) {
    LocalDerivatives.Pair free = NAMES.stream().filter(names -> !taken.contains(names.of()) && !taken.contains(names.by())).findFirst().orElse(STEP);
    Set<Formula> called = new LinkedHashSet<>();
    formulas.forEach(formula -> collect(formula, called));
    List<Lemma> lemmas = new ArrayList<>();
    Stream<Lemma> entrywise = functions.stream().filter(function -> called.remove(function.call(ARGUMENT))).map(Lemmas::lemma).filter(lemma -> !lemma.definition().equals(lemma.call()));
    Stream.concat(entrywise, sums.stream().map(Lemmas::lemma))
        .map(lemma -> lemma.renamed(Map.of(STEP.of(), free.of(), STEP.by(), free.by(), ROW, ROW.replace(STEP.of(), free.of()), COLUMN, COLUMN.replace(STEP.by(), free.by())))).forEach(lemmas::add);
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

  /** Derives the Jacobian matrix of a function of columns, for one column. */
  private static Lemma lemma(ExponentialSum function) {
    Graph.Builder builder = new Graph.Builder();
    Algebra algebra = new Algebra(builder);
    List<Extent> columns = List.of(Extent.of(ENTRIES), Extent.BATCH);
    int samples = builder.add(new Node.Leaf(STEP.by(), Node.Role.INPUT, columns));
    int called = function.value(algebra, columns, 0, View.identity(samples, 2));
    Graph graph = builder.name(STEP.by(), new Graph.Value(samples, 0, 1)).name(STEP.of(), function.keepsAxis() ? new Graph.Value(called, 0, 1) : new Graph.Value(called, Graph.Value.NONE, 0)).build();
    Formula definition = new FormulaBuilder(graph, naming(graph, STEP.by()), Form.MATRIX).formula(graph.named(STEP.of()));
    Formula call = new Formula.Call(function.label(), 0, List.of(ARGUMENT));
    if (!function.keepsAxis()) {
      Graph derived = LocalDerivatives.of(graph, STEP, name -> Interval.REALS);
      return new Lemma(new Formula.Name(STEP.of()), call, definition, new Formula.Gradient(STEP.of(), STEP.by()), List.of(formula(derived, STEP.by())));
    }
    Graph raw = Autodiff.withinStep(LocalDerivatives.program(diagonal(function), Facts.NONE)).graph();
    Graph stated = Simplifier.simplify(jacobian(function), Facts.NONE);
    List<Formula> lines = Stream.of(raw, stated).map(one -> new FormulaBuilder(one, naming(one, STEP.of(), STEP.by()), Form.INDEX).gradient(one.named(STEP.name()), "")).toList();
    return new Lemma(new Formula.Name(STEP.of()), call, definition, new Formula.Gradient(ROW, COLUMN), lines);
  }

  /** Returns a graph with the derivative of the diagonal of a function of a matrix of equal columns, which is the Jacobian matrix. */
  private static Graph diagonal(ExponentialSum function) {
    Graph.Builder builder = new Graph.Builder();
    Algebra algebra = new Algebra(builder);
    List<Extent> square = List.of(Extent.of(ENTRIES), Extent.of(ENTRIES));
    int leaf = builder.add(new Node.Leaf(STEP.by(), Node.Role.INPUT, square.subList(0, 1)));
    int copies = algebra.sum(square, List.of(new View(leaf, List.of(0))));
    int values = function.value(algebra, square, 0, View.identity(copies, 2));
    int diagonal = algebra.contraction(square.subList(0, 1), 0, new View(values, List.of(0, 0)));
    int jacobian = builder.add(new Node.Derivative(square, new View(diagonal, List.of()), View.identity(copies, 2)));
    return builder.name(STEP.by(), new Graph.Value(leaf, List.of(0), List.of(Graph.Value.NONE))).name(STEP.name(), new Graph.Value(jacobian, 1, 0)).build();
  }

  /** Returns the Jacobian matrix of a function in its values: each row is the product of an adjoint with one entry and the Jacobian. */
  private static Graph jacobian(ExponentialSum function) {
    Graph.Builder builder = new Graph.Builder();
    Algebra algebra = new Algebra(builder);
    List<Extent> square = List.of(Extent.of(ENTRIES), Extent.of(ENTRIES));
    int argument = builder.add(new Node.Leaf(STEP.by(), Node.Role.INPUT, square.subList(0, 1)));
    int value = builder.add(new Node.Leaf(STEP.of(), Node.Role.INPUT, square.subList(0, 1)));
    Relation.Affine distance = new Relation.Affine(List.of(new Relation.Term(0, 1), new Relation.Term(1, -1)), Offset.ZERO);
    View unit = Relation.view(algebra, Relation.Kind.ZERO, distance, square);
    int rows = function.passedBack(algebra, square, 0, new View(argument, List.of(0)), new View(value, List.of(0)), unit);
    return builder.name(STEP.of(), new Graph.Value(value, List.of(0), List.of(Graph.Value.NONE))).name(STEP.name(), new Graph.Value(rows, 1, 0)).build();
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
