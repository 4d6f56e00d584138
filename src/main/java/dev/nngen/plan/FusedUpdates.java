package dev.nngen.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The parameters that a training step can change part by part while it computes their gradients, which then are never
 * written to memory. That takes an optimizer that does the same to every entry of each of its parameters and looks at nothing else
 * (a norm of all gradients, say), and a gradient that is a product of matrices, computed after all else that reads the parameter.
 */
public final class FusedUpdates {

  /**
   * A gradient of fewer bytes stays in the second-level cache until its update: fusing 0.4 MB lost 3 % of a step, 1 to 4 MB neither
   * lost nor won on one core with a third-level cache of 32 MB, and spares its other users three passes over the gradient.
   */
  private static final long LARGE = 1 << 20;

  private static final List<Integer> ENTRY = List.of(0, 1);

  private final Plan plan;
  private final Epilogues epilogues;
  /** The updates of the parameters that can be changed so, by the parameter's index. */
  private final Map<Integer, EntrywiseUpdate> entrywise = new HashMap<>();

  private FusedUpdates(Plan plan) {
    this.plan = plan;
    this.epilogues = new Epilogues(plan);
    for (int k = 0; k < plan.updates().size(); k++) {
      List<Integer> parameters = plan.updates().get(k).parameters();
      EntrywiseUpdate.of(plan, k).ifPresent(update -> parameters.forEach(parameter -> entrywise.put(parameter, update)));
    }
  }

  /**
   * One update in the product that computes its gradient.
   *
   * @param parameter its index among the plan's parameters
   */
  public record Update(int parameter, ProductEpilogue epilogue) {

    /** The product and the nest. */
    public List<Step> steps() {
      return List.of(epilogue.product(), epilogue.nest());
    }
  }

  /**
   * The updates by the kernel in whose place they are run; empty where nothing can be fused.
   *
   * @param isWorthIt true of products that a nest can run on as they come, and whose update had better do so
   */
  public static Map<Kernel, Update> find(Plan plan, Predicate<MatrixProduct> isWorthIt) {
    Map<Kernel, Update> updates = new LinkedHashMap<>();
    FusedUpdates fused = new FusedUpdates(plan);
    for (int loss = 0; loss < plan.losses().size() && !fused.entrywise.isEmpty(); loss++) {
      fused.findAll(loss, isWorthIt, updates);
    }
    return updates;
  }

  private void findAll(int loss, Predicate<MatrixProduct> isWorthIt, Map<Kernel, Update> updates) {
    List<Kernel> kernels = plan.kernels(Program.gradients(loss));
    Map<Tensor, Integer> readers = new HashMap<>();
    Stream.concat(kernels.stream(), plan.kernels(Program.states(loss)).stream())
        .forEach(kernel -> reads(kernel).forEach(tensor -> readers.merge(tensor, 1, Integer::sum)));
    Set<Tensor> readLater = new HashSet<>();
    plan.kernels(Program.states(loss)).forEach(kernel -> readLater.addAll(reads(kernel)));
    for (int k = kernels.size() - 1; k >= 0; k--) {
      Kernel kernel = kernels.get(k);
      Optional<Update> update = find(kernel, isWorthIt).filter(found -> !readLater.contains(parameter(found))
          && isReadOnlyBy(kernel, plan.gradients().get(found.parameter()), readers));
      update.ifPresent(found -> updates.put(kernel, found));
      readLater.addAll(reads(kernel));
    }
  }

  private static boolean isReadOnlyBy(Kernel kernel, Tensor gradient, Map<Tensor, Integer> readers) {
    return readers.getOrDefault(gradient, 0) == (reads(kernel).contains(gradient) ? 1 : 0);
  }

  private static Set<Tensor> reads(Kernel kernel) {
    Set<Tensor> reads = new HashSet<>();
    kernel.steps().forEach(step -> reads.addAll(Accesses.reads(step)));
    return reads;
  }

  private Tensor parameter(Update update) {
    return plan.parameters().get(update.parameter());
  }

  /** The update in the place of a kernel that is a product, or a product and a nest that makes the gradient of it. */
  private Optional<Update> find(Kernel kernel, Predicate<MatrixProduct> isWorthIt) {
    List<Step> steps = kernel.steps();
    if (steps.size() > 2 || !(steps.get(0) instanceof MatrixProduct product) || !isWorthIt.test(product)) {
      return Optional.empty();
    }
    if (steps.size() == 1) {
      int parameter = plan.parameterOf(product.to());
      return !entrywise.containsKey(parameter) ? Optional.empty()
          : fuse(parameter, product, entrywise.get(parameter).nest(parameter, List.of(), true, new Scalar.Load(product.to(), ENTRY)));
    }
    boolean makesGradient = steps.get(1) instanceof LoopNest nest && nest.effects().size() == 1
        && nest.effects().get(0) instanceof LoopNest.Store store && entrywise.containsKey(plan.parameterOf(store.to()));
    if (!makesGradient || epilogues.find(product, (LoopNest) steps.get(1)).isEmpty()) {
      return Optional.empty();
    }
    LoopNest nest = (LoopNest) steps.get(1);
    LoopNest.Effect gradient = nest.effects().get(0);
    int parameter = plan.parameterOf(gradient.to());
    return fuse(parameter, product, entrywise.get(parameter).nest(parameter, nest.lets(), nest.flat(), gradient.value()));
  }

  /** The update with a product that nobody else reads. */
  private Optional<Update> fuse(int parameter, MatrixProduct product, LoopNest nest) {
    boolean alone = product.to().equals(plan.gradients().get(parameter)) || product.to().kind() == Tensor.Kind.TEMPORARY;
    return epilogues.find(product, nest)
        .filter(epilogue -> alone && (!epilogue.isStored() || product.to().kind() == Tensor.Kind.GRADIENT))
        .map(epilogue -> new Update(parameter, new ProductEpilogue(product, nest, false)));
  }

  /** True of a gradient that does not stay in the nearer caches until all others are computed. */
  public static boolean isLarge(Tensor gradient, boolean singlePrecision) {
    boolean matrix = gradient.rank() == 2 && !gradient.isOpen();
    return matrix && gradient.fixedSize() * (singlePrecision ? Float.BYTES : Double.BYTES) >= LARGE;
  }
}
