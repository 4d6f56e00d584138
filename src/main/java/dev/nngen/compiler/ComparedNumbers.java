package dev.nngen.compiler;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The numbers that decide comparisons with data. Random real numbers never equal an id or a label, and seldom exceed a threshold such as 65. A check
 * with such draws alone would compare zeros.
 */
final class ComparedNumbers {

  /** Thresholds in this interval need no special draws. */
  private static final Interval ORDINARY = Interval.closed(-0.75, 0.75);
  private static final double[] ROUNDED = {-1.5, -0.5, 0.5, 1.5, 2.5};
  private static final int WHOLE_NUMBERS = 3;
  private static final int MOST_SUBSCRIPTS = 64;

  private final Graph graph;
  private final Map<Integer, Interval> ranges;
  private final Map<Integer, Set<Double>> numbers = new HashMap<>();
  private final Set<Integer> exact = new LinkedHashSet<>();
  private final Set<Integer> data = new LinkedHashSet<>();

  private ComparedNumbers(Graph graph, Map<Integer, Interval> ranges) {
    this.graph = graph;
    this.ranges = ranges;
  }

  /**
   * Finds the numbers for all leaves.
   *
   * @param ranges the declared ranges of nodes
   */
  static ComparedNumbers of(Graph graph, Map<Integer, Interval> ranges) {
    ComparedNumbers compared = new ComparedNumbers(graph, ranges);
    IntStream.range(0, graph.size()).filter(id -> compared.isData(id)).forEach(compared.data::add);
    // Data that is compared with data shares its numbers, so a second pass propagates the numbers of the first.
    for (int pass = 0; pass < 2; pass++) {
      compared.data.forEach(id -> compared.look(graph.node(id)));
    }
    return compared;
  }

  /** Returns the numbers for a leaf, within its range, empty if any number will do. */
  List<Double> of(int leaf) {
    Interval range = ranges.getOrDefault(leaf, Interval.REALS);
    return numbers.getOrDefault(leaf, Set.of()).stream().filter(range::contains).toList();
  }

  /** True if the leaf is compared for equality, so that other numbers are useless. */
  boolean isExact(int leaf) {
    return exact.contains(leaf);
  }

  /** True if the node depends on inputs and targets only. */
  private boolean isData(int id) {
    return graph.node(id) instanceof Node.Leaf leaf ? leaf.role() == Node.Role.INPUT || leaf.role() == Node.Role.TARGET || leaf.isConstant()
        : !(graph.node(id) instanceof Node.Derivative) && graph.node(id).operands().stream().allMatch(view -> data.contains(view.node()));
  }

  private void look(Node node) {
    if (node instanceof Node.Apply apply) {
      switch (apply.fn()) {
        case EQUAL -> equal(apply.arguments());
        case GREATER, AT_LEAST, MAXIMUM, MINIMUM -> threshold(apply.arguments());
        case FLOOR -> rounded(apply.arguments().get(0).node());
        default -> { }
      }
    }
  }

  /** Adds to both sides integers: the constants and subscripts of the other side, and the successors of constants. */
  private void equal(List<View> sides) {
    for (int k = 0; k < 2; k++) {
      double wanted = constant(sides.get(1 - k).node());
      if (!Double.isNaN(wanted)) {
        addPreimage(sides.get(k).node(), wanted, true);
        addPreimage(sides.get(k).node(), wanted + 1, true);
      }
      if (graph.node(sides.get(1 - k).node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER) {
        for (int number = 0; number <= Math.min(leaf.range().high(), MOST_SUBSCRIPTS - 1); number++) {
          addPreimage(sides.get(k).node(), number, true);
        }
      }
    }
    List<Integer> leaves = leaves(sides);
    Set<Double> common = new LinkedHashSet<>();
    leaves.forEach(leaf -> common.addAll(numbers.getOrDefault(leaf, Set.of())));
    for (int leaf : leaves) {
      exact.add(leaf);
      numbers(leaf).addAll(common);
      numbers(leaf).addAll(wholeNumbers(ranges.getOrDefault(leaf, Interval.REALS)));
    }
  }

  /** Adds numbers below and above a constant that ordinary draws do not reach. */
  private void threshold(List<View> sides) {
    for (int k = 0; k < 2; k++) {
      double wanted = constant(sides.get(1 - k).node());
      if (!Double.isNaN(wanted)) {
        double distance = Math.max(1, Math.abs(wanted)) / 4;
        addPreimage(sides.get(k).node(), wanted - distance, false);
        addPreimage(sides.get(k).node(), wanted + distance, false);
      }
    }
  }

  private void rounded(int argument) {
    for (double wanted : ROUNDED) {
      addPreimage(argument, wanted, false);
    }
  }

  /** Adds the number at which a node has a value, if the node is linear in one leaf. */
  private void addPreimage(int node, double wanted, boolean always) {
    if (data.contains(node) && graph.node(node) instanceof Node.Leaf) {
      if (Double.isFinite(wanted) && (always || !ORDINARY.contains(wanted))) {
        numbers(node).add(wanted);
      }
    } else if (graph.node(node) instanceof Node.Sum sum && sum.terms().size() == 1) {
      Node.Term term = sum.terms().get(0);
      addPreimage(term.view().node(), (wanted - sum.constant().doubleValue()) / term.coefficient().doubleValue(), always);
    }
  }

  private Set<Double> numbers(int leaf) {
    return numbers.computeIfAbsent(leaf, any -> new LinkedHashSet<>());
  }

  /** Returns the first integers from 0 on, or those of the range that are nearest to 0. */
  private static List<Double> wholeNumbers(Interval range) {
    double first = range.low() > 0 ? Math.ceil(range.low()) : range.high() < WHOLE_NUMBERS - 1 ? Math.floor(range.high()) - (WHOLE_NUMBERS - 1) : 0;
    return IntStream.range(0, WHOLE_NUMBERS).mapToObj(k -> first + k).toList();
  }

  /** Returns the value of a constant node, NaN for others. */
  private double constant(int node) {
    return graph.node(node) instanceof Node.Sum sum && sum.isNumber() ? sum.constant().doubleValue() : Double.NaN;
  }

  private List<Integer> leaves(List<View> sides) {
    boolean[] needed = graph.reachable(sides.stream().map(View::node).toList());
    List<Integer> leaves = new ArrayList<>();
    data.stream().filter(id -> needed[id] && graph.node(id) instanceof Node.Leaf).forEach(leaves::add);
    return leaves;
  }
}
