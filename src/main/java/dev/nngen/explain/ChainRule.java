package dev.nngen.explain;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The lines for a value that the next one depends on entry by entry: {@code dJ/dZ = dJ/dA .* dA/dZ}. */
final class ChainRule {

  /** How long the formula of an adjoint or of a step's derivative may be to be put into a line. */
  static final int LONGEST_PUT_IN = 16;

  private final Workbench bench;
  private final Graph forward;
  private final Graph raw;
  private final Ranges ranges;
  private final Set<Integer> named;

  ChainRule(Workbench bench, Graph forward, Graph raw, Ranges ranges, Set<Integer> named) {
    this.bench = bench;
    this.forward = forward;
    this.raw = raw;
    this.ranges = ranges;
    this.named = named;
  }

  /** The derivative of the step in values of the forward pass. */
  Graph.Value local(LocalDerivatives.Pair step) {
    Graph.Value known = bench.locals().get(step.name());
    if (known == null) {
      Graph graph = LocalDerivatives.of(forward, step, name -> ranges.of(raw.named(name).node()));
      known = bench.new Copier(graph).define(step.name());
      bench.locals().put(step.name(), known);
    }
    return known;
  }

  /** What a value passes back to another that it is made of, by its adjoint's name. */
  Graph.Value passedBack(String adjoint, LocalDerivatives.Pair step) {
    return bench.new Copier(LocalDerivatives.passedBack(forward, step, adjoint, name -> ranges.of(raw.named(name).node()))).define(step.name());
  }

  /** The rule in symbols. */
  Draft symbolic(String before, String name, LocalDerivatives.Pair step) {
    Graph.Value product = product(raw.named(before), bench.locals().get(step.name()), raw.named(name));
    return Draft.symbolic(product, step.name(), writer -> Phrase.EMPTY);
  }

  /**
   * The rule in symbols, the step's derivative substituted, and what cancels.
   *
   * @param found the value of the adjoint before; empty if it stays as a name
   */
  List<Draft> lines(String before, String name, LocalDerivatives.Pair step, Optional<Graph.Value> found) {
    Draft put = put(found.orElse(raw.named(before)), before, name, step, found.isPresent());
    List<Draft> lines = new ArrayList<>(List.of(symbolic(before, name, step), put));
    found.flatMap(value -> cancelled(put)).ifPresent(lines::add);
    return lines;
  }

  /** The adjoint, or what was found for it, times the step's derivative. */
  Draft put(Graph.Value value, String before, String name, LocalDerivatives.Pair step, boolean writtenOut) {
    Graph.Value local = bench.locals().get(step.name());
    return new Draft(product(value, local, raw.named(name)), Rule.LOCAL_DERIVATIVE,
        writer -> writer.equation(step.name(), local).and(writtenOut ? writer.fromAbove(before) : Phrase.EMPTY))
        .writingOut(writtenOut && named.contains(value.node()) ? List.of(value.node()) : List.of());
  }

  private Optional<Draft> cancelled(Draft put) {
    Set<Integer> stops = new LinkedHashSet<>(named);
    put.writtenOut().forEach(stops::remove);
    Graph.Value value = put.value();
    return new Cancellation(bench.algebra(), stops, view -> ranges.of(view.node()).excludesZero()).of(value.node())
        .map(result -> new Draft(value.at(result.node()), Rule.CANCEL,
            writer -> writer.nonzero(result.cancelled(), value, ranges)));
  }

  private Graph.Value product(Graph.Value left, Graph.Value right, Graph.Value like) {
    Node shaped = bench.builder().node(like.node());
    int node = bench.builder().add(new Node.Product(shaped.shape(), shaped.rank(),
        List.of(bench.like(left, like), bench.like(right, like))));
    return like.at(node);
  }
}
