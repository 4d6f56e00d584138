package dev.nngen.explain;

import dev.nngen.explain.Derivation.Cost;
import dev.nngen.explain.Derivation.Costs;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.plan.Buffer;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Planner;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Counts parameters, bytes and floating-point operations. Additions, multiplications, divisions, powers and functions count one each. A product of
 * more than two factors counts as one loop nest.
 */
final class FlopCount {

  private final Graph graph;

  private FlopCount(Graph graph) {
    this.graph = graph;
  }

  /**
   * @param program the simplified program with gradients
   */
  static Costs of(Program<Phase.Simplified> program) {
    List<Cost> rows = new ArrayList<>(memory(program));
    rows.addAll(operations(program, program.graph()));
    return new Costs(program.parameters().stream().mapToLong(p -> (long) p.rows() * p.columns()).sum(), rows);
  }

  /** Returns the memory of the generated class, by purpose. */
  private static List<Cost> memory(Program<Phase.Simplified> program) {
    Plan plan = Planner.plan(program);
    int width = program.singlePrecision() ? Float.BYTES : Double.BYTES;
    List<Cost> rows = new ArrayList<>();
    rows.add(bytes("memory for parameters", plan.parameters(), width));
    rows.add(bytes("memory for gradients", List.copyOf(plan.gradients().values()), width));
    rows.add(bytes("memory for the optimizer's state", plan.states(), width));
    rows.add(bytes("memory for values and their gradients", plan.buffers().stream().map(FlopCount::largest).toList(), width));
    rows.add(bytes("memory for the prediction", plan.outputs(), width));
    rows.removeIf(row -> row.perSample() == 0 && row.fixed() == 0);
    return rows;
  }

  private static Tensor largest(Buffer buffer) {
    return buffer.tensors().stream().max(Comparator.comparingLong(Tensor::fixedSize)).orElseThrow();
  }

  private static Cost bytes(String label, List<Tensor> tensors, int width) {
    long perSample = tensors.stream().filter(tensor -> tensor.isOpen()).mapToLong(Tensor::fixedSize).sum();
    long fixed = tensors.stream().filter(tensor -> !tensor.isOpen()).mapToLong(Tensor::fixedSize).sum();
    return new Cost(label, perSample * width, fixed * width, "bytes");
  }

  private static List<Cost> operations(Program<Phase.Simplified> program, Graph simplified) {
    boolean[] forward = simplified.reachable(program.losses().stream().map(loss -> simplified.named(loss.name()).node()).toList());
    boolean[] all = simplified.reachable(program.gradients().stream().map(gradient -> simplified.named(gradient).node()).toList());
    FlopCount costing = new FlopCount(simplified);
    List<Cost> rows = new ArrayList<>();
    rows.add(costing.total("forward pass with loss", forward, new boolean[simplified.size()]));
    rows.add(costing.total("backward pass", all, forward));
    return rows;
  }

  private Cost total(String label, boolean[] wanted, boolean[] without) {
    long perSample = 0;
    long fixed = 0;
    for (int id = 0; id < graph.size(); id++) {
      if (wanted[id] && !without[id]) {
        Node node = graph.node(id);
        long count = operations(node) * size(node.loops());
        boolean batched = node.loops().contains(Extent.BATCH);
        perSample += batched ? count : 0;
        fixed += batched ? 0 : count;
      }
    }
    return new Cost(label, perSample, fixed, "operations");
  }

  private static long size(List<Extent> loops) {
    long size = 1;
    for (Extent extent : loops) {
      size *= extent instanceof Extent.Fixed known ? known.size() : 1;
    }
    return size;
  }

  private static long operations(Node node) {
    if (node instanceof Node.Leaf) {
      return 0;
    }
    if (node instanceof Node.Sum sum) {
      long scalings = sum.terms().stream().filter(term -> term.coefficient().numerator().abs().bitLength() > 1
          || !term.coefficient().isInteger()).count();
      return Math.max(0, sum.terms().size() - 1) + scalings + (sum.constant().isZero() || sum.isNumber() ? 0 : 1);
    }
    if (node instanceof Node.Product product) {
      return product.factors().size() - 1L + (product.isSumming() ? 1 : 0);
    }
    return 1;
  }
}
