package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Buffer;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.SharedMemory;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Target;
import dev.nngen.schedule.Vectorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Moves functions such as exp to loops of their own over contiguous entries. It does so in nests that do not run over whole vectors, or that apply
 * more functions than HotSpot inlines in a loop.
 */
public final class FunctionNests {

  /** Maximum number of splits of a nest. */
  private static final int MOST_SPLITS = 4;

  private final Plan plan;
  private final Set<Fn> slow;
  private final Target target;
  private final SharedMemory memory;
  private final List<Buffer> buffers;
  private int nextTensor;

  public FunctionNests(Plan plan, Target target) {
    this.plan = plan;
    this.slow = target.slow();
    this.target = target;
    this.buffers = new ArrayList<>(plan.buffers());
    this.memory = new SharedMemory(buffers);
    plan.kernels().forEach(kernel -> kernel.steps().forEach(step -> {
      Accesses.reads(step).forEach(this::count);
      Accesses.writes(step).forEach(this::count);
    }));
  }

  private void count(Tensor tensor) {
    nextTensor = Math.max(nextTensor, tensor.id() + 1);
  }

  /**
   * Returns the plan with the model's nests split.
   *
   * @param isCalled true for products whose blocks the next nest may run on; such a nest is not split
   */
  public Plan split(Predicate<MatrixProduct> isCalled) {
    List<Kernel> kernels = new ArrayList<>();
    for (Kernel kernel : plan.kernels()) {
      List<Step> steps = new ArrayList<>();
      Step last = null;
      for (Step step : kernel.steps()) {
        boolean onBlocks = last instanceof MatrixProduct product && isCalled.test(product);
        steps.addAll(step instanceof LoopNest nest && (!onBlocks || Vectorizer.isTooLong(nest)) ? split(nest, MOST_SPLITS) : List.of(step));
        last = step;
      }
      kernels.add(kernel.withSteps(steps));
    }
    return plan.with(kernels, buffers);
  }

  private List<LoopNest> split(LoopNest nest, int most) {
    if (most == 0 || runsOverWholeVectors(nest) && !Vectorizer.isTooLong(nest) || slow.stream().noneMatch(fn -> Accesses.applies(nest, fn))) {
      return List.of(nest);
    }
    Optional<List<LoopNest>> split = nest.axes().size() > 1 ? FunctionSplit.inPlace(nest, slow, memory::overlap) : Optional.empty();
    if (split.isEmpty()) {
      split = FunctionSplit.apart(nest, slow, memory::overlap, fn -> temporary(nest, fn));
    }
    List<LoopNest> nests = new ArrayList<>();
    split.orElse(List.of()).forEach(part -> nests.addAll(split(part, most - 1)));
    return nests.isEmpty() ? List.of(nest) : nests;
  }

  private boolean runsOverWholeVectors(LoopNest nest) {
    long samples = nest.axes().stream().filter(Extent.BATCH::equals).count();
    if (samples != 1) {
      return true;
    }
    boolean wide = nest.axes().get(nest.axes().size() - 1) instanceof Extent.Fixed fixed && fixed.size() >= target.lanes();
    return wide && !nest.flat() || new Vectorizer(target).fillsVectors(nest);
  }

  private Tensor temporary(LoopNest nest, Fn fn) {
    Tensor tensor = new Tensor(nextTensor++, fn.name().toLowerCase(Locale.ROOT) + "Values", Tensor.Kind.TEMPORARY, nest.axes(), Math.min(1, nest.axes().size()));
    buffers.add(new Buffer(List.of(tensor)));
    return tensor;
  }
}
