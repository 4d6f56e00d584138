package dev.nngen.explain;

import dev.nngen.explain.Derivation.Assignment;
import dev.nngen.explain.Derivation.Update;
import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Rational;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes the update of an optimizer with its numbers: {@code w <- w - 0.1 * g}. It is the same for all its parameters, so one parameter w represents
 * them.
 */
final class Updates {

  private final Program.Update update;
  private final Graph graph;
  private final String parameter;
  private ValueNaming naming;

  /** True if the update is for all parameters. */
  private final boolean ofAll;

  private Updates(Program<Phase.Lowered> lowered, Program.Update update) {
    this.ofAll = update.parameters().size() == lowered.parameters().size() && update.parameters().size() > 1;
    this.update = update;
    this.graph = update.graph();
    this.parameter = update.parameters().stream().filter(name -> update.graph().named(name).isMatrix()).findFirst().orElse(update.parameters().get(0));
    String gradient = ValueName.gradient(update.loss(), parameter).text();
    this.naming = ValueNaming.only("w", graph.named(parameter)).with("g", graph.named(gradient));
    for (String name : List.of("t", "m", "gradnorm")) {
      if (graph.names().containsKey(name)) {
        naming = naming.with(name, graph.named(name));
      }
    }
    states().forEach(state -> naming = naming.with(bare(state), graph.named(state.name())));
  }

  static List<Update> of(Program<Phase.Lowered> lowered) {
    return lowered.updates().stream().map(update -> new Updates(lowered, update).written()).toList();
  }

  private List<Program.State> states() {
    return update.states().stream().filter(state -> state.parameter().equals(parameter)).toList();
  }

  private static String bare(Program.State state) {
    return state.name().substring(state.name().lastIndexOf('.') + 1);
  }

  private Update written() {
    List<Assignment> assignments = new ArrayList<>();
    for (Program.State state : states()) {
      assignments.add(assignment(bare(state), graph.named(ValueName.next(state.name()).text())));
    }
    assignments.add(assignment("w", graph.named(ValueName.next(parameter).text())));
    Phrase about = Phrase.words(ofAll ? "for each parameter w" : "for each w of " + String.join(", ", update.parameters())).then(", with its gradient g");
    if (!states().isEmpty()) {
      about = about.then("; " + states().stream().map(state -> bare(state) + " starts at " + number(state.initial())).collect(Collectors.joining(", ")));
    }
    if (update.rate().isPresent()) {
      about = about.then("; rate = " + number(update.rate().getAsDouble()) + ", unless it is set");
    }
    return new Update(graph.names().containsKey("t") && uses("t") ? about.then("; t counts the steps from 1") : about, assignments);
  }

  /** True if the update depends on a named value. */
  private boolean uses(String name) {
    List<Integer> roots = new ArrayList<>(List.of(graph.named(ValueName.next(parameter).text()).node()));
    states().forEach(state -> roots.add(graph.named(ValueName.next(state.name()).text()).node()));
    return graph.reachable(roots)[graph.named(name).node()];
  }

  private static String number(double value) {
    return LanguagePrinter.print(new Formula.Number(Rational.decimal(value)));
  }

  private Assignment assignment(String name, Graph.Value value) {
    Formula right = new FormulaBuilder(graph, naming, Form.MATRIX).formula(value);
    naming = naming.with(name, value);
    return new Assignment(new FormulaBuilder(graph, naming, Form.MATRIX).formula(value), right);
  }
}
