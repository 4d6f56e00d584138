package dev.nngen.explain;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.simplify.EqualityCheck;
import dev.nngen.simplify.Prover;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/** Decides whether a line may follow an equals sign. */
final class Comparison {

  static final int POINTS = 8;
  private static final double TOLERANCE = 1e-8;
  /** With more values, such as a block of a transformer, not all products are multiplied out. */
  private static final int MOST_MULTIPLIED_OUT = 200;

  /** The number of random points at which two values were compared, and the number at which they agree. */
  record Agreement(int points, int agreeing) {

    String words() {
      return points == 0 ? "no admissible point was found for a comparison" : agreeing + " of " + points + " random points agree";
    }
  }

  private final Graph graph;
  private final EqualityCheck equality;
  private final LongFunction<Optional<Prover.Point>> points;

  /**
   * @param graph with all lines as values
   * @param facts about nodes of the graph
   * @param points returns an admissible random point for a seed, if there is one
   */
  Comparison(Graph graph, Facts facts, LongFunction<Optional<Prover.Point>> points) {
    this.graph = graph;
    this.equality = new EqualityCheck(graph, facts);
    this.points = points;
  }

  /** True if the two are proved equal without multiplying out products, which takes linear time. */
  boolean isEvident(Graph.Value left, Graph.Value right) {
    return equality.isEvident(left, right);
  }

  /** True if the two are proved equal. Values that depend on many others are not multiplied out. */
  boolean isProved(Graph.Value left, Graph.Value right) {
    if (equality.isEvident(left, right)) {
      return true;
    }
    boolean[] below = graph.reachable(List.of(left.node(), right.node()));
    return IntStream.range(0, below.length).filter(id -> below[id]).count() <= MOST_MULTIPLIED_OUT && equality.holds(left, right);
  }

  /** Compares the two at random points. */
  Agreement agreement(Graph.Value left, Graph.Value right) {
    return agreement(Map.of(left, right), POINTS);
  }

  /** Compares all gradients of a network with their formulas at a few random points, at each of which the whole network is evaluated. */
  Agreement agreement(Map<Graph.Value, Graph.Value> sides) {
    return agreement(sides, POINTS / 4);
  }

  private Agreement agreement(Map<Graph.Value, Graph.Value> sides, int most) {
    Graph.Builder builder = new Graph.Builder(graph);
    int count = 0;
    for (Map.Entry<Graph.Value, Graph.Value> side : sides.entrySet()) {
      builder.name("left side " + count, side.getKey());
      builder.name("right side " + count++, side.getValue());
    }
    Graph all = builder.build();
    int compared = 0;
    int agreeing = 0;
    for (long seed = 1; seed <= most; seed++) {
      Optional<Prover.Point> point = points.apply(seed);
      if (point.isPresent()) {
        Interpreter interpreter = new Interpreter(all, point.get().leaves(), point.get().extents());
        compared++;
        agreeing += IntStream.range(0, count).allMatch(k -> agree(interpreter.matrix("left side " + k), interpreter.matrix("right side " + k))) ? 1 : 0;
      }
    }
    return new Agreement(compared, agreeing);
  }

  /** A matrix with one row or column is broadcast. */
  private static boolean agree(double[][] left, double[][] right) {
    int rows = Math.max(left.length, right.length);
    int columns = Math.max(left[0].length, right[0].length);
    double scale = 1e-12;
    double difference = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double a = entry(left, row, column);
        double b = entry(right, row, column);
        scale = Math.max(scale, Math.max(Math.abs(a), Math.abs(b)));
        difference = Math.max(difference, Math.abs(a - b));
      }
    }
    return difference <= TOLERANCE * scale;
  }

  private static double entry(double[][] matrix, int row, int column) {
    return matrix[Math.min(row, matrix.length - 1)][Math.min(column, matrix[0].length - 1)];
  }
}
