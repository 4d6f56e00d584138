package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Where the loss has no gradient although the forward pass is defined, and which slope differentiation takes there; see
 * {@code autodiff.Partials} and {@code autodiff.Pullback}.
 */
final class Kinks {

  private final Graph graph;
  private final boolean samplesInRows;
  private final FormulaBuilder builder;

  private Kinks(Graph graph, boolean samplesInRows, ValueNaming names) {
    this.graph = graph;
    this.samplesInRows = samplesInRows;
    this.builder = new FormulaBuilder(graph, names, Form.MATRIX);
  }

  /** A sentence for each kink between the loss and what it depends on. */
  static List<Phrase> of(Lowered lowered, ValueNaming names) {
    Graph graph = lowered.graph();
    Kinks kinks = new Kinks(graph, lowered.samplesInRows(), names);
    boolean[] used = graph.reachable(lowered.loss().map(loss -> List.of(graph.named(loss).node())).orElse(List.of()));
    boolean[] varies = varies(lowered);
    List<Integer> met = IntStream.range(0, graph.size()).filter(id -> used[id] && kinks.isMet(graph.node(id), varies)).boxed().toList();
    Set<Integer> smooth = KinkAnalysis.smooth(lowered, met.stream().filter(id -> kinks.hasPieces(graph.node(id))).toList());
    Set<Phrase> found = new LinkedHashSet<>();
    met.stream().filter(id -> !smooth.contains(id)).forEach(id -> kinks.at(id).ifPresent(found::add));
    return EqualLayers.joined(List.copyOf(found));
  }

  /** True for what depends on something that is differentiated by: parameters, and what the model itself asks for. */
  private static boolean[] varies(Lowered lowered) {
    Graph graph = lowered.graph();
    boolean[] varies = new boolean[graph.size()];
    lowered.trained().forEach(parameter -> varies[graph.named(parameter.name()).node()] = true);
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Derivative derivative) {
        varies[derivative.variable().node()] = true;
      }
    }
    for (int id = 0; id < graph.size(); id++) {
      varies[id] |= graph.node(id).operands().stream().anyMatch(operand -> varies[operand.node()]);
    }
    return varies;
  }

  /** True if what decides on the piece varies; a comparison of data is the same at each point. */
  private boolean isMet(Node node, boolean[] varies) {
    boolean choice = node instanceof Node.Apply apply && apply.fn() == Fn.WHERE;
    return node.operands().stream().limit(choice ? 1 : node.operands().size()).anyMatch(operand -> varies[operand.node()]);
  }

  private boolean hasPieces(Node node) {
    return node instanceof Node.Max || node instanceof Node.Apply apply && switch (apply.fn()) {
      case ABS, MAXIMUM, MINIMUM, WHERE -> true;
      default -> false;
    };
  }

  private Optional<Phrase> at(int id) {
    Node node = graph.node(id);
    if (node instanceof Node.Max max) {
      return Optional.of(Phrase.math(formula(id)).then(" where the largest entry is there more than once: "
          + (max.isOfFirst() ? "the first of them has its slope" : "they share its slope equally")));
    }
    return node instanceof Node.Apply apply ? at(id, apply) : Optional.empty();
  }

  private Optional<Phrase> at(int id, Node.Apply apply) {
    return switch (apply.fn()) {
      case ABS -> Optional.of(kink(id, apply.arguments().get(0), Formula.ZERO).then("slope 0"));
      case SIGN, FLOOR -> Optional.of(Phrase.math(formula(id)).then(": slope 0 everywhere"));
      case STOP -> Optional.of(Phrase.math(formula(id)).then(": no gradient flows"));
      case MAXIMUM, MINIMUM -> Optional.of(kink(id, apply.arguments().get(0), formula(apply.arguments().get(1)))
          .then(slope(apply.arguments().get(0), apply.arguments().get(0))));
      case WHERE -> Optional.of(where(id, apply));
      default -> Optional.empty();
    };
  }

  private Phrase where(int id, Node.Apply apply) {
    View condition = apply.arguments().get(0);
    if (!(graph.node(condition.node()) instanceof Node.Apply comparison) || !comparison.fn().isIndicator()) {
      return Phrase.math(formula(id)).then(": the slope of the branch that is taken");
    }
    View left = comparison.arguments().get(0).rewire(condition.axes());
    View right = comparison.arguments().get(1).rewire(condition.axes());
    int taken = comparison.fn() == Fn.GREATER ? 2 : 1;
    return kink(id, left, formula(right)).then(slope(apply.arguments().get(taken), left));
  }

  /** {@code max(Z, 0) at Z = 0: }. */
  private Phrase kink(int id, View left, Formula right) {
    return Phrase.math(formula(id)).then(" at ").then(Phrase.equation(formula(left), right)).then(": ");
  }

  /** The slope of what is taken, as a number where it is what the kink is about, or a number itself. */
  private Phrase slope(View taken, View variable) {
    boolean number = graph.node(taken.node()) instanceof Node.Sum sum && sum.isNumber();
    String known = taken.equals(variable) ? ", which is 1," : number ? ", which is 0," : "";
    return Phrase.words("the slope of ").then(formula(taken)).then(known + " is taken");
  }

  private Formula formula(int node) {
    return builder.expanding(node).formula(Layouts.natural(graph, node, samplesInRows));
  }

  private Formula formula(View view) {
    return builder.formula(Layouts.natural(graph, view.node(), samplesInRows));
  }
}
