package dev.nngen.explain;

import dev.nngen.formula.Formula;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the assumptions that a step from one line to the next requires: declared facts, definitions of named values, and that a cancelled divisor is
 * nonzero. An assumption is required if the step is not proved without it.
 */
final class RequiredAssumptions {

  /** Approximate bound of the number of values whose definitions are considered. */
  private static final int MOST_VALUES = 12;

  /**
   * The requirements of a step.
   *
   * @param facts the required declared facts
   * @param definitions nodes whose definitions are required
   */
  record Needed(Facts facts, Set<Integer> definitions) {
    private static final Needed NOTHING = new Needed(Facts.NONE, Set.of());
  }

  /** Key of a proof: are two lines equal if some nodes are leaves, some are replaced, and some facts are declared? */
  private record Question(Graph.Value before, Graph.Value line, Set<Integer> closed, Map<Integer, View> instead, Facts known) {}

  private final Graph graph;
  private final Map<Integer, String> names;
  private final Map<String, Graph.Value> found;
  private final Facts facts;
  private final RangeJustification justification;
  private final EntryBounds ranges;
  private final boolean samplesInRows;
  /** Carried values that are computed in the step. */
  private final Set<Integer> definitions;
  /** Cache: each proof is needed to choose a line, to prove it and to print its assumptions. */
  private final Map<Question, Boolean> answers = new HashMap<>();

  /**
   * @param graph with all lines as values
   * @param justification justifications of the facts
   * @param found the proved formula of each gradient, for lines that substitute it
   */
  RequiredAssumptions(Graph graph, Map<String, Graph.Value> found, Facts facts, RangeJustification justification, boolean samplesInRows) {
    this.graph = graph;
    this.found = found;
    this.names = ValueNaming.chosen(graph);
    this.facts = facts;
    this.justification = justification;
    this.ranges = new EntryBounds(new Graph.Builder(graph), Facts.NONE);
    this.samplesInRows = samplesInRows;
    this.definitions = graph.carried().stream().map(leaf -> graph.definition(graph.node(leaf)).orElseThrow().node()).collect(Collectors.toSet());
  }

  /** True if the line is proved to equal the preceding one, for any named values or by their definitions. */
  boolean follows(UnprovedStep before, UnprovedStep line) {
    Set<Integer> stops = stops(before, line);
    Step step = step(before, line, stops);
    return step.follows(Facts.NONE, Set.of()) || opened(before, line, stops, step).isPresent() || followsByChainRule(before, line, stops);
  }

  /**
   * Returns values whose definitions prove the step, with all facts. Tries increasing sets, because unnecessary definitions make the proof long:
   * values in one of the two lines only, then values that disappear and their operands, then values that neither line has, then all. Empty if the
   * step is not proved.
   */
  private Optional<Set<Integer>> opened(UnprovedStep before, UnprovedStep line, Set<Integer> stops, Step step) {
    Set<Integer> old = mentioned(before.value().node(), stops, new LinkedHashSet<>());
    Set<Integer> kept = mentioned(line.value().node(), stops, new LinkedHashSet<>());
    Set<Integer> common = new LinkedHashSet<>(old);
    common.retainAll(kept);
    return Stream.<Supplier<Set<Integer>>>of(() -> apart(old, kept), () -> values(before, line, stops, kept), () -> values(before, line, stops, common),
        () -> values(before, line, stops, Set.of())).map(Supplier::get).distinct().filter(values -> step.follows(facts, values)).findFirst();
  }

  private Set<Integer> apart(Set<Integer> before, Set<Integer> line) {
    return Stream.of(before, line).flatMap(Set::stream).filter(node -> !(graph.node(node) instanceof Node.Leaf) && before.contains(node) != line.contains(node))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** True if the line is proved by the chain rule's equations of the gradients that it mentions. */
  private boolean followsByChainRule(UnprovedStep before, UnprovedStep line, Set<Integer> stops) {
    Set<Integer> closed = new LinkedHashSet<>(stops);
    closed.removeAll(mentioned(before.value().node(), stops, new LinkedHashSet<>()));
    closed.addAll(carried(before, line));
    return isProved(new Question(before.value(), line.value(), closed, Map.of(), facts));
  }

  private boolean isProved(Question question) {
    return answers.computeIfAbsent(question, asked ->
        new StepProof(graph, asked.closed::contains, asked.instead, ranges).isProved(asked.before, asked.line, asked.known));
  }

  /** Returns the formulas of gradients that are not leaves. */
  private Map<Integer, View> instead() {
    Map<Integer, View> views = new LinkedHashMap<>();
    found.forEach((name, value) -> {
      boolean said = value.node() != graph.named(name).node() && name.equals(names.get(graph.named(name).node()));
      if (said) {
        views.put(graph.named(name).node(), DerivationGraph.like(graph::node, value, graph.named(name)));
      }
    });
    return views;
  }

  private Set<Integer> stops(UnprovedStep before, UnprovedStep line) {
    Set<Integer> stops = new LinkedHashSet<>(names.keySet());
    stops.removeAll(before.writtenOut());
    stops.removeAll(line.writtenOut());
    return stops;
  }

  /** Returns carried values, which stay leaves unless a line writes them out. */
  private Set<Integer> carried(UnprovedStep before, UnprovedStep line) {
    Set<Integer> carried = new LinkedHashSet<>(definitions);
    carried.removeAll(before.writtenOut());
    carried.removeAll(line.writtenOut());
    return carried;
  }

  private Step step(UnprovedStep before, UnprovedStep line, Set<Integer> stops) {
    return (known, opened) -> {
      Set<Integer> closed = new LinkedHashSet<>(stops);
      closed.addAll(carried(before, line));
      closed.removeAll(opened);
      return isProved(new Question(before.value(), line.value(), closed, instead(), known));
    };
  }

  /** Returns the requirements of the step, none if it is not proved. */
  Needed of(UnprovedStep before, UnprovedStep line) {
    Set<Integer> stops = stops(before, line);
    Step step = step(before, line, stops);
    return step.follows(Facts.NONE, Set.of()) ? Needed.NOTHING
        : opened(before, line, stops, step).map(values -> needed(values, step)).orElse(Needed.NOTHING);
  }

  private Needed needed(Set<Integer> values, Step step) {
    Facts needed = fewest(values, step);
    Set<Integer> definitions = new LinkedHashSet<>(values);
    for (int node : values) {
      definitions.remove(node);
      if (!step.follows(needed, definitions)) {
        definitions.add(node);
      }
    }
    return new Needed(needed, definitions);
  }

  /** Returns the named values in two lines and their operands, if they are few. Leaves are not expanded. */
  private Set<Integer> values(UnprovedStep before, UnprovedStep line, Set<Integer> stops, Set<Integer> given) {
    Set<Integer> values = new LinkedHashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(before.value().node(), line.value().node()));
    while (!open.isEmpty() && values.size() < MOST_VALUES) {
      for (int node : mentioned(open.pop(), stops, new LinkedHashSet<>())) {
        if (!(graph.node(node) instanceof Node.Leaf) && !given.contains(node) && values.add(node)) {
          open.add(found.containsKey(names.get(node)) ? found.get(names.get(node)).node() : node);
        }
      }
    }
    return values;
  }

  /** Decides whether a step follows from some facts and definitions. */
  private interface Step {
    boolean follows(Facts known, Set<Integer> opened);
  }

  private Facts fewest(Set<Integer> opened, Step step) {
    if (step.follows(Facts.NONE, opened)) {
      return Facts.NONE;
    }
    Map<Integer, Integer> equalities = new LinkedHashMap<>(facts.equalities());
    for (int node : facts.equalities().keySet()) {
      int other = equalities.remove(node);
      if (!step.follows(new Facts(facts.ranges(), equalities), opened)) {
        equalities.put(node, other);
      }
    }
    Map<Integer, Interval> bounds = new LinkedHashMap<>(facts.ranges());
    for (int node : facts.ranges().keySet()) {
      Interval range = bounds.remove(node);
      if (!step.follows(new Facts(bounds, equalities), opened)) {
        bounds.put(node, range);
      }
    }
    return new Facts(bounds, equalities);
  }

  private Set<Integer> mentioned(int id, Set<Integer> stops, Set<Integer> seen) {
    Set<Integer> found = new LinkedHashSet<>();
    for (View operand : graph.node(id).operands()) {
      if (stops.contains(operand.node())) {
        found.add(operand.node());
      } else if (seen.add(operand.node())) {
        found.addAll(mentioned(operand.node(), stops, seen));
      }
    }
    return found;
  }

  /** Describes the facts and definitions, and the cancelled divisors of the preceding line. */
  Phrase words(Needed needed, UnprovedStep before, UnprovedStep line, FormulaWriter writer) {
    List<Phrase> all = new ArrayList<>();
    needed.facts().equalities().forEach((node, other) -> all.add(Phrase.equation(natural(node, writer), natural(other, writer))));
    needed.definitions().forEach(node -> all.add(requiredAssumption(names.get(node), writer)));
    Set<Integer> divisors = divisors(before);
    divisors.removeAll(divisors(line));
    divisors.forEach(node -> all.add(nonzero(node, writer)));
    needed.facts().ranges().forEach((node, range) -> {
      if (!divisors.contains(node)) {
        all.add(Phrase.math(natural(node, writer)).then(" in " + range + justification.words(node, range)));
      }
    });
    return Phrase.all(all);
  }

  private Phrase requiredAssumption(String name, FormulaWriter writer) {
    boolean said = found.containsKey(name) && found.get(name).node() != graph.named(name).node();
    return said ? writer.equation(name, found.get(name)) : writer.requiredAssumption(name);
  }

  /** Returns the divisors of the formula. Named values are not expanded. */
  private Set<Integer> divisors(UnprovedStep draft) {
    Set<Integer> found = new LinkedHashSet<>();
    collect(draft.value().node(), Set.copyOf(draft.writtenOut()), new LinkedHashSet<>(), found);
    return found;
  }

  private void collect(int id, Set<Integer> writtenOut, Set<Integer> seen, Set<Integer> found) {
    Node node = graph.node(id);
    if (node instanceof Node.Power power && power.exponent().signum() < 0) {
      factors(power.base().node(), found);
    }
    for (View operand : node.operands()) {
      boolean open = !names.containsKey(operand.node()) || writtenOut.contains(operand.node());
      if (open && seen.add(operand.node())) {
        collect(operand.node(), writtenOut, seen, found);
      }
    }
  }

  private void factors(int id, Set<Integer> found) {
    boolean product = !names.containsKey(id) && graph.node(id) instanceof Node.Product whole && !whole.isSumming();
    if (product) {
      graph.node(id).operands().forEach(factor -> factors(factor.node(), found));
    } else if (!isSize(id)) {
      found.add(id);
    }
  }

  /** True for multiples of the number of samples, which is at least 1. */
  private boolean isSize(int id) {
    Node node = graph.node(id);
    return node instanceof Node.Leaf leaf ? leaf.role() == Node.Role.EXTENT
        : node.rank() == 0 && node.operands().stream().allMatch(operand -> isSize(operand.node()));
  }

  private Phrase nonzero(int node, FormulaWriter writer) {
    Formula divisor = natural(node, writer);
    Phrase claim = Phrase.math(divisor).then(" nonzero, ");
    Interval declared = facts.ranges().getOrDefault(node, Interval.REALS);
    if (ranges.of(node).excludesZero()) {
      return Phrase.nonzero(divisor, ranges.of(node).and(declared));
    }
    return declared.excludesZero() ? claim.then("since ").then(divisor).then(" in " + declared + justification.words(node, declared))
        : claim.then("as in the line above");
  }

  private Formula natural(int node, FormulaWriter writer) {
    return writer.formula(MatrixLayouts.natural(graph, node, samplesInRows));
  }
}
