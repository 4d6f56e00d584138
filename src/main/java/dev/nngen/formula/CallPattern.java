package dev.nngen.formula;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A function of one value, with constants for its other parameters, as a graph. Nodes of other graphs with the same structure are calls of it. */
public final class CallPattern {

  /**
   * A call of a function.
   *
   * @param argument a view over the axes of the node
   * @param entrywise true if each entry depends on one entry of the argument
   */
  record Call(CallPattern function, View argument, boolean entrywise) {
    Formula formula(Formula written) {
      return function.call(written);
    }
  }

  private final String name;
  private final List<Rational> constants;
  private final Graph graph;
  private final int root;
  private final int argument;
  private final boolean entrywise;

  private CallPattern(String name, List<Rational> constants, Graph graph, int root, int argument) {
    this.name = name;
    this.constants = List.copyOf(constants);
    this.graph = graph;
    this.root = root;
    this.argument = argument;
    boolean[] used = graph.reachable(List.of(root));
    boolean sums = false;
    for (int id = 0; id <= root; id++) {
      sums |= used[id] && !graph.node(id).loops().equals(graph.node(id).shape());
    }
    this.entrywise = !sums;
  }

  /**
   * Returns the pattern of a function; empty if it has parameters, is the identity, or returns another shape.
   *
   * @param constants the arguments after the first, as far as calls give them
   */
  public static Optional<CallPattern> of(String name, List<Rational> constants, Graph graph, int root, int argument) {
    boolean[] used = graph.reachable(List.of(root));
    boolean does = false;
    for (int id = 0; id <= root; id++) {
      does |= used[id] && (graph.node(id) instanceof Node.Apply || graph.node(id) instanceof Node.Power);
      boolean foreign = used[id] && id != argument && graph.node(id) instanceof Node.Leaf leaf && !leaf.isConstant();
      if (foreign) {
        return Optional.empty();
      }
    }
    boolean single = graph.node(root) instanceof Node.Apply apply && apply.arguments().size() == 1 && apply.arguments().get(0).node() == argument;
    boolean shaped = graph.node(root).shape().equals(graph.node(argument).shape());
    return !does || !shaped || !used[argument] || single ? Optional.empty() : Optional.of(new CallPattern(name, constants, graph, root, argument));
  }

  public String name() {
    return name;
  }

  /** Returns a call of the function. */
  public Formula call(Formula argument) {
    List<Formula> arguments = new ArrayList<>(List.of(argument));
    constants.forEach(constant -> arguments.add(new Formula.Number(constant)));
    return new Formula.Call(name, 0, arguments);
  }

  /** Returns the graph of the function, with its value named A and its argument named Z. */
  public Graph graph() {
    return graph;
  }

  public boolean isEntrywise() {
    return entrywise;
  }

  /** Finds all calls of the patterns in a graph. */
  public static Calls calls(List<CallPattern> patterns, Graph graph) {
    Map<Integer, Call> calls = new HashMap<>();
    for (int id = 0; id < graph.size(); id++) {
      for (CallPattern pattern : patterns) {
        int node = id;
        pattern.match(graph, id).ifPresent(call -> calls.putIfAbsent(node, call));
      }
    }
    return new Calls(calls);
  }

  /** Calls by node. */
  public record Calls(Map<Integer, Call> byNode) {
    public static final Calls NONE = new Calls(Map.of());

    /** Returns the argument's node if a node is a call. */
    public Optional<Integer> argument(int node) {
      return Optional.ofNullable(byNode.get(node)).map(call -> call.argument().node());
    }
  }

  private Optional<Call> match(Graph other, int node) {
    Match match = new Match(other);
    boolean fits = (entrywise || other.node(node).rank() == graph.node(root).rank())
        && match.fits(View.identity(root, graph.node(root).rank()), View.identity(node, other.node(node).rank()));
    return fits && match.found != null ? Optional.of(new Call(this, match.found, entrywise)) : Optional.empty();
  }

  private final class Match {
    private final Graph other;
    /** The argument found so far, over the axes of the node that is matched. */
    private View found;

    Match(Graph other) {
      this.other = other;
    }

    /** True if the two views, each over the axes of its root, have the same structure. */
    boolean fits(View own, View theirs) {
      return entrywise ? fitsEntrywise(own, theirs) : fitsWhole(own, theirs);
    }

    /** Matches an entrywise function, which has calls with any number of axes. */
    private boolean fitsEntrywise(View own, View theirs) {
      if (own.node() == argument) {
        boolean first = found == null;
        found = first ? theirs : found;
        return found.equals(theirs);
      }
      Node left = graph.node(own.node());
      Node right = other.node(theirs.node());
      boolean same = isNumber(left) == isNumber(right) && left.getClass() == right.getClass() && left.operands().size() == right.operands().size() && label(left).equals(label(right))
          && right.loops().size() == right.rank();
      for (int k = 0; same && k < left.operands().size(); k++) {
        View inner = left.operands().get(k);
        same = inner.axes().isEmpty() == right.operands().get(k).axes().isEmpty() && fitsEntrywise(inner, right.operands().get(k).rewire(theirs.axes()));
      }
      return same;
    }

    private boolean fitsWhole(View own, View theirs) {
      if (own.node() == argument) {
        View whole = new View(theirs.node(), theirs.axes().stream().map(axis -> own.axes().indexOf(axis)).toList());
        boolean first = found == null;
        found = first ? whole : found;
        return own.axes().size() == theirs.axes().size() && !whole.axes().contains(-1) && found.equals(whole);
      }
      Node left = graph.node(own.node());
      Node right = other.node(theirs.node());
      boolean same = own.axes().equals(theirs.axes()) && left.getClass() == right.getClass() && left.loops().size() == right.loops().size() && left.rank() == right.rank()
          && left.operands().size() == right.operands().size() && label(left).equals(label(right));
      for (int k = 0; same && k < left.operands().size(); k++) {
        View inner = left.operands().get(k);
        View outer = right.operands().get(k);
        same = inner.node() == argument ? left.loops().equals(left.shape()) && fitsWhole(inner, outer) : inner.axes().equals(outer.axes())
            && fitsWhole(View.identity(inner.node(), inner.axes().size()), View.identity(outer.node(), outer.axes().size()));
      }
      return same;
    }
  }

  private static boolean isNumber(Node node) {
    return node instanceof Node.Sum sum && sum.isNumber();
  }

  /** Returns the operation of a node, without sizes and operands. */
  private static String label(Node node) {
    if (node instanceof Node.Sum sum) {
      return sum.constant() + " " + sum.terms().stream().map(Node.Term::coefficient).toList();
    }
    if (node instanceof Node.Power power) {
      return power.exponent().toString();
    }
    return node instanceof Node.Apply apply ? apply.fn().label() : node instanceof Node.Leaf ? "leaf " + node : "";
  }
}
