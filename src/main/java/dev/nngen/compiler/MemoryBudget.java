package dev.nngen.compiler;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;

/** Whether there is room for the values of a model at a point, asked before they are computed. */
final class MemoryBudget {

  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private MemoryBudget() {}

  /**
   * What is lacking for a point, at which the facts and the losses are looked at, and some more values.
   *
   * @param more names of values of the program's graph
   * @return how many bytes are wanted and how many there are; empty if there is room
   */
  static Optional<String> lacking(Lowered program, List<String> more, Map<String, Integer> extents) {
    Graph graph = program.graph();
    List<Integer> roots = new ArrayList<>(program.facts().ranges().keySet());
    program.facts().equalities().forEach((left, right) -> roots.addAll(List.of(left, right)));
    program.losses().forEach(loss -> roots.add(graph.named(loss.name()).node()));
    more.forEach(name -> roots.add(graph.named(name).node()));
    return lacking(Interpreter.lengths(graph, roots, extents).summaryStatistics(), Runtime.getRuntime().maxMemory());
  }

  /** @param heap how many bytes there are for all values */
  static Optional<String> lacking(LongSummaryStatistics lengths, long heap) {
    String longest = "a value at a point takes " + Double.BYTES * lengths.getMax() + " bytes, more than a Java array holds";
    String all = "the values at a point take " + Double.BYTES * lengths.getSum() + " bytes, and the heap has " + heap;
    return lengths.getMax() > LONGEST_ARRAY ? Optional.of(longest)
        : Double.BYTES * lengths.getSum() > heap ? Optional.of(all) : Optional.empty();
  }
}
