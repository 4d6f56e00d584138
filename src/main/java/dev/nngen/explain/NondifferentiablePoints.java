package dev.nngen.explain;

import dev.nngen.formula.Form;
import dev.nngen.formula.Formula;
import dev.nngen.formula.FormulaBuilder;
import dev.nngen.formula.ValueNaming;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Lists nondifferentiable points of the loss, and the derivative that differentiation uses there; see {@code autodiff.Partials} and
 * {@code autodiff.Pullback}.
 */
final class NondifferentiablePoints {

  private final Graph graph;
  private final boolean samplesInRows;
  private final FormulaBuilder builder;

  private NondifferentiablePoints(Graph graph, boolean samplesInRows, ValueNaming names) {
    this.graph = graph;
    this.samplesInRows = samplesInRows;
    this.builder = new FormulaBuilder(graph, names, Form.MATRIX);
  }

  /** Returns a sentence for each nondifferentiable function on which the loss depends. */
  static List<Phrase> of(Program<Phase.Lowered> lowered, ValueNaming names) {
    Graph graph = lowered.graph();
    NondifferentiablePoints nondifferentiable = new NondifferentiablePoints(graph, lowered.samplesInRows(), names);
    boolean[] used = graph.reachable(lowered.loss().map(loss -> List.of(graph.named(loss).node())).orElse(List.of()));
    boolean[] varies = varies(lowered);
    List<Integer> met = IntStream.range(0, graph.size()).filter(id -> used[id] && nondifferentiable.isMet(graph.node(id), varies)).boxed().toList();
    Set<Integer> smooth = SmoothnessAnalysis.smooth(lowered, met.stream().filter(id -> nondifferentiable.hasPieces(graph.node(id))).toList());
    Set<Phrase> found = new LinkedHashSet<>();
    met.stream().filter(id -> !smooth.contains(id)).forEach(id -> nondifferentiable.at(id).ifPresent(found::add));
    return EqualLayers.joined(List.copyOf(found));
  }

  /** Returns, by id, whether a node depends on a parameter or another variable of differentiation. */
  private static boolean[] varies(Program<Phase.Lowered> lowered) {
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

  /** True if the choice of the piece depends on a variable. A comparison of data does not. */
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
      return Optional.of(Phrase.math(formula(id)).then(" if several entries are largest: "
          + (max.isOfFirst() ? "the gradient goes to the first of them" : "they share the gradient equally")));
    }
    return node instanceof Node.Apply apply ? at(id, apply) : Optional.empty();
  }

  private Optional<Phrase> at(int id, Node.Apply apply) {
    return switch (apply.fn()) {
      case ABS -> Optional.of(sentence(id, apply.arguments().get(0), Formula.ZERO).then("derivative 0"));
      case SIGN, FLOOR -> Optional.of(Phrase.math(formula(id)).then(": derivative 0 everywhere"));
      case STOP -> Optional.of(Phrase.math(formula(id)).then(": no gradient flows"));
      case MAXIMUM, MINIMUM -> Optional.of(sentence(id, apply.arguments().get(0), formula(apply.arguments().get(1)))
          .then(derivative(apply.arguments().get(0), apply.arguments().get(0))));
      case WHERE -> Optional.of(where(id, apply));
      default -> Optional.empty();
    };
  }

  private Phrase where(int id, Node.Apply apply) {
    View condition = apply.arguments().get(0);
    if (!(graph.node(condition.node()) instanceof Node.Apply comparison) || !comparison.fn().isIndicator()) {
      return Phrase.math(formula(id)).then(": the derivative of the branch that is taken");
    }
    View left = comparison.arguments().get(0).rewire(condition.axes());
    View right = comparison.arguments().get(1).rewire(condition.axes());
    int taken = comparison.fn() == Fn.GREATER ? 2 : 1;
    return sentence(id, left, formula(right)).then(derivative(apply.arguments().get(taken), left));
  }

  /** {@code max(Z, 0) at Z = 0: }. */
  private Phrase sentence(int id, View left, Formula right) {
    return Phrase.math(formula(id)).then(" at ").then(Phrase.equation(formula(left), right)).then(": ");
  }

  /** Returns the derivative used at the point, as a number if the branch is the variable itself or a number. */
  private Phrase derivative(View taken, View variable) {
    boolean number = graph.node(taken.node()) instanceof Node.Sum sum && sum.isNumber();
    String known = taken.equals(variable) ? ", which is 1," : number ? ", which is 0," : "";
    return Phrase.words("the derivative of ").then(formula(taken)).then(known + " is used");
  }

  private Formula formula(int node) {
    return builder.expanding(node).formula(MatrixLayouts.natural(graph, node, samplesInRows));
  }

  private Formula formula(View view) {
    return builder.formula(MatrixLayouts.natural(graph, view.node(), samplesInRows));
  }
}
