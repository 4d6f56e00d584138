package dev.nngen.lower;

import dev.nngen.diag.Span;
import dev.nngen.ir.AxisNames;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.model.ArgumentCondition;
import dev.nngen.model.Distribution;
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
 * A model as a graph. Stages after lowering use only this and never the model.
 *
 * <p>{@code graph.names()} holds, in source order, every input, target, parameter, definition (those inside layers as {@code Z_H}) and loss. Sides of
 * claims, and values that predictions compute differently from training, have names of their own ({@link ValueName}).
 *
 * @param <P> what has been done to the graph
 * @param name the model's name, which is the name of the generated class
 * @param graph forward values, and after differentiation gradients
 * @param facts declared facts about nodes of {@code graph}
 * @param losses the minimized values; a parameter belongs to at most one
 * @param outputs the names of predictions, of which {@code predict} returns the first; empty without a prediction
 * @param inputs names of inputs in declaration order
 * @param targets names of targets in declaration order
 * @param parameters in declaration order
 * @param updates the optimizers' updates, each for one loss; empty without {@code train}
 * @param claims of {@code prove} statements
 * @param conditions the functions' conditions on arguments, about nodes of {@code graph}
 * @param counts the number of values of each integer input or target, which are 0 to that number less one
 * @param modelStates values other than parameters that a step changes; in the graph each is a leaf of role STATE, and its value after a step is
 *     {@link ModelState#next}
 * @param noises the random values of each training step, leaves of role NOISE
 * @param sizes extents other than m that are known only at run time, in declaration order
 * @param axisNames the text's names of the axes of values, by the values' names
 */
public record Program<P extends Phase>(String name, boolean singlePrecision, boolean samplesInRows, Graph graph, Facts facts,
    List<Loss> losses, List<String> outputs, List<String> inputs, List<String> targets, List<Parameter> parameters,
    List<Update> updates, List<Claim> claims, List<Condition> conditions, Map<String, Integer> counts, List<ModelState> modelStates, List<Noise> noises, List<String> sizes, Map<String, AxisNames> axisNames) {

  private static final Set<Node.Role> NO_DATA = EnumSet.of(Node.Role.PARAMETER, Node.Role.STATE, Node.Role.NOISE);

  public Program {
    losses = List.copyOf(losses);
    outputs = List.copyOf(outputs);
    updates = List.copyOf(updates);
    sizes = List.copyOf(sizes);
    axisNames = Map.copyOf(axisNames);
  }

  /** Creates a program with one loss of all parameters, without conditions and integers. */
  public Program(String name, boolean singlePrecision, boolean samplesInRows, Graph graph, Facts facts, Optional<String> loss, Optional<String> output,
      List<String> inputs, List<String> targets, List<Parameter> parameters, Optional<Update> update, List<Claim> claims) {
    this(name, singlePrecision, samplesInRows, graph, facts, loss.stream().map(of -> new Loss(of, parameters.stream().map(Parameter::name).toList())).toList(),
        output.stream().toList(), inputs, targets, parameters, update.stream().toList(), claims, List.of(), Map.of(), List.of(), List.of(), List.of(), Map.of());
  }

  /**
   * A scalar that is minimized.
   *
   * @param parameters the names of those that it is differentiated by, in declaration order
   */
  public record Loss(String name, List<String> parameters) {
    public Loss {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * A trained or frozen parameter, and its initial entries.
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
    /** Returns the name in the graph of its value after a step. */
    public String next() {
      return ValueName.next(name).text();
    }
  }

  /** Independent random numbers for each entry and sample. */
  public record Noise(String name, Distribution distribution, double parameter) {}

  /** Initial entries of a parameter. */
  public sealed interface Initial {
    /** Every entry is this number. */
    record Constant(double value) implements Initial {}

    /** Every entry is {@code center + scale * u}, with u uniform in [-1, 1). */
    record Uniform(double center, double scale) implements Initial {}

    /** Every entry is {@code center + scale * n}, with n standard normal. */
    record Normal(double center, double scale) implements Initial {}
  }

  /**
   * An optimizer, expanded for each parameter of a loss that it changes. {@code graph.names()} has the leaves {@code W} (the parameter),
   * {@code dJ/dW} (role GRADIENT), {@code W.mo} (role STATE) and {@code t} (role STEP) and the values after the step, {@code next W} and
   * {@code next W.mo}.
   *
   * @param loss the name of the loss whose gradients it uses
   * @param parameters the names of those that it changes, in declaration order
   * @param formula the update as the user wrote it, one statement per line, for documentation
   * @param rate the value of its leaf of role RATE unless it is changed; empty if there is none
   */
  public record Update(String loss, List<String> parameters, Graph graph, List<State> states, List<String> formula, OptionalDouble rate) {

    /** Creates an update without a changeable rate. */
    public Update(String loss, List<String> parameters, Graph graph, List<State> states, List<String> formula) {
      this(loss, parameters, graph, states, formula, OptionalDouble.empty());
    }

    /** Returns the update with another graph. */
    public Update withGraph(Graph replaced) {
      return new Update(loss, parameters, replaced, states, formula, rate);
    }
  }

  /** An optimizer state of one parameter, with its shape; {@code name} is {@code W.mo}. */
  public record State(String name, String parameter, double initial) {}

  /** A claim {@code prove left == right}: names of the two sides in the graph, and the text and place of the statement. */
  public record Claim(String left, String right, String text, Span span) {}

  /**
   * A function's condition on a value at a call.
   *
   * @param node the value in the graph
   * @param declared the interval that the model declares for the value itself
   */
  public record Condition(int node, Interval interval, Optional<Interval> declared, ArgumentCondition need) {}

  /** Returns the name of the only loss, or of the first; empty without a loss. */
  public Optional<String> loss() {
    return losses.stream().map(Loss::name).findFirst();
  }

  /** Returns the name of the value that {@code predict} returns; empty without a prediction. */
  public Optional<String> output() {
    return outputs.stream().findFirst();
  }

  /** Returns the parameters that a loss is differentiated by. Others are frozen. */
  public List<Parameter> trained() {
    return parameters(losses.stream().flatMap(loss -> loss.parameters().stream()).collect(Collectors.toSet()));
  }

  /** Returns the parameters of an update. */
  public List<Parameter> parameters(Update update) {
    return parameters(Set.copyOf(update.parameters()));
  }

  private List<Parameter> parameters(Set<String> chosen) {
    return parameters.stream().filter(parameter -> chosen.contains(parameter.name())).toList();
  }

  /** Returns the name of the gradient of a trained parameter, which contains the loss that it belongs to. */
  public String gradientOf(String parameter) {
    return losses.stream().filter(loss -> loss.parameters().contains(parameter)).map(loss -> ValueName.gradient(loss.name(), parameter).text()).findFirst().orElseThrow();
  }

  /** Returns the names of all gradients of parameters. */
  public List<String> gradients() {
    return losses.stream().flatMap(loss -> loss.parameters().stream().map(parameter -> ValueName.gradient(loss.name(), parameter).text())).toList();
  }

  /** Returns the program with a single loss, without the gradients and updates of others; this program if it has one loss or none. */
  public Program<P> of(Loss loss) {
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
    return new Program<>(name, singlePrecision, samplesInRows, builder.build(), facts, List.of(loss), outputs, inputs, targets, parameters,
        updates.stream().filter(update -> update.loss().equals(loss.name())).toList(), claims, conditions, counts, modelStates, noises, sizes, axisNames);
  }

  /** Returns example extents for the sizes known only at run time: the given number of samples, and different small numbers. */
  public Map<String, Integer> extents(int samples) {
    Map<String, Integer> extents = new LinkedHashMap<>(Map.of(Extent.BATCH.name(), samples));
    sizes.forEach(size -> extents.put(size, 2 + extents.size()));
    return extents;
  }

  /**
   * Returns a named value as {@code predict} and {@code loss} compute it; the graph's value of that name is the one of {@code gradients} and
   * {@code step}.
   */
  public Graph.Value predicted(String name) {
    return graph.names().getOrDefault(ValueName.predicted(name).text(), graph.named(name));
  }

  /** Whether predictions compute a value differently from training. */
  public boolean distinguishesTraining() {
    return graph.names().keySet().stream().anyMatch(name -> ValueName.parse(name).is(ValueName.Role.PREDICTED));
  }

  /** Returns the program with another graph, which has passed the phase Q. */
  public <Q extends Phase> Program<Q> withGraph(Graph replaced, Facts replacedFacts) {
    return new Program<>(name, singlePrecision, samplesInRows, replaced, replacedFacts, losses, outputs, inputs, targets,
        parameters, updates, claims, conditions, counts, modelStates, noises, sizes, axisNames);
  }

  /** Whether the node depends on no parameter, state or noise. Facts about such nodes are facts about data, which are checked before training. */
  public boolean isOfData(int node) {
    boolean[] needed = graph.reachable(List.of(node));
    return IntStream.rangeClosed(0, node).noneMatch(id -> needed[id] && graph.node(id) instanceof Node.Leaf leaf && NO_DATA.contains(leaf.role()));
  }

  /** Returns the facts about data. */
  public Facts factsOnData() {
    Map<Integer, Interval> ranges = new LinkedHashMap<>(facts.ranges());
    ranges.keySet().removeIf(node -> !isOfData(node));
    return new Facts(ranges, facts.equalities());
  }

  /** Returns the program with other conditions of functions. */
  public Program<P> withConditions(List<Condition> replaced) {
    return new Program<>(name, singlePrecision, samplesInRows, graph, facts, losses, outputs, inputs, targets, parameters, updates, claims, replaced, counts, modelStates, noises, sizes, axisNames);
  }

  /** Returns the program with values in {@code float} (f32) or {@code double} (f64). */
  public Program<P> withSinglePrecision(boolean single) {
    return new Program<>(name, single, samplesInRows, graph, facts, losses, outputs, inputs, targets, parameters, updates, claims, conditions, counts, modelStates, noises, sizes, axisNames);
  }
}
