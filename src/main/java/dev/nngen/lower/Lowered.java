package dev.nngen.lower;

import dev.nngen.diag.Span;
import dev.nngen.ir.AxisNames;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.model.Distribution;
import dev.nngen.model.Need;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A model as a graph. What later stages need of the model travels here; they never look at the model again.
 *
 * <p>{@code graph.names()} holds, in the order of the text, every input, target, parameter, definition (those inside
 * layers as {@code Z_H}) and loss. Sides of claims and what predictions compute in another
 * way than training have names of their own ({@link ValueName}).
 *
 * @param name the model's name, that of the generated class
 * @param graph forward values; {@code grad} is still a {@link dev.nngen.ir.Node.Derivative}
 * @param facts declared facts about nodes of {@code graph}
 * @param losses what is minimized; no parameter belongs to two of them
 * @param outputs the names of predictions, of which {@code predict} returns the first; empty without a prediction
 * @param inputs names of inputs in the order declared
 * @param targets names of targets in the order declared
 * @param parameters in the order declared
 * @param updates how optimizers change parameters, each those of one loss; empty without {@code train}
 * @param claims what {@code prove} asks
 * @param conditions what functions ask of their arguments, about nodes of {@code graph}
 * @param modelStates what a step changes besides parameters; the graph has each as a leaf of role STATE, and its value after a step as {@link ModelState#next}
 * @param noises what each training step draws, leaves of role NOISE
 * @param sizes extents besides m that are known at run time only, in the order declared
 * @param axisNames how the text calls the axes of values, by their names
 * @param counts of inputs and targets that hold whole numbers from 0 on, how many of those there are
 */
public record Lowered(String name, boolean singlePrecision, boolean samplesInRows, Graph graph, Facts facts,
    List<Loss> losses, List<String> outputs, List<String> inputs, List<String> targets, List<Parameter> parameters,
    List<Update> updates, List<Claim> claims, List<Condition> conditions, Map<String, Integer> counts, List<ModelState> modelStates, List<Noise> noises, List<String> sizes, Map<String, AxisNames> axisNames) {

  private static final Set<Node.Role> NO_DATA = EnumSet.of(Node.Role.PARAMETER, Node.Role.STATE, Node.Role.NOISE);

  public Lowered {
    losses = List.copyOf(losses);
    outputs = List.copyOf(outputs);
    updates = List.copyOf(updates);
    sizes = List.copyOf(sizes);
    axisNames = Map.copyOf(axisNames);
  }

  /** A program of one loss of all parameters, whose functions ask nothing of their arguments, and that has no whole numbers. */
  public Lowered(String name, boolean singlePrecision, boolean samplesInRows, Graph graph, Facts facts, Optional<String> loss, Optional<String> output,
      List<String> inputs, List<String> targets, List<Parameter> parameters, Optional<Update> update, List<Claim> claims) {
    this(name, singlePrecision, samplesInRows, graph, facts, loss.stream().map(of -> new Loss(of, parameters.stream().map(Parameter::name).toList())).toList(),
        output.stream().toList(), inputs, targets, parameters, update.stream().toList(), claims, List.of(), Map.of(), List.of(), List.of(), List.of(), Map.of());
  }

  /**
   * A scalar that is minimized.
   *
   * @param parameters the names of those that it is differentiated by, in the order declared
   */
  public record Loss(String name, List<String> parameters) {
    public Loss {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * A value that is trained or frozen, and how it starts.
   *
   * @param rows of the matrix as the user sees it; of a tensor, its first size
   * @param columns of the matrix as the user sees it; of a tensor, the product of its other sizes
   */
  public record Parameter(String name, int rows, int columns, Initial initial) {}

  /**
   * A value that a step replaces by another one.
   *
   * @param rows of the matrix as the user sees it; of a tensor, its first size
   * @param columns of the matrix as the user sees it; of a tensor, the product of its other sizes
   */
  public record ModelState(String name, int rows, int columns, Initial initial) {
    /** The name of its value after a step in the graph. */
    public String next() {
      return ValueName.next(name).text();
    }
  }

  /** Independent draws of a distribution, whose parameter is given, for each entry and sample. */
  public record Noise(String name, Distribution distribution, double parameter) {}

  /** How a parameter's entries start. */
  public sealed interface Initial {
    /** Every entry is this number. */
    record Constant(double value) implements Initial {}

    /** Every entry is {@code center + scale * u}, u drawn uniformly from [-1, 1). */
    record Uniform(double center, double scale) implements Initial {}

    /** Every entry is {@code center + scale * n}, n drawn from the standard normal distribution. */
    record Normal(double center, double scale) implements Initial {}
  }

  /**
   * An optimizer, written out for each parameter of a loss that it changes. {@code graph.names()} has the leaves {@code W} (the parameter),
   * {@code dJ/dW} (role GRADIENT), {@code W.mo} (role STATE) and {@code t} (role STEP) and the values after the step,
   * {@code next W} and {@code next W.mo}.
   *
   * @param loss the name of the loss whose gradients it takes
   * @param parameters the names of those that it changes, in the order declared
   * @param formula the update as the user wrote it, a line per statement, for documentation
   * @param rate what its leaf of role RATE is unless it is changed; empty if it has none
   */
  public record Update(String loss, List<String> parameters, Graph graph, List<State> states, List<String> formula, OptionalDouble rate) {

    /** An update without a rate that may be changed. */
    public Update(String loss, List<String> parameters, Graph graph, List<State> states, List<String> formula) {
      this(loss, parameters, graph, states, formula, OptionalDouble.empty());
    }

    /** The same with another graph. */
    public Update withGraph(Graph replaced) {
      return new Update(loss, parameters, replaced, states, formula, rate);
    }
  }

  /** One optimizer state of one parameter, shaped like it; {@code name} is {@code W.mo}. */
  public record State(String name, String parameter, double initial) {}

  /** {@code prove left == right}: names of the two sides in the graph, and where the user wrote it. */
  public record Claim(String left, String right, String text, Span span) {}

  /**
   * What a function asks of a value at a call.
   *
   * @param node the value in the graph
   * @param declared the interval that the model declares for the value itself
   */
  public record Condition(int node, Interval interval, Optional<Interval> declared, Need need) {}

  /** The name of the only loss, or of the first; empty where nothing is minimized. */
  public Optional<String> loss() {
    return losses.stream().map(Loss::name).findFirst();
  }

  /** The name of what {@code predict} returns; empty without a prediction. */
  public Optional<String> output() {
    return outputs.stream().findFirst();
  }

  /** The parameters that a loss is differentiated by. Others are frozen. */
  public List<Parameter> trained() {
    return parameters(losses.stream().flatMap(loss -> loss.parameters().stream()).collect(Collectors.toSet()));
  }

  /** The parameters of an update. */
  public List<Parameter> parameters(Update update) {
    return parameters(Set.copyOf(update.parameters()));
  }

  private List<Parameter> parameters(Set<String> chosen) {
    return parameters.stream().filter(parameter -> chosen.contains(parameter.name())).toList();
  }

  /** The name of the gradient of a trained parameter: that of the loss that it belongs to. */
  public String gradientOf(String parameter) {
    return losses.stream().filter(loss -> loss.parameters().contains(parameter)).map(loss -> ValueName.gradient(loss.name(), parameter).text()).findFirst().orElseThrow();
  }

  /** The names of all gradients of parameters. */
  public List<String> gradients() {
    return losses.stream().flatMap(loss -> loss.parameters().stream().map(parameter -> ValueName.gradient(loss.name(), parameter).text())).toList();
  }

  /** The same with a single loss, and without gradients of others and what trains them; the same itself if it has one or none. */
  public Lowered of(Loss loss) {
    if (losses.size() < 2) {
      return this;
    }
    Graph.Builder builder = new Graph.Builder();
    IntStream.range(0, graph.size()).forEach(id -> builder.add(graph.node(id)));
    graph.names().forEach((named, value) -> {
      if (losses.stream().noneMatch(other -> !other.equals(loss) && ValueName.parse(named).isGradientOf(other.name()))) {
        builder.name(named, value);
      }
    });
    return new Lowered(name, singlePrecision, samplesInRows, builder.build(), facts, List.of(loss), outputs, inputs, targets, parameters,
        updates.stream().filter(update -> update.loss().equals(loss.name())).toList(), claims, conditions, counts, modelStates, noises, sizes, axisNames);
  }

  /** Extents that are known at run time only, for a look at some values: so many samples, and small numbers that differ. */
  public Map<String, Integer> extents(int samples) {
    Map<String, Integer> extents = new LinkedHashMap<>(Map.of(Extent.BATCH.name(), samples));
    sizes.forEach(size -> extents.put(size, 2 + extents.size()));
    return extents;
  }

  /** A named value as {@code predict} and {@code loss} compute it; {@code gradients} and {@code step} compute the one that the graph has under the name. */
  public Graph.Value predicted(String name) {
    return graph.names().getOrDefault(ValueName.predicted(name).text(), graph.named(name));
  }

  /** Whether predictions compute anything in another way than training. */
  public boolean distinguishesTraining() {
    return graph.names().keySet().stream().anyMatch(name -> ValueName.parse(name).is(ValueName.Role.PREDICTED));
  }

  public Lowered withGraph(Graph replaced, Facts replacedFacts) {
    return new Lowered(name, singlePrecision, samplesInRows, replaced, replacedFacts, losses, outputs, inputs, targets,
        parameters, updates, claims, conditions, counts, modelStates, noises, sizes, axisNames);
  }

  /** True for a node that depends on no parameter, state or noise, so that facts about it are facts about data, which are checked before training. */
  public boolean isOfData(int node) {
    boolean[] needed = graph.reachable(List.of(node));
    return IntStream.rangeClosed(0, node).noneMatch(id -> needed[id] && graph.node(id) instanceof Node.Leaf leaf && NO_DATA.contains(leaf.role()));
  }

  /** The facts about data. */
  public Facts factsOnData() {
    Map<Integer, Interval> ranges = new LinkedHashMap<>(facts.ranges());
    ranges.keySet().removeIf(node -> !isOfData(node));
    return new Facts(ranges, facts.equalities());
  }

  /** The same with what functions ask of values of the graph. */
  public Lowered withConditions(List<Condition> replaced) {
    return new Lowered(name, singlePrecision, samplesInRows, graph, facts, losses, outputs, inputs, targets, parameters, updates, claims, replaced, counts, modelStates, noises, sizes, axisNames);
  }

  /** The same with values in {@code float} (f32) or {@code double} (f64). */
  public Lowered withSinglePrecision(boolean single) {
    return new Lowered(name, single, samplesInRows, graph, facts, losses, outputs, inputs, targets, parameters, updates, claims, conditions, counts, modelStates, noises, sizes, axisNames);
  }
}
