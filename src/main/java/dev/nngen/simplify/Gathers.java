package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.Polynomial;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Simplifies gathers, entries that integer data select: the sum over k of [k = w] g_k is g_w. Times an indicator [i = w] it is g_i, so that [i = w]
 * P_i / P_w = [i = w].
 */
final class Gathers {

  /**
   * A sum that selects an entry.
   *
   * @param loops its free axes, then the axis of the selection
   * @param indicator the variable of the indicator that selects the entry
   * @param entries the values to select from, over the same loops
   */
  record Gather(List<Extent> loops, int indicator, RationalFunction entries) {}

  /** The definition of variables of rational functions. */
  interface Vocabulary {

    /** Returns the node of which the variable is an entry. */
    Node node(int variable);

    /** Returns the entry as a view over the axes of the function. */
    View view(int variable);

    int variable(View view);

    /** Returns an operand of a node as a function of variables. */
    RationalFunction of(View operand);
  }

  private final Vocabulary vocabulary;
  private final UnaryOperator<RationalFunction> inverse;

  /**
   * @param inverse returns the reciprocal of a function
   */
  Gathers(Vocabulary vocabulary, UnaryOperator<RationalFunction> inverse) {
    this.vocabulary = vocabulary;
    this.inverse = inverse;
  }

  /** Returns the leaves of data that are compared with the indices of an axis. */
  static Set<Node.Leaf> picking(Graph graph) {
    Set<Node.Leaf> picking = new HashSet<>();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Apply apply && apply.fn() == Fn.EQUAL) {
        List<Node> sides = apply.arguments().stream().map(side -> graph.node(side.node())).toList();
        if (sides.stream().anyMatch(Gathers::isCounter)) {
          sides.stream().filter(side -> side instanceof Node.Leaf leaf && !leaf.isConstant()).forEach(side -> picking.add((Node.Leaf) side));
        }
      }
    }
    return picking;
  }

  private static boolean isCounter(Node node) {
    return node instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER;
  }

  /** Replaces selected entries by entries of an axis, in terms that have the indicator of the selection. */
  RationalFunction resolved(RationalFunction function) {
    RationalFunction result = function;
    for (int variable : function.variables()) {
      Optional<Integer> axis = counted(variable);
      result = axis.isPresent() ? resolved(result, variable, axis.get()) : result;
      Optional<Map.Entry<Integer, Integer>> equal = Relation.equalAxes(vocabulary.node(variable), vocabulary.view(variable).axes());
      result = equal.isPresent() ? onDiagonal(result, variable, equal.get()) : result;
    }
    return result;
  }

  /** Returns f(0) + c (f(1) - f(0)) for the indicator c = [i = j], with the second term on the diagonal, if that is shorter. */
  private RationalFunction onDiagonal(RationalFunction function, int indicator, Map.Entry<Integer, Integer> equal) {
    RationalFunction without = RationalArithmetic.at(function, indicator, Rational.ZERO);
    RationalFunction chosen = RationalArithmetic.at(function, indicator, Rational.ONE).minus(without);
    RationalFunction diagonal = chosen.renamed(variable -> {
      View view = vocabulary.view(variable);
      return vocabulary.variable(new View(view.node(), view.axes().stream().map(axis -> axis.equals(equal.getKey()) ? equal.getValue() : axis).toList()));
    });
    RationalFunction result = diagonal.size() < chosen.size() ? without.plus(RationalFunction.variable(indicator).times(diagonal)) : function;
    return result.size() < function.size() ? result : function;
  }

  /** Returns f(0) + c (f(1) - f(0)) for the indicator c, with selected entries replaced in the second term, unless that is longer. */
  private RationalFunction resolved(RationalFunction function, int indicator, int axis) {
    RationalFunction without = null;
    RationalFunction chosen = null;
    for (int variable : function.variables()) {
      Optional<RationalFunction> entry = entry(variable, indicator, axis);
      if (entry.isPresent()) {
        without = without == null ? RationalArithmetic.at(function, indicator, Rational.ZERO) : without;
        chosen = substituted(chosen == null ? RationalArithmetic.at(function, indicator, Rational.ONE).minus(without) : chosen, variable, entry.get());
      }
    }
    if (chosen == null) {
      return function;
    }
    RationalFunction result = without.plus(RationalFunction.variable(indicator).times(chosen));
    return result.size() <= function.size() ? result : function;
  }

  /** Returns the axis i of an indicator [i = w], if w does not depend on i. */
  Optional<Integer> counted(int variable) {
    if (!(vocabulary.node(variable) instanceof Node.Apply apply && apply.fn() == Fn.EQUAL)) {
      return Optional.empty();
    }
    List<View> sides = apply.arguments().stream().map(side -> side.rewire(vocabulary.view(variable).axes())).toList();
    for (int k = 0; k < 2; k++) {
      RationalFunction side = vocabulary.of(sides.get(k));
      boolean counter = side.isVariable() && isCounter(vocabulary.node(side.variables().first()));
      if (counter && !sides.get(1 - k).axes().contains(sides.get(k).axes().get(0))) {
        return Optional.of(sides.get(k).axes().get(0));
      }
    }
    return Optional.empty();
  }

  /** Returns the value of a selected entry, or of its reciprocal, times the indicator that the axis has the selected index. */
  private Optional<RationalFunction> entry(int variable, int indicator, int axis) {
    if (vocabulary.node(variable) instanceof Node.Power power && power.exponent().signum() < 0 && power.exponent().isSmallInteger(1)) {
      RationalFunction base = vocabulary.of(power.base().rewire(vocabulary.view(variable).axes()));
      return base.isVariable() ? entry(base.variables().first(), indicator, axis).map(inverse) : Optional.empty();
    }
    Optional<Gather> gather = gather(vocabulary.node(variable));
    if (gather.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> axes = new ArrayList<>(vocabulary.view(variable).axes());
    axes.add(axis);
    int picks = vocabulary.variable(vocabulary.view(gather.get().indicator()).rewire(axes));
    return picks == indicator ? Optional.of(rewire(gather.get().entries(), axes)) : Optional.empty();
  }

  /** Returns the selection of a node, empty if it is not such a sum. */
  Optional<Gather> gather(Node node) {
    if (!(node instanceof Node.Product product) || product.loops().size() != product.rank() + 1) {
      return Optional.empty();
    }
    RationalFunction total = RationalFunction.ONE;
    for (View factor : product.factors()) {
      total = total.times(vocabulary.of(factor));
    }
    for (Map.Entry<Polynomial, Integer> factor : total.factors().entrySet()) {
      boolean picks = factor.getKey().isVariable() && factor.getValue() == 1
          && counted(factor.getKey().asVariable()).filter(axis -> axis == product.rank()).isPresent();
      if (picks) {
        RationalFunction entries = total.times(RationalFunction.of(factor.getKey()).inverse());
        return Optional.of(new Gather(product.loops(), factor.getKey().asVariable(), entries));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the sum that selects the same entry of a function of entries. It equals the function of the selected entry if an entry is always
   * selected. Empty if the variable is not a selection.
   *
   * @param sums returns the sum over the last of the loops
   */
  Optional<RationalFunction> mapped(int variable, UnaryOperator<RationalFunction> map, BiFunction<Node.Product, List<RationalFunction>, RationalFunction> sums) {
    Optional<Gather> gather = gather(vocabulary.node(variable));
    if (gather.isEmpty()) {
      return Optional.empty();
    }
    Node.Product loops = (Node.Product) vocabulary.node(variable);
    RationalFunction indicator = RationalFunction.variable(gather.get().indicator());
    return sums.apply(loops, List.of(indicator)).isOne()
        ? Optional.of(rewire(sums.apply(loops, List.of(indicator, map.apply(gather.get().entries()))), vocabulary.view(variable).axes())) : Optional.empty();
  }

  private RationalFunction rewire(RationalFunction function, List<Integer> axes) {
    return function.renamed(variable -> vocabulary.variable(vocabulary.view(variable).rewire(axes)));
  }

  /** Substitutes a function for a variable. */
  static RationalFunction substituted(RationalFunction function, int variable, RationalFunction value) {
    RationalFunction result = RationalFunction.constant(function.coefficient());
    for (Map.Entry<Polynomial, Integer> factor : function.factors().entrySet()) {
      RationalFunction replaced = RationalFunction.of(factor.getKey());
      if (factor.getKey().contains(variable)) {
        replaced = RationalFunction.sum(factor.getKey().coefficients(variable).entrySet().stream()
            .map(part -> RationalFunction.of(part.getValue()).times(value.power(part.getKey()))).toList());
      }
      result = result.times(replaced.power(factor.getValue()));
    }
    return result;
  }
}
