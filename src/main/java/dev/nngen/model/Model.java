package dev.nngen.model;

import dev.nngen.diag.Span;
import dev.nngen.ir.AxisNames;
import dev.nngen.ir.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model in which every name is resolved and every shape is known. Integers that denote values are indices of {@code values}.
 *
 * @param span of its name
 * @param values each structure once, operands before their users
 * @param data inputs and targets in declaration order
 * @param parameters in the order of evaluation; those of layers carry the layer call's name
 * @param names every input, target, parameter, definition and loss in source order
 * @param losses the minimized values; a parameter belongs to at most one
 * @param outputs the names of the predictions; empty if every value depends on a target
 * @param blocks the number of values of each block's index, by the block's number
 * @param recurrences the values carried from one index of a block to the next
 * @param states values other than parameters that a step changes, in the order of evaluation
 * @param noises random values of each training step, in the order of evaluation
 * @param sizes those known only at run time, without m, in declaration order
 * @param axisNames the text's names of the axes of values, by the values' names
 * @param conditions the functions' conditions on their arguments at the calls; those of a {@code domain} are among the facts too
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
   * An input or a target.
   *
   * @param count the number of values, for integers from 0 on; otherwise empty
   */
  public record Data(String name, boolean target, Shape shape, OptionalInt count) {
    Data named(String other) {
      return new Data(other, target, shape, count);
    }
  }

  /**
   * A scalar that is minimized.
   *
   * @param parameters the names of those that it is differentiated by and that its training changes, in the order of all
   */
  public record Loss(String name, List<String> parameters) {
    public Loss {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * A trained or {@code frozen} parameter.
   *
   * @param shape as stored, in the model's orientation
   * @param matrix whether it was declared with two sizes, and so is a weight matrix for {@code l1} and {@code l2}
   * @param frozen whether it never changes
   */
  public record Parameter(String name, Shape shape, boolean matrix, Initial initial, boolean frozen) {}

  /**
   * A value carried from one index of a block to the next.
   *
   * @param number of its {@link Op.Carried}
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
   * Independent random numbers for each entry.
   *
   * @param shape as stored, in the model's orientation, with an axis of samples if data has samples
   * @param parameter of the distribution
   */
  public record Noise(String name, Shape shape, Distribution distribution, double parameter) {}

  /** A name and its value. */
  public record Named(String name, int value) {}

  /** A declared fact about a value, which the compiler assumes. */
  public sealed interface Fact {
    /** Every entry of the value is in the interval. */
    record Range(int value, Interval interval) implements Fact {}

    /** Both are equal in every entry; {@code right} may be a scalar. */
    record Equality(int left, int right) implements Fact {}
  }

  /**
   * A function's condition on a value at a call.
   *
   * @param declared the interval that the model declares for the value itself
   */
  public record Condition(int value, Interval interval, Optional<Interval> declared, ArgumentCondition need) {}

  /** {@code prove left == right}; both have the same shape. */
  public record Claim(int left, int right, String text, Span span) {}
}
