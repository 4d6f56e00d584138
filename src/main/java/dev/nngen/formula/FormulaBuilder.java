package dev.nngen.formula;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Resolution;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Builds formulas of a graph's values. Named values are written by name, all others are expanded. Not thread-safe. */
public final class FormulaBuilder {

  /** An equation of two formulas. */
  public record Equation(Formula left, Formula right) {}

  private final Graph graph;
  private final ValueNaming naming;
  private final Form form;
  private final Map<String, String> renamed;
  /** Names of values whose formulas are about entries even if they could be about matrices. */
  private final Set<String> byEntries;
  /** The digits of axes of named values, by the axes' letters. */
  private final Map<String, Map<String, AxisDigits>> digits;

  public FormulaBuilder(Graph graph, ValueNaming naming, Form form) {
    this(graph, naming, form, Set.of(), Map.of());
  }

  private FormulaBuilder(Graph graph, ValueNaming naming, Form form, Set<String> byEntries, Map<String, Map<String, AxisDigits>> digits) {
    this.graph = graph;
    this.naming = naming;
    this.form = form;
    this.byEntries = byEntries;
    this.digits = digits;
    this.renamed = form.isOneSample() ? ValueNaming.ofOneSample(graph) : Map.of();
  }

  /** Returns a builder that expands the node even if it has a name. */
  public FormulaBuilder expanding(int node) {
    return new FormulaBuilder(graph, naming.without(node), form, byEntries, digits);
  }

  /** Returns a builder with another naming. */
  public FormulaBuilder naming(ValueNaming other) {
    return new FormulaBuilder(graph, other, form, byEntries, digits);
  }

  /** Returns a builder that writes entries of these values. */
  public FormulaBuilder byEntries(Set<String> names) {
    return new FormulaBuilder(graph, naming, form, names, digits);
  }

  /**
   * Returns a builder that writes the same indices in all formulas of a named value. They are digits of an index if a formula uses some digits alone.
   *
   * @param formulas the values in the formulas of each named value
   */
  public FormulaBuilder indexing(Map<String, ? extends Collection<Graph.Value>> formulas) {
    Map<String, Map<String, AxisDigits>> all = new HashMap<>(digits);
    if (IntStream.range(0, graph.size()).anyMatch(node -> Resolution.isNeeded(graph.node(node), graph::node))) {
      formulas.forEach((name, values) -> all.put(name, digits(name, values)));
    }
    return new FormulaBuilder(graph, naming, form, byEntries, all);
  }

  /** Returns a builder that writes the same indices as another one of the same graph. */
  public FormulaBuilder indexing(FormulaBuilder other) {
    return new FormulaBuilder(graph, naming, form, byEntries, other.digits);
  }

  private Map<String, AxisDigits> digits(String name, Collection<Graph.Value> values) {
    int own = graph.named(name).node();
    Scope scope = scope(naming.without(own), ValueNaming.isGradient(name), naming.letters().bound(name));
    Map<Integer, List<String>> letters = new LinkedHashMap<>();
    values.forEach(value -> letters.put(value.node(), letters(graph, naming, value)));
    return IndexNotation.digits(scope, letters);
  }

  /** Returns the definition of the named value. Its own name is expanded. A leaf equals itself. */
  public Equation define(String name) {
    Graph.Value value = graph.named(name);
    if (graph.node(value.node()) instanceof Node.Leaf leaf && !leaf.isConstant()) {
      Formula left = left(name);
      return new Equation(left, left);
    }
    boolean entries = byEntries.contains(name) || !isLifted(value, name);
    FormulaBuilder builder = (entries ? byEntries(Set.of(name)) : this).indexing(entries || form.isPerEntry() ? Map.of(name, List.of(value)) : Map.of());
    return new Equation(builder.left(name), builder.write(unnamed(name), value, ValueNaming.isGradient(name), naming.letters().bound(name), name));
  }

  /** True if the formula of a value can be about matrices without entries; for a tensor, about the matrix of each index of some axes. */
  public boolean isLifted(Graph.Value value, String name) {
    if (form.isPerEntry()) {
      return true;
    }
    try {
      Scope scope = scope(unnamed(name), true, List.of());
      return !hasArrays(value.isMatrix() ? matrix(scope, value) : lifted(scope, value));
    } catch (NoMatrixNotation none) {
      return false;
    }
  }

  static boolean hasArrays(Formula formula) {
    return formula instanceof Formula.Array || formula.parts().stream().anyMatch(FormulaBuilder::hasArrays);
  }

  /** Returns the formula of the value over named values. */
  public Formula formula(Graph.Value value) {
    return write(naming, value, false, List.of(), "");
  }

  /** Returns the formula of the value for a sentence: of an entry, if matrices cannot express it. */
  public Formula inSentence(Graph.Value value) {
    Formula formula = formula(value);
    return hasArrays(formula) ? entry(scope(naming, false, List.of()), value, Map.of()) : formula;
  }

  /** Returns the name of the value, with the indices of the graph's value of that name. */
  public Formula symbol(Graph.Value value, String name) {
    return write(naming, value, false, List.of(), name);
  }

  /**
   * Returns the formula of a value that equals the named one. The name is expanded, and decides the layout.
   *
   * @param name such as {@code dJ/dW}
   */
  public Formula formula(Graph.Value value, String name) {
    return write(unnamed(name), value, ValueNaming.isGradient(name), List.of(), name);
  }

  /**
   * Returns the formula of a value that equals a gradient or a part of one, in the layout of gradients.
   *
   * @param name a name to expand; empty if there is none
   */
  public Formula gradient(Graph.Value value, String name) {
    return write(unnamed(name), value, true, List.of(), name);
  }

  private ValueNaming unnamed(String name) {
    if (name.isEmpty()) {
      return naming;
    }
    int own = graph.named(name).node();
    boolean known = naming.name(own).filter(other -> other.name().equals(name)).isPresent();
    return known ? naming.without(own) : naming;
  }

  /** Returns the name, with indices if entries are written. */
  public Formula left(String name) {
    Graph.Value value = graph.named(name);
    ValueNaming own = ValueNaming.of(graph, Map.of(name, value)).lettered(naming.letters());
    return own.name(value.node()).isEmpty() ? ValueNaming.formula(name) : write(own, value, false, List.of(), name);
  }

  private Scope scope(ValueNaming naming, boolean gradient, List<String> bound) {
    return new Scope(graph, naming, form.isOneSample(), renamed, new FactorOrder(gradient, naming.spelling()), bound, false);
  }

  private Formula write(ValueNaming naming, Graph.Value value, boolean gradient, List<String> bound, String name) {
    Scope scope = scope(naming, gradient, bound);
    if (form.isPerEntry() || byEntries.contains(name)) {
      return entry(scope, value, digits.getOrDefault(name, Map.of()));
    }
    try {
      return value.isMatrix() ? matrix(scope, value) : lifted(scope, value);
    } catch (NoMatrixNotation none) {
      return entry(scope, value, digits.getOrDefault(name, Map.of()));
    }
  }

  /** True if a named value has more axes than a matrix. */
  public boolean isTensor(String name) {
    return !graph.named(name).isMatrix();
  }

  /**
   * Returns the definition of a value as an index equation of the language; empty if the language cannot express it, or if it reads other steps of a
   * block.
   */
  public Optional<String> definition(String name) {
    boolean[] used = graph.reachable(List.of(graph.named(name).node()));
    return graph.carried().stream().anyMatch(leaf -> used[leaf]) ? Optional.empty() : equation(graph.named(name), name, name);
  }

  /**
   * Returns a gradient as an index equation of the language, {@code D[i, j: 3] = sum[c] ..}; empty if the language cannot express it.
   *
   * @param name name of the gradient, which is expanded
   * @param defined name that the equation defines
   */
  public Optional<String> equation(Graph.Value value, String name, String defined) {
    Scope scope = new Scope(graph, unnamed(name), false, renamed, new FactorOrder(true, naming.spelling()), List.of(), true);
    List<Extent> shape = graph.node(value.node()).shape();
    List<String> letters = naming.letters().of(graph, value.node(), value.axes());
    Formula right = new IndexNotation(scope, letters, Set.copyOf(letters)).formula(value.node());
    List<String> left = value.allAxes().stream().map(axis -> axis == Graph.Value.NONE ? "u" : IndexNotation.sized(letters.get(axis), shape.get(axis))).toList();
    List<String> bound = IntStream.range(0, left.size()).mapToObj(k -> left.get(k).equals("u") ? "u" + k + ": 1" : left.get(k)).toList();
    boolean ranges = IntStream.range(0, shape.size()).allMatch(axis -> !shape.get(axis).equals(Extent.BATCH) || LanguagePrinter.subscripts(right, letters.get(axis)));
    return LanguagePrinter.isEquation(right) && ranges && !shape.isEmpty() ? Optional.of(defined + "[" + String.join(", ", bound) + "] = " + LanguagePrinter.equation(right)) : Optional.empty();
  }

  private static Formula matrix(Scope scope, Graph.Value value) {
    return scope.layout().formula(new MatrixNotation(scope, value).express(value.node()), value.row(), value.column());
  }

  /** Returns the formula of the matrix of each index of some axes. */
  private static Formula lifted(Scope scope, Graph.Value value) {
    MatrixNotation notation = new MatrixNotation(scope, value);
    Graph.Value inner = notation.matrix(value);
    return scope.layout().formula(notation.express(value.node()), inner.row(), inner.column());
  }

  private static Formula entry(Scope scope, Graph.Value value, Map<String, AxisDigits> digits) {
    return IndexNotation.of(scope, letters(scope.graph(), scope.naming(), value), digits).formula(value.node());
  }

  /** Assigns letters to axes in order, for matrices to the rows first, so that entries are w_ij in either orientation. */
  private static List<String> letters(Graph graph, ValueNaming naming, Graph.Value value) {
    int rank = graph.node(value.node()).rank();
    boolean turned = value.axes().size() < 3 && value.row() != Graph.Value.NONE && value.column() != Graph.Value.NONE && value.row() > value.column();
    List<Integer> order = value.axes().size() > 2 || turned ? value.axes() : IntStream.range(0, rank).boxed().toList();
    return naming.letters().of(graph, value.node(), order);
  }
}
