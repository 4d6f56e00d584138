package dev.nngen.explain;

import dev.nngen.formula.Naming;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One graph for all lines of a derivation: the differentiated graph before simplification, to which what simplification
 * made of a value is brought over. Names stop that, so both speak of the same named values.
 */
final class Workbench {

  private final Graph base;
  private final Graph.Builder builder;
  private final Algebra algebra;

  Workbench(Graph base) {
    this.base = base;
    this.builder = new Graph.Builder(base);
    this.algebra = new Algebra(builder);
  }

  Algebra algebra() {
    return algebra;
  }

  Graph.Builder builder() {
    return builder;
  }

  /** The graph with everything that was brought over so far. */
  Graph graph() {
    return builder.build();
  }

  /** Copies values of another graph that has the same named values. */
  final class Copier {

    private final Graph source;
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<Integer, View> known = new HashMap<>();

    Copier(Graph source) {
      this.source = source;
      Naming.chosen(source).forEach((node, name) -> {
        if (base.names().containsKey(name)) {
          names.put(node, name);
        }
      });
    }

    /** The named value written out one level; the result is laid out like the value in the source. */
    Graph.Value define(String name) {
      Graph.Value value = source.named(name);
      View view = name.equals(names.get(value.node())) ? expand(value.node()) : copy(value.node());
      return new Graph.Value(algebra.materialize(source.node(value.node()).shape(), view), value.row(), value.column());
    }

    /** Gives a node of the source, which has no name there, or minus that node, a name on the workbench. */
    void name(Shared.Named shared, boolean samplesInRows) {
      Graph.Value natural = Layouts.natural(source, shared.node(), samplesInRows);
      int node = algebra.materialize(source.node(shared.node()).shape(), copy(shared.node()));
      if (shared.negative()) {
        node = algebra.scaled(Rational.MINUS_ONE, node);
        known.put(shared.node(), algebra.view(algebra.scaled(Rational.MINUS_ONE, node)));
      }
      builder.name(shared.name(), new Graph.Value(node, natural.row(), natural.column()));
    }

    /** The value over the axes of the source's node. */
    private View copy(int id) {
      View view = known.get(id);
      if (view == null) {
        String name = names.get(id);
        view = name == null ? expand(id) : named(source.named(name), base.named(name), source.node(id).rank());
        known.put(id, view);
      }
      return view;
    }

    private View named(Graph.Value from, Graph.Value to, int rank) {
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < rank; axis++) {
        axes.add(axis == to.row() ? from.row() : from.column());
      }
      return new View(to.node(), axes);
    }

    private View expand(int id) {
      Node node = source.node(id);
      List<View> operands = node.operands().stream().map(operand -> copy(operand.node()).through(operand.axes())).toList();
      return View.identity(builder.add(node.withOperands(operands)), node.rank());
    }
  }
}
