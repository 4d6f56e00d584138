package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of 2,000 layers becomes a class that javac accepts and HotSpot compiles. */
@Slow
class DeepModelTest {

  private static final int LAYERS = 2000;
  private static final Extent UNITS = Extent.of(3);

  @TempDir
  Path folder;

  @Test
  void twoThousandLayersWithAdam() throws Exception {
    Agreement agreement = new Agreement(deep(), 3);
    GeneratedClass.Instance instance = agreement.generated().create(2);
    instance.call("initialize", 1L);
    double loss = instance.<Double>call("step", new DMatrixRMaj(3, 2), new DMatrixRMaj(3, 2));
    assertEquals(loss, loss);
    assertTrue(instance.<Double>call("loss", new DMatrixRMaj(3, 2), new DMatrixRMaj(3, 2)) < loss);
    MethodSizes.assertShort(agreement.generated(), folder);
  }

  /** {@code A_k = tanh(W_k * A_(k-1) + b_k)}, squared error, Adam. */
  private static Program<? extends Phase.Differentiated> deep() {
    Graph.Builder graph = new Graph.Builder();
    Algebra algebra = new Algebra(graph);
    List<Extent> shape = List.of(UNITS, Extent.BATCH);
    List<Program.Parameter> parameters = new ArrayList<>();
    View activation = leaf(graph, "X", Node.Role.INPUT, shape);
    View target = leaf(graph, "Y", Node.Role.TARGET, shape);
    for (int k = 1; k <= LAYERS; k++) {
      View w = leaf(graph, "W" + k, Node.Role.PARAMETER, List.of(UNITS, UNITS));
      View b = leaf(graph, "b" + k, Node.Role.PARAMETER, List.of(UNITS));
      parameters.add(new Program.Parameter("W" + k, 3, 3, new Program.Initial.Uniform(0, 1)));
      parameters.add(new Program.Parameter("b" + k, 3, 1, new Program.Initial.Constant(0.25)));
      View product = algebra.view(algebra.contraction(List.of(UNITS, Extent.BATCH, UNITS), 2,
          new View(w.node(), List.of(0, 2)), new View(activation.node(), List.of(2, 1))));
      View z = algebra.view(algebra.sum(shape, List.of(product, b)));
      name(graph, "Z" + k, z.node());
      activation = algebra.view(algebra.apply(Fn.TANH, shape, z));
      name(graph, "A" + k, activation.node());
    }
    View error = algebra.view(algebra.linear(shape, Rational.ZERO, new Node.Term(Rational.ONE, activation),
        new Node.Term(Rational.MINUS_ONE, target)));
    graph.name("J", new Graph.Value(algebra.contraction(shape, 0, error, error), Graph.Value.NONE, Graph.Value.NONE));
    return Autodiff.differentiate(new Program<>("Deep", false, false, graph.build(), Facts.NONE, Optional.of("J"), Optional.of("A" + LAYERS),
        List.of("X"), List.of("Y"), parameters, Optional.of(HandBuilt.adam(graph, parameters)), List.of()));
  }

  private static View leaf(Graph.Builder graph, String name, Node.Role role, List<Extent> shape) {
    int node = graph.add(new Node.Leaf(name, role, shape));
    name(graph, name, node);
    return View.identity(node, shape.size());
  }

  private static void name(Graph.Builder graph, String name, int node) {
    graph.name(name, new Graph.Value(node, 0, graph.node(node).rank() == 2 ? 1 : Graph.Value.NONE));
  }
}
