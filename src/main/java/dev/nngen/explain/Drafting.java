package dev.nngen.explain;

import dev.nngen.formula.Naming;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import dev.nngen.simplify.Simplifier;
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
   * @param note what the lines leave out; empty where they leave out nothing
   */
  record Entry(String name, boolean shared, String owner, List<Draft> lines, String note) {
    Entry with(List<Draft> other) {
      return new Entry(name, shared, owner, other, note);
    }

    Graph.Value end() {
      return lines.get(lines.size() - 1).value();
    }
  }

  private final Gradients gradients;
  private final List<String> parameters;
  private final Graph raw;
  private final Workbench bench;
  private final Workbench.Copier simplified;
  private final Optional<Workbench.Copier> withoutFacts;
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
  private final Ranges ranges;
  private final ChainRule chainRule;
  private final MaximumShare maximumShare;

  Drafting(Gradients gradients, Lowered lowered, Lowered differentiated, Graph simplified, Set<String> taken) {
    this.gradients = gradients;
    this.parameters = lowered.trained().stream().map(Lowered.Parameter::name).toList();
    this.raw = differentiated.graph();
    this.bench = new Workbench(raw);
    this.simplified = bench.new Copier(simplified);
    this.withoutFacts = withoutFacts(differentiated).map(graph -> bench.new Copier(graph));
    this.finalUses = new Uses(simplified);
    this.simplifiedGraph = simplified;
    this.chosen = Naming.chosen(raw);
    this.computed = simplified.reachable(parameters.stream()
        .map(parameter -> simplified.named(gradients.of(parameter)).node()).toList());
    this.size = new Size(bench.builder()::node);
    chosen.values().forEach(name -> stopAt(raw.named(name)));
    named.addAll(raw.carried());
    this.ranges = new Ranges(bench.builder(), differentiated.facts());
    this.chainRule = new ChainRule(bench, lowered.graph(), raw, ranges, named);
    Shared.of(lowered, simplified, gradients, taken).forEach(value -> introduce(value, lowered.samplesInRows()));
    this.maximumShare = new MaximumShare(bench, differentiated, named);
    gradients.names().forEach(this::draft);
  }

  /** What simplification finds where nothing is declared to be equal; empty where nothing is. */
  private static Optional<Graph> withoutFacts(Lowered differentiated) {
    Facts facts = differentiated.facts();
    return facts.equalities().isEmpty() ? Optional.empty()
        : Optional.of(Simplifier.simplify(differentiated.graph(), new Facts(facts.ranges(), Map.of())));
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
    String note = "";
    if (gradients.isSameValue(name, first)) {
      lines.add(Draft.of(raw.named(name), Rule.SAME));
    } else {
      lines.addAll(gradients.entrywise(name).map(step -> chain(name, step)).orElseGet(() -> passedBack(name)));
      derived.put(name, lines.get(lines.size() - 1).value());
      note = finish(name, lines);
    }
    finals.put(name, lines.get(lines.size() - 1).value());
    add(new Entry(name, false, "", lines, note));
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
      entries.put(gradient, entry.with(entry.lines().subList(0, collected)));
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
    add(new Entry(name, true, "", List.of(Draft.of(value, Rule.STEP)), ""));
  }

  /** What uses of the value that are not entry by entry pass back. */
  private List<Draft> passedBack(String name) {
    List<String> consumers = gradients.consumers(name);
    Draft whole = new Draft(raw.named(name), rule(consumers), writer -> writer.definitions(consumers, gradients.loss()));
    List<Draft> lines = new ArrayList<>(maximumShare.without(whole).orElse(List.of(whole)));
    if (lines.size() > 1 && consumers.size() == 1) {
      String before = gradients.of(consumers.get(0));
      putIn(before, finalUses.of(name).contains(before)).stream().reduce((first, last) -> last)
          .ifPresent(value -> lines.add(new Draft(substituted(lines.get(lines.size() - 1).value(), Map.of(before, value), named),
              Rule.PUT_IN, writer -> writer.fromAbove(before)).writingOut(named.contains(value.node()) ? List.of(value.node()) : List.of())));
    }
    return lines;
  }

  /**
   * Adds the form that the code computes, where it uses nothing that is found only later and is not much longer. Where it needs
   * what the model declares, the form that needs nothing stands before it.
   *
   * @return what is left out, in words
   */
  private String finish(String name, List<Draft> lines) {
    Graph.Value end = simplified.define(name);
    Draft last = lines.get(lines.size() - 1);
    Graph.Value before = last.value();
    if (isReordered(last, end)) {
      return "";
    }
    Optional<Draft> put = putIn(last, end);
    boolean onlyPutIn = put.filter(line -> isAlike(line, end)).isPresent();
    if (!isInOrder(name) || length(end) > length(before) + growth(name, lines)) {
      return isComputed(name) && !onlyPutIn ? "The class computes an equal form, left out here for its length." : "";
    }
    if (put.filter(line -> isReordered(line, end)).isPresent()) {
      lines.add(new Draft(end, Rule.PUT_IN, put.get().why()));
      return "";
    }
    put.filter(line -> introducesNothing(line, end)).ifPresent(lines::add);
    withoutFacts.map(copier -> copier.define(name)).filter(plain -> !plain.equals(end) && length(plain) <= LONGEST_SHARED)
        .ifPresent(plain -> lines.add(Draft.of(plain, Rule.COLLECT)));
    lines.add(Draft.of(end, lines.get(lines.size() - 1).rule() == Rule.COLLECT ? Rule.FACT : Rule.COLLECT));
    return "";
  }

  /** True where every shared value of the code's form that has been introduced stands in the line already. */
  private boolean introducesNothing(Draft line, Graph.Value end) {
    Set<Integer> there = bench.mentioned(line.value().node(), named);
    Set<Integer> mentioned = bench.mentioned(end.node(), named);
    return shared.stream().filter(value -> entries.containsKey(value.name()))
        .map(value -> bench.builder().names().get(value.name()).node()).noneMatch(node -> mentioned.contains(node) && !there.contains(node));
  }

  /** The line with what was found for gradients in place of those that the code's form does not mention. */
  private Optional<Draft> putIn(Draft before, Graph.Value end) {
    Set<Integer> stops = new LinkedHashSet<>(named);
    before.writtenOut().forEach(stops::remove);
    Set<Integer> left = bench.mentioned(end.node(), named);
    Map<String, Graph.Value> sources = new LinkedHashMap<>();
    for (int node : bench.mentioned(before.value().node(), stops)) {
      Graph.Value found = finals.get(chosen.getOrDefault(node, ""));
      if (found != null && found.node() != node && !left.contains(node) && length(found) <= ChainRule.LONGEST_PUT_IN) {
        sources.put(chosen.get(node), found);
      }
    }
    Graph.Value line = substituted(before.value(), sources, stops);
    return sources.isEmpty() || length(line) > LONGEST_SHARED ? Optional.empty() : Optional.of(new Draft(line, Rule.PUT_IN, writer -> Phrase.all(sources.keySet().stream().map(source -> writer.equation(source, sources.get(source))).toList())));
  }

  private Graph.Value substituted(Graph.Value value, Map<String, Graph.Value> sources, Set<Integer> stops) {
    Map<Integer, View> views = new LinkedHashMap<>();
    sources.forEach((name, found) -> views.put(raw.named(name).node(), bench.like(found, raw.named(name))));
    return bench.substituted(value, views, stops);
  }

  /** By how much the last line may be longer than the one before. */
  private int growth(String name, List<Draft> lines) {
    boolean owner = shared.stream().anyMatch(value -> value.owner().equals(name));
    boolean halfway = lines.stream().anyMatch(line -> line.rule() == Rule.MAXIMUM);
    return owner || halfway ? LONGEST_SHARED : isComputed(name) ? MOST_GROWTH : -1;
  }

  /** True where the code's form speaks of no gradient that is found only later. */
  private boolean isInOrder(String name) {
    return finalUses.of(name).stream().allMatch(used -> !gradients.names().contains(used) || entries.containsKey(used));
  }

  /** True where the code's form is the line but for the order in which things stand. */
  private boolean isAlike(Draft line, Graph.Value end) {
    return isReordered(line, end) || length(line.value()) == length(end)
        && bench.mentioned(line.value().node(), named).equals(bench.mentioned(end.node(), named));
  }

  /** True where the line and the code's form are products of the same factors. */
  private boolean isReordered(Draft line, Graph.Value end) {
    Set<Integer> stops = new LinkedHashSet<>(named);
    line.writtenOut().forEach(stops::remove);
    Factors left = factors(line.value(), stops);
    Factors right = factors(end, stops);
    return left.coefficient().equals(right.coefficient()) && left.powers().equals(right.powers());
  }

  private Factors factors(Graph.Value value, Set<Integer> stops) {
    return new Factors(bench.builder(), stops).times(bench.algebra().view(value.node()), 1);
  }

  /** The length of a formula in which values that are not introduced yet are written out. */
  private int length(Graph.Value value) {
    return size.of(value.node()) + later(value).stream().mapToInt(node -> size.of(node) - 1).sum();
  }

  /** The shared values that a formula mentions before they are introduced. */
  private List<Integer> later(Graph.Value value) {
    List<Integer> later = shared.stream().filter(candidate -> !entries.containsKey(candidate.name()))
        .map(candidate -> bench.builder().names().get(candidate.name()).node()).toList();
    Set<Integer> stops = new LinkedHashSet<>(named);
    later.forEach(stops::remove);
    List<Integer> found = new ArrayList<>();
    Set<Integer> inside = bench.within(value.node(), stops);
    later.stream().filter(inside::contains).forEach(found::add);
    return found;
  }

  private void add(Entry entry) {
    List<Draft> lines = entry.lines().stream().map(draft -> draft.writingOut(later(draft.value()))).toList();
    entries.put(entry.name(), entry.with(lines));
  }

  /** Adds the shared values with that owner; those without one come before the first gradient. */
  private void addShared(String owner) {
    for (Shared.Named value : shared) {
      if (value.owner().equals(owner) && !entries.containsKey(value.name())) {
        add(new Entry(value.name(), true, owner, List.of(Draft.of(bench.builder().names().get(value.name()), Rule.SHARED)), ""));
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
