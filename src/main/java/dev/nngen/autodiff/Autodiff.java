package dev.nngen.autodiff;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Derivative;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Verifier;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The pass that gives every named value its adjoint {@code dJ/dV} and replaces every {@link Derivative} by the graph it
 * stands for, innermost first. The work is linear in the size of the graph for each scalar that is differentiated.
 */
public final class Autodiff {

  private final Graph source;
  private final Graph.Builder target = new Graph.Builder();
  private final Algebra algebra = new Algebra(target);
  private final int[] moved;
  private final Map<Integer, Set<Integer>> asked = new LinkedHashMap<>();
  private final Map<Integer, Map<Integer, Integer>> adjoints = new HashMap<>();

  private Autodiff(Graph source) {
    this.source = source;
    this.moved = new int[source.size()];
  }

  /** The same program with gradients: names {@code dJ/dV} for all values between the parameters and the loss. */
  public static Lowered differentiate(Lowered program) {
    Graph asked = program.graph();
    for (Lowered.Loss loss : program.losses()) {
      asked = withGradients(asked, program.graph(), loss);
    }
    return withoutDerivatives(program.withGraph(asked, program.facts()));
  }

  /** The same program with each {@link Derivative} replaced by its graph, and no further gradients. */
  public static Lowered withoutDerivatives(Lowered program) {
    Autodiff pass = new Autodiff(program.graph());
    Graph result = pass.run();
    Verifier.checkDifferentiated(result);
    return program.withGraph(result, pass.moved(program.facts())).withConditions(pass.moved(program.conditions()));
  }

  /**
   * Asks for the derivative of a loss with respect to each of its parameters and every named value that depends on one.
   *
   * @param asked the graph with what is asked for so far
   */
  private static Graph withGradients(Graph asked, Graph graph, Lowered.Loss loss) {
    Graph.Builder builder = new Graph.Builder(asked);
    int scalar = graph.named(loss.name()).node();
    Set<String> parameters = Set.copyOf(loss.parameters());
    boolean[] active = dependsOn(graph, parameters.stream().map(name -> graph.named(name).node()).toList());
    boolean[] used = graph.reachable(List.of(scalar));
    graph.names().forEach((name, value) -> {
      boolean between = active[value.node()] && used[value.node()] && value.node() != scalar && name.indexOf(' ') < 0;
      if (parameters.contains(name) || between) {
        Node node = graph.node(value.node());
        int derivative = builder.add(new Derivative(node.shape(), new View(scalar, List.of()),
            View.identity(value.node(), node.rank())));
        builder.name(Lowered.gradientName(loss.name(), name), value.at(derivative));
      }
    });
    return builder.build();
  }

  private Graph run() {
    for (int id = 0; id < source.size(); id++) {
      if (source.node(id) instanceof Derivative derivative) {
        asked.computeIfAbsent(derivative.scalar().node(), s -> new LinkedHashSet<>()).add(derivative.variable().node());
      }
    }
    for (int id = 0; id < source.size(); id++) {
      moved[id] = move(source.node(id));
    }
    source.names().forEach((name, value) ->
        target.name(name, value.at(moved[value.node()])));
    return target.build();
  }

  private int move(Node node) {
    if (node instanceof Derivative derivative) {
      int variable = moved[derivative.variable().node()];
      Integer adjoint = adjoints.computeIfAbsent(derivative.scalar().node(), this::sweep).get(variable);
      return adjoint != null ? adjoint : algebra.materialize(node.shape(), algebra.numberView(Rational.ZERO));
    }
    return target.add(node.withOperands(
        node.operands().stream().map(view -> new View(moved[view.node()], view.axes())).toList()));
  }

  /** Adjoints of all nodes between the scalar and the values that its derivative is asked for, by their new ids. */
  private Map<Integer, Integer> sweep(int scalar) {
    int top = moved[scalar];
    Graph graph = target.build();
    boolean[] active = dependsOn(graph, asked.get(scalar).stream()
        .filter(variable -> variable <= scalar).map(variable -> moved[variable]).toList());
    Map<Integer, List<Integer>> contributions = new HashMap<>();
    contributions.put(top, List.of(algebra.number(Rational.ONE)));
    Map<Integer, Integer> result = new HashMap<>();
    for (int id = top; id >= 0; id--) {
      if (active[id] && contributions.containsKey(id)) {
        int adjoint = total(id, contributions.remove(id));
        result.put(id, adjoint);
        spread(graph.node(id), new Pullback(algebra, id, adjoint).contributions(), active, contributions);
      }
    }
    return result;
  }

  private int total(int id, List<Integer> parts) {
    return parts.size() == 1 ? parts.get(0)
        : new Guards(algebra).sum(target.node(id).shape(), parts);
  }

  private static void spread(Node node, List<OptionalInt> parts, boolean[] active, Map<Integer, List<Integer>> contributions) {
    for (int i = 0; i < parts.size(); i++) {
      int operand = node.operands().get(i).node();
      if (active[operand] && parts.get(i).isPresent()) {
        contributions.computeIfAbsent(operand, o -> new ArrayList<>()).add(parts.get(i).getAsInt());
      }
    }
  }

  private static boolean[] dependsOn(Graph graph, List<Integer> variables) {
    boolean[] depends = new boolean[graph.size()];
    variables.forEach(variable -> depends[variable] = true);
    for (int id = 0; id < graph.size(); id++) {
      depends[id] |= graph.node(id).operands().stream().anyMatch(operand -> depends[operand.node()]);
    }
    return depends;
  }

  private List<Lowered.Condition> moved(List<Lowered.Condition> conditions) {
    return conditions.stream().map(condition ->
        new Lowered.Condition(moved[condition.node()], condition.interval(), condition.declared(), condition.need())).toList();
  }

  private Facts moved(Facts facts) {
    Map<Integer, Interval> ranges = new LinkedHashMap<>();
    facts.ranges().forEach((node, range) -> ranges.put(moved[node], range));
    Map<Integer, Integer> equalities = new LinkedHashMap<>();
    facts.equalities().forEach((node, other) -> equalities.put(moved[node], moved[other]));
    return new Facts(ranges, equalities);
  }
}
