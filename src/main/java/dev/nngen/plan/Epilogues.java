package dev.nngen.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds nests that can run on the blocks of products as epilogues. */
public final class Epilogues {

  private static final List<Integer> ENTRY = List.of(0, 1);

  /** Number of steps that read each tensor. */
  private final Map<Tensor, Integer> readers = new HashMap<>();
  private final SharedMemory memory;

  public Epilogues(Plan plan) {
    plan.kernels().stream().flatMap(kernel -> kernel.steps().stream())
        .forEach(step -> Accesses.reads(step).forEach(tensor -> readers.merge(tensor, 1, Integer::sum)));
    memory = new SharedMemory(plan.buffers());
  }

  /**
   * Combines a product and the nest after it; empty if the nest has other loops, reads other entries of the product than the current one, reduces to
   * a number, or overwrites what later blocks read.
   */
  public Optional<ProductEpilogue> find(MatrixProduct product, LoopNest nest) {
    Tensor to = product.to();
    List<Scalar.Load> loads = Accesses.loads(nest).stream().filter(load -> load.tensor().equals(to)).toList();
    boolean sameLoops = to.rank() == 2 && nest.axes().equals(to.dims());
    boolean pointwise = !loads.isEmpty() && loads.stream().allMatch(load -> load.at().equals(ENTRY));
    boolean local = nest.effects().stream().noneMatch(effect -> effect.at().isEmpty() || effect instanceof LoopNest.Scatter);
    boolean keepsFactors = Accesses.writes(nest).stream()
        .noneMatch(written -> memory.overlap(written, product.left()) || memory.overlap(written, product.right()));
    boolean inPlace = Accesses.loads(nest).stream().allMatch(load -> nest.effects().stream().noneMatch(effect ->
        memory.overlap(effect.to(), load.tensor()) && !(load.at().equals(ENTRY) && load.tensor().dims().equals(effect.to().dims()))));
    return sameLoops && pointwise && local && keepsFactors && inPlace
        ? Optional.of(new ProductEpilogue(product, nest, isWanted(to, nest))) : Optional.empty();
  }

  private boolean isWanted(Tensor to, LoopNest nest) {
    return to.kind() != Tensor.Kind.TEMPORARY || Accesses.writes(nest).contains(to) || readers.get(to) > 1;
  }
}
