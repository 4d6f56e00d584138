package dev.nngen.lower;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Matrices as tensors with wired axes: which axis of a node is the row, which the column, and loop nests over both. */
final class Matrices {

  private static final int NONE = Graph.Value.NONE;

  /**
   * A loop nest over the entries of a matrix.
   *
   * @param loops the extents of rows and columns, without those of one
   * @param row the loop over rows, or NONE
   * @param column the loop over columns, or NONE
   */
  record Nest(List<Extent> loops, int row, int column) {

    static Nest of(Optional<Extent> rows, Optional<Extent> columns) {
      List<Extent> loops = new ArrayList<>();
      rows.ifPresent(loops::add);
      columns.ifPresent(loops::add);
      return new Nest(loops, rows.isPresent() ? 0 : NONE, columns.isPresent() ? loops.size() - 1 : NONE);
    }

    /** The matrix as an operand in this nest: rows along rows, columns along columns, ones repeated. */
    View view(Graph.Value matrix) {
      return wired(matrix, row, column);
    }

    Graph.Value value(int node) {
      return new Graph.Value(node, row, column);
    }
  }

  private final Algebra algebra;

  Matrices(Algebra algebra) {
    this.algebra = algebra;
  }

  Algebra algebra() {
    return algebra;
  }

  /** The number of rows; empty for one. */
  Optional<Extent> rows(Graph.Value matrix) {
    return extent(matrix, matrix.row());
  }

  /** The number of columns; empty for one. */
  Optional<Extent> columns(Graph.Value matrix) {
    return extent(matrix, matrix.column());
  }

  /** The nest of an entrywise operation on the matrices. */
  Nest nest(List<Graph.Value> matrices) {
    Optional<Extent> rows = Optional.empty();
    Optional<Extent> columns = Optional.empty();
    for (Graph.Value matrix : matrices) {
      rows = rows.or(() -> rows(matrix));
      columns = columns.or(() -> columns(matrix));
    }
    return Nest.of(rows, columns);
  }

  /** The matrix repeated to the nest; itself where it fills it already. */
  Graph.Value spread(Graph.Value matrix, Nest nest) {
    boolean fills = rows(matrix).isPresent() == (nest.row() != NONE)
        && columns(matrix).isPresent() == (nest.column() != NONE);
    return fills ? matrix : nest.value(algebra.sum(nest.loops(), List.of(nest.view(matrix))));
  }

  /** The number that the value is; empty where it is none. */
  Optional<Rational> number(Graph.Value value) {
    return algebra.graph().node(value.node()) instanceof Node.Sum sum && sum.isNumber() && sum.rank() == 0
        ? Optional.of(sum.constant()) : Optional.empty();
  }

  Graph.Value number(Rational value) {
    return new Graph.Value(algebra.number(value), NONE, NONE);
  }

  Graph.Value leaf(String name, Node.Role role, Optional<Extent> rows, Optional<Extent> columns) {
    Nest nest = Nest.of(rows, columns);
    return nest.value(algebra.graph().add(new Node.Leaf(name, role, nest.loops())));
  }

  /** The matrix as an operand whose rows and columns run along the given loops. */
  static View wired(Graph.Value matrix, int row, int column) {
    List<Integer> axes = new ArrayList<>();
    int rank = (matrix.row() == NONE ? 0 : 1) + (matrix.column() == NONE ? 0 : 1);
    for (int axis = 0; axis < rank; axis++) {
      axes.add(matrix.row() == axis ? row : column);
    }
    return new View(matrix.node(), axes);
  }

  private Optional<Extent> extent(Graph.Value matrix, int axis) {
    return axis == NONE ? Optional.empty() : Optional.of(algebra.graph().node(matrix.node()).shape().get(axis));
  }
}
