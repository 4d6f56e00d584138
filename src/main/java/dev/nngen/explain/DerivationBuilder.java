package dev.nngen.explain;

import dev.nngen.formula.CallPattern;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rewrites;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Builds the steps of every gradient as values of one graph: the chain rule, the substitution of earlier gradients, cancellation, the textbook form,
 * and the class's form if it has other functions.
 */
final class DerivationBuilder {

  /** The longest formula in which the loss's derivative is written out. */
  private static final int LONGEST = 30;

  /** The longest formula that is multiplied out to prove it equal to the gradient. */
  private static final int LONGEST_MULTIPLIED_OUT = 100;

  /** Times that gradients in the result of a substitution are substituted. */
  private static final int MOST_ROUNDS = 3;

  /** Largest growth of a formula that skips values between two values. */
  private static final int PASSED = 8;

  /**
   * A gradient, or a partial derivative of a step that lines use as a symbol.
   *
   * @param step true for a partial derivative of a step
   * @param note a sentence about omitted steps; empty if there are none
   * @param unprinted the class's formula, if it is too long for a line
   */
  record Entry(String name, boolean step, List<UnprovedStep> lines, String note, Optional<Graph.Value> unprinted) {
    Graph.Value end() {
      return lines.get(lines.size() - 1).value();
    }
  }

  private final Gradients gradients;
  private final DeltaNames errors;
  private final Graph raw;
  private final CallPattern.Calls calls;
  private final DerivationGraph derivationGraph;
  private final DerivationGraph.Copier simplified;
  private final boolean[] computed;
  private final Graph simplifiedGraph;
  private final FormulaLength size;
  private final Map<Integer, String> names;
  private final Set<Integer> named = new LinkedHashSet<>();
  private final Map<String, Graph.Value> finals = new LinkedHashMap<>();
  /** Gradients that the last line of a gradient, by its node, writes out. */
  private final Map<Integer, List<Integer>> writtenOut = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final EntryBounds ranges;
  /** Values of the forward pass with a definition. */
  private final Set<Integer> values;
  private final ChainRule chainRule;
  private final Map<String, ExponentialSumStep> lemmas;
  private final TextbookForms forms;
  private final ZeroSums zeroSums;
  private final CommonFactors common;
  /** The functions in the lines of each gradient, and in the gradients that they mention. */
  private final Map<String, Set<String>> functions = new LinkedHashMap<>();
  /** Gradients that the class computes with other functions, and those that depend on them. */
  private final Set<String> restated = new LinkedHashSet<>();

  /**
   * @param functions functions that definitions may call
   */
  DerivationBuilder(Gradients gradients, DeltaNames errors, List<CallPattern> functions, Program<Phase.Lowered> lowered, Program<Phase.Differentiated> differentiated, Graph simplified) {
    this.gradients = gradients;
    this.errors = errors;
    this.raw = differentiated.graph();
    this.calls = CallPattern.calls(functions, raw);
    this.derivationGraph = new DerivationGraph(raw);
    this.simplified = derivationGraph.new Copier(simplified);
    this.simplifiedGraph = simplified;
    this.computed = simplified.reachable(lowered.trained().stream().map(parameter -> simplified.named(gradients.of(parameter.name())).node()).toList());
    this.size = new FormulaLength(derivationGraph.builder()::node);
    this.names = ValueNaming.chosen(raw);
    names.values().forEach(name -> stopAt(raw.named(name)));
    named.addAll(raw.carried());
    this.ranges = new EntryBounds(derivationGraph.builder(), differentiated.facts());
    this.chainRule = new ChainRule(derivationGraph, lowered.graph(), raw, ranges, named);
    Set<Integer> all = gradients.names().stream().map(name -> raw.named(name).node()).collect(Collectors.toSet());
    raw.carried().stream().filter(leaf -> all.contains(raw.definition(raw.node(leaf)).orElseThrow().node())).toList().forEach(all::add);
    this.values = names.keySet().stream().filter(id -> !all.contains(id) && !(raw.node(id) instanceof Node.Leaf)).collect(Collectors.toCollection(TreeSet::new));
    this.forms = new TextbookForms(derivationGraph, all, ranges, differentiated.facts());
    this.zeroSums = new ZeroSums(derivationGraph, named, all, ranges);
    this.common = new CommonFactors(derivationGraph, named);
    this.lemmas = ExponentialSumStep.of(lowered.graph(), gradients);
    gradients.names().forEach(this::draft);
  }

  private void stopAt(Graph.Value value) {
    named.add(value.node());
    size.named(value.node());
  }

  Graph graph() {
    return derivationGraph.graph();
  }

  /** Returns gradients from the loss back, with the partial derivative of a step before the gradient that uses it. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Returns the steps whose derivatives are lemmas, by the names of their arguments. Not all are the only uses of their arguments. */
  Map<String, ExponentialSumStep> lemmas() {
    return lemmas;
  }

  /** Returns partial derivatives of single steps by names such as {@code dA1/dZ1}. */
  Map<String, Graph.Value> locals() {
    return derivationGraph.locals();
  }

  /** True if the class's formula is short enough to multiply out. With all names expanded it grows with each layer. */
  boolean isShort(Graph.Value computed) {
    return length(computed) <= LONGEST_MULTIPLIED_OUT;
  }

  private void draft(String name) {
    List<UnprovedStep> lines = new ArrayList<>();
    if (errors.contains(name)) {
      lines.add(UnprovedStep.of(raw.named(name), Rule.ERROR));
    }
    ExponentialSumStep lemma = lemmas.get(gradients.value(name));
    if (lemma != null && lemma.isOnlyUse()) {
      passedBack(lemma, lines);
    } else {
      gradients.entrywise(name).ifPresentOrElse(step -> chain(name, step, lines), () -> passedBack(name, lines));
    }
    finals.put(name, last(lines).value());
    writtenOut.put(last(lines).value().node(), last(lines).writtenOut());
    String note = addComputed(name, lines);
    Graph.Value end = simplified.define(name);
    boolean isUnprinted = computed[simplifiedGraph.named(name).node()] && length(end) > LONGEST;
    entries.put(name, new Entry(name, false, lines, note, isUnprinted ? Optional.of(end) : Optional.empty()));
  }

  /** Adds the preceding adjoint times the derivative of the step. */
  private void chain(String name, LocalDerivatives.Pair step, List<UnprovedStep> lines) {
    String before = gradients.of(step.of());
    Graph.Value local = chainRule.local(step);
    if (!named.contains(local.node()) && size.of(local.node()) > ChainRule.LONGEST_SUBSTITUTED) {
      derivationGraph.builder().name(step.name(), local);
      stopAt(local);
      entries.put(step.name(), new Entry(step.name(), true, List.of(UnprovedStep.of(local, Rule.STEP)), "", Optional.empty()));
      lines.add(chainRule.symbolic(before, name, step));
      return;
    }
    UnprovedStep plain = chainRule.put(raw.named(before), before, name, step, false);
    Map<String, Graph.Value> sources = sources(List.of(step.of()), errors.contains(name) ? 2 * LONGEST : ChainRule.LONGEST_SUBSTITUTED);
    if (!errors.contains(name)) {
      sources.values().removeIf(this::isOnlyChainRule);
    }
    Optional<UnprovedStep> put = sources.isEmpty() ? Optional.empty() : Optional.of(chainRule.put(finals.get(before), before, name, step, true));
    int growth = errors.contains(name) && !gradients.isShared(step.of()) ? ChainRule.LONGEST_SUBSTITUTED : 1;
    boolean isSubstituted = put.isPresent() && isImprovement(plain.value(), textbook(put.get(), true), sources, growth);
    List<UnprovedStep> steps = chainRule.lines(before, name, step, isSubstituted ? Optional.of(finals.get(before)) : Optional.empty());
    boolean grows = last(steps).rule() == Rule.CANCEL && length(last(steps).value()) > length(steps.get(steps.size() - 2).value());
    lines.addAll(grows ? steps.subList(0, steps.size() - 1) : steps);
    addTextbookForm(isSubstituted ? put.get() : plain, lines);
  }

  /** Adds the contribution of a value through a function whose derivative is a lemma. */
  private void passedBack(ExponentialSumStep step, List<UnprovedStep> lines) {
    Graph.Value argument = raw.named(step.by());
    List<Extent> shape = raw.node(argument.node()).shape();
    int node = step.function().passedBack(derivationGraph.algebra(), shape, step.axis(), View.identity(argument.node(), shape.size()), derivationGraph.like(raw.named(step.of()), argument),
        derivationGraph.like(raw.named(gradients.of(step.of())), argument));
    lines.add(new UnprovedStep(argument.at(node), Rule.LEMMA, writer -> writer.call(step)));
    substitute(List.of(step.of()), lines);
    Graph.Value end = last(lines).value();
    Graph.Value form = shortest(end, named, opened(List.of(step.of())), true);
    if (length(form) < length(end) && hasNoMoreFunctions(form, end, named)) {
      lines.add(UnprovedStep.of(form, Rule.COLLECT));
    }
  }

  /** Adds the contributions of users that are not entrywise. */
  private void passedBack(String name, List<UnprovedStep> lines) {
    List<String> consumers = gradients.consumers(name);
    ExponentialSumStep lemma = lemmas.get(gradients.value(name));
    Graph.Value contributions = inTermsOf(consumers, name);
    UnprovedStep whole = new UnprovedStep(inWrittenFunctions(contributions, consumers), rule(consumers), writer -> writer.definitions(consumers, gradients.loss()).and(lemma == null ? Phrase.EMPTY : writer.call(lemma))).writingOut(foreign(contributions, consumers));
    lines.add(whole);
    zeroSums.without(whole.value(), lines);
    Graph.Value form = shortest(last(lines).value(), named, opened(consumers), true);
    Graph.Value plain = shorter(form, cancelled(form));
    if (hasNoMoreFunctions(plain, last(lines).value(), named) && length(plain) < length(last(lines).value()) - (consumers.equals(List.of(gradients.loss())) ? 1 : 0)) {
      lines.add(UnprovedStep.of(plain, Rule.COLLECT));
    }
    if (whole.writtenOut().isEmpty()) {
      substitute(consumers, lines);
    }
  }

  /** Substitutes the gradients of the users, and then those in the result, as long as formulas improve. */
  private void substitute(List<String> consumers, List<UnprovedStep> lines) {
    Map<String, Graph.Value> sources = sources(consumers);
    sources.values().removeIf(found -> isOnlyChainRule(found) || multiplies(found));
    Set<Integer> others = sources.values().stream().flatMap(found -> derivationGraph.mentioned(found.node(), without(named, List.of(found.node()))).stream()).collect(Collectors.toSet());
    sources.keySet().removeIf(gradient -> others.contains(raw.named(gradient).node()));
    boolean improved = put(sources, (end, plain) -> skipsUsers(consumers, plain, end) || isOfFewer(sources, end, plain), lines);
    for (int round = 0; round < MOST_ROUNDS && (improved || round == 0); round++) {
      Map<String, Graph.Value> closed = closed(last(lines).value());
      improved = put(closed, (end, plain) -> forms.gradients(end.node(), named).size() < forms.gradients(plain.node(), named).size(), lines);
    }
  }

  /** Adds the line with gradients substituted and its textbook form, if that is an improvement. */
  private boolean put(Map<String, Graph.Value> sources, BiPredicate<Graph.Value, Graph.Value> mayGrow, List<UnprovedStep> lines) {
    if (sources.isEmpty()) {
      return false;
    }
    Graph.Value plain = last(lines).value();
    UnprovedStep put = substituted(plain, sources);
    Graph.Value end = textbook(put, true);
    if (!isImprovement(plain, end, sources, mayGrow.test(end, plain) ? PASSED : 0)) {
      return false;
    }
    lines.add(put);
    zeroSums.without(put.value(), lines);
    addTextbookForm(put, lines);
    return true;
  }

  /** Returns the formulas of gradients in a value that have no other gradients than those in it. */
  private Map<String, Graph.Value> closed(Graph.Value value) {
    Set<Integer> there = forms.gradients(value.node(), named);
    Map<String, Graph.Value> closed = sources(there.stream().map(names::get).filter(name -> name != null && gradients.names().contains(name)).map(gradients::value).toList());
    closed.entrySet().removeIf(source -> {
      Set<Integer> inside = forms.gradients(source.getValue().node(), named);
      return isOnlyChainRule(source.getValue()) || multiplies(source.getValue()) || inside.isEmpty() || inside.contains(raw.named(source.getKey()).node()) || !there.containsAll(inside);
    });
    return closed;
  }

  /** True if a formula no longer has the users of a value, such as the exponentials of a softmax. */
  private boolean skipsUsers(List<String> consumers, Graph.Value plain, Graph.Value end) {
    Set<Integer> before = derivationGraph.mentioned(plain.node(), without(named, List.of(plain.node())));
    Set<Integer> there = derivationGraph.mentioned(end.node(), without(named, List.of(end.node())));
    return consumers.stream().anyMatch(consumer -> before.contains(raw.named(consumer).node()))
        && consumers.stream().flatMap(consumer -> Stream.of(consumer, gradients.of(consumer))).filter(raw.names()::containsKey).noneMatch(name -> there.contains(raw.named(name).node()));
  }

  /** True if substitution leaves fewer gradients in a formula, such as for a normalization, in which mean and deviation have one user. */
  private boolean isOfFewer(Map<String, Graph.Value> sources, Graph.Value end, Graph.Value plain) {
    long kinds = sources.values().stream().map(found -> forms.gradients(found.node(), named)).distinct().count();
    return kinds == 1 && forms.gradients(end.node(), named).size() < forms.gradients(plain.node(), named).size();
  }

  /** True if a gradient has a matrix product. Its name is then not expanded in other formulas. */
  private boolean multiplies(Graph.Value found) {
    return matrixProducts(found) > 0;
  }

  private long matrixProducts(Graph.Value found) {
    return derivationGraph.within(found.node(), without(named, List.of(found.node()))).stream().map(derivationGraph.builder()::node).filter(node -> node instanceof Node.Product product && product.isSumming()
        && product.factors().stream().anyMatch(one -> product.factors().stream().anyMatch(other -> outer(one, product).stream().anyMatch(axis -> !other.axes().contains(axis))
        && outer(other, product).stream().anyMatch(axis -> !one.axes().contains(axis))))).count();
  }

  private static List<Integer> outer(View factor, Node.Product product) {
    return factor.axes().stream().filter(axis -> axis < product.rank()).toList();
  }

  /**
   * Returns the contribution of a value's only user in terms of the user's gradient, also if differentiation has moved that gradient's formula into a
   * {@code where}.
   */
  private Graph.Value inTermsOf(List<String> consumers, String name) {
    Graph.Value whole = raw.named(name);
    String before = consumers.size() == 1 ? gradients.of(consumers.get(0)) : "";
    boolean isSaid = !gradients.names().contains(before) || derivationGraph.mentioned(whole.node(), without(named, List.of(whole.node()))).contains(raw.named(before).node());
    return isSaid ? whole : chainRule.passedBack(before, new LocalDerivatives.Pair(consumers.get(0), gradients.value(name)));
  }

  /**
   * Returns the contributions of a value's users without functions that the users' definitions do not have as the text writes them. For a call of a
   * function the derivative is known from its lemma, and so needs no other functions.
   */
  private Graph.Value inWrittenFunctions(Graph.Value contributions, List<String> consumers) {
    WrittenFunctions written = WrittenFunctions.in(raw, consumers.stream().map(consumer -> raw.named(consumer).node()).toList(), named, calls, forms);
    Set<String> foreign = forms.functions(contributions.node(), named);
    foreign.removeAll(written.functions());
    if (foreign.isEmpty()) {
      return contributions;
    }
    Set<Integer> given = new LinkedHashSet<>(named);
    given.addAll(written.called());
    Set<Integer> defined = opened(consumers);
    defined.addAll(written.called());
    Graph.Value form = common.of(forms.of(contributions, given, defined, false));
    return Collections.disjoint(forms.functions(form.node(), given), foreign) ? form : contributions;
  }

  /**
   * Returns gradients in the contributions of a value's users that are not the users' own. They equal a part of a contribution, which is written out.
   */
  private List<Integer> foreign(Graph.Value contributions, List<String> consumers) {
    Set<Integer> own = consumers.stream().map(gradients::of).filter(raw.names()::containsKey).map(gradient -> raw.named(gradient).node()).collect(Collectors.toSet());
    Set<Integer> foreign = new LinkedHashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(contributions.node()));
    while (!open.isEmpty()) {
      for (int gradient : forms.gradients(open.pop(), named)) {
        boolean isOther = !own.contains(gradient) && !(derivationGraph.builder().node(gradient) instanceof Node.Leaf);
        if (isOther && size.of(gradient) > PASSED) {
          return List.of();
        } else if (isOther && foreign.add(gradient)) {
          open.push(gradient);
        }
      }
    }
    return List.copyOf(foreign);
  }

  private static UnprovedStep last(List<UnprovedStep> lines) {
    return lines.get(lines.size() - 1);
  }

  /** Returns the values whose definitions a step uses, without the loss, whose derivative is used instead. */
  private Set<Integer> opened(List<String> consumers) {
    return consumers.stream().filter(consumer -> !consumer.equals(gradients.loss())).map(consumer -> raw.named(consumer).node()).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the shorter of two forms: over all named values, or with values replaced by their algebraic definitions. */
  private Graph.Value textbook(UnprovedStep draft, boolean known) {
    Graph.Value value = draft.value();
    Set<Integer> given = without(named, draft.writtenOut());
    Graph.Value plain = shortest(value, given, Set.of(), known);
    Set<Integer> algebraic = forms.algebraic(value.node(), given);
    Graph.Value found = algebraic.isEmpty() ? plain : shorter(plain, shortest(value, given, algebraic, known));
    Graph.Value cancelled = shorter(found, cancelled(found));
    Graph.Value shortest = known && !cancelled.equals(found) ? shorter(cancelled, common.of(forms.of(cancelled, given, Set.of(), true))) : cancelled;
    return hasNoMoreFunctions(shortest, value, given) ? shortest : value;
  }

  /** Returns the shortest form; if that needs more functions, such as the maximum that shifts exponentials, the shortest one over these functions. */
  private Graph.Value shortest(Graph.Value value, Set<Integer> given, Set<Integer> defined, boolean known) {
    Graph.Value form = common.of(forms.of(value, given, defined, known));
    return hasNoMoreFunctions(form, value, given) ? form : common.of(forms.of(value, forms.withFunctions(value.node(), given), defined, known));
  }

  /** Substitutes named values for products, cancels, and substitutes again. */
  private Graph.Value cancelled(Graph.Value value) {
    Graph.Value byNames = common.named(value, values);
    return new Cancellation(derivationGraph.algebra(), named, factor -> ranges.of(factor.node()).excludesZero()).of(byNames.node()).map(result -> common.named(value.at(result.node()), values)).orElse(byNames);
  }

  private boolean hasNoMoreFunctions(Graph.Value value, Graph.Value before, Set<Integer> given) {
    return forms.functions(before.node(), given).containsAll(forms.functions(value.node(), given));
  }

  private Graph.Value shorter(Graph.Value one, Graph.Value other) {
    return length(other) < length(one) ? other : one;
  }

  private static Set<Integer> without(Set<Integer> nodes, Collection<Integer> others) {
    Set<Integer> left = new LinkedHashSet<>(nodes);
    left.removeAll(others);
    return left;
  }

  private List<Integer> writtenOut(Graph.Value found) {
    return writtenOut.getOrDefault(found.node(), List.of());
  }

  /** True for a gradient whose formula is that of the chain rule, in terms of other gradients. */
  private boolean isOnlyChainRule(Graph.Value found) {
    return named.contains(found.node()) && !forms.isOfValues(found.node(), without(named, writtenOut(found)));
  }

  private Map<String, Graph.Value> sources(List<String> consumers) {
    return sources(consumers, ChainRule.LONGEST_SUBSTITUTED);
  }

  /**
   * Returns the formulas of the gradients of a value's users. Deltas remain symbols.
   *
   * @param longest the longest formula of values
   */
  private Map<String, Graph.Value> sources(List<String> consumers, int longest) {
    Map<String, Graph.Value> sources = new LinkedHashMap<>();
    for (String consumer : consumers) {
      String gradient = gradients.of(consumer);
      Graph.Value found = finals.get(gradient);
      if (found != null && !errors.contains(gradient) && size.of(found.node()) <= (forms.isOfValues(found.node(), named) ? longest : ChainRule.LONGEST_SUBSTITUTED)) {
        sources.put(gradient, found);
      }
    }
    return sources;
  }

  /**
   * True if a formula improves by substituting earlier gradients: it then has values only, or grows little.
   *
   * @param growth the largest growth
   */
  private boolean isImprovement(Graph.Value plain, Graph.Value end, Map<String, Graph.Value> sources, int growth) {
    boolean values = forms.isOfValues(end.node(), named) && sources.values().stream().allMatch(found -> forms.isOfValues(found.node(), named));
    // A named gradient counts as one value in the length of the result, but the line shows its formula.
    int written = sources.values().stream().filter(found -> named.contains(found.node())).mapToInt(found -> length(found) - 1).sum();
    int longest = sources.values().stream().mapToInt(found -> length(found)).max().orElse(0);
    return length(end) + written <= (values ? Math.max(LONGEST, longest + growth) : length(plain) + growth);
  }

  private int length(Graph.Value value) {
    return size.of(value.node());
  }

  /** Adds the textbook form of the last line, after a form that needs no declared fact. */
  private void addTextbookForm(UnprovedStep put, List<UnprovedStep> lines) {
    UnprovedStep before = last(lines);
    Graph.Value end = shorter(textbook(put, true), textbook(before, true));
    Graph.Value plain = shorter(textbook(put, false), textbook(before, false));
    boolean needsFact = !plain.equals(end) && !isReordered(UnprovedStep.of(plain, Rule.COLLECT), end);
    if (needsFact && length(plain) <= LONGEST && !isReordered(before, plain)) {
      lines.add(UnprovedStep.of(plain, Rule.COLLECT));
    }
    if (!isReordered(before, end)) {
      lines.add(UnprovedStep.of(end, needsFact ? Rule.FACT : Rule.COLLECT));
    }
  }

  /**
   * Adds the class's form if it is shorter, and that of a delta or a parameter's gradient if it has functions that no preceding line has.
   *
   * @return a note on omitted steps
   */
  private String addComputed(String name, List<UnprovedStep> lines) {
    Set<String> known = new LinkedHashSet<>();
    lines.forEach(line -> known.addAll(forms.functions(line.value().node(), named)));
    derivationGraph.mentioned(last(lines).value().node(), named).stream().map(names::get).filter(functions::containsKey).toList().forEach(used -> known.addAll(functions.get(used)));
    functions.put(name, known);
    Graph.Value end = simplified.define(name);
    boolean isTextbook = isTextbook(end, last(lines).value());
    if (isTextbook) {
      lines.add(UnprovedStep.of(end, Rule.COLLECT));
    }
    boolean isComputed = computed[simplifiedGraph.named(name).node()];
    if (!errors.contains(name) && !isComputed) {
      return "";
    }
    Set<String> others = forms.functions(end.node(), named);
    others.removeAll(known);
    known.addAll(others);
    boolean isLong = length(end) > LONGEST;
    boolean isRestated = derivationGraph.mentioned(last(lines).value().node(), without(named, List.of(raw.named(name).node()))).stream().map(names::get).anyMatch(restated::contains);
    if (isRestated || !others.isEmpty()) {
      restated.add(name);
    }
    if (!isTextbook && !isLong && (!others.isEmpty() || isComputed && !isRestated)) {
      UnprovedStep draft = new UnprovedStep(end, Rule.CLASS, writer -> Phrase.words("nothing overflows and no digits cancel" + rules(name)));
      lines.add(others.isEmpty() ? draft.unlessProved() : draft);
    }
    return others.isEmpty() || !isLong ? "" : "The class computes it with " + String.join(", ", others) + ", so that nothing overflows and no digits cancel" + rules(name) + ".";
  }

  /** True if the class's form is shorter than the derived one, short if that has other gradients, and has values only without expanding a gradient. */
  private boolean isTextbook(Graph.Value computed, Graph.Value found) {
    boolean shorter = length(computed) < length(found) && (forms.isOfValues(found.node(), named) || length(computed) <= LONGEST);
    return shorter && forms.isOfValues(computed.node(), named) && matrixProducts(computed) <= matrixProducts(found);
  }

  /** Returns the rules that led to the class's form, with their side conditions. */
  private String rules(String name) {
    List<Rewrites.Step> steps = simplifiedGraph.rewrites().of(name);
    return steps.isEmpty() ? "" : "; rules: " + steps.stream().map(step -> step.rule() + (step.condition().isEmpty() ? "" : " (" + step.condition() + ")")).collect(Collectors.joining(", "));
  }

  private UnprovedStep substituted(Graph.Value value, Map<String, Graph.Value> sources) {
    Map<Integer, View> views = new LinkedHashMap<>();
    sources.forEach((name, found) -> views.put(raw.named(name).node(), derivationGraph.like(found, raw.named(name))));
    List<Integer> written = sources.values().stream().flatMap(found -> Stream.concat(Stream.of(found.node()), writtenOut(found).stream())).filter(named::contains).toList();
    return new UnprovedStep(derivationGraph.substituted(value, views, named), Rule.SUBSTITUTE,
        writer -> Phrase.all(sources.keySet().stream().map(source -> writer.equation(source, sources.get(source), writtenOut(sources.get(source)))).toList())).writingOut(written);
  }

  /** True if the step and another form are products of the same factors. */
  private boolean isReordered(UnprovedStep line, Graph.Value end) {
    Set<Integer> stops = new LinkedHashSet<>(named);
    line.writtenOut().forEach(stops::remove);
    stops.remove(line.value().node());
    stops.remove(end.node());
    Factors left = factors(line.value(), stops);
    Factors right = factors(end, stops);
    return left.coefficient().equals(right.coefficient()) && left.powers().equals(right.powers());
  }

  private Factors factors(Graph.Value value, Set<Integer> stops) {
    return new Factors(derivationGraph.builder(), stops).times(derivationGraph.algebra().view(value.node()), 1);
  }

  private Rule rule(List<String> consumers) {
    if (consumers.equals(List.of(gradients.loss()))) {
      return Rule.LOSS_DERIVATIVE;
    }
    return consumers.size() > 1 ? Rule.SUM_OF_USES : Rule.CHAIN_RULE;
  }
}
