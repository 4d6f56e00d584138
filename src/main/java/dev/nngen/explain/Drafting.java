package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The lines of every gradient as values of one graph. The first line is the chain rule as differentiation applied it, the
 * last one what simplification made of it, unless that is much longer than a line in terms of the gradients before; lines
 * between them put in local derivatives and cancel.
 */
final class Drafting {

  /** By how much the last line may be longer than the one before, where the code computes it. */
  private static final int MOST_GROWTH = 2;

  /** How long a gradient's formula may be to be put into the next line. */
  private static final int LONGEST_PUT_IN = 16;

  /**
   * A gradient or a shared value.
   *
   * @param owner for a shared value the gradient that is a multiple of it, otherwise empty
   */
  record Entry(String name, boolean shared, String owner, List<Draft> lines) {
    Graph.Value end() {
      return lines.get(lines.size() - 1).value();
    }
  }

  private final Gradients gradients;
  private final Graph forward;
  private final Graph raw;
  private final Workbench bench;
  private final Workbench.Copier simplified;
  private final Graph simplifiedGraph;
  private final boolean[] computed;
  private final List<Shared.Named> shared;
  private final Uses finalUses;
  private final Ranges ranges;
  private final Size size;
  private final Set<Integer> named = new LinkedHashSet<>();
  private final Map<String, Graph.Value> locals = new LinkedHashMap<>();
  private final Map<String, Graph.Value> finals = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  Drafting(Gradients gradients, Lowered lowered, Lowered differentiated, Graph simplified) {
    this.gradients = gradients;
    this.forward = lowered.graph();
    this.raw = differentiated.graph();
    this.bench = new Workbench(raw);
    this.simplified = bench.new Copier(simplified);
    this.shared = Shared.of(lowered, simplified, gradients);
    this.finalUses = new Uses(simplified);
    this.simplifiedGraph = simplified;
    this.computed = simplified.reachable(lowered.parameters().stream()
        .map(parameter -> simplified.named(gradients.of(parameter.name())).node()).toList());
    this.ranges = new Ranges(bench.builder(), differentiated.facts());
    this.size = new Size(bench.builder()::node);
    shared.forEach(value -> this.simplified.name(value, lowered.samplesInRows()));
    bench.builder().names().values().forEach(value -> named.add(value.node()));
    named.forEach(size::named);
    gradients.names().forEach(this::draft);
  }

  Graph graph() {
    return bench.graph();
  }

  /** Gradients from the loss back, each shared value behind the gradient that is a multiple of it. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Derivatives of single steps by names such as {@code dA1/dZ1}. */
  Map<String, Graph.Value> locals() {
    return locals;
  }

  private void draft(String name) {
    addShared("");
    List<Draft> lines = new ArrayList<>();
    Optional<LocalDerivatives.Pair> step = gradients.entrywise(name);
    if (step.isPresent()) {
      lines.addAll(chain(name, step.get()));
    } else {
      List<String> consumers = gradients.consumers(name);
      lines.add(new Draft(raw.named(name), rule(consumers), writer -> writer.definitions(consumers)));
    }
    Graph.Value end = simplified.define(name);
    int growth = computed[simplifiedGraph.named(name).node()] ? MOST_GROWTH : -1;
    if (size.of(end.node()) <= size.of(lines.get(lines.size() - 1).value().node()) + growth) {
      lines.add(step.isPresent() ? Draft.of(end, Rule.COLLECT) : last(name, end));
    }
    Entry entry = new Entry(name, false, "", lines);
    entries.put(name, entry);
    finals.put(name, entry.end());
    addShared(name);
  }

  /** The last line of a gradient that a matrix product passes back: its sources are put in, or more was done. */
  private Draft last(String name, Graph.Value end) {
    List<String> sources = gradients.consumers(name).stream().map(gradients::of)
        .filter(source -> shared.stream().anyMatch(value -> value.owner().equals(source))).toList();
    return sources.isEmpty() ? Draft.of(end, Rule.COLLECT) : new Draft(end, Rule.PUT_IN, writer -> String.join("; ",
        sources.stream().map(source -> writer.equation(source, finals.get(source))).toList()));
  }

  /** Adds the shared values with that owner; those without one come before the first gradient. */
  private void addShared(String owner) {
    for (Shared.Named value : shared) {
      if (value.owner().equals(owner) && !entries.containsKey(value.name())) {
        Draft line = Draft.of(bench.builder().names().get(value.name()), Rule.SHARED);
        entries.put(value.name(), new Entry(value.name(), true, owner, List.of(line)));
      }
    }
  }

  private Rule rule(List<String> consumers) {
    if (consumers.equals(List.of(gradients.loss()))) {
      return Rule.LOSS_DERIVATIVE;
    }
    return consumers.size() > 1 ? Rule.SUM_OF_USES : Rule.CHAIN_RULE;
  }

  /** The adjoint before times the local derivative: in symbols, put in, and cancelled. */
  private List<Draft> chain(String name, LocalDerivatives.Pair step) {
    String before = gradients.of(step.of());
    Graph.Value like = raw.named(name);
    Graph.Value local = local(step);
    boolean kept = finalUses.of(name).contains(before) || size.of(finals.get(before).node()) > LONGEST_PUT_IN;
    List<Draft> lines = new ArrayList<>();
    lines.add(Draft.symbolic(product(raw.named(before), local, like), step.name()));
    Graph.Value put = product(kept ? raw.named(before) : finals.get(before), local, like);
    lines.add(new Draft(put, Rule.LOCAL_DERIVATIVE,
        writer -> writer.equation(step.name(), local) + (kept ? "" : "; " + writer.equation(before, finals.get(before)))));
    cancelled(put).ifPresent(lines::add);
    return lines;
  }

  private Graph.Value local(LocalDerivatives.Pair step) {
    Graph graph = LocalDerivatives.of(forward, step, name -> ranges.of(raw.named(name).node()));
    Graph.Value value = bench.new Copier(graph).define(step.name());
    locals.put(step.name(), value);
    return value;
  }

  private Optional<Draft> cancelled(Graph.Value put) {
    return new Cancellation(bench.algebra(), named, view -> ranges.of(view.node()).excludesZero()).of(put.node())
        .map(result -> new Draft(new Graph.Value(result.node(), put.row(), put.column()), Rule.CANCEL,
            writer -> writer.nonzero(result.cancelled(), put, ranges)));
  }

  private Graph.Value product(Graph.Value left, Graph.Value right, Graph.Value like) {
    Node shaped = bench.builder().node(like.node());
    int node = bench.builder().add(new Node.Product(shaped.shape(), shaped.rank(),
        List.of(aligned(left, like), aligned(right, like))));
    return new Graph.Value(node, like.row(), like.column());
  }

  /** A value as it lies along the axes of another one that is the same matrix in shape. */
  private View aligned(Graph.Value value, Graph.Value like) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < bench.builder().node(value.node()).rank(); axis++) {
      axes.add(axis == value.row() ? like.row() : like.column());
    }
    return new View(value.node(), axes);
  }
}
