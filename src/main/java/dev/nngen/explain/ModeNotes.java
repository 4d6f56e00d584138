package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.List;

/** Notes that a derivation is about training, with the values that predictions compute instead. */
final class ModeNotes {

  private ModeNotes() {}

  /**
   * Returns a sentence about the mode, then an equation for each value with another definition in predictions, and for each state after a step. Empty
   * if training and predictions compute the same.
   */
  static List<Phrase> of(Program<Phase.Lowered> lowered) {
    List<Phrase> modes = new ArrayList<>(lowered.distinguishesTraining() ? predictions(lowered) : List.of());
    lowered.noises().forEach(noise -> modes.add(Phrase.words("drawn in each step, for each sample: " + noise.name() + " from " + noise.distribution().label()
        + "(" + shown(noise.parameter()) + ")")));
    FormulaBuilder training = builder(lowered.graph());
    lowered.modelStates().forEach(state -> modes.add(Phrase.words("after a step: ")
        .then(Phrase.equation(training.left(state.name()), training.formula(lowered.graph().named(state.next()), state.next())))));
    return modes;
  }

  private static List<Phrase> predictions(Program<Phase.Lowered> lowered) {
    Graph.Builder renamed = new Graph.Builder(lowered.graph());
    List<String> names = lowered.graph().names().keySet().stream().filter(name -> lowered.graph().names().containsKey(ValueName.predicted(name).text())).toList();
    names.forEach(name -> renamed.name(name, lowered.predicted(name)));
    FormulaBuilder training = builder(lowered.graph());
    FormulaBuilder prediction = builder(renamed.build());
    List<Phrase> modes = new ArrayList<>(List.of(Phrase.words("training: values and gradients are those of `step` and `gradients`, where `training(A, B)` is A")));
    for (String name : names) {
      FormulaBuilder.Equation equation = prediction.define(name);
      if (!equation.equals(training.define(name))) {
        modes.add(Phrase.words("in `predict` and `loss`: ").then(Phrase.equation(equation.left(), equation.right())));
      }
    }
    return modes;
  }

  private static String shown(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private static FormulaBuilder builder(Graph graph) {
    return new FormulaBuilder(graph, ValueNaming.of(graph), Form.MATRIX);
  }
}
