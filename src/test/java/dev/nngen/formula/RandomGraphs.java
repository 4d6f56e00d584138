package dev.nngen.formula;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Role;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Graphs of random nodes with random wiring over axes of one size, so that everything fits everything. */
final class RandomGraphs {

  static final int SIZE = 3;

  private final Random random;
  private final Graph.Builder graph = new Graph.Builder();
  private final Algebra algebra = new Algebra(graph);

  private RandomGraphs(long seed) {
    random = new Random(seed);
  }

  static Graph next(long seed, int nodes) {
    return new RandomGraphs(seed).build(nodes);
  }

  private Graph build(int nodes) {
    leaf("A", 2, 0, 1);
    leaf("B", 2, 1, 0);
    leaf("C", 2, 0, 1);
    leaf("u", 1, 0, Graph.Value.NONE);
    leaf("v", 1, Graph.Value.NONE, 0);
    leaf("s", 0, Graph.Value.NONE, Graph.Value.NONE);
    for (int i = 0; i < nodes; i++) {
      int node = any();
      int rank = graph.node(node).rank();
      if (rank <= 2) {
        boolean turned = random.nextBoolean();
        Graph.Value value = new Graph.Value(node, rank > 0 ? 0 : Graph.Value.NONE, rank > 1 ? 1 : Graph.Value.NONE);
        graph.name("V" + i, turned ? value.transposed() : value);
      }
    }
    return graph.build();
  }

  private void leaf(String name, int rank, int row, int column) {
    graph.name(name, new Graph.Value(graph.add(new Node.Leaf(name, Role.INPUT, axes(rank))), row, column));
  }

  private static List<Extent> axes(int rank) {
    return Collections.nCopies(rank, Extent.of(SIZE));
  }

  /** An operand that was made before, each of its axes wired to another loop axis; a diagonal now and then. */
  private View view(int loops) {
    List<Integer> axes = new ArrayList<>(IntStream.range(0, loops).boxed().toList());
    while (true) {
      int node = random.nextInt(graph.size());
      int rank = graph.node(node).rank();
      if (rank <= loops) {
        Collections.shuffle(axes, random);
        boolean diagonal = rank == 2 && random.nextInt(12) == 0;
        return new View(node, diagonal ? List.of(axes.get(0), axes.get(0)) : axes.subList(0, rank));
      }
    }
  }

  private int any() {
    int rank = random.nextInt(4) == 0 ? random.nextInt(2) : 2;
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        int loops = rank + random.nextInt(3);
        yield algebra.contraction(axes(loops), rank,
            IntStream.rangeClosed(0, 1 + random.nextInt(3)).mapToObj(i -> view(loops)).toArray(View[]::new));
      }
      case 4, 5 -> algebra.linear(axes(rank), random.nextBoolean() ? Rational.ZERO : coefficient(),
          new Term(coefficient(), view(rank)), new Term(coefficient(), view(rank)));
      case 6 -> algebra.scaled(coefficient(), view(rank).node());
      case 7 -> algebra.apply(random.nextBoolean() ? Fn.TANH : Fn.ABS, axes(rank), view(rank));
      case 8 -> random.nextBoolean() ? algebra.power(axes(rank), view(rank), Rational.of(random.nextInt(4) - 1))
          : algebra.apply(random.nextBoolean() ? Fn.MAXIMUM : Fn.GREATER, axes(rank), view(rank), view(rank));
      default -> graph.add(new Node.Max(axes(rank + 1), rank, view(rank + 1)));
    };
  }

  private Rational coefficient() {
    List<Rational> choice = List.of(Rational.ONE, Rational.MINUS_ONE, Rational.TWO, Rational.HALF, Rational.of(-1, 3),
        Rational.parse("0.1"), Rational.of(-5));
    return choice.get(random.nextInt(choice.size()));
  }
}
