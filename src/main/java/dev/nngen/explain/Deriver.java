package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Role;
import dev.nngen.formula.Formula;
import dev.nngen.formula.Naming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Derives every gradient of a model line by line. Every line is a value of {@link #graph()}, so that it can be evaluated
 * and compared with the one before.
 */
public final class Deriver {

  private final Lowered lowered;
  private final Gradients gradients;
  private final Drafting drafting;
  private final Uses finalUses;
  private final Uses forwardUses;
  private final Graph simplified;
  private final Graph graph;
  private final Naming naming;

  /**
   * @param lowered the model; IllegalArgumentException where it minimises nothing
   * @param differentiated with gradients, as {@code autodiff} leaves it
   * @param simplified the same, as the code computes it
   * @param simplify the simplifier, for the derivatives of single steps
   */
  public Deriver(Lowered lowered, Lowered differentiated, Lowered simplified, UnaryOperator<Lowered> simplify) {
    this.lowered = lowered;
    this.simplified = simplified.graph();
    this.gradients = new Gradients(lowered, differentiated.graph());
    this.drafting = new Drafting(gradients, differentiated, simplified.graph()).run(lowered, simplify);
    this.forwardUses = new Uses(lowered.graph());
    this.finalUses = new Uses(simplified.graph());
    this.graph = drafting.graph();
    this.naming = Naming.of(graph);
  }

  /** The graph in which every line is a node. */
  public Graph graph() {
    return graph;
  }

  /** IllegalArgumentException where the options name a value that has no gradient; the message suggests the nearest name. */
  public Derivation derive(Options options) {
    Writer writer = new Writer(graph, naming, drafting.locals(), options.form());
    List<Adjoint> backward = new ArrayList<>();
    for (String name : selected(options)) {
      Adjoint adjoint = adjoint(name, writer);
      backward.add(options.steps() ? adjoint : adjoint.onlyLast());
    }
    return new Derivation(lowered.name(), options.form(), forward(writer), Repetition.mark(backward),
        Assumptions.of(lowered), Kinks.of(lowered), Costing.of(lowered, simplified));
  }

  private Set<String> selected(Options options) {
    if (options.of().isPresent()) {
      return Set.of(gradient(options.of().get()));
    }
    if (options.wrt().isEmpty()) {
      return new LinkedHashSet<>(gradients.names());
    }
    Set<String> wanted = new LinkedHashSet<>();
    options.wrt().forEach(value -> wanted.add(gradient(value)));
    List<String> names = gradients.names();
    for (int i = names.size() - 1; i >= 0; i--) {
      if (wanted.contains(names.get(i))) {
        finalUses.of(names.get(i)).stream().filter(names::contains).forEach(wanted::add);
      }
    }
    return new LinkedHashSet<>(names.stream().filter(wanted::contains).toList());
  }

  /** The gradient's name, given it or the value's. */
  private String gradient(String name) {
    String gradient = gradients.names().contains(name) ? name : gradients.of(name);
    if (!gradients.names().contains(gradient)) {
      throw new IllegalArgumentException(Nearest.unknown(name, gradients.names().stream().map(gradients::value).toList()));
    }
    return gradient;
  }

  private Adjoint adjoint(String name, Writer writer) {
    String value = gradients.value(name);
    List<Draft> drafts = drafting.drafts().get(name);
    List<Line> lines = new ArrayList<>();
    for (Draft draft : drafts) {
      Formula formula = writer.line(draft, name);
      if (lines.isEmpty() || !lines.get(lines.size() - 1).formula().equals(formula)) {
        lines.add(new Line(formula, draft.rule(), draft.why().apply(writer), draft.value().node()));
      }
    }
    Graph.Value end = drafts.get(drafts.size() - 1).value();
    return new Adjoint(name, value, shape(value), isParameter(value), writer.left(name), lines,
        writer.language(end, name), finalUses.of(name), Optional.empty());
  }

  private boolean isParameter(String name) {
    return lowered.parameters().stream().anyMatch(parameter -> parameter.name().equals(name));
  }

  private List<Definition> forward(Writer writer) {
    List<Definition> definitions = new ArrayList<>();
    for (String name : lowered.graph().names().keySet()) {
      if (Naming.isShown(name)) {
        definitions.add(definition(name, writer));
      }
    }
    return definitions;
  }

  private Definition definition(String name, Writer writer) {
    Role role = role(name);
    boolean given = graph.node(graph.named(name).node()) instanceof Node.Leaf;
    Optional<Formula> right = given ? Optional.empty() : Optional.of(writer.define(name).right());
    return new Definition(name, shape(name), role, writer.left(name), right,
        given ? "" : writer.definitions(List.of(name)), given ? List.of() : forwardUses.of(name));
  }

  private Role role(String name) {
    if (lowered.inputs().contains(name)) {
      return Role.INPUT;
    }
    if (lowered.targets().contains(name)) {
      return Role.TARGET;
    }
    if (isParameter(name)) {
      return Role.PARAMETER;
    }
    if (name.equals(gradients.loss())) {
      return Role.LOSS;
    }
    return name.equals(lowered.output()) ? Role.OUTPUT : Role.VALUE;
  }

  private String shape(String name) {
    Graph.Value value = graph.named(name);
    var shape = graph.node(value.node()).shape();
    if (shape.isEmpty()) {
      return "scalar";
    }
    String rows = value.row() == Graph.Value.NONE ? "1" : shape.get(value.row()).toString();
    String columns = value.column() == Graph.Value.NONE ? "1" : shape.get(value.column()).toString();
    return rows + " x " + columns;
  }
}
