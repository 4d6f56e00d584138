package dev.nngen.codegen;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Role;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Models of random nodes with random wiring: sums over several axes, diagonals, broadcasts, maxima, constants, unused
 * parameters. Values stay of moderate size, since every few nodes are squeezed by tanh. Every fourth model has diagonals, and
 * no loss, since they have no derivative that the graph could say.
 */
final class RandomModels {

  private static final List<Extent> EXTENTS = List.of(Extent.of(3), Extent.of(4), Extent.BATCH);

  private final Random random;
  private final boolean rows;
  private final boolean diagonals;
  private final Graph.Builder graph = new Graph.Builder();
  private final Algebra algebra = new Algebra(graph);

  private RandomModels(long seed) {
    // The first numbers that Random draws hardly differ from one small seed to the next.
    random = new Random(new SplittableRandom(seed).nextLong());
    rows = random.nextBoolean();
    diagonals = seed % 4 == 0;
  }

  static Program<? extends Phase.Differentiated> next(long seed, int nodes) {
    return next(seed, nodes, false);
  }

  static Program<? extends Phase.Differentiated> next(long seed, int nodes, boolean singlePrecision) {
    return new RandomModels(seed).model(nodes, singlePrecision);
  }

  private Program<? extends Phase.Differentiated> model(int nodes, boolean singlePrecision) {
    leaf("X", Role.INPUT, EXTENTS.get(0), Extent.BATCH);
    leaf("U", Role.INPUT, EXTENTS.get(1), EXTENTS.get(0));
    leaf("Y", Role.TARGET, EXTENTS.get(1), Extent.BATCH);
    leaf("W", Role.PARAMETER, EXTENTS.get(1), EXTENTS.get(0));
    leaf("V", Role.PARAMETER, EXTENTS.get(0), EXTENTS.get(0));
    leaf("b", Role.PARAMETER, EXTENTS.get(1));
    leaf("s", Role.PARAMETER);
    graph.add(new Node.Leaf("m", Role.EXTENT, List.of()));
    int leaves = graph.size();
    while (graph.size() < leaves + nodes) {
      name(any(), "N" + graph.size(), 3);
    }
    int output = forward();
    name(output, "Out", 1);
    int total = algebra.number(Rational.ZERO);
    for (int k = 0; k < 3; k++) {
      int picked = random.nextInt(graph.size());
      List<Extent> shape = graph.node(picked).shape();
      View squeezed = algebra.view(algebra.apply(Fn.TANH, shape, algebra.view(picked)));
      View sum = algebra.view(algebra.contraction(shape, 0, squeezed));
      total = algebra.linear(List.of(), Rational.ZERO, new Term(Rational.ONE, View.identity(total, 0)), new Term(Rational.HALF, sum));
    }
    graph.name("J", new Graph.Value(total, Graph.Value.NONE, Graph.Value.NONE));
    List<Program.Parameter> parameters = List.of(parameter("W"), parameter("V"), parameter("b"), parameter("s"));
    Optional<String> loss = diagonals ? Optional.empty() : Optional.of("J");
    return Autodiff.differentiate(new Program<>("Model", singlePrecision, rows, graph.build(), Facts.NONE, loss, Optional.of("Out"),
        List.of("X", "U"), List.of("Y"), parameters, Optional.empty(), List.of()));
  }

  private Program.Parameter parameter(String name) {
    Graph.Value value = graph.names().get(name);
    List<Extent> shape = graph.node(value.node()).shape();
    return new Program.Parameter(name, size(shape, value.row()), size(shape, value.column()), new Program.Initial.Constant(1));
  }

  private static int size(List<Extent> shape, int axis) {
    return axis == Graph.Value.NONE ? 1 : ((Extent.Fixed) shape.get(axis)).size();
  }

  private void leaf(String name, Role role, Extent... shape) {
    name(graph.add(new Node.Leaf(name, role, List.of(shape))), name, 1);
  }

  /** Names a node of at most two axes, lying either way, with a chance of one in {@code odds}. */
  private void name(int node, String name, int odds) {
    int rank = graph.node(node).rank();
    if (rank <= 2 && random.nextInt(odds) == 0) {
      Graph.Value value = new Graph.Value(node, rank > 0 ? 0 : Graph.Value.NONE, rank > 1 ? 1 : Graph.Value.NONE);
      graph.name(name, random.nextBoolean() ? value.transposed() : value);
    }
  }

  /** A value for {@code predict}, which no target enters; now and then a leaf. */
  private int forward() {
    boolean[] depends = new boolean[graph.size()];
    List<Integer> candidates = new ArrayList<>();
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      depends[id] = node instanceof Node.Leaf leaf && leaf.role() == Role.TARGET
          || node.operands().stream().anyMatch(view -> depends[view.node()]);
      if (!depends[id] && node.rank() <= 2) {
        candidates.add(id);
      }
    }
    int late = candidates.size() - 1 - random.nextInt(Math.min(4, candidates.size()));
    return candidates.get(random.nextInt(5) == 0 ? random.nextInt(candidates.size()) : late);
  }

  private List<Extent> extents(int rank) {
    return IntStream.range(0, rank).mapToObj(i -> EXTENTS.get(random.nextInt(EXTENTS.size()))).toList();
  }

  /** An operand that was made before, wired to axes of its extents; a diagonal where two of them meet. */
  private View view(List<Extent> loops) {
    while (true) {
      int node = random.nextInt(4) == 0 ? random.nextInt(graph.size()) : Math.max(0, graph.size() - 1 - random.nextInt(12));
      List<Integer> axes = new ArrayList<>();
      for (Extent extent : graph.node(node).shape()) {
        List<Integer> fitting = IntStream.range(0, loops.size()).filter(k -> loops.get(k).equals(extent)).boxed().toList();
        List<Integer> fresh = fitting.stream().filter(k -> !axes.contains(k)).toList();
        List<Integer> from = diagonals && (fresh.isEmpty() || random.nextInt(6) == 0) ? fitting : fresh;
        if (!from.isEmpty()) {
          axes.add(from.get(random.nextInt(from.size())));
        }
      }
      if (axes.size() == graph.node(node).rank()) {
        return new View(node, axes);
      }
    }
  }

  private int any() {
    int rank = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextInt(8) == 0 ? 3 : 2;
    List<Extent> shape = extents(rank);
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        List<Extent> loops = extents(rank + random.nextInt(3));
        yield algebra.contraction(loops, Math.min(rank, loops.size()),
            IntStream.rangeClosed(0, 1 + random.nextInt(3)).mapToObj(i -> view(loops)).toArray(View[]::new));
      }
      case 4, 5 -> algebra.linear(shape, random.nextBoolean() ? Rational.ZERO : coefficient(),
          new Term(coefficient(), view(shape)), new Term(coefficient(), view(shape)));
      case 6 -> algebra.linear(shape, coefficient(), new Term(coefficient(), view(shape)));
      case 7, 8 -> algebra.apply(Fn.TANH, shape, view(shape));
      case 9 -> algebra.power(shape, algebra.view(algebra.apply(Fn.EXP, shape,
          algebra.view(algebra.apply(Fn.TANH, shape, view(shape))))), Rational.of(random.nextInt(7) - 3, 1 + random.nextInt(2)));
      case 10 -> random.nextBoolean()
          ? algebra.apply(Fn.WHERE, shape, algebra.view(algebra.apply(Fn.GREATER, shape, view(shape), view(shape))), view(shape), view(shape))
          : algebra.apply(Fn.MAXIMUM, shape, view(shape), view(shape));
      default -> {
        List<Extent> loops = extents(rank + 1);
        yield graph.add(new Node.Max(loops, rank, view(loops)));
      }
    };
  }

  private Rational coefficient() {
    List<Rational> choice = List.of(Rational.ONE, Rational.MINUS_ONE, Rational.TWO, Rational.HALF, Rational.of(-1, 3),
        Rational.parse("0.1"), Rational.of(-1, 7), Rational.ZERO);
    return choice.get(random.nextInt(choice.size()));
  }
}
