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
 * The numbers at which comparisons with data come out one way or the other. Real numbers that are drawn at random are never equal to an id or a
 * label, and seldom above a threshold such as 65; a check that draws nothing else compares zeros.
 */
final class ComparedNumbers {

  /** Thresholds inside are met by ordinary draws, and so are not drawn for. */
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
   * Finds what leaves are to be drawn from.
   *
   * @param ranges what the model declares about nodes
   */
  static ComparedNumbers of(Graph graph, Map<Integer, Interval> ranges) {
    ComparedNumbers compared = new ComparedNumbers(graph, ranges);
    IntStream.range(0, graph.size()).filter(id -> compared.isData(id)).forEach(compared.data::add);
    // Data that is compared with data has all numbers in common, so a second pass hands on what the first found.
    for (int pass = 0; pass < 2; pass++) {
      compared.data.forEach(id -> compared.look(graph.node(id)));
    }
    return compared;
  }

  /** The numbers for a leaf, in the leaf's range; empty if any number does. */
  List<Double> of(int leaf) {
    Interval range = ranges.getOrDefault(leaf, Interval.REALS);
    return numbers.getOrDefault(leaf, Set.of()).stream().filter(range::contains).toList();
  }

  /** Whether the leaf is compared for equality, so that no other numbers are of use. */
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

  /** Both sides get whole numbers, the constants and subscripts that they are compared with and the numbers after constants. */
  private void equal(List<View> sides) {
    for (int k = 0; k < 2; k++) {
      double wanted = constant(sides.get(1 - k).node());
      if (!Double.isNaN(wanted)) {
        aim(sides.get(k).node(), wanted, true);
        aim(sides.get(k).node(), wanted + 1, true);
      }
      if (graph.node(sides.get(1 - k).node()) instanceof Node.Leaf leaf && leaf.role() == Node.Role.COUNTER) {
        for (int number = 0; number <= Math.min(leaf.range().high(), MOST_SUBSCRIPTS - 1); number++) {
          aim(sides.get(k).node(), number, true);
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

  /** Numbers below and above a constant that ordinary draws do not reach. */
  private void threshold(List<View> sides) {
    for (int k = 0; k < 2; k++) {
      double wanted = constant(sides.get(1 - k).node());
      if (!Double.isNaN(wanted)) {
        double distance = Math.max(1, Math.abs(wanted)) / 4;
        aim(sides.get(k).node(), wanted - distance, false);
        aim(sides.get(k).node(), wanted + distance, false);
      }
    }
  }

  private void rounded(int argument) {
    for (double wanted : ROUNDED) {
      aim(argument, wanted, false);
    }
  }

  /** Notes the number that gives a node a value, if the node is linear in one leaf. */
  private void aim(int node, double wanted, boolean always) {
    if (data.contains(node) && graph.node(node) instanceof Node.Leaf) {
      if (Double.isFinite(wanted) && (always || !ORDINARY.contains(wanted))) {
        numbers(node).add(wanted);
      }
    } else if (graph.node(node) instanceof Node.Sum sum && sum.terms().size() == 1) {
      Node.Term term = sum.terms().get(0);
      aim(term.view().node(), (wanted - sum.constant().doubleValue()) / term.coefficient().doubleValue(), always);
    }
  }

  private Set<Double> numbers(int leaf) {
    return numbers.computeIfAbsent(leaf, any -> new LinkedHashSet<>());
  }

  /** The first whole numbers from 0 on, or those of the range that are next to 0. */
  private static List<Double> wholeNumbers(Interval range) {
    double first = range.low() > 0 ? Math.ceil(range.low()) : range.high() < WHOLE_NUMBERS - 1 ? Math.floor(range.high()) - (WHOLE_NUMBERS - 1) : 0;
    return IntStream.range(0, WHOLE_NUMBERS).mapToObj(k -> first + k).toList();
  }

  /** The value of a node that is a number; NaN if it is none. */
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
