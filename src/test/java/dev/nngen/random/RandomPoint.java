package dev.nngen.random;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.lower.Program;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Entries for the leaves of a random model: inputs and parameters between -1 and 1, targets between 0 and 1 such that a sample's
 * targets add up to exactly 1 also in doubles, as the facts that some models declare want it. Whole-number data are below their count.
 */
public final class RandomPoint {

  private RandomPoint() {}

  /**
   * Draws the leaves of a program, the same for the same seed.
   *
   * @param extents the extents that are symbols, such as {@code m}
   */
  public static Map<String, double[]> draw(Program<?> program, Map<String, Integer> extents, long seed) {
    Random random = new Random(seed);
    Graph graph = program.graph();
    Interpreter sizes = new Interpreter(graph, Map.of(), extents);
    Map<String, double[]> leaves = new HashMap<>();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaf.role() != Node.Role.EXTENT && !leaf.isConstant() && graph.definition(leaf).isEmpty()) {
        double[] entries = new double[leaf.shape().stream().mapToInt(sizes::size).reduce(1, (a, b) -> a * b)];
        // In floats too, so that classes of either precision can be asked about the same point.
        Integer count = program.counts().get(leaf.name());
        Arrays.setAll(entries, k -> count == null ? (float) (2 * random.nextDouble() - 1) : random.nextInt(count));
        if (count == null && leaf.role() == Node.Role.TARGET) {
          shareOut(entries, leaf, sizes, random);
        }
        leaves.put(leaf.name(), entries);
      }
    }
    return leaves;
  }

  /** Each sample's entries become eighths of which all but the first are 0 or more, and the first is what is left of 1. */
  private static void shareOut(double[] entries, Node.Leaf leaf, Interpreter sizes, Random random) {
    List<Extent> shape = leaf.shape();
    int batch = shape.indexOf(Extent.BATCH);
    int samples = batch < 0 ? 1 : sizes.size(shape.get(batch));
    int features = entries.length / samples;
    for (int sample = 0; sample < samples; sample++) {
      int left = features == 1 ? random.nextInt(9) : 8;
      for (int feature = features - 1; feature >= 0; feature--) {
        int eighths = feature == 0 ? left : random.nextInt(left + 1);
        left -= eighths;
        entries[batch == 0 ? sample * features + feature : feature * samples + sample] = eighths / 8.0;
      }
    }
  }
}
