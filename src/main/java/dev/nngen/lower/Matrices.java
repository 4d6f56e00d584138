package dev.nngen.lower;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Represents matrices as tensors: maps rows and columns to axes of nodes, and builds loop nests over both. */
final class Matrices {

  private static final int NONE = Graph.Value.NONE;

  /**
   * A loop nest over the entries of a value.
   *
   * @param loops the extents of rows and columns, without those of one
   * @param rows the loop over each axis of the rows, or NONE
   * @param columns the loop over each axis of the columns, or NONE
   */
  record Nest(List<Extent> loops, List<Integer> rows, List<Integer> columns) {

    /**
     * @param rows the extent of each axis, empty for one
     */
    static Nest of(List<Optional<Extent>> rows, List<Optional<Extent>> columns) {
      List<Extent> loops = new ArrayList<>();
      List<Integer> first = append(rows, loops);
      return new Nest(loops, first, append(columns, loops));
    }

    private static List<Integer> append(List<Optional<Extent>> extents, List<Extent> loops) {
      List<Integer> axes = new ArrayList<>();
      for (Optional<Extent> extent : extents) {
        axes.add(extent.isEmpty() ? NONE : loops.size());
        extent.ifPresent(loops::add);
      }
      return axes;
    }

    /** Returns the value as an operand in this nest: rows along rows, columns along columns, and broadcast along axes with one entry. */
    View view(Graph.Value value) {
      return wired(value, matching(value.rows(), rows), matching(value.columns(), columns));
    }

    /** Returns the loops of a value's axes: all of them, all but that of samples, or none if it has one entry. */
    private List<Integer> matching(List<Integer> axes, List<Integer> along) {
      if (axes.size() == along.size() || axes.size() == 1) {
        return axes.size() == 1 && along.size() > 1 ? (axes.get(0) == NONE ? List.of(NONE) : withoutSamples(along)) : along;
      }
      return withoutSamples(along);
    }

    private List<Integer> withoutSamples(List<Integer> along) {
      return along.stream().filter(loop -> loop == NONE || !loops.get(loop).equals(Extent.BATCH)).toList();
    }

    /** Returns the loop of each axis of the value, NONE for one with one entry. */
    List<Integer> all() {
      return Stream.concat(rows.stream(), columns.stream()).toList();
    }

    Graph.Value value(int node) {
      return new Graph.Value(node, rows, columns);
    }
  }

  private final Algebra algebra;
  private final Set<Node> named = new HashSet<>();

  Matrices(Algebra algebra) {
    this.algebra = algebra;
  }

  Algebra algebra() {
    return algebra;
  }

  /** Records that the text has a name for a value. */
  void named(Graph.Value value) {
    named.add(algebra.graph().node(value.node()));
  }

  boolean isNamed(Node node) {
    return named.contains(node);
  }

  /** Returns the length of each axis of the rows; empty for one. */
  List<Optional<Extent>> rows(Graph.Value value) {
    return extents(value, value.rows());
  }

  /** Returns the length of each axis of the columns; empty for one. */
  List<Optional<Extent>> columns(Graph.Value value) {
    return extents(value, value.columns());
  }

  /** Returns the nest of an entrywise operation on the values. */
  Nest nest(List<Graph.Value> values) {
    List<Optional<Extent>> rows = List.of(Optional.empty());
    List<Optional<Extent>> columns = List.of(Optional.empty());
    for (Graph.Value value : values) {
      rows = common(rows, rows(value));
      columns = common(columns, columns(value));
    }
    return Nest.of(rows, columns);
  }

  /** Returns the axes of the value that has more of them; along each, the extent of the value that is not broadcast. */
  private static List<Optional<Extent>> common(List<Optional<Extent>> one, List<Optional<Extent>> other) {
    if (one.size() != other.size()) {
      return one.size() > other.size() ? one : other;
    }
    return IntStream.range(0, one.size()).mapToObj(k -> one.get(k).or(() -> other.get(k))).toList();
  }

  /** Returns the value broadcast to the nest; itself if it already has that shape. */
  Graph.Value spread(Graph.Value value, Nest nest) {
    boolean fills = rows(value).equals(extents(nest, nest.rows())) && columns(value).equals(extents(nest, nest.columns()));
    return fills ? value : nest.value(algebra.sum(nest.loops(), List.of(nest.view(value))));
  }

  private static List<Optional<Extent>> extents(Nest nest, List<Integer> axes) {
    return axes.stream().map(axis -> axis == NONE ? Optional.<Extent>empty() : Optional.of(nest.loops().get(axis))).toList();
  }

  /** Returns the number that the value is; empty if it is not a constant. */
  Optional<Rational> number(Graph.Value value) {
    return algebra.graph().node(value.node()) instanceof Node.Sum sum && sum.isNumber() && sum.rank() == 0
        ? Optional.of(sum.constant()) : Optional.empty();
  }

  Graph.Value number(Rational value) {
    return new Graph.Value(algebra.number(value), NONE, NONE);
  }

  /** Returns a constant matrix of numbers, row by row. */
  Graph.Value constant(List<Rational> entries, Nest nest) {
    return nest.value(algebra.graph().add(Node.Leaf.constant(entries, nest.loops())));
  }

  Graph.Value leaf(String name, Node.Role role, Nest nest) {
    return nest.value(algebra.graph().add(new Node.Leaf(name, role, nest.loops())));
  }

  /** Returns a number given by the caller. */
  Graph.Value leaf(String name, Node.Role role) {
    return new Graph.Value(algebra.graph().add(new Node.Leaf(name, role, List.of())), NONE, NONE);
  }

  /** Returns the value as an operand whose axes run along the given loops. */
  static View wired(Graph.Value value, List<Integer> rows, List<Integer> columns) {
    return wired(value, Stream.concat(rows.stream(), columns.stream()).toList());
  }

  /**
   * @param loops one for each of the value's own axes
   */
  static View wired(Graph.Value value, List<Integer> loops) {
    List<Integer> axes = value.allAxes();
    Map<Integer, Integer> wired = new TreeMap<>();
    IntStream.range(0, axes.size()).filter(k -> axes.get(k) != NONE).forEach(k -> wired.put(axes.get(k), loops.get(k)));
    return new View(value.node(), List.copyOf(wired.values()));
  }

  private List<Optional<Extent>> extents(Graph.Value value, List<Integer> axes) {
    List<Extent> shape = algebra.graph().node(value.node()).shape();
    return axes.stream().map(axis -> axis == NONE ? Optional.<Extent>empty() : Optional.of(shape.get(axis))).toList();
  }
}
