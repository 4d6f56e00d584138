package dev.nngen.explain;

import dev.nngen.explain.Derivation.Adjoint;
import dev.nngen.explain.Derivation.Definition;
import dev.nngen.explain.Derivation.Line;
import dev.nngen.explain.Derivation.Relation;
import dev.nngen.explain.Derivation.Role;
import dev.nngen.formula.AxisLetters;
import dev.nngen.formula.CallPattern;
import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.Spelling;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.simplify.Prover;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * Derives every gradient of a model line by line. Every line is a value of {@link #graph()}, so that it can be evaluated and compared with the
 * preceding one.
 */
public final class Deriver {

  private final Program<Phase.Lowered> lowered;
  private final Spelling spelling;
  /** Names of the forward pass, with functions as in the text. */
  private final ValueNaming forwardNames;
  private final Gradients gradients;
  private final Set<String> trained;
  private final DerivationBuilder drafting;
  private final NamedOperands uses;
  private final DeltaNames errors;
  private final Set<String> steps = new LinkedHashSet<>();
  private final NamedOperands forwardUses;
  private final Program<Phase.Differentiated> differentiated;
  private final Program<Phase.Simplified> simplified;
  private final Graph graph;
  private final Comparison comparison;
  private final RequiredAssumptions requiredAssumptions;
  private final Map<String, Graph.Value> proved = new LinkedHashMap<>();

  /**
   * @param lowered the model; IllegalArgumentException if it minimizes nothing
   * @param differentiated the result of {@code autodiff}, with gradients
   * @param simplified the result of {@code simplify}, from which code is generated
   * @param points returns an admissible random point for a seed, if there is one; lines that are not proved are compared there
   */
  public Deriver(Program<Phase.Lowered> lowered, Program<Phase.Differentiated> differentiated, Program<Phase.Simplified> simplified, LongFunction<Optional<Prover.Point>> points) {
    this(lowered, differentiated, simplified, points, Spelling.NONE, Set.of());
  }

  /**
   * @param spelling functions and numbers as the text writes them
   * @param taken names that a delta may not have
   */
  Deriver(Program<Phase.Lowered> lowered, Program<Phase.Differentiated> differentiated, Program<Phase.Simplified> simplified, LongFunction<Optional<Prover.Point>> points, Spelling spelling,
      Set<String> taken) {
    this.lowered = lowered;
    this.spelling = spelling;
    this.forwardNames = ValueNaming.of(lowered.graph()).spelled(spelling, CallPattern.calls(spelling.functions(), lowered.graph()))
        .lettered(AxisLetters.of(lowered.graph(), lowered.axisNames(), Map.of()));
    this.trained = lowered.trained().stream().map(Program.Parameter::name).collect(Collectors.toSet());
    this.differentiated = differentiated;
    this.simplified = simplified;
    this.gradients = new Gradients(lowered, differentiated.graph());
    Set<String> names = new LinkedHashSet<>(taken);
    names.addAll(lowered.graph().names().keySet());
    this.errors = new DeltaNames(gradients, lowered.trained(), names);
    this.drafting = new DerivationBuilder(gradients, errors, spelling.functions(), lowered, differentiated, simplified.graph());
    this.forwardUses = new NamedOperands(lowered.graph());
    this.graph = drafting.graph();
    this.uses = new NamedOperands(graph);
    this.comparison = new Comparison(graph, differentiated.facts(), points);
    this.requiredAssumptions = new RequiredAssumptions(graph, proved, differentiated.facts(), new RangeJustification(differentiated), lowered.samplesInRows());
    drafting.entries().values().stream().filter(DerivationBuilder.Entry::step).forEach(entry -> steps.add(entry.name()));
  }

  /** Returns the names of deltas. */
  Collection<String> errors() {
    return errors.names().values();
  }

  /** True if a value has a gradient, given its name or the gradient's. */
  boolean hasGradient(String name) {
    return gradients.names().contains(name) || gradients.names().contains(gradients.of(name));
  }

  /** The graph in which every line is a node. */
  public Graph graph() {
    return graph;
  }

  /** Returns the derivation; UnknownNameException if the options name a value without a gradient. */
  public Derivation derive(ExplainOptions options) {
    FormulaWriter writer = new FormulaWriter(graph, letters(), spelling, CallPattern.calls(spelling.functions(), graph), lowered.graph(), forwardNames, drafting.locals(), drafting.entries().values(), errors, options.form(), lowered.samplesInRows(), this::isProved);
    Map<String, Adjoint> all = new LinkedHashMap<>();
    drafting.entries().values().forEach(entry -> all.put(entry.name(), adjoint(entry, writer, options.form())));
    List<Adjoint> backward = withMentioned(all, selected(options), options);
    List<Phrase> assumptions = new ArrayList<>(Assumptions.of(lowered, differentiated, forwardNames));
    unproved(backward, writer).ifPresent(assumptions::add);
    return new Derivation(lowered.name(), options.form(), ModeNotes.of(lowered), forward(writer, options.form(), all.values()), lemmas(), TransposeExplanation.explained(EqualLayers.mark(BackwardOrder.of(backward, lowered.trained().stream().map(Program.Parameter::name).toList()))),
        Updates.of(lowered), assumptions, NondifferentiablePoints.of(lowered, forwardNames), FlopCount.of(simplified));
  }

  /** Returns the index letters of the text. All lines of a gradient use the gradient's letters. */
  private AxisLetters letters() {
    Map<Graph.Value, Graph.Value> alike = new LinkedHashMap<>();
    drafting.entries().values().forEach(entry -> entry.lines().forEach(line -> alike.putIfAbsent(line.value(), graph.named(entry.name()))));
    return AxisLetters.of(graph, lowered.axisNames(), alike);
  }

  /** Returns lemmas for the functions in definitions of the forward pass. */
  private List<Derivation.Lemma> lemmas() {
    FormulaBuilder builder = new FormulaBuilder(lowered.graph(), forwardNames, Form.MATRIX);
    List<ExponentialSum> sums = drafting.lemmas().values().stream().map(ExponentialSumStep::function).distinct().sorted().toList();
    return Lemmas.of(sums, spelling.functions(), ValueNaming.chosen(lowered.graph()).values().stream().map(name -> builder.define(name).right()).toList(), lowered.graph().names().keySet());
  }

  /** Returns the selected adjoints, and those that their lines mention, with all lines or with the last line only. */
  private static List<Adjoint> withMentioned(Map<String, Adjoint> all, Set<String> selected, ExplainOptions options) {
    List<Adjoint> shown = new ArrayList<>();
    Set<String> mentioned = new LinkedHashSet<>();
    List<Adjoint> backToFront = new ArrayList<>(all.values());
    Collections.reverse(backToFront);
    for (Adjoint adjoint : backToFront) {
      boolean full = options.steps() && (options.of().isEmpty() || selected.contains(adjoint.name()));
      if (selected.contains(adjoint.name()) || !Collections.disjoint(mentioned, MentionedNames.of(adjoint))) {
        shown.add(full ? adjoint : adjoint.onlyLast());
        mentioned.addAll(MentionedNames.in(shown.get(shown.size() - 1)));
      }
    }
    Collections.reverse(shown);
    return shown;
  }

  /** Returns a note on gradients that the class computes by formulas too long to print, which were compared but not proved. */
  private Optional<Phrase> unproved(List<Adjoint> shown, FormulaWriter writer) {
    Map<Graph.Value, Graph.Value> sides = new LinkedHashMap<>();
    List<Formula> names = new ArrayList<>();
    for (Adjoint adjoint : shown) {
      Graph.Value whole = graph.named(adjoint.name());
      DerivationBuilder.Entry entry = drafting.entries().get(adjoint.name());
      Optional<Graph.Value> unprinted = entry.unprinted().filter(value -> !comparison.isEvident(value, whole)
          && !(drafting.isShort(value) && (comparison.isProved(value, whole) || requiredAssumptions.follows(entry.lines().get(entry.lines().size() - 1), UnprovedStep.of(value, Rule.CLASS)))));
      if (unprinted.isPresent()) {
        sides.put(unprinted.get(), whole);
        names.add(writer.left(adjoint.name()));
      }
    }
    return sides.isEmpty() ? Optional.empty() : Optional.of(Phrase.words("not proved: the class computes ").then(Sections.listed(names))
        .then(" by formulas too long to print; " + comparison.agreement(sides).words()));
  }

  private boolean isProved(String name, Graph.Value value) {
    return value.equals(proved.get(name)) || comparison.isProved(value, graph.named(name));
  }

  /** Returns the requested gradients, those between them and the loss, and the common subexpressions in their lines. */
  private Set<String> selected(ExplainOptions options) {
    Set<String> wanted = new LinkedHashSet<>();
    options.of().ifPresent(value -> wanted.add(gradient(value)));
    options.wrt().forEach(value -> wanted.add(gradient(value)));
    boolean wholeWay = options.of().isEmpty();
    if (wanted.isEmpty()) {
      gradients.names().stream().filter(name -> !gradients.isStopped(name) && !isSkipped(name)).forEach(wanted::add);
    }
    List<DerivationBuilder.Entry> entries = new ArrayList<>(drafting.entries().values());
    Collections.reverse(entries);
    for (DerivationBuilder.Entry entry : entries) {
      if (wanted.contains(entry.name())) {
        mentionedValues(entry).stream().map(drafting.entries()::get)
            .filter(used -> used != null && (used.step() || wholeWay && !isSkipped(used.name())))
            .forEach(used -> wanted.add(used.name()));
      }
    }
    return wanted;
  }

  /** True for the gradient of a value between a function and its argument, which no line needs because the function's derivative is a lemma. */
  private boolean isSkipped(String gradient) {
    return drafting.lemmas().values().stream().anyMatch(step -> step.isOnlyUse() && step.between().contains(gradients.value(gradient)));
  }

  /** Returns the named values in the lines of an entry. */
  private Set<String> mentionedValues(DerivationBuilder.Entry entry) {
    Set<String> found = new LinkedHashSet<>();
    entry.lines().forEach(line -> found.addAll(uses.in(line.value().node())));
    return found;
  }

  /** Returns the gradient's name, given it or the value's. */
  private String gradient(String name) {
    String gradient = gradients.names().contains(name) ? name : gradients.of(lowered.graph().names().containsKey(name) ? gradients.first(name) : name);
    if (!gradients.names().contains(gradient)) {
      throw new UnknownNameException(NameSuggestion.unknown(name, gradients.names().stream().map(gradients::value).toList()));
    }
    return gradient;
  }

  private Adjoint adjoint(DerivationBuilder.Entry entry, FormulaWriter writer, Form form) {
    String name = entry.name();
    List<Line> lines = DerivationLines.of(comparison, requiredAssumptions, writer, entry, graph.named(name), form.isPerEntry());
    lines.stream().filter(line -> line.relation() == Relation.EQUAL).reduce((first, next) -> next)
        .ifPresent(line -> proved.put(name, line.value()));
    String value = entry.step() ? "" : gradients.value(name);
    return new Adjoint(name, value, entry.step(), shape(name, form), !entry.step() && isParameter(value), writer.left(name), lines,
        note(entry), entry.step() ? "" : writer.language(entry, shown(entry, lines), steps), from(entry), uses.in(entry.end().node()), Optional.empty());
  }

  /** Returns the steps whose lines are proved equal to the gradient, independently of preceding lines. */
  private List<UnprovedStep> shown(DerivationBuilder.Entry entry, List<Line> lines) {
    return entry.lines().stream().filter(draft -> draft.rule() != Rule.CLASS && comparison.isProved(draft.value(), graph.named(entry.name())) && lines.stream()
        .anyMatch(line -> line.isProved() && line.value().equals(draft.value()))).toList();
  }

  /** Returns notes: omitted steps, a value that occurs in derivatives only, and the text's claims about the gradient. */
  private String note(DerivationBuilder.Entry entry) {
    List<String> notes = new ArrayList<>(entry.note().isEmpty() ? List.of() : List.of(entry.note()));
    if (!entry.step() && gradients.isOnlyDifferentiated(entry.name())) {
      notes.add("The loss depends on this value through grad(..) alone.");
    }
    String claim = entry.step() ? "" : "grad(" + gradients.loss() + ", " + gradients.value(entry.name()) + ") == ";
    lowered.claims().stream().map(Program.Claim::text).filter(text -> !entry.step() && text.startsWith(claim)).forEach(text -> notes.add("The text states: prove " + text + ";"));
    return String.join(" ", notes);
  }

  private List<String> from(DerivationBuilder.Entry entry) {
    if (entry.step()) {
      return List.of();
    }
    ExponentialSumStep lemma = drafting.lemmas().get(gradients.value(entry.name()));
    return lemma != null && lemma.isOnlyUse() ? List.of(gradients.of(lemma.of())) : gradients.consumers(entry.name()).stream()
        .map(consumer -> consumer.equals(gradients.loss()) ? consumer : gradients.of(consumer)).toList();
  }

  private boolean isParameter(String name) {
    return lowered.parameters().stream().anyMatch(parameter -> parameter.name().equals(name));
  }

  private List<Definition> forward(FormulaWriter writer, Form form, Collection<Adjoint> adjoints) {
    List<Definition> definitions = new ArrayList<>();
    for (String name : lowered.graph().names().keySet()) {
      if (ValueNaming.isShown(name) && name.equals(gradients.first(name))) {
        definitions.add(definition(name, writer, form));
      }
    }
    Set<String> mentioned = new LinkedHashSet<>();
    definitions.forEach(definition -> definition.right().ifPresent(right -> mentioned.addAll(MentionedNames.in(right))));
    adjoints.forEach(adjoint -> mentioned.addAll(MentionedNames.in(adjoint)));
    definitions.removeIf(definition -> isConstant(definition.name()) && !mentioned.contains(definition.name()));
    return EqualLayers.markDefinitions(definitions);
  }

  /** True for constant selection matrices, which formulas write as parts of matrices. */
  private boolean isConstant(String name) {
    return lowered.graph().node(lowered.graph().named(name).node()) instanceof Node.Leaf leaf && leaf.isConstant();
  }

  private Definition definition(String name, FormulaWriter writer, Form form) {
    Role role = role(name);
    boolean given = graph.node(graph.named(name).node()) instanceof Node.Leaf leaf && !leaf.isConstant();
    FormulaBuilder.Equation equation = writer.define(name);
    return new Definition(name, shape(name, form), role, equation.left(), given ? Optional.empty() : Optional.of(equation.right()),
        given ? "" : writer.languageOf(name), given ? List.of() : forwardUses.of(name), Optional.empty());
  }

  private Role role(String name) {
    if (lowered.inputs().contains(name)) {
      return Role.INPUT;
    }
    if (lowered.targets().contains(name)) {
      return Role.TARGET;
    }
    if (isParameter(name)) {
      return trained.contains(name) ? Role.PARAMETER : Role.FROZEN;
    }
    if (lowered.modelStates().stream().anyMatch(state -> state.name().equals(name))) {
      return Role.STATE;
    }
    if (lowered.noises().stream().anyMatch(noise -> noise.name().equals(name))) {
      return Role.NOISE;
    }
    if (name.equals(gradients.loss())) {
      return Role.LOSS;
    }
    return lowered.outputs().contains(name) ? Role.OUTPUT : Role.VALUE;
  }

  private String shape(String name, Form form) {
    Graph.Value value = graph.named(name);
    List<Extent> shape = graph.node(value.node()).shape();
    if (shape.stream().allMatch(extent -> form.isOneSample() && extent.equals(Extent.BATCH))) {
      return "scalar";
    }
    return value.allAxes().stream().map(axis -> extent(shape, axis, form)).collect(Collectors.joining(" x "));
  }

  private static String extent(List<Extent> shape, int axis, Form form) {
    boolean one = axis == Graph.Value.NONE || form.isOneSample() && shape.get(axis).equals(Extent.BATCH);
    return one ? "1" : shape.get(axis).toString();
  }
}
