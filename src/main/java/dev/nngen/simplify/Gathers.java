package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
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
 * Entries that are picked by data: the sum over k of [k = w] g_k is g_w. Beside a factor [i = w] it is g_i, so that
 * [i = w] P_i / P_w = [i = w].
 */
final class Gathers {

  /**
   * A sum that picks an entry.
   *
   * @param loops its free axes, and last the one that is picked from
   * @param indicator of the picked entry
   * @param entries what is picked from, over the same loops
   */
  record Gather(List<Extent> loops, int indicator, RationalFunction entries) {}

  /** What variables of rational functions stand for. */
  interface Vocabulary {

    /** The operation of which the variable is an entry. */
    Node node(int variable);

    /** The entry, over the axes where it stands. */
    View view(int variable);

    int variable(View view);

    /** An operand of an operation as a function of variables. */
    RationalFunction of(View operand);
  }

  private final Vocabulary vocabulary;
  private final UnaryOperator<RationalFunction> inverse;

  /** @param inverse the reciprocal of a function */
  Gathers(Vocabulary vocabulary, UnaryOperator<RationalFunction> inverse) {
    this.vocabulary = vocabulary;
    this.inverse = inverse;
  }

  /** The data that are compared with the numbers of an axis. */
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

  /** The function with entries of an axis in the place of those that are picked, where it has the indicator that picks them. */
  RationalFunction resolved(RationalFunction function) {
    RationalFunction result = function;
    for (int variable : function.variables()) {
      Optional<Integer> axis = counted(variable);
      result = axis.isPresent() ? resolved(result, variable, axis.get()) : result;
    }
    return result;
  }

  /** f(0) + c (f(1) - f(0)) for the indicator c, with what is picked replaced in the second term; unless that is longer. */
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

  /** The axis i of an indicator [i = w], where w does not depend on i. */
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

  /** What a picked entry, or its reciprocal, is beside the indicator that axis is where it is picked. */
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

  /** What the node picks; empty if it is no such sum. */
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
   * The sum that picks the same entry of a function of entries, which is the function of the picked entry if one is picked for sure; empty if the
   * variable picks nothing.
   *
   * @param sums gives the sum over the last of some loops
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

  /** The function with another one in the place of a variable. */
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
