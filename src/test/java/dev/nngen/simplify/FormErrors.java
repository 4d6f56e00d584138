package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.Noise;
import dev.nngen.ir.PreciseInterpreter;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How exact the entries of the loss and its gradients are in two graphs of the same meaning: noise on every intermediate result, far
 * above doubles' rounding, shows what of it reaches an entry.
 */
final class FormErrors {

  private static final double NOISE = 0x1p-36;
  private static final int RUNS = 12;
  /** Errors below this multiple of the noise are accepted. */
  private static final double HARMLESS = 32;
  /** So much larger errors are a loss. */
  private static final double MUCH = 4;
  private static final double TINY = 1e-290;

  /**
   * An entry that one form has worse than the other.
   *
   * @param ratio of the errors; infinite where only the other is finite
   */
  record Loss(String point, String name, int entry, double value, double ratio) {}

  private final List<String> names = new ArrayList<>();
  private final Program<? extends Phase.Differentiated> program;
  private final Map<List<Object>, List<Interpreter>> known = new HashMap<>();

  /** @param program differentiated */
  FormErrors(Program<? extends Phase.Differentiated> program) {
    this.program = program;
    String loss = program.loss().orElseThrow();
    names.add(loss);
    program.parameters().forEach(parameter -> names.add(ValueName.gradient(loss, parameter.name()).text()));
  }

  /** Where a graph is less exact than another at a point. */
  List<Loss> losses(Graph graph, Graph than, AdversarialPoints.Point point) {
    List<Loss> losses = new ArrayList<>();
    Interpreter magnitudes = AdjointMagnitudes.of(program, point.leaves());
    for (String name : names) {
      List<Interpreter> runs = runs(graph, point, name);
      List<Interpreter> others = runs(than, point, name);
      int count = Math.max(runs.get(0).value(name).length, others.get(0).value(name).length);
      double[] truth = null;
      for (int k = 0; k < count; k++) {
        double center = at(others.get(0), name, k);
        double ratio = ratio(runs, others, name, k, at(runs.get(0), name, k), center);
        if (ratio > MUCH && Double.isFinite(ratio)) {
          truth = truth == null ? truth(name, point) : truth;
          center = truth[truth.length == 1 ? 0 : k];
          ratio = error(runs, name, k, center) < HARMLESS * NOISE * at(magnitudes, name, k) ? 0 : ratio(runs, others, name, k, center, center);
        }
        if (ratio > MUCH) {
          losses.add(new Loss(point.name(), name, k, center, ratio));
        }
      }
    }
    return losses;
  }

  /** The exact entries; of what is far out only finiteness is judged. */
  private double[] truth(String name, AdversarialPoints.Point point) {
    return point.isFar() ? new double[] {Double.NaN} : new PreciseInterpreter(program.graph(), point.leaves(), AdversarialPoints.EXTENTS).doubles(name);
  }

  /** How much larger a form's errors are than another's, relative to what they are measured from. */
  private static double ratio(List<Interpreter> runs, List<Interpreter> others, String name, int entry, double center, double otherCenter) {
    double error = error(runs, name, entry, center);
    double other = error(others, name, entry, otherCenter);
    if (Double.isNaN(otherCenter) || !Double.isFinite(other) || Double.isFinite(error) && Math.abs(otherCenter) < TINY || error <= HARMLESS * NOISE * Math.abs(otherCenter)) {
      return 0;
    }
    return Double.isFinite(error) ? error / Math.max(other, HARMLESS / MUCH * NOISE * Math.abs(otherCenter)) : Double.POSITIVE_INFINITY;
  }

  private static double error(List<Interpreter> runs, String name, int entry, double center) {
    double squares = 0;
    for (Interpreter run : runs.subList(1, runs.size())) {
      double error = at(run, name, entry) - center;
      squares += error * error;
    }
    return Math.sqrt(squares / RUNS);
  }

  private static double at(Interpreter run, String name, int entry) {
    double[] entries = run.value(name);
    return entries[entries.length == 1 ? 0 : entry];
  }

  /** A run without noise and some with it. Operands of the loss count as exact for gradients, which are computed from them. */
  private List<Interpreter> runs(Graph graph, AdversarialPoints.Point point, String name) {
    String loss = program.loss().orElseThrow();
    return known.computeIfAbsent(List.of(point.name(), name.equals(loss), System.identityHashCode(graph)), key -> {
      Set<Node> exact = new HashSet<>();
      boolean[] forward = graph.reachable(List.of(graph.named(loss).node()));
      IntStream.range(0, graph.size()).filter(id -> forward[id] && !name.equals(loss)).forEach(id -> exact.add(graph.node(id)));
      List<Interpreter> runs = new ArrayList<>(List.of(new Interpreter(graph, point.leaves(), AdversarialPoints.EXTENTS)));
      for (int run = 0; run < RUNS; run++) {
        Noise noise = new Noise(new SplittableRandom(run), NOISE);
        runs.add(new Interpreter(graph, point.leaves(), AdversarialPoints.EXTENTS, (node, entries) -> {
          if (!exact.contains(node)) {
            noise.disturb(node, entries);
          }
        }));
      }
      return runs;
    });
  }
}
