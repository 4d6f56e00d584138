package dev.nngen.compiler;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;

/** Checks that the values of a model at a point fit into memory, before they are computed. */
final class MemoryBudget {

  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private MemoryBudget() {}

  /**
   * Checks the memory for the facts, the losses and some more values at a point.
   *
   * @param more names of values of the program's graph
   * @return a message with the needed and the available bytes; empty if they suffice
   */
  static Optional<String> shortage(Program<?> program, List<String> more, Map<String, Integer> extents) {
    Graph graph = program.graph();
    List<Integer> roots = new ArrayList<>(program.facts().ranges().keySet());
    program.facts().equalities().forEach((left, right) -> roots.addAll(List.of(left, right)));
    program.losses().forEach(loss -> roots.add(graph.named(loss.name()).node()));
    more.forEach(name -> roots.add(graph.named(name).node()));
    return shortage(Interpreter.lengths(graph, roots, extents).summaryStatistics(), Runtime.getRuntime().maxMemory());
  }

  /**
   * @param heap available bytes for all values
   */
  static Optional<String> shortage(LongSummaryStatistics lengths, long heap) {
    String longest = "a value at a point takes " + Double.BYTES * lengths.getMax() + " bytes, more than a Java array holds";
    String all = "the values at a point take " + Double.BYTES * lengths.getSum() + " bytes, and the heap has " + heap;
    return lengths.getMax() > LONGEST_ARRAY ? Optional.of(longest)
        : Double.BYTES * lengths.getSum() > heap ? Optional.of(all) : Optional.empty();
  }
}
