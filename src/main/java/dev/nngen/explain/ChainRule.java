package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the lines for a value whose user is entrywise: {@code dJ/dZ = dJ/dA .* dA/dZ}. */
final class ChainRule {

  /** Longest formula of an adjoint or a step's derivative that is substituted into a line. */
  static final int LONGEST_SUBSTITUTED = 16;

  private final DerivationGraph derivationGraph;
  private final Graph forward;
  private final Graph raw;
  private final EntryBounds ranges;
  private final Set<Integer> named;

  ChainRule(DerivationGraph derivationGraph, Graph forward, Graph raw, EntryBounds ranges, Set<Integer> named) {
    this.derivationGraph = derivationGraph;
    this.forward = forward;
    this.raw = raw;
    this.ranges = ranges;
    this.named = named;
  }

  /** Returns the derivative of the step in values of the forward pass. */
  Graph.Value local(LocalDerivatives.Pair step) {
    Graph.Value known = derivationGraph.locals().get(step.name());
    if (known == null) {
      Graph graph = LocalDerivatives.of(forward, step, name -> ranges.of(raw.named(name).node()));
      known = derivationGraph.new Copier(graph).define(step.name());
      derivationGraph.locals().put(step.name(), known);
    }
    return known;
  }

  /** Returns a value's contribution to the adjoint of an operand, in terms of its adjoint's name. */
  Graph.Value passedBack(String adjoint, LocalDerivatives.Pair step) {
    return derivationGraph.new Copier(LocalDerivatives.passedBack(forward, step, adjoint, name -> ranges.of(raw.named(name).node()))).define(step.name());
  }

  /** Returns the rule in symbols. */
  UnprovedStep symbolic(String before, String name, LocalDerivatives.Pair step) {
    Graph.Value product = product(raw.named(before), derivationGraph.locals().get(step.name()), raw.named(name));
    return UnprovedStep.symbolic(product, step.name(), writer -> Phrase.EMPTY);
  }

  /**
   * Returns the rule in symbols, the line with the step's derivative substituted, and the line after cancellation.
   *
   * @param found the value of the preceding adjoint; empty if the line has its name
   */
  List<UnprovedStep> lines(String before, String name, LocalDerivatives.Pair step, Optional<Graph.Value> found) {
    UnprovedStep put = put(found.orElse(raw.named(before)), before, name, step, found.isPresent());
    List<UnprovedStep> lines = new ArrayList<>(List.of(symbolic(before, name, step), put));
    found.flatMap(value -> cancelled(put)).ifPresent(lines::add);
    return lines;
  }

  /** Returns the adjoint, or its formula, times the step's derivative. */
  UnprovedStep put(Graph.Value value, String before, String name, LocalDerivatives.Pair step, boolean writtenOut) {
    Graph.Value local = derivationGraph.locals().get(step.name());
    return new UnprovedStep(product(value, local, raw.named(name)), Rule.LOCAL_DERIVATIVE,
        writer -> writer.equation(step.name(), local).and(writtenOut ? writer.fromAbove(before) : Phrase.EMPTY))
        .writingOut(writtenOut && named.contains(value.node()) ? List.of(value.node()) : List.of());
  }

  private Optional<UnprovedStep> cancelled(UnprovedStep put) {
    Set<Integer> stops = new LinkedHashSet<>(named);
    put.writtenOut().forEach(stops::remove);
    Graph.Value value = put.value();
    return new Cancellation(derivationGraph.algebra(), stops, view -> ranges.of(view.node()).excludesZero()).of(value.node())
        .map(result -> new UnprovedStep(value.at(result.node()), Rule.CANCEL,
            writer -> writer.nonzero(result.cancelled(), value, ranges)));
  }

  private Graph.Value product(Graph.Value left, Graph.Value right, Graph.Value like) {
    Node shaped = derivationGraph.builder().node(like.node());
    int node = derivationGraph.builder().add(new Node.Product(shaped.shape(), shaped.rank(),
        List.of(derivationGraph.like(left, like), derivationGraph.like(right, like))));
    return like.at(node);
  }
}
