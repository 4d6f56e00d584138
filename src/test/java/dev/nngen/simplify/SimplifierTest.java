package dev.nngen.simplify;

import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.GraphPrinter;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Role;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimplifierTest {

  private final Algebra a = new Algebra(new Graph.Builder());
  private final List<Extent> nm = List.of(Extent.of(3), Extent.BATCH);

  @Test
  void sigmoid() {
    int w = a.graph().add(new Node.Leaf("W", Role.PARAMETER, List.of(Extent.of(3), Extent.of(4))));
    int x = a.graph().add(new Node.Leaf("X", Role.INPUT, List.of(Extent.of(4), Extent.BATCH)));
    int y = a.graph().add(new Node.Leaf("Y", Role.TARGET, nm));
    int m = a.graph().add(new Node.Leaf("m", Role.EXTENT, List.of()));
    int z = a.contraction(List.of(Extent.of(3), Extent.BATCH, Extent.of(4)), 2, new View(w, List.of(0, 2)), new View(x, List.of(2, 1)));
    int e = a.apply(Fn.EXP, nm, a.view(a.scaled(Rational.MINUS_ONE, z)));
    int yh = a.power(nm, a.view(a.linear(nm, Rational.ONE, new Term(Rational.ONE, a.view(e)))), Rational.MINUS_ONE);
    int l1 = a.product(nm, a.view(y), a.view(a.apply(Fn.LOG, nm, a.view(yh))));
    int oy = a.linear(nm, Rational.ONE, new Term(Rational.MINUS_ONE, a.view(y)));
    int oyh = a.linear(nm, Rational.ONE, new Term(Rational.MINUS_ONE, a.view(yh)));
    int l2 = a.product(nm, a.view(oy), a.view(a.apply(Fn.LOG, nm, a.view(oyh))));
    int s = a.linear(nm, Rational.ZERO, new Term(Rational.MINUS_ONE, a.view(l1)), new Term(Rational.MINUS_ONE, a.view(l2)));
    int total = a.contraction(nm, 0, a.view(s));
    int j = a.product(List.of(), a.view(total), a.view(a.power(List.of(), a.view(m), Rational.MINUS_ONE)));
    Graph.Builder g = a.graph();
    g.name("X", new Graph.Value(x, 0, 1)).name("Y", new Graph.Value(y, 0, 1)).name("W", new Graph.Value(w, 0, 1))
        .name("Z", new Graph.Value(z, 0, 1)).name("Yh", new Graph.Value(yh, 0, 1)).name("J", new Graph.Value(j, -1, -1));
    show(g.build(), Facts.NONE);
  }

  @Test
  void softmax() {
    int w = a.graph().add(new Node.Leaf("W", Role.PARAMETER, List.of(Extent.of(3), Extent.of(4))));
    int x = a.graph().add(new Node.Leaf("X", Role.INPUT, List.of(Extent.of(4), Extent.BATCH)));
    int y = a.graph().add(new Node.Leaf("Y", Role.TARGET, nm));
    int m = a.graph().add(new Node.Leaf("m", Role.EXTENT, List.of()));
    int cy = a.contraction(List.of(Extent.BATCH, Extent.of(3)), 1, new View(y, List.of(1, 0)));
    int one = a.number(Rational.ONE);
    int z = a.contraction(List.of(Extent.of(3), Extent.BATCH, Extent.of(4)), 2, new View(w, List.of(0, 2)), new View(x, List.of(2, 1)));
    int mx = a.graph().add(new Node.Max(List.of(Extent.BATCH, Extent.of(3)), 1, new View(z, List.of(1, 0))));
    int sh = a.linear(nm, Rational.ZERO, new Term(Rational.ONE, a.view(z)), new Term(Rational.MINUS_ONE, new View(mx, List.of(1))));
    int e = a.apply(Fn.EXP, nm, a.view(sh));
    int sum = a.contraction(List.of(Extent.BATCH, Extent.of(3)), 1, new View(e, List.of(1, 0)));
    int p = a.product(nm, a.view(e), a.view(a.power(nm, new View(sum, List.of(1)), Rational.MINUS_ONE)));
    int l = a.product(nm, a.view(y), a.view(a.apply(Fn.LOG, nm, a.view(p))));
    int total = a.contraction(nm, 0, a.view(l));
    int j = a.product(List.of(), a.view(a.scaled(Rational.MINUS_ONE, total)), a.view(a.power(List.of(), a.view(m), Rational.MINUS_ONE)));
    Graph.Builder g = a.graph();
    g.name("X", new Graph.Value(x, 0, 1)).name("Y", new Graph.Value(y, 0, 1)).name("W", new Graph.Value(w, 0, 1))
        .name("Z", new Graph.Value(z, 0, 1)).name("P", new Graph.Value(p, 0, 1)).name("J", new Graph.Value(j, -1, -1));
    show(g.build(), new Facts(Map.of(), Map.of(cy, one)));
    show(g.build(), Facts.NONE);
  }

  private void show(Graph graph, Facts facts) {
    Lowered program = new Lowered("T", false, false, graph, facts, Optional.of("J"), "Yh", List.of("X"), List.of("Y"),
        List.of(new Lowered.Parameter("W", 3, 4, new Lowered.Initial.Constant(0))), Optional.empty(), List.of());
    Lowered d = Autodiff.differentiate(program);
    System.out.println(GraphPrinter.print(Simplifier.simplify(d).graph()));
  }
}
