package dev.nngen.model;

import dev.nngen.diag.Span;
import dev.nngen.ir.Interval;
import java.util.List;
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
 * @param loss the name of what is minimised
 * @param output the name of what is predicted; empty if every value depends on a target
 * @param states what a step changes besides parameters, in the order of evaluation
 * @param noises what each training step draws anew, in the order of evaluation
 * @param conditions what functions ask of their arguments at the calls; those of a {@code domain} are among the facts too
 */
public record Model(String name, Span span, boolean singlePrecision, boolean samplesInRows, List<Value> values, List<Data> data,
    List<Parameter> parameters, List<Named> names, Optional<String> loss, Optional<String> output, List<Fact> facts,
    List<Condition> conditions, Optional<Update> update, List<Claim> claims, List<State> states, List<Noise> noises) {

  public Model {
    values = List.copyOf(values);
    data = List.copyOf(data);
    parameters = List.copyOf(parameters);
    names = List.copyOf(names);
    facts = List.copyOf(facts);
    conditions = List.copyOf(conditions);
    claims = List.copyOf(claims);
    states = List.copyOf(states);
    noises = List.copyOf(noises);
  }

  /**
   * An input, or a target.
   *
   * @param count present for whole numbers: how many there are, from 0 on
   */
  public record Data(String name, boolean target, Shape shape, OptionalInt count) {}

  /**
   * A trained value.
   *
   * @param shape as stored, in the model's orientation
   * @param matrix whether it was declared with two sizes, and so is a weight matrix to {@code l1} and {@code l2}
   */
  public record Parameter(String name, Shape shape, boolean matrix, Initial initial) {}

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
