package dev.nngen.explain;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.simplify.EqualityCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Finds piecewise functions at whose boundaries the gradient of the loss is continuous. At the boundary of one entry the gradient jumps by the sum,
 * over all functions with this boundary, of the adjoint times the difference of the pieces' derivatives. The sum is a graph in which that entry has
 * its value at the boundary. Its normal form is compared with zero, as are the jumps of the values. A maximum over many entries is smooth if its
 * adjoint is zero. A {@code where} is smooth if both sides of its comparison are equal, a test for NaN.
 */
final class SmoothnessAnalysis {

  /** A piecewise function at a boundary: its value above and below. */
  private record Crossing(int node, Rational sign, View upper, View lower) {}

  private final Graph graph;
  private final Graph.Builder builder;
  private final Algebra algebra;
  private final Map<Integer, Integer> adjoints = new LinkedHashMap<>();
  private final Map<Boundary, List<Crossing>> crossings = new LinkedHashMap<>();
  private final Set<Integer> kept = new LinkedHashSet<>();
  /** For each {@code where} the differences of the two sides of its comparisons. */
  private final Map<Integer, List<Integer>> differences = new LinkedHashMap<>();

  private SmoothnessAnalysis(Graph differentiated, Map<Integer, Integer> adjoints) {
    this.graph = differentiated;
    this.builder = new Graph.Builder(differentiated);
    this.algebra = new Algebra(builder);
    this.adjoints.putAll(adjoints);
  }

  /** Returns the smooth nodes. Nodes are ids of the model's graph, and the loss depends on each. */
  static Set<Integer> smooth(Program<Phase.Lowered> lowered, List<Integer> nodes) {
    if (nodes.isEmpty()) {
      return Set.of();
    }
    Graph.Builder asked = new Graph.Builder(lowered.graph());
    View loss = new View(lowered.graph().named(lowered.loss().orElseThrow()).node(), List.of());
    for (int node : nodes) {
      int rank = lowered.graph().node(node).rank();
      int adjoint = asked.add(new Node.Derivative(lowered.graph().node(node).shape(), loss, View.identity(node, rank)));
      mark(asked, "kink " + node, node);
      mark(asked, "adjoint " + node, adjoint);
    }
    Program<Phase.Differentiated> differentiated = Autodiff.withoutDerivatives(lowered.withGraph(asked.build(), lowered.facts()));
    Graph graph = differentiated.graph();
    Map<Integer, Integer> adjoints = new LinkedHashMap<>();
    nodes.forEach(node -> adjoints.put(graph.named("kink " + node).node(), graph.named("adjoint " + node).node()));
    Set<Integer> smooth = new SmoothnessAnalysis(graph, adjoints).smooth(differentiated);
    Set<Integer> found = new LinkedHashSet<>(nodes);
    found.removeIf(node -> !smooth.contains(graph.named("kink " + node).node()));
    return found;
  }

  private static void mark(Graph.Builder builder, String name, int node) {
    builder.name(name, new Graph.Value(node, Graph.Value.NONE, Graph.Value.NONE));
  }

  private Set<Integer> smooth(Program<Phase.Differentiated> differentiated) {
    adjoints.keySet().forEach(this::addCrossings);
    adjoints.keySet().forEach(this::addDifferences);
    int number = 0;
    for (Map.Entry<Boundary, List<Crossing>> group : crossings.entrySet()) {
      write(number++, group.getKey(), group.getValue());
    }
    Program<Phase.Differentiated> jumps = Autodiff.withoutDerivatives(differentiated.withGraph(builder.build(), differentiated.facts()));
    Graph.Builder substituted = new Graph.Builder(jumps.graph());
    int[] at = atBoundaries(jumps.graph(), substituted, number);
    EqualityCheck equality = new EqualityCheck(substituted.build(), jumps.facts());
    IntPredicate isZero = equality::isZero;
    number = 0;
    for (List<Crossing> group : crossings.values()) {
      if (!isSmooth(number++, jumps.graph(), at, isZero)) {
        group.forEach(crossing -> kept.add(crossing.node()));
      }
    }
    Set<Integer> smooth = new LinkedHashSet<>(adjoints.keySet());
    adjoints.forEach((node, adjoint) -> {
      if (graph.node(node) instanceof Node.Max && !isZero.test(at[jumps.graph().named("max " + node).node()])) {
        kept.add(node);
      }
    });
    smooth.removeAll(kept);
    differences.forEach((node, sides) -> {
      if (sides.stream().allMatch(side -> isZero.test(at[jumps.graph().named("difference " + side).node()]))) {
        smooth.add(node);
      }
    });
    return smooth;
  }

  private static boolean isSmooth(int group, Graph graph, int[] at, IntPredicate isZero) {
    boolean smooth = isZero.test(at[graph.named("jump " + group).node()]);
    for (int k = 0; smooth && graph.names().containsKey("gap " + group + " " + k); k++) {
      smooth = isZero.test(at[graph.named("gap " + group + " " + k).node()]);
    }
    for (int k = 0; smooth && graph.names().containsKey("edge " + group + " " + k); k++) {
      smooth = !isZero.test(at[graph.named("edge " + group + " " + k).node()]);
    }
    return smooth;
  }

  /** Adds the comparisons in the condition of a {@code where}. If the sides of each are equal, the same branch is taken everywhere. */
  private void addDifferences(int node) {
    List<Integer> comparisons = new ArrayList<>();
    if (graph.node(node) instanceof Node.Apply where && where.fn() == Fn.WHERE && collect(where.arguments().get(0).node(), comparisons)) {
      differences.put(node, comparisons);
      for (int id : comparisons) {
        Node.Apply comparison = (Node.Apply) graph.node(id);
        mark(builder, "difference " + id, algebra.linear(comparison.shape(), Rational.ZERO, new Term(Rational.ONE, comparison.arguments().get(0)),
            new Term(Rational.MINUS_ONE, comparison.arguments().get(1))));
      }
    }
  }

  /** Collects the comparisons in a condition. Returns false if it has other parts. */
  private boolean collect(int condition, List<Integer> comparisons) {
    Node node = graph.node(condition);
    if (node instanceof Node.Apply apply && apply.fn().isIndicator()) {
      return comparisons.add(condition);
    }
    boolean joins = node instanceof Node.Sum || node instanceof Node.Product product && !product.isSumming();
    return joins && !node.operands().isEmpty() && node.operands().stream().allMatch(operand -> collect(operand.node(), comparisons));
  }

  private void addCrossings(int node) {
    if (!(graph.node(node) instanceof Node.Apply apply)) {
      mark(builder, "max " + node, adjoints.get(node));
      return;
    }
    View x = apply.arguments().get(0);
    View y = apply.arguments().size() > 1 ? apply.arguments().get(1) : x;
    switch (apply.fn()) {
      case ABS -> cross(node, apply, x, algebra.numberView(Rational.ZERO), x, algebra.view(algebra.linear(apply.shape(), Rational.ZERO, new Term(Rational.MINUS_ONE, x))));
      case MAXIMUM -> cross(node, apply, x, y, x, y);
      case MINIMUM -> cross(node, apply, x, y, y, x);
      default -> {
        boolean compares = apply.fn() == Fn.WHERE && graph.node(x.node()) instanceof Node.Apply comparison
            && (comparison.fn() == Fn.GREATER || comparison.fn() == Fn.AT_LEAST);
        if (compares) {
          List<View> sides = ((Node.Apply) graph.node(x.node())).arguments();
          cross(node, apply, sides.get(0).rewire(x.axes()), sides.get(1).rewire(x.axes()), y, apply.arguments().get(2));
        } else {
          kept.add(node);
        }
      }
    }
  }

  private void cross(int node, Node.Apply apply, View left, View right, View upper, View lower) {
    Map<Boundary, Rational> boundaries = new LinkedHashMap<>();
    if (Boundary.find(builder, apply.shape(), left, right, boundaries)) {
      boundaries.forEach((boundary, sign) -> crossings.computeIfAbsent(boundary, b -> new ArrayList<>()).add(new Crossing(node, sign, upper, lower)));
    } else {
      kept.add(node);
    }
  }

  /** Adds the jump of the gradient across a boundary, and the gaps between the pieces there. */
  private void write(int number, Boundary boundary, List<Crossing> group) {
    List<Extent> shape = boundary.shape();
    int moving = builder.add(new Node.Leaf("entry " + number, Node.Role.INPUT, shape));
    Map<View, View> pieces = new HashMap<>(boundary.pieces());
    group.forEach(crossing -> pieces.put(algebra.view(crossing.node()), crossing.upper()));
    EntryForm form = new EntryForm(builder, boundary, moving, pieces);
    List<View> jumps = new ArrayList<>();
    for (Crossing crossing : group) {
      int gap = algebra.linear(shape, Rational.ZERO, new Term(crossing.sign(), form.of(crossing.upper())),
          new Term(crossing.sign().negate(), form.of(crossing.lower())));
      mark(builder, "gap " + number + " " + jumps.size(), gap);
      View adjoint = form.of(algebra.view(adjoints.get(crossing.node())));
      jumps.add(algebra.view(algebra.product(shape, adjoint, algebra.view(gap))));
    }
    int edges = 0;
    for (View edge : form.edges()) {
      mark(builder, "edge " + number + " " + edges++, edge.node());
    }
    int sum = algebra.contraction(shape, 0, algebra.view(algebra.sum(shape, jumps)));
    mark(builder, "jump " + number, builder.add(new Node.Derivative(shape, new View(sum, List.of()), algebra.view(moving))));
    mark(builder, "entry " + number, moving);
    mark(builder, "level " + number, boundary.level(builder));
  }

  /** Adds all values with the moving entries at their boundaries. Returns the new ids. */
  private static int[] atBoundaries(Graph graph, Graph.Builder target, int boundaries) {
    Map<Integer, Integer> levels = new HashMap<>();
    for (int k = 0; k < boundaries; k++) {
      levels.put(graph.named("entry " + k).node(), graph.named("level " + k).node());
    }
    int[] at = new int[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      boolean moved = node.operands().stream().anyMatch(operand -> at[operand.node()] != operand.node());
      at[id] = levels.containsKey(id) ? levels.get(id) : !moved ? id
          : target.add(node.withOperands(node.operands().stream().map(view -> new View(at[view.node()], view.axes())).toList()));
    }
    return at;
  }
}
