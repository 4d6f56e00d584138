package dev.nngen.formula;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * From values of a graph to formulas. Values with a name are written by that name, all others are written out.
 * Not thread-safe.
 */
public final class FormulaBuilder {

  /** A formula and what it is equal to. */
  public record Equation(Formula left, Formula right) {}

  private final Graph graph;
  private final Naming naming;
  private final Form form;
  private final Map<String, String> renamed;

  public FormulaBuilder(Graph graph, Naming naming, Form form) {
    this.graph = graph;
    this.naming = naming;
    this.form = form;
    this.renamed = form.isOneSample() ? Naming.ofOneSample(graph) : Map.of();
  }

  /** A builder that writes the node out even where it has a name. */
  public FormulaBuilder expanding(int node) {
    return new FormulaBuilder(graph, naming.without(node), form);
  }

  /** What the named value is equal to; its own name does not stop the expansion. A leaf equals itself. */
  public Equation define(String name) {
    Graph.Value value = graph.named(name);
    Formula left = left(name);
    if (graph.node(value.node()) instanceof Node.Leaf leaf && !leaf.isConstant()) {
      return new Equation(left, left);
    }
    return new Equation(left, formula(value, name));
  }

  /** The value with what it depends on by name. */
  public Formula formula(Graph.Value value) {
    return write(naming, value, false);
  }

  /**
   * A value that the named one equals: the name does not stop the expansion, and decides how the formula is laid out.
   *
   * @param name such as {@code dJ/dW}
   */
  public Formula formula(Graph.Value value, String name) {
    return write(unnamed(name), value, Naming.isGradient(name));
  }

  /**
   * A value that a gradient, or what belongs to one, equals; laid out as gradients are.
   *
   * @param name that does not stop the expansion; empty where there is none
   */
  public Formula gradient(Graph.Value value, String name) {
    return write(unnamed(name), value, true);
  }

  private Naming unnamed(String name) {
    if (name.isEmpty()) {
      return naming;
    }
    int own = graph.named(name).node();
    boolean known = naming.name(own).filter(other -> other.name().equals(name)).isPresent();
    return known ? naming.without(own) : naming;
  }

  /** The name itself, with indices where entries are written. */
  public Formula left(String name) {
    Graph.Value value = graph.named(name);
    Naming own = Naming.of(graph, Map.of(name, value));
    return own.name(value.node()).isEmpty() ? Naming.formula(name) : write(own, value, false);
  }

  private Formula write(Naming naming, Graph.Value value, boolean gradient) {
    Scope scope = new Scope(graph, naming, form.isOneSample(), renamed, new Layout(gradient), false);
    return form.isPerEntry() || value.axes().size() > 2 ? entry(scope, value) : matrix(scope, value);
  }

  /**
   * A gradient as an index equation of the language, {@code D[i, j: 3] = sum[c] ..}; empty if the language has no text for it.
   *
   * @param name of the gradient, which does not stop the expansion
   * @param defined what the equation defines
   */
  public Optional<String> equation(Graph.Value value, String name, String defined) {
    Scope scope = new Scope(graph, unnamed(name), false, renamed, new Layout(true), true);
    List<Extent> shape = graph.node(value.node()).shape();
    List<String> ordered = Letters.of(value.axes().stream().map(shape::get).toList());
    List<String> letters = IntStream.range(0, shape.size()).mapToObj(axis -> ordered.get(value.axes().indexOf(axis))).toList();
    Formula right = new IndexNotation(scope, letters, Set.copyOf(letters)).formula(value.node());
    List<String> left = value.allAxes().stream().map(axis -> axis == Graph.Value.NONE ? "u" : IndexNotation.sized(letters.get(axis), shape.get(axis))).toList();
    List<String> bound = IntStream.range(0, left.size()).mapToObj(k -> left.get(k).equals("u") ? "u" + k + ": 1" : left.get(k)).toList();
    boolean ranges = IntStream.range(0, shape.size()).allMatch(axis -> shape.get(axis) instanceof Extent.Fixed || LanguagePrinter.subscripts(right, letters.get(axis)));
    return LanguagePrinter.isEquation(right) && ranges && !shape.isEmpty() ? Optional.of(defined + "[" + String.join(", ", bound) + "] = " + LanguagePrinter.equation(right)) : Optional.empty();
  }

  private static Formula matrix(Scope scope, Graph.Value value) {
    return scope.layout().formula(new MatrixNotation(scope).express(value.node()), value.row(), value.column());
  }

  /** Letters go to the rows first, so that entries read w_ij in either orientation. */
  private static Formula entry(Scope scope, Graph.Value value) {
    List<Extent> shape = scope.graph().node(value.node()).shape();
    boolean turned = value.row() != Graph.Value.NONE && value.column() != Graph.Value.NONE && value.row() > value.column();
    if (value.axes().size() > 2) {
      return tensor(scope, value, shape);
    }
    List<String> letters = turned
        ? reversed(Letters.of(List.of(shape.get(value.row()), shape.get(value.column())))) : Letters.of(shape);
    return new IndexNotation(scope, letters, Set.copyOf(letters)).formula(value.node());
  }

  /** Letters go to the axes in their order. */
  private static Formula tensor(Scope scope, Graph.Value value, List<Extent> shape) {
    List<Integer> order = value.axes();
    List<String> ordered = Letters.of(order.stream().map(shape::get).toList());
    List<String> letters = IntStream.range(0, shape.size()).mapToObj(axis -> ordered.get(order.indexOf(axis))).toList();
    return new IndexNotation(scope, letters, Set.copyOf(letters)).formula(value.node());
  }

  private static List<String> reversed(List<String> letters) {
    return List.of(letters.get(1), letters.get(0));
  }
}
