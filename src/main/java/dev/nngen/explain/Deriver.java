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
import dev.nngen.simplify.Prover;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Derives every gradient of a model line by line. Every line is a value of {@link #graph()}, so that it can be evaluated
 * and compared with the one before.
 */
public final class Deriver {

  private final Lowered lowered;
  private final Gradients gradients;
  private final Drafting drafting;
  private final Uses uses;
  private final Set<String> sharedNames = new LinkedHashSet<>();
  private final Uses forwardUses;
  private final Lowered simplified;
  private final Graph graph;
  private final Comparison comparison;

  /**
   * @param lowered the model; IllegalArgumentException where it minimises nothing
   * @param differentiated with gradients, as {@code autodiff} leaves it
   * @param simplified the same, as the code computes it
   * @param points gives an admissible random point for a seed, where there is one; lines that are not proved are compared there
   */
  public Deriver(Lowered lowered, Lowered differentiated, Lowered simplified, LongFunction<Optional<Prover.Point>> points) {
    this.lowered = lowered;
    this.simplified = simplified;
    this.gradients = new Gradients(lowered, differentiated.graph());
    this.drafting = new Drafting(gradients, lowered, differentiated, simplified.graph());
    this.forwardUses = new Uses(lowered.graph());
    this.graph = drafting.graph();
    this.uses = new Uses(graph);
    this.comparison = new Comparison(graph, differentiated, points);
    drafting.entries().values().stream().filter(Drafting.Entry::shared).forEach(entry -> sharedNames.add(entry.name()));
  }

  /** The graph in which every line is a node. */
  public Graph graph() {
    return graph;
  }

  /** Writes the derivation; UnknownNameException where the options name a value that has no gradient. */
  public Derivation derive(Options options) {
    Writer writer = new Writer(graph, lowered.graph(), drafting.locals(), options.form());
    Set<String> selected = selected(options);
    List<Adjoint> backward = new ArrayList<>();
    for (Drafting.Entry entry : drafting.entries().values()) {
      if (selected.contains(entry.name())) {
        Adjoint adjoint = adjoint(entry, writer);
        backward.add(options.steps() ? adjoint : adjoint.onlyLast());
      }
    }
    return new Derivation(lowered.name(), options.form(), forward(writer), Repetition.mark(backward),
        Assumptions.of(lowered), Kinks.of(lowered), Costing.of(simplified));
  }

  /** What is asked for, what stands on the way to it, and the shared values that those lines name. */
  private Set<String> selected(Options options) {
    Set<String> wanted = new LinkedHashSet<>();
    options.of().ifPresent(value -> wanted.add(gradient(value)));
    options.wrt().forEach(value -> wanted.add(gradient(value)));
    boolean wholeWay = options.of().isEmpty();
    if (wanted.isEmpty()) {
      wanted.addAll(gradients.names());
    }
    List<Drafting.Entry> entries = new ArrayList<>(drafting.entries().values());
    Collections.reverse(entries);
    for (Drafting.Entry entry : entries) {
      if (wanted.contains(entry.name())) {
        onTheWay(entry).stream().map(drafting.entries()::get)
            .filter(used -> used != null && (used.shared() ? !used.owner().equals(entry.name()) : wholeWay))
            .forEach(used -> wanted.add(used.name()));
      }
    }
    return wanted;
  }

  /** The named values in the lines of an entry. */
  private Set<String> onTheWay(Drafting.Entry entry) {
    Set<String> found = new LinkedHashSet<>();
    entry.lines().forEach(line -> found.addAll(uses.in(line.value().node())));
    return found;
  }

  /** The gradient's name, given it or the value's. */
  private String gradient(String name) {
    String gradient = gradients.names().contains(name) ? name : gradients.of(name);
    if (!gradients.names().contains(gradient)) {
      throw new UnknownNameException(Nearest.unknown(name, gradients.names().stream().map(gradients::value).toList()));
    }
    return gradient;
  }

  private Adjoint adjoint(Drafting.Entry entry, Writer writer) {
    String name = entry.name();
    List<Line> lines = new ArrayList<>();
    for (Draft draft : entry.lines()) {
      Formula formula = writer.line(draft, entry);
      if (lines.isEmpty() || !lines.get(lines.size() - 1).formula().equals(formula)) {
        line(draft, formula, name, writer).ifPresent(lines::add);
      }
    }
    if (lines.isEmpty()) {
      throw new IllegalStateException("no line of " + name + " agrees with it");
    }
    String value = entry.shared() ? entry.owner() : gradients.value(name);
    return new Adjoint(name, value, entry.shared(), shape(name), !entry.shared() && isParameter(value), writer.left(name), lines,
        entry.shared() ? "" : writer.language(entry, sharedNames), from(entry), uses.in(entry.end().node()), Optional.empty());
  }

  /** The line, with a sign of equality only where it is proved; empty where nothing speaks for it. */
  private Optional<Line> line(Draft draft, Formula formula, String name, Writer writer) {
    if (comparison.isProved(draft.value(), graph.named(name))) {
      return Optional.of(new Line(formula, draft.rule(), draft.why().apply(writer), draft.value()));
    }
    int points = comparison.agreement(draft.value(), graph.named(name));
    return points == 0 ? Optional.empty() : Optional.of(new Line(formula, Rule.NUMERIC,
        "equal at " + points + " random points, not proved", draft.value()));
  }

  private List<String> from(Drafting.Entry entry) {
    if (entry.shared()) {
      return List.of();
    }
    return gradients.consumers(entry.name()).stream()
        .map(consumer -> consumer.equals(gradients.loss()) ? consumer : gradients.of(consumer)).toList();
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
        given ? "" : writer.languageOf(name), given ? List.of() : forwardUses.of(name));
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
