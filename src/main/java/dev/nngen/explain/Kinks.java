package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.LanguagePrinter;
import dev.nngen.formula.Naming;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the forward pass has no slope and which one differentiation takes there; see {@code autodiff.Partials}. */
final class Kinks {

  private final Graph graph;
  private final boolean samplesInRows;
  private final FormulaBuilder builder;

  private Kinks(Graph graph, boolean samplesInRows) {
    this.graph = graph;
    this.samplesInRows = samplesInRows;
    this.builder = new FormulaBuilder(graph, Naming.of(graph), Form.MATRIX);
  }

  /** A sentence for each kink between the loss and what it depends on. */
  static List<String> of(Lowered lowered) {
    Graph graph = lowered.graph();
    Kinks kinks = new Kinks(graph, lowered.samplesInRows());
    boolean[] used = graph.reachable(lowered.loss().map(loss -> List.of(graph.named(loss).node())).orElse(List.of()));
    Set<String> found = new LinkedHashSet<>();
    for (int id = 0; id < graph.size(); id++) {
      if (used[id]) {
        kinks.at(id).ifPresent(found::add);
      }
    }
    return List.copyOf(found);
  }

  private Optional<String> at(int id) {
    Node node = graph.node(id);
    if (node instanceof Node.Max max) {
      String argument = text(max.argument());
      return Optional.of("the largest entry of " + argument + ": equally large entries share its slope equally");
    }
    return node instanceof Node.Apply apply ? at(apply) : Optional.empty();
  }

  private Optional<String> at(Node.Apply apply) {
    String first = apply.arguments().isEmpty() ? "" : text(apply.arguments().get(0));
    return switch (apply.fn()) {
      case ABS -> Optional.of("abs(" + first + ") at 0: slope 0");
      case SIGN -> Optional.of("sign(" + first + "): slope 0 everywhere");
      case FLOOR -> Optional.of("floor(" + first + "): slope 0 everywhere");
      case STOP -> Optional.of("stop(" + first + "): no gradient flows");
      case MAXIMUM, MINIMUM -> Optional.of((apply.fn() == Fn.MAXIMUM ? "max(" : "min(") + first + ", "
          + text(apply.arguments().get(1)) + ") where both are equal: the slope of the first");
      case WHERE -> where(apply, first);
      default -> Optional.empty();
    };
  }

  private Optional<String> where(Node.Apply apply, String condition) {
    if (!(graph.node(apply.arguments().get(0).node()) instanceof Node.Apply comparison) || !comparison.fn().isIndicator()) {
      return Optional.of("where " + condition + " changes: the slope of the branch that is taken");
    }
    View left = comparison.arguments().get(0).through(apply.arguments().get(0).axes());
    View right = comparison.arguments().get(1).through(apply.arguments().get(0).axes());
    String boundary = text(left) + " = " + text(right);
    int taken = comparison.fn() == Fn.GREATER ? 2 : 1;
    return Optional.of("where(" + condition + ", ...) at " + boundary + ": the slope of "
        + text(apply.arguments().get(taken)) + " is taken");
  }

  private String text(View view) {
    Graph.Value natural = Layouts.natural(graph, view.node(), samplesInRows);
    return LanguagePrinter.print(builder.formula(natural));
  }
}
