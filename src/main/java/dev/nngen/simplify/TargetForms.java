package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.simplify.algebra.RationalFunction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The normal forms of the written nodes, by which the side conditions of rules are decided. */
final class TargetForms {

  private final NormalForms normalForms;
  private final Graph.Builder graph;
  private final Node.Visitor<RationalFunction> reader;
  private final Map<Integer, RationalFunction> forms = new HashMap<>();

  TargetForms(NormalForms normalForms, Graph.Builder graph) {
    this.normalForms = normalForms;
    this.graph = graph;
    this.reader = normalForms.reader(forms::get);
  }

  /** Declares the normal form of a node, that of the value for which it is written, over the node's axes. */
  void declare(int node, RationalFunction form) {
    forms.put(node, form);
  }

  /** Returns the normal form of a node over its axes. Uses an explicit stack, because a network may have thousands of layers. */
  RationalFunction of(int node) {
    Deque<Integer> open = new ArrayDeque<>();
    open.push(node);
    while (!open.isEmpty()) {
      int next = open.peek();
      int before = open.size();
      if (!forms.containsKey(next)) {
        for (View operand : graph.node(next).operands()) {
          if (!forms.containsKey(operand.node())) {
            open.push(operand.node());
          }
        }
      }
      if (open.size() == before) {
        open.pop();
        forms.computeIfAbsent(next, id -> normalForms.bounded(graph.node(id).accept(reader)));
      }
    }
    return forms.get(node);
  }

  RationalFunction of(View view) {
    return normalForms.atomTable.rewire(of(view.node()), view.axes());
  }

  /** Returns the number that all entries of a node equal, empty if there is none. */
  Optional<Rational> constant(int node) {
    RationalFunction form = of(node);
    return form.isConstant() ? Optional.of(form.coefficient()) : Optional.empty();
  }

  /** True if the value times the indicator equals the value. */
  boolean absorbs(View value, View indicator) {
    RationalFunction form = of(value);
    return !of(indicator).isConstant() && form.variables().containsAll(of(indicator).variables()) && normalForms.arithmetic.times(form, of(indicator)).equals(form);
  }

  Interval range(View view) {
    return normalForms.classBounds.of(of(view));
  }

  boolean isNonNegative(View view) {
    return range(view).isNonNegative();
  }

  boolean isPositive(View view) {
    return range(view).isPositive();
  }

  boolean isNeverPositive(View view) {
    return normalForms.classBounds.isNeverPositive(of(view));
  }

  boolean isNonzero(View view) {
    return range(view).excludesZero();
  }

  /** True if the values are bounded away from zero, as those of 1 + e^x are and those of e^x are not. */
  boolean isAwayFromZero(View view) {
    Interval range = range(view);
    return range.low() > 0 || range.high() < 0;
  }

  boolean isBounded(View view) {
    Interval range = range(view);
    return Double.isFinite(range.low()) && Double.isFinite(range.high());
  }
}
