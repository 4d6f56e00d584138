package dev.nngen.model;

import dev.nngen.ir.Rational;
import java.util.List;
import java.util.Optional;

/**
 * One training step for each parameter: stages, each of which sees the weight and the gradient that the one before left.
 *
 * @param parameters the names of those that it changes, in the order of all
 * @param states of all stages
 * @param formula the statements as written, a line each
 * @param rate the number that {@link Op.Quantity#RATE} is unless it is changed; empty if no stage has it
 */
public record Update(List<String> parameters, List<State> states, List<Stage> stages, List<String> formula, Optional<Rational> rate) {
  public Update {
    parameters = List.copyOf(parameters);
    states = List.copyOf(states);
    stages = List.copyOf(stages);
    formula = List.copyOf(formula);
  }

  /** The same for some parameters. */
  Update of(List<String> trained) {
    return new Update(trained, states, stages, formula, rate);
  }

  /**
   * What each parameter remembers from step to step.
   *
   * @param name as written in the optimizer, numbered where two stages use the same
   * @param startsAsParameter whether it starts as the parameter before the first step, and not as {@code initial}
   */
  public record State(String name, double initial, boolean startsAsParameter) {}

  /**
   * One optimizer. Integers are places in {@link Model#values()}, absent where the stage leaves the thing as it was.
   *
   * @param next the states it assigns, each once
   */
  public record Stage(Optional<Integer> weight, Optional<Integer> gradient, List<NextState> next) {
    public Stage {
      next = List.copyOf(next);
    }
  }

  /** What state {@code state} of {@link Update#states()} becomes. */
  public record NextState(int state, int value) {}
}
