package dev.nngen.compiler;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Looks for admissible data and parameters, near the start of training and far from it, at which a value is outside an interval. */
final class Counterexample {

  private static final int SAMPLES = 4;
  /** By how much parameters differ from where they start. */
  private static final double[] SPREADS = {0, 1, 4, 16};
  private static final int POINTS = 24;
  /** Beyond this, exp(-x) vanishes beside 1 and rounding may bring a value to an end that it never reaches. */
  private static final double SATURATED = 16;
  /** Rounding does not bring a value outside by more than this. */
  private static final double MARGIN = 1e-6;

  private final Lowered program;

  /** @param program with facts that hold at admissible points */
  Counterexample(Lowered program) {
    this.program = program;
  }

  /** An entry of the node that is outside; empty if none was found, or there is no room to look. */
  OptionalDouble outside(int node, Interval interval) {
    Graph graph = program.graph();
    if (MemoryBudget.lacking(Interpreter.lengths(graph, List.of(node), program.extents(SAMPLES)).summaryStatistics(), Runtime.getRuntime().maxMemory()).isPresent()) {
      return OptionalDouble.empty();
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < POINTS; k++) {
      Optional<Map<String, double[]>> point = new AdmissiblePoint(program, program.extents(SAMPLES), random).anywhere(SPREADS[k % SPREADS.length]);
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
