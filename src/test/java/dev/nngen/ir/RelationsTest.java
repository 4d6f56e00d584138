package dev.nngen.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Products with relations have the value that their definition gives, a sum over all axes of all factors, whatever axes are solved for. */
class RelationsTest {

  private static final int PRODUCTS = 3000;

  /** The definition: every axis has a loop, and a relation is a tensor of zeros and ones. */
  private static double[] defined(Node.Product product, Map<Integer, double[]> values, List<Node> nodes) {
    int[] loops = product.loops().stream().mapToInt(extent -> ((Extent.Fixed) extent).size()).toArray();
    int[] index = new int[loops.length];
    int inner = Arrays.stream(loops).skip(product.rank()).reduce(1, (a, b) -> a * b);
    double[] result = new double[Arrays.stream(loops).limit(product.rank()).reduce(1, (a, b) -> a * b)];
    for (int at = 0; at < result.length * inner; at++) {
      double value = 1;
      for (View factor : product.factors()) {
        int offset = 0;
        for (int k = 0; k < factor.axes().size(); k++) {
          offset = offset * ((Extent.Fixed) nodes.get(factor.node()).shape().get(k)).size() + index[factor.axes().get(k)];
        }
        value *= values.get(factor.node())[offset];
      }
      result[at / inner] += value;
      for (int k = loops.length - 1; k >= 0 && ++index[k] == loops[k]; k--) {
        index[k] = 0;
      }
    }
    return result;
  }

  @Test
  void productsWithRelationsAreWhatTheyAreDefinedAs() {
    int solved = 0;
    int digits = 0;
    for (int seed = 0; seed < PRODUCTS; seed++) {
      Random random = new Random(new SplittableRandom(seed).nextLong());
      int axes = 2 + random.nextInt(5);
      List<Extent> loops = IntStream.range(0, axes).mapToObj(axis -> Extent.of(2 + random.nextInt(3))).toList();
      Graph.Builder graph = new Graph.Builder();
      Algebra algebra = new Algebra(graph);
      List<View> factors = new ArrayList<>();
      for (int k = 0, count = 1 + random.nextInt(2); k < count; k++) {
        List<Integer> wired = random.ints(1 + random.nextInt(2), 0, axes).boxed().toList();
        factors.add(new View(graph.add(new Node.Leaf("x" + k, Node.Role.INPUT, wired.stream().map(loops::get).toList())), wired));
      }
      for (int k = 0, count = 1 + random.nextInt(3); k < count; k++) {
        List<Relation.Term> terms = random.ints(2 + random.nextInt(2), 0, axes).mapToObj(axis -> new Relation.Term(axis, (random.nextBoolean() ? 1 : -1) * (1L + random.nextInt(3)))).toList();
        Relation.Kind kind = random.nextInt(3) == 0 ? Relation.Kind.NOT_NEGATIVE : Relation.Kind.ZERO;
        factors.add(Relation.view(algebra, kind, Relation.Affine.of(terms, Offset.of(random.nextInt(5) - 2)), loops));
      }
      Node.Product product = new Node.Product(loops, random.nextInt(axes), factors);
      Map<Integer, double[]> values = new HashMap<>();
      List<Node> nodes = new ArrayList<>();
      for (int id = 0; id < graph.size(); id++) {
        Node node = graph.node(id);
        nodes.add(node);
        int[] shape = node.shape().stream().mapToInt(extent -> ((Extent.Fixed) extent).size()).toArray();
        values.put(id, node.isConstantLeaf() ? Evaluator.constant((Node.Leaf) node, extent -> ((Extent.Fixed) extent).size())
            : node instanceof Node.Sum number ? new double[] {number.constant().doubleValue()} : random.doubles(Arrays.stream(shape).reduce(1, (a, b) -> a * b), -1, 1).toArray());
      }
      double[] found = new Evaluator(extent -> ((Extent.Fixed) extent).size(), graph::node, values::get).evaluate(product);
      assertArrayEquals(defined(product, values, nodes), found, 1e-12, "seed " + seed + ": " + product);
      Resolution resolution = Resolution.of(product, graph::node);
      solved += resolution.solved().isEmpty() ? 0 : 1;
      digits += resolution.solved().values().stream().anyMatch(axis -> axis.divisor() > 1) ? 1 : 0;
    }
    assertTrue(solved > PRODUCTS / 4 && digits > 10, solved + " solved, " + digits + " with digits");
  }
}
