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

/** The normal forms of the nodes that are written, and what they tell of their values: the side conditions of rules. */
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

  /** Declares that a node has the normal form of what it is written for, over the node's own axes. */
  void declare(int node, RationalFunction form) {
    forms.put(node, form);
  }

  /** The normal form of a node over its own axes; with a stack of its own, since a network may be thousands of layers deep. */
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

  /** The number that every entry of a node is. */
  Optional<Rational> constant(int node) {
    RationalFunction form = of(node);
    return form.isConstant() ? Optional.of(form.coefficient()) : Optional.empty();
  }

  /** True if the value times the indicator is the value. */
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

  /** True if the values stay away from zero, as those of 1 + e^x do and those of e^x do not. */
  boolean isAwayFromZero(View view) {
    Interval range = range(view);
    return range.low() > 0 || range.high() < 0;
  }

  boolean isBounded(View view) {
    Interval range = range(view);
    return Double.isFinite(range.low()) && Double.isFinite(range.high());
  }
}
