package dev.nngen.explain;

import dev.nngen.formula.Naming;
import dev.nngen.ir.Graph;
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

  /** A shared value whose formula is longer than this makes nothing easier to read. */
  private static final int LONGEST_SHARED = 30;

  /**
   * A gradient, or a value that several lines call by its name.
   *
   * @param owner for a shared value the gradient that is a multiple of it, otherwise empty
   */
  record Entry(String name, boolean shared, String owner, List<Draft> lines) {
    Graph.Value end() {
      return lines.get(lines.size() - 1).value();
    }
  }

  private final Gradients gradients;
  private final List<String> parameters;
  private final Graph raw;
  private final Workbench bench;
  private final Workbench.Copier simplified;
  private final Graph simplifiedGraph;
  private final boolean[] computed;
  private final List<Shared.Named> shared = new ArrayList<>();
  private final Uses finalUses;
  private final Size size;
  private final Set<Integer> named = new LinkedHashSet<>();
  private final Map<Integer, String> chosen;
  private final Map<String, Graph.Value> derived = new LinkedHashMap<>();
  private final Map<String, Graph.Value> finals = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final ChainRule chainRule;
  private final MaximumShare maximumShare;

  Drafting(Gradients gradients, Lowered lowered, Lowered differentiated, Graph simplified) {
    this.gradients = gradients;
    this.parameters = lowered.parameters().stream().map(Lowered.Parameter::name).toList();
    this.raw = differentiated.graph();
    this.bench = new Workbench(raw);
    this.simplified = bench.new Copier(simplified);
    this.finalUses = new Uses(simplified);
    this.simplifiedGraph = simplified;
    this.chosen = Naming.chosen(raw);
    this.computed = simplified.reachable(parameters.stream()
        .map(parameter -> simplified.named(gradients.of(parameter)).node()).toList());
    this.size = new Size(bench.builder()::node);
    chosen.values().forEach(name -> stopAt(raw.named(name)));
    Ranges ranges = new Ranges(bench.builder(), differentiated.facts());
    this.chainRule = new ChainRule(bench, lowered.graph(), raw, ranges, named);
    Shared.of(lowered, simplified, gradients).forEach(value -> introduce(value, lowered.samplesInRows()));
    this.maximumShare = new MaximumShare(bench, differentiated, named);
    gradients.names().forEach(this::draft);
  }

  private void stopAt(Graph.Value value) {
    named.add(value.node());
    size.named(value.node());
  }

  /** True for a step's derivative that is named once. */
  private boolean isLong(Graph.Value local) {
    return !named.contains(local.node()) && size.of(local.node()) > ChainRule.LONGEST_PUT_IN;
  }

  /** What is longer than the lines that name it stays without a name, and so do multiples of a step's long derivative. */
  private void introduce(Shared.Named value, boolean samplesInRows) {
    Graph.Value copy = simplified.copy(value, samplesInRows);
    boolean longStep = gradients.entrywise(value.owner()).filter(step -> isLong(chainRule.local(step))).isPresent();
    if (!longStep && size.of(copy.node()) <= LONGEST_SHARED) {
      bench.builder().name(value.name(), copy);
      stopAt(copy);
      shared.add(value);
    }
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
    return bench.locals();
  }

  private void draft(String name) {
    addShared("");
    String first = chosen.get(raw.named(name).node());
    List<Draft> lines = new ArrayList<>();
    if (gradients.isSameValue(name, first)) {
      lines.add(Draft.of(raw.named(name), Rule.SAME));
    } else {
      lines.addAll(gradients.entrywise(name).map(step -> chain(name, step)).orElseGet(() -> passedBack(name)));
      derived.put(name, lines.get(lines.size() - 1).value());
      finish(name, lines);
    }
    finals.put(name, lines.get(lines.size() - 1).value());
    add(new Entry(name, false, "", lines));
    addShared(name);
  }

  /** The adjoint before times the derivative of the step. */
  private List<Draft> chain(String name, LocalDerivatives.Pair step) {
    String before = gradients.of(step.of());
    Graph.Value local = chainRule.local(step);
    if (isLong(local)) {
      nameOnce(step.name(), local);
      return List.of(chainRule.symbolic(before, name, step));
    }
    boolean kept = parameters.contains(step.by()) || finalUses.of(name).contains(before);
    List<Draft> lines = chainRule.lines(before, name, step, putIn(before, kept));
    if (lines.size() == 3 && !derived.get(before).equals(finals.get(before)) && !isComputed(before)) {
      leaveUncollected(before);
    }
    return lines;
  }

  /** Takes back the last line of a gradient that the code does not compute and by which less cancels. */
  private void leaveUncollected(String gradient) {
    Entry entry = entries.get(gradient);
    int collected = entry.lines().size() - 1;
    if (entry.lines().get(collected).rule() == Rule.COLLECT) {
      entries.put(gradient, new Entry(gradient, false, "", entry.lines().subList(0, collected)));
      finals.put(gradient, derived.get(gradient));
    }
  }

  private boolean isComputed(String gradient) {
    return computed[simplifiedGraph.named(gradient).node()];
  }

  /** What may stand for an adjoint in the lines of the next one; nothing where it stays as a name. */
  private List<Graph.Value> putIn(String gradient, boolean kept) {
    Set<Graph.Value> values = new LinkedHashSet<>();
    if (!kept && derived.containsKey(gradient)) {
      values.add(derived.get(gradient));
      values.add(finals.get(gradient));
    }
    values.removeIf(value -> size.of(value.node()) > ChainRule.LONGEST_PUT_IN);
    return List.copyOf(values);
  }

  private void nameOnce(String name, Graph.Value value) {
    bench.builder().name(name, value);
    stopAt(value);
    add(new Entry(name, true, "", List.of(Draft.of(value, Rule.STEP))));
  }

  /** What uses of the value that are not entry by entry pass back. */
  private List<Draft> passedBack(String name) {
    List<String> consumers = gradients.consumers(name);
    Draft whole = new Draft(raw.named(name), rule(consumers), writer -> writer.definitions(consumers, gradients.loss()));
    List<Draft> lines = new ArrayList<>(maximumShare.without(whole).orElse(List.of(whole)));
    if (lines.size() > 1 && consumers.size() == 1) {
      String before = gradients.of(consumers.get(0));
      putIn(before, finalUses.of(name).contains(before)).stream().reduce((first, last) -> last)
          .map(value -> bench.replaced(lines.get(lines.size() - 1).value(), raw.named(before), value))
          .ifPresent(value -> lines.add(new Draft(value, Rule.PUT_IN, writer -> before + " from above")));
    }
    return lines;
  }

  /** The form that the code computes, where it uses nothing that is found only later and is not much longer. */
  private void finish(String name, List<Draft> lines) {
    Graph.Value end = simplified.define(name);
    Graph.Value before = lines.get(lines.size() - 1).value();
    boolean owner = shared.stream().anyMatch(value -> value.owner().equals(name));
    boolean halfway = lines.get(lines.size() - 1).rule() == Rule.MAXIMUM;
    int growth = owner || halfway ? LONGEST_SHARED : isComputed(name) ? MOST_GROWTH : -1;
    boolean inOrder = finalUses.of(name).stream().allMatch(used -> !gradients.names().contains(used) || entries.containsKey(used));
    if (inOrder && !isReordered(before, end) && length(end) <= length(before) + growth) {
      lines.add(gradients.entrywise(name).isPresent() || lines.size() > 1 ? Draft.of(end, Rule.COLLECT) : last(name, end));
    }
  }

  /** True where two products have the same factors. */
  private boolean isReordered(Graph.Value before, Graph.Value end) {
    Factors left = factors(before);
    Factors right = factors(end);
    return left.coefficient().equals(right.coefficient()) && left.powers().equals(right.powers());
  }

  private Factors factors(Graph.Value value) {
    return new Factors(bench.builder(), named).times(bench.algebra().view(value.node()), 1);
  }

  /** The length of a formula in which values that are not introduced yet are written out. */
  private int length(Graph.Value value) {
    return size.of(value.node()) + later(value).stream().mapToInt(node -> size.of(node) - 1).sum();
  }

  /** The shared values that a formula mentions before they are introduced. */
  private List<Integer> later(Graph.Value value) {
    Set<Integer> mentioned = bench.mentioned(value.node(), named);
    return shared.stream().filter(candidate -> !entries.containsKey(candidate.name()))
        .map(candidate -> bench.builder().names().get(candidate.name()).node()).filter(mentioned::contains).toList();
  }

  private void add(Entry entry) {
    List<Draft> lines = entry.lines().stream().map(draft -> draft.writingOut(later(draft.value()))).toList();
    entries.put(entry.name(), new Entry(entry.name(), entry.shared(), entry.owner(), lines));
  }

  /** The last line of a gradient that a matrix product passes back: its sources are put in, or more was done. */
  private Draft last(String name, Graph.Value end) {
    List<String> sources = gradients.consumers(name).stream().map(gradients::of).filter(this::isMultipleOfShared).toList();
    return sources.isEmpty() ? Draft.of(end, Rule.COLLECT) : new Draft(end, Rule.PUT_IN, writer -> String.join("; ",
        sources.stream().map(source -> writer.equation(source, finals.get(source))).toList()));
  }

  /** True where a gradient is a shared value times scalars. */
  private boolean isMultipleOfShared(String gradient) {
    if (!finals.containsKey(gradient)) {
      return false;
    }
    Graph.Value value = finals.get(gradient);
    Map<View, Integer> powers = factors(value).powers();
    List<View> tensors = powers.keySet().stream().filter(view -> !view.axes().isEmpty()).toList();
    return tensors.size() == 1 && powers.get(tensors.get(0)) == 1
        && shared.stream().anyMatch(other -> bench.builder().names().get(other.name()).node() == tensors.get(0).node());
  }

  /** Adds the shared values with that owner; those without one come before the first gradient. */
  private void addShared(String owner) {
    for (Shared.Named value : shared) {
      if (value.owner().equals(owner) && !entries.containsKey(value.name())) {
        add(new Entry(value.name(), true, owner, List.of(Draft.of(bench.builder().names().get(value.name()), Rule.SHARED))));
      }
    }
  }

  private Rule rule(List<String> consumers) {
    if (consumers.equals(List.of(gradients.loss()))) {
      return Rule.LOSS_DERIVATIVE;
    }
    return consumers.size() > 1 ? Rule.SUM_OF_USES : Rule.CHAIN_RULE;
  }
}
