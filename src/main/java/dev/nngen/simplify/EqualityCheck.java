package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Decides whether values of one differentiated graph are equal wherever both exist. Equal normal forms are a proof: first with matrix products as
 * atoms, then multiplied out. Sound, not complete: values that are not proved equal may be equal.
 */
public final class EqualityCheck {

  /** A difference with more terms, multiplied out over a common denominator, is undecided. */
  private static final int MAX_TERMS = 20_000;

  private final Graph graph;
  private final Facts facts;
  private final NormalForms whole;
  private final boolean hasHyperbolic;
  private NormalForms opaqueFunctions;
  private NormalForms expanded;
  /** The graph in which carried leaves and their definitions are interchangeable, built on first use; empty if there is no recurrence. */
  private Optional<CarriedDefinitions> carried;
  private EqualityCheck inSteps;

  public EqualityCheck(Graph graph, Facts facts) {
    this.graph = graph;
    this.facts = facts;
    this.whole = NormalForms.of(graph, facts);
    this.hasHyperbolic = IntStream.range(0, graph.size()).anyMatch(id -> graph.node(id) instanceof Node.Apply apply && apply.fn() == Fn.TANH);
  }

  private EqualityCheck(CarriedDefinitions steps, Facts facts) {
    this(steps.graph(), steps.moved(facts));
    this.carried = Optional.empty();
  }

  /** True if the two matrices are proved equal. A matrix that lacks an axis is broadcast along it. */
  public boolean holds(Graph.Value left, Graph.Value right) {
    return reason(left, right).isPresent();
  }

  /** True if the normal forms with matrix products as atoms are equal, which takes linear time. */
  public boolean isEvident(Graph.Value left, Graph.Value right) {
    return left.equals(right) || isEqual(whole, left, right);
  }

  /** Returns the method by which the sides are proved equal, empty if they are not proved equal. */
  public Optional<String> reason(Graph.Value left, Graph.Value right) {
    if (isEvident(left, right)) {
      return Optional.of("equal after simplification");
    }
    if (hasHyperbolic && isEqual(opaqueFunctions(), left, right)) {
      return Optional.of("equal after simplification");
    }
    if (expanded == null) {
      expanded = NormalForms.expanded(graph, facts, new NodeRanges(graph, whole)::of);
    }
    return isEqual(expanded, left, right) ? Optional.of("equal after multiplying out all products and sums") : reasonInSteps(left, right);
  }

  private NormalForms opaqueFunctions() {
    opaqueFunctions = opaqueFunctions == null ? NormalForms.withOpaqueFunctions(graph, facts) : opaqueFunctions;
    return opaqueFunctions;
  }

  private Optional<String> reasonInSteps(Graph.Value left, Graph.Value right) {
    if (carried == null) {
      carried = CarriedDefinitions.of(graph);
      carried.ifPresent(steps -> inSteps = new EqualityCheck(steps, facts));
    }
    return carried.flatMap(steps -> inSteps.reason(steps.byLeaves(left), steps.byLeaves(right))
        .or(() -> inSteps.reason(steps.byDefinitions(left), steps.byDefinitions(right))));
  }

  /** True if the node is proved zero everywhere. */
  public boolean isZero(int node) {
    return whole.of(node).isZero();
  }

  private boolean isEqual(NormalForms normalForms, Graph.Value left, Graph.Value right) {
    RationalFunction one = side(normalForms, left);
    RationalFunction other = side(normalForms, right);
    return one.equals(other)
        || RationalFunction.termsOfSum(List.of(one, other), MAX_TERMS) < MAX_TERMS && normalForms.arithmetic.minus(one, other).isZero();
  }

  /** Returns the normal form over the axes of the matrix: axis 0 is the row, axis 1 the column. */
  private RationalFunction side(NormalForms normalForms, Graph.Value value) {
    List<Integer> places = new ArrayList<>();
    for (int axis = 0; axis < graph.node(value.node()).rank(); axis++) {
      places.add(value.place(axis));
    }
    return normalForms.atomTable.rewire(normalForms.of(value.node()), places);
  }
}
