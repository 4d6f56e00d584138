package dev.nngen.autodiff;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Derivative;
import dev.nngen.ir.Rational;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.Verifier;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reverse-mode differentiation. Gives every named value its adjoint {@code dJ/dV}, and replaces every {@link Derivative} by its graph, innermost
 * first. The time for each differentiated scalar is linear in the size of the graph.
 */
public final class Autodiff {

  private final Graph source;
  private final Graph.Builder target = new Graph.Builder();
  private final Algebra algebra = new Algebra(target);
  private final int[] moved;
  private final boolean withinStep;
  private final Map<Integer, Set<Integer>> asked = new LinkedHashMap<>();
  private final Map<Integer, Map<Integer, Integer>> adjoints = new HashMap<>();

  private Autodiff(Graph source, boolean withinStep) {
    this.withinStep = withinStep;
    this.source = source;
    this.moved = new int[source.size()];
  }

  /** Returns the program with gradients: names {@code dJ/dV} for all values between the parameters and the loss. */
  public static Program<Phase.Differentiated> differentiate(Program<Phase.Lowered> program) {
    Graph asked = program.graph();
    for (Program.Loss loss : program.losses()) {
      asked = withGradients(asked, program.graph(), loss);
    }
    return withoutDerivatives(program.withGraph(asked, program.facts()));
  }

  /** Returns the program with each {@link Derivative} replaced by its graph, without further gradients. */
  public static Program<Phase.Differentiated> withoutDerivatives(Program<Phase.Lowered> program) {
    return run(program, false);
  }

  /** Differentiates one step of each recurrence: values carried from other steps are constants. */
  public static Program<Phase.Differentiated> withinStep(Program<Phase.Lowered> program) {
    return run(program, true);
  }

  private static Program<Phase.Differentiated> run(Program<Phase.Lowered> program, boolean withinStep) {
    Autodiff pass = new Autodiff(program.graph(), withinStep);
    Graph result = pass.run();
    Verifier.checkDifferentiated(result);
    return program.<Phase.Differentiated>withGraph(result, pass.moved(program.facts())).withConditions(pass.moved(program.conditions()));
  }

  /**
   * Adds the derivative of a loss with respect to each of its parameters and every named value that depends on one.
   *
   * @param asked the graph with the derivatives added so far
   */
  private static Graph withGradients(Graph asked, Graph graph, Program.Loss loss) {
    Graph.Builder builder = new Graph.Builder(asked);
    int scalar = graph.named(loss.name()).node();
    Set<String> parameters = Set.copyOf(loss.parameters());
    Set<Integer> variables = parameters.stream().map(name -> graph.named(name).node()).collect(Collectors.toSet());
    boolean[] active = graph.dependents(variables::contains);
    boolean[] used = graph.reachable(List.of(scalar));
    graph.names().forEach((name, value) -> {
      boolean between = active[value.node()] && used[value.node()] && value.node() != scalar && ValueName.parse(name).is(ValueName.Role.VALUE);
      if (parameters.contains(name) || between) {
        Node node = graph.node(value.node());
        int derivative = builder.add(new Derivative(node.shape(), new View(scalar, List.of()),
            View.identity(value.node(), node.rank())));
        builder.name(ValueName.gradient(loss.name(), name).text(), value.at(derivative));
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

  /**
   * Returns adjoints by new ids, for all nodes between the scalar and the values by which it is differentiated. A recurrence is differentiated once:
   * the adjoint of its value is carried in the opposite direction, as in Werbos, Backpropagation through time (1990).
   */
  private Map<Integer, Integer> sweep(int scalar) {
    int top = moved[scalar];
    Graph graph = named();
    Set<Integer> variables = asked.get(scalar).stream().filter(variable -> variable <= scalar).map(variable -> moved[variable]).collect(Collectors.toSet());
    boolean[] active = withinStep ? graph.dependentsInStep(variables::contains) : graph.dependents(variables::contains);
    Map<Integer, Recurrence> recurrences = withinStep ? Map.of() : recurrences(graph, scalar, active);
    Map<Integer, List<Integer>> contributions = new HashMap<>();
    contributions.put(top, List.of(algebra.number(Rational.ONE)));
    Map<Integer, Integer> result = new HashMap<>();
    for (int id = Math.max(top, recurrences.keySet().stream().mapToInt(definition -> definition).max().orElse(0)); id >= 0; id--) {
      Recurrence recurrence = recurrences.get(id);
      List<Integer> parts = contributions.remove(id);
      if (active[id] && (parts != null || recurrence != null)) {
        int adjoint = recurrence == null ? total(id, parts) : recurrence.carried();
        result.put(id, adjoint);
        spread(graph.node(id), new Pullback(algebra, id, adjoint).contributions(), active, contributions);
      }
      if (recurrence != null && parts != null) {
        contributions.put(id, parts);
      }
    }
    recurrences.forEach((definition, recurrence) -> result.put(definition, conclude(definition, recurrence, contributions, result)));
    return result;
  }

  /**
   * A value that is defined by its own previous or next entry.
   *
   * @param leaf the leaf that represents that entry
   * @param carried its adjoint as a leaf, laid out like the value's node
   * @param adjoint the name of its adjoint
   */
  private record Recurrence(int leaf, int carried, String adjoint, Graph.Value value) {}

  /** The recurrences that the scalar depends on, by their definitions. */
  private Map<Integer, Recurrence> recurrences(Graph graph, int scalar, boolean[] active) {
    boolean[] used = graph.reachable(List.of(moved[scalar]));
    Map<Integer, Recurrence> recurrences = new LinkedHashMap<>();
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      Graph.Value value = graph.definition(node).orElse(null);
      if (used[id] && value != null && active[value.node()]) {
        Node.Leaf leaf = (Node.Leaf) node;
        List<Extent> shape = target.node(value.node()).shape();
        String name = adjointName(scalar, leaf.name());
        int carried = target.add(Node.Leaf.carried(name, value.axes().stream().map(shape::get).toList(), leaf.steps()));
        recurrences.put(value.node(), new Recurrence(id, algebra.materialize(shape, new View(carried, value.axes())), name, value));
      }
    }
    return recurrences;
  }

  private String adjointName(int scalar, String variable) {
    return source.names().entrySet().stream().filter(entry -> entry.getValue().node() == scalar).map(Map.Entry::getKey).findFirst()
        .map(name -> ValueName.gradient(name, variable).text()).orElse("adjoint " + scalar + " of " + variable);
  }

  /** Returns the adjoint of a recurrent value: the contributions of other values and of its own other steps. */
  private int conclude(int definition, Recurrence recurrence, Map<Integer, List<Integer>> contributions, Map<Integer, Integer> adjoints) {
    List<Integer> parts = new ArrayList<>(contributions.getOrDefault(definition, List.of()));
    Integer own = adjoints.get(recurrence.leaf());
    if (own != null) {
      List<Integer> axes = recurrence.value().axes();
      parts.add(algebra.materialize(target.node(definition).shape(), new View(own, axes)));
    }
    int total = parts.isEmpty() ? algebra.materialize(target.node(definition).shape(), algebra.numberView(Rational.ZERO)) : total(definition, parts);
    target.name(recurrence.adjoint(), recurrence.value().at(total));
    return total;
  }

  /** Returns the graph so far, with the names of the source whose nodes it has. */
  private Graph named() {
    Graph.Builder builder = new Graph.Builder(target.build());
    source.names().forEach((name, value) -> {
      if (moved[value.node()] > 0 || value.node() == 0) {
        builder.name(name, value.at(moved[value.node()]));
      }
    });
    return builder.build();
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

  private List<Program.Condition> moved(List<Program.Condition> conditions) {
    return conditions.stream().map(condition ->
        new Program.Condition(moved[condition.node()], condition.interval(), condition.declared(), condition.need())).toList();
  }

  private Facts moved(Facts facts) {
    Map<Integer, Interval> ranges = new LinkedHashMap<>();
    facts.ranges().forEach((node, range) -> ranges.put(moved[node], range));
    Map<Integer, Integer> equalities = new LinkedHashMap<>();
    facts.equalities().forEach((node, other) -> equalities.put(moved[node], moved[other]));
    return new Facts(ranges, equalities);
  }
}
