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
import java.util.function.UnaryOperator;

/**
 * The lines of every gradient as values of one graph. The first line is the chain rule as differentiation applied it, the
 * last one what simplification made of it and the code computes; lines between them put in local derivatives and cancel.
 */
final class Drafting {

  private final Gradients gradients;
  private final Graph raw;
  private final Workbench bench;
  private final Workbench.Copier simplified;
  private final Uses finalUses;
  private final Ranges ranges;
  private final Set<Integer> named = new LinkedHashSet<>();
  private final Map<String, Graph.Value> locals = new LinkedHashMap<>();
  private final Map<String, Graph.Value> finals = new LinkedHashMap<>();
  private final Map<String, List<Draft>> drafts = new LinkedHashMap<>();

  Drafting(Gradients gradients, Lowered differentiated, Graph simplified) {
    this.gradients = gradients;
    this.raw = differentiated.graph();
    this.bench = new Workbench(raw);
    this.simplified = bench.new Copier(simplified);
    this.finalUses = new Uses(simplified);
    this.ranges = new Ranges(bench.builder(), differentiated.facts());
    raw.names().values().forEach(value -> named.add(value.node()));
  }

  /** Drafts all lines; the simplifier is used for the derivatives of single steps. */
  Drafting run(Lowered lowered, UnaryOperator<Lowered> simplify) {
    List<LocalDerivatives.Pair> pairs = gradients.entrywisePairs();
    Workbench.Copier copier = bench.new Copier(LocalDerivatives.of(lowered, pairs, simplify));
    pairs.forEach(pair -> locals.put(pair.name(), copier.define(pair.name())));
    gradients.names().forEach(name -> drafts.put(name, draft(name)));
    return this;
  }

  Graph graph() {
    return bench.graph();
  }

  Map<String, List<Draft>> drafts() {
    return drafts;
  }

  /** Derivatives of single steps by names such as {@code dA1/dZ1}. */
  Map<String, Graph.Value> locals() {
    return locals;
  }

  private List<Draft> draft(String name) {
    Graph.Value end = simplified.define(name);
    finals.put(name, end);
    List<Draft> lines = new ArrayList<>();
    Optional<LocalDerivatives.Pair> step = gradients.entrywise(name);
    if (step.isPresent()) {
      lines.addAll(chain(name, step.get()));
    } else {
      List<String> consumers = gradients.consumers(name);
      lines.add(new Draft(raw.named(name), rule(consumers), writer -> writer.definitions(consumers)));
    }
    lines.add(Draft.of(end, Rule.COLLECT));
    return lines;
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
    Graph.Value local = locals.get(step.name());
    boolean kept = finalUses.of(name).contains(before);
    List<Draft> lines = new ArrayList<>();
    lines.add(Draft.of(product(raw.named(before), local, like), Rule.CHAIN_RULE));
    Graph.Value put = product(kept ? raw.named(before) : finals.get(before), local, like);
    lines.add(new Draft(put, Rule.LOCAL_DERIVATIVE,
        writer -> writer.equation(step.name(), local) + (kept ? "" : "; " + writer.equation(before, finals.get(before)))));
    cancelled(put).ifPresent(lines::add);
    return lines;
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
