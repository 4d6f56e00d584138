package dev.nngen.simplify;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.random.RandomPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Entries of a program's leaves at which careless forms lose digits or overflow. What facts are declared about keeps ordinary entries. */
final class AdversarialPoints {

  static final Map<String, Integer> EXTENTS = Map.of("m", 2);

  /** Factors for inputs and parameters, and the inputs' mean; what is far out is judged by its finiteness. */
  private record Scale(String name, double inputs, double parameters, double mean, boolean isFar) {}

  private static final List<Scale> SCALES = List.of(new Scale("ordinary", 1, 1, 0, false), new Scale("large mean", 1, 1, 1e4, false),
      new Scale("tiny inputs", 1e-8, 1, 0, false), new Scale("tiny parameters", 1, 1e-8, 0, false), new Scale("saturated", 30, 4, 0, false),
      new Scale("saturated by parameters", 1, 40, 0, false), new Scale("far out", 800, 1, 0, true), new Scale("far out by parameters", 1, 800, 0, true),
      new Scale("overflowing", 3000, 3000, 0, true), new Scale("overflowing in powers", 1e110, 1, 0, true));

  /** @param isFar true where only finiteness is judged */
  record Point(String name, Map<String, double[]> leaves, boolean isFar) {}

  private AdversarialPoints() {}

  static List<Point> of(Program<? extends Phase.Differentiated> program, long seed) {
    Map<String, double[]> ordinary = RandomPoint.draw(program, EXTENTS, seed);
    List<Point> points = new ArrayList<>(SCALES.stream().map(scale -> new Point(scale.name, scaled(program, ordinary, scale), scale.isFar)).toList());
    points.add(new Point("near a fit", fitted(program, ordinary), false));
    return points;
  }

  private static Map<String, double[]> scaled(Program<? extends Phase.Differentiated> program, Map<String, double[]> ordinary, Scale scale) {
    Map<String, double[]> leaves = new HashMap<>(ordinary);
    Graph graph = program.graph();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaves.containsKey(leaf.name()) && !program.facts().ranges().containsKey(id)) {
        double factor = leaf.role() == Node.Role.INPUT ? scale.inputs : leaf.role() == Node.Role.PARAMETER ? scale.parameters : 1;
        double mean = leaf.role() == Node.Role.INPUT ? scale.mean : 0;
        leaves.put(leaf.name(), Arrays.stream(leaves.get(leaf.name())).map(entry -> entry * factor + mean).toArray());
      }
    }
    return leaves;
  }

  /** Targets that differ from the prediction by a millionth. */
  private static Map<String, double[]> fitted(Program<? extends Phase.Differentiated> program, Map<String, double[]> ordinary) {
    Map<String, double[]> leaves = new HashMap<>(ordinary);
    if (program.output().isPresent() && program.facts().equalities().isEmpty()) {
      double[] prediction = new Interpreter(program.graph(), ordinary, EXTENTS).value(program.output().get());
      for (String target : program.targets()) {
        if (leaves.get(target).length == prediction.length && !program.facts().ranges().containsKey(program.graph().named(target).node())) {
          double[] entries = leaves.get(target).clone();
          Arrays.setAll(entries, k -> Double.isFinite(prediction[k]) ? prediction[k] * (1 + 1e-6 * entries[k]) : entries[k]);
          leaves.put(target, entries);
        }
      }
    }
    return leaves;
  }
}
