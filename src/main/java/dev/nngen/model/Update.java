package dev.nngen.model;

import dev.nngen.ir.Rational;
import java.util.List;
import java.util.Optional;

/**
 * One training step for each parameter. It consists of stages; each reads the weight and the gradient of the previous one.
 *
 * @param parameters the names of those that it changes, in the order of all
 * @param states of all stages
 * @param formula the statements as written, one per line
 * @param rate the number of {@link Op.Quantity#RATE} unless it is changed; empty if no stage has it
 */
public record Update(List<String> parameters, List<State> states, List<Stage> stages, List<String> formula, Optional<Rational> rate) {
  public Update {
    parameters = List.copyOf(parameters);
    states = List.copyOf(states);
    stages = List.copyOf(stages);
    formula = List.copyOf(formula);
  }

  /** Returns the update for some of the parameters. */
  Update of(List<String> trained) {
    return new Update(trained, states, stages, formula, rate);
  }

  /**
   * A state of each parameter.
   *
   * @param name as written in the optimizer, numbered if two stages use the same
   * @param startsAsParameter whether it starts as the initial parameter, not as {@code initial}
   */
  public record State(String name, double initial, boolean startsAsParameter) {}

  /**
   * One optimizer. Integers are indices of {@link Model#values()}, absent if the stage does not change the value.
   *
   * @param next the states it assigns, each once
   */
  public record Stage(Optional<Integer> weight, Optional<Integer> gradient, List<NextState> next) {
    public Stage {
      next = List.copyOf(next);
    }
  }

  /** The new value of state {@code state} of {@link Update#states()}. */
  public record NextState(int state, int value) {}
}
