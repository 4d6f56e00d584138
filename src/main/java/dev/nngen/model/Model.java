package dev.nngen.model;

import dev.nngen.diag.Span;
import dev.nngen.ir.AxisNames;
import dev.nngen.ir.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model in which every name is resolved and every shape is known. Integers that stand for values are places in
 * {@code values}.
 *
 * @param span where its name stands
 * @param values each structure once, operands before their users
 * @param data inputs and targets in the order declared
 * @param parameters in the order of evaluation; those of layers carry the layer call's name
 * @param names every input, target, parameter, definition and loss in the order of the text
 * @param losses what is minimized; no parameter belongs to two of them
 * @param outputs the names of what is predicted; empty if every value depends on a target
 * @param blocks how many values the index of each block has, by its number
 * @param recurrences what is carried from one index of a block to the next
 * @param states what a step changes besides parameters, in the order of evaluation
 * @param noises what each training step draws anew, in the order of evaluation
 * @param sizes those that are known at run time only, without m, in the order of their declarations
 * @param axisNames how the text calls the axes of values, by their names
 * @param conditions what functions ask of their arguments at the calls; those of a {@code domain} are among the facts too
 */
public record Model(String name, Span span, boolean singlePrecision, boolean samplesInRows, List<Value> values, List<Data> data,
    List<Parameter> parameters, List<Named> names, List<Loss> losses, List<String> outputs, List<Fact> facts,
    List<Condition> conditions, List<Update> updates, List<Claim> claims, List<Size> blocks, List<Recurrence> recurrences,
    List<State> states, List<Noise> noises, List<String> sizes, Map<String, AxisNames> axisNames) {

  public Model {
    values = List.copyOf(values);
    data = List.copyOf(data);
    parameters = List.copyOf(parameters);
    names = List.copyOf(names);
    losses = List.copyOf(losses);
    outputs = List.copyOf(outputs);
    updates = List.copyOf(updates);
    facts = List.copyOf(facts);
    conditions = List.copyOf(conditions);
    claims = List.copyOf(claims);
    blocks = List.copyOf(blocks);
    recurrences = List.copyOf(recurrences);
    states = List.copyOf(states);
    noises = List.copyOf(noises);
    sizes = List.copyOf(sizes);
    axisNames = Map.copyOf(axisNames);
  }

  /**
   * An input, or a target.
   *
   * @param count present for whole numbers: how many there are, from 0 on
   */
  public record Data(String name, boolean target, Shape shape, OptionalInt count) {}

  /**
   * A scalar that is minimized.
   *
   * @param parameters the names of those that it is differentiated by and that change to make it less, in the order of all
   */
  public record Loss(String name, List<String> parameters) {
    public Loss {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * A value that is trained or {@code frozen}.
   *
   * @param shape as stored, in the model's orientation
   * @param matrix whether it was declared with two sizes, and so is a weight matrix to {@code l1} and {@code l2}
   * @param frozen whether it never changes
   */
  public record Parameter(String name, Shape shape, boolean matrix, Initial initial, boolean frozen) {}

  /**
   * A value that is carried from one index of a block to the next.
   *
   * @param number that of its {@link Op.Carried}
   * @param name of its definition
   * @param axis of the block, among those of the value
   */
  public record Recurrence(int number, String name, int axis) {}

  /**
   * A value that a step replaces by another one, without a gradient.
   *
   * @param shape as stored, in the model's orientation
   * @param next the value after a step, of the same shape
   */
  public record State(String name, Shape shape, Initial initial, int next) {}

  /**
   * Independent draws for each entry.
   *
   * @param shape as stored, in the model's orientation, with an axis of samples if data has samples
   * @param parameter of the distribution
   */
  public record Noise(String name, Shape shape, Distribution distribution, double parameter) {}

  /** A name and the value that it stands for. */
  public record Named(String name, int value) {}

  /** What the user declared about a value, which is taken for true. */
  public sealed interface Fact {
    /** Every entry of the value lies in the interval. */
    record Range(int value, Interval interval) implements Fact {}

    /** Both are equal in every entry; {@code right} may be a scalar. */
    record Equality(int left, int right) implements Fact {}
  }

  /**
   * What a function asks of a value at a call.
   *
   * @param declared the interval that the model declares for the value itself
   */
  public record Condition(int value, Interval interval, Optional<Interval> declared, Need need) {}

  /** {@code prove left == right}; both have the same shape. */
  public record Claim(int left, int right, String text, Span span) {}
}
