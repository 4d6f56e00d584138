package dev.nngen.explain;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.simplify.Equality;
import dev.nngen.simplify.Prover;
import java.util.Optional;
import java.util.function.LongFunction;

/** Decides whether a line may stand behind a sign of equality. */
final class Comparison {

  static final int POINTS = 8;
  private static final double TOLERANCE = 1e-8;

  /** At how many random points two values were compared, and at how many of them they agree. */
  record Agreement(int points, int agreeing) {

    String words() {
      return points == 0 ? "no point was found at which to compare" : agreeing + " of " + points + " random points agree";
    }
  }

  private final Graph graph;
  private final Equality equality;
  private final LongFunction<Optional<Prover.Point>> points;

  /**
   * @param graph with all lines as values
   * @param facts about nodes of the graph
   * @param points gives an admissible random point for a seed, where there is one
   */
  Comparison(Graph graph, Facts facts, LongFunction<Optional<Prover.Point>> points) {
    this.graph = graph;
    this.equality = new Equality(graph, facts);
    this.points = points;
  }

  /** True where the two are proved to be one value. */
  boolean isProved(Graph.Value left, Graph.Value right) {
    return equality.holds(left, right);
  }

  /** At how many random points the two agree. */
  Agreement agreement(Graph.Value left, Graph.Value right) {
    Graph.Builder builder = new Graph.Builder(graph);
    builder.name("left side", left);
    builder.name("right side", right);
    Graph both = builder.build();
    int compared = 0;
    int agreeing = 0;
    for (long seed = 1; seed <= POINTS; seed++) {
      Optional<Prover.Point> point = points.apply(seed);
      if (point.isPresent()) {
        Interpreter interpreter = new Interpreter(both, point.get().leaves(), point.get().extents());
        compared++;
        agreeing += agree(interpreter.matrix("left side"), interpreter.matrix("right side")) ? 1 : 0;
      }
    }
    return new Agreement(compared, agreeing);
  }

  /** A matrix of one row or column may stand for one of many. */
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
