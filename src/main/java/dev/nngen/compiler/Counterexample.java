package dev.nngen.compiler;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Program;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Searches for admissible data and parameters, near the initial values and far from them, at which a value is outside an interval. */
final class Counterexample {

  private static final int SAMPLES = 4;
  /** Distances of parameters from their initial values. */
  private static final double[] SPREADS = {0, 1, 4, 16};
  private static final int POINTS = 24;
  /** For larger x, 1 + exp(-x) may round to 1, and a value to an open end of its range. */
  private static final double SATURATED = 16;
  /** Upper bound of the distance by which rounding moves a value outside. */
  private static final double MARGIN = 1e-6;

  private final Program<?> program;

  /**
   * @param program the program, with facts that hold at admissible points
   */
  Counterexample(Program<?> program) {
    this.program = program;
  }

  /** Returns an entry of the node that is outside; empty if none was found, or if memory does not suffice for the search. */
  OptionalDouble outside(int node, Interval interval) {
    Graph graph = program.graph();
    if (MemoryBudget.shortage(Interpreter.lengths(graph, List.of(node), program.extents(SAMPLES)).summaryStatistics(), Runtime.getRuntime().maxMemory()).isPresent()) {
      return OptionalDouble.empty();
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < POINTS; k++) {
      Optional<Map<String, double[]>> point = new AdmissiblePoint(program, program.extents(SAMPLES), random).drawForFacts(SPREADS[k % SPREADS.length]);
      if (point.isPresent()) {
        Interpreter values = new Interpreter(graph, point.get(), program.extents(SAMPLES));
        OptionalDouble found = outside(values, node, interval);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return OptionalDouble.empty();
  }

  private OptionalDouble outside(Interpreter values, int node, Interval interval) {
    double[] entries = values.value(node);
    Interval wide = new Interval(interval.low() - MARGIN * (1 + Math.abs(interval.low())), false,
        interval.high() + MARGIN * (1 + Math.abs(interval.high())), false);
    boolean exact = !isSaturated(values, node);
    for (double entry : entries) {
      boolean atEnd = exact && (entry == interval.low() || entry == interval.high());
      if (Double.isFinite(entry) && !interval.contains(entry) && (atEnd || !wide.contains(entry))) {
        return OptionalDouble.of(entry);
      }
    }
    return OptionalDouble.empty();
  }

  private boolean isSaturated(Interpreter values, int root) {
    Graph graph = program.graph();
    boolean[] needed = graph.reachable(List.of(root));
    return IntStream.rangeClosed(0, root).anyMatch(id -> needed[id] && graph.node(id) instanceof Node.Apply apply && apply.fn().saturates()
        && apply.arguments().stream().map(View::node).flatMapToDouble(argument -> Arrays.stream(values.value((int) argument)))
            .anyMatch(x -> Math.abs(x) > SATURATED));
  }
}
