package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Proves claims about recurrences by induction over the index. A carried value equals an expression if the recurrence's step, with the expression
 * substituted for the carried value, gives the expression. Several claims may assume each other at previous steps. The proof rests on the uniqueness
 * of a recurrence's solution.
 */
final class Induction {

  static final String REASON = "equal at each index, by induction over the index";

  /** A claim that a carried value equals an expression that does not depend on it. */
  private record Claim(Program.Claim claim, int leaf, Graph.Value carried, Graph.Value expression) {}

  private final Graph graph;
  private final Facts facts;

  private Induction(Graph graph, Facts facts) {
    this.graph = graph;
    this.facts = facts;
  }

  /** Returns the claims of a program that induction proves. */
  static Set<Program.Claim> proved(Program<Phase.Differentiated> program) {
    Induction induction = new Induction(program.graph(), program.facts());
    List<Claim> open = new ArrayList<>();
    List<Program.Claim> claims = program.graph().carried().isEmpty() ? List.of() : program.claims();
    claims.forEach(claim -> induction.claim(claim).ifPresent(open::add));
    open.removeIf(one -> open.stream().anyMatch(other -> induction.dependsOn(one.expression().node(), other.leaf())));
    boolean changed = true;
    while (changed && !open.isEmpty()) {
      Step step = induction.new Step(open, false);
      changed = open.removeIf(claim -> !step.holds(claim));
    }
    Set<Program.Claim> proved = new LinkedHashSet<>();
    open.forEach(claim -> proved.add(claim.claim()));
    if (!open.isEmpty()) {
      Step known = induction.new Step(open, true);
      program.claims().stream().filter(known::holds).forEach(proved::add);
    }
    return proved;
  }

  private Optional<Claim> claim(Program.Claim claim) {
    Graph.Value left = graph.named(claim.left());
    Graph.Value right = graph.named(claim.right());
    if (graph.node(left.node()).rank() != graph.node(right.node()).rank()) {
      return Optional.empty();
    }
    return leaf(right).map(leaf -> new Claim(claim, leaf, right, left)).or(() -> leaf(left).map(leaf -> new Claim(claim, leaf, left, right)));
  }

  /** Returns the carried leaf of a value that the user's text defines, empty for gradients. */
  private Optional<Integer> leaf(Graph.Value value) {
    return graph.carried().stream().filter(id -> graph.definition(graph.node(id)).orElseThrow().node() == value.node())
        .filter(id -> ValueName.parse(((Node.Leaf) graph.node(id)).name()).isForward()).findFirst();
  }

  private boolean dependsOn(int node, int leaf) {
    return graph.reachable(List.of(node))[leaf];
  }

  /** The graph with the expressions substituted for carried values, and after the proof for the values themselves. */
  private final class Step {
    private final Map<Integer, Claim> claims = new HashMap<>();
    private final Graph.Builder builder = new Graph.Builder();
    private final int[] moved = new int[graph.size()];
    private final EqualityCheck equality;

    Step(List<Claim> open, boolean isKnown) {
      open.forEach(claim -> claims.put(claim.leaf(), claim));
      if (isKnown) {
        open.forEach(claim -> claims.put(claim.carried().node(), claim));
      }
      BitSet first = new BitSet();
      open.forEach(claim -> mark(claim.expression().node(), first));
      first.stream().forEach(this::copy);
      IntStream.range(0, graph.size()).filter(id -> !first.get(id)).forEach(this::copy);
      graph.names().forEach((name, value) -> builder.name(name, value.at(moved[value.node()])));
      Map<Integer, Interval> ranges = new LinkedHashMap<>();
      facts.ranges().forEach((node, range) -> ranges.merge(moved[node], range, Interval::and));
      Map<Integer, Integer> equalities = new LinkedHashMap<>();
      facts.equalities().forEach((node, other) -> equalities.put(moved[node], moved[other]));
      this.equality = new EqualityCheck(builder.build(), new Facts(ranges, equalities));
    }

    private void mark(int node, BitSet marked) {
      marked.set(node);
      for (int id = node; id >= 0; id = marked.previousSetBit(id - 1)) {
        graph.node(id).operands().forEach(operand -> marked.set(operand.node()));
      }
    }

    private void copy(int id) {
      Node node = graph.node(id);
      moved[id] = builder.add(node.withOperands(node.operands().stream().map(this::operand).toList()));
    }

    private View operand(View view) {
      Claim claim = claims.get(view.node());
      if (claim == null) {
        return new View(moved[view.node()], view.axes());
      }
      List<Integer> order = graph.definition(graph.node(view.node())).map(Graph.Value::axes).orElseGet(() -> IntStream.range(0, view.axes().size()).boxed().toList());
      Integer[] axes = new Integer[order.size()];
      for (int k = 0; k < axes.length; k++) {
        axes[claim.carried().counterpart(order.get(k), claim.expression())] = view.axes().get(k);
      }
      return new View(moved[claim.expression().node()], List.of(axes));
    }

    boolean holds(Program.Claim claim) {
      return equality.holds(side(graph.named(claim.left())), side(graph.named(claim.right())));
    }

    private Graph.Value side(Graph.Value value) {
      Claim claim = claims.get(value.node());
      if (claim == null) {
        return value.at(moved[value.node()]);
      }
      Function<Integer, Integer> axis = own -> own == Graph.Value.NONE ? own : claim.carried().counterpart(own, claim.expression());
      return new Graph.Value(moved[claim.expression().node()], value.rows().stream().map(axis).toList(), value.columns().stream().map(axis).toList());
    }

    boolean holds(Claim claim) {
      return equality.holds(claim.carried().at(moved[claim.carried().node()]), claim.expression().at(moved[claim.expression().node()]));
    }
  }
}
