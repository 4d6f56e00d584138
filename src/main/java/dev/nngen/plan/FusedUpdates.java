package dev.nngen.plan;

import dev.nngen.ir.Extent;
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
 * Finds parameters that a training step can update block by block while it computes their gradients, which then are never stored. This requires an
 * optimizer that treats every entry of every parameter alike and reads nothing else (such as a norm of all gradients), and a gradient that is a
 * product of matrices, scheduled after all other readers of the parameter.
 */
public final class FusedUpdates {

  /** Minimum size of a gradient in bytes. A smaller gradient stays in the second-level cache until its update. */
  private static final long LARGE = 1 << 20;

  private static final List<Integer> ENTRY = List.of(0, 1);

  private final Plan plan;
  private final Epilogues epilogues;
  /**
   * Minimum number of entries of a table for each term that a sample adds to it. A term takes 25 times as long as the update of an entry that is not
   * selected, because it accesses memory in random order; this is that number for a batch of 80.
   */
  private static final long ENTRIES_PER_TERM = 2_000;

  /** The updates that can be fused, by the parameter's index. */
  private final Map<Integer, EntrywiseUpdate> entrywise = new HashMap<>();
  /** The parameter's index by its gradient. */
  private final Map<Tensor, Integer> ofGradients = new HashMap<>();

  private FusedUpdates(Plan plan) {
    this.plan = plan;
    this.epilogues = new Epilogues(plan);
    plan.gradients().forEach((parameter, gradient) -> ofGradients.putIfAbsent(gradient, parameter));
    for (int k = 0; k < plan.updates().size(); k++) {
      List<Integer> parameters = plan.updates().get(k).parameters();
      EntrywiseUpdate.of(plan, k).ifPresent(update -> parameters.forEach(parameter -> entrywise.put(parameter, update)));
    }
  }

  /** An update that a training step makes while it computes the gradient. */
  public sealed interface Update {
    /** Returns the parameter's index among the plan's parameters. */
    int parameter();

    /** Returns the steps that compute the gradient, or whose loops are those of the update. */
    List<Step> steps();
  }

  /** An update fused into the product that computes its gradient. */
  public record OfProduct(int parameter, ProductEpilogue epilogue) implements Update {
    @Override
    public List<Step> steps() {
      return List.of(epilogue.product(), epilogue.nest());
    }
  }

  /**
   * An update of the entries to which data-dependent sums are added, for an optimizer that changes no entry whose gradient is 0.
   *
   * @param steps those of the kernel, of which the last adds up the gradient
   * @param update the update of all entries
   */
  public record OfEntries(int parameter, List<Step> steps, LoopNest update) implements Update {
    public OfEntries {
      steps = List.copyOf(steps);
    }

    /** Returns the steps before the sums. */
    public List<Step> before() {
      return steps.subList(0, steps.size() - 1);
    }

    /** Returns the nest that adds up the gradient. */
    public LoopNest sums() {
      return (LoopNest) steps.get(steps.size() - 1);
    }
  }

  /**
   * Returns the updates by the kernel that they replace; empty if none can be fused.
   *
   * @param isWorthIt true for updates that are faster than those of a stored gradient
   */
  public static Map<Kernel, Update> find(Plan plan, Predicate<Update> isWorthIt) {
    Map<Kernel, Update> updates = new LinkedHashMap<>();
    FusedUpdates fused = new FusedUpdates(plan);
    for (int loss = 0; loss < plan.losses().size() && !fused.entrywise.isEmpty(); loss++) {
      fused.findAll(loss, isWorthIt, updates);
    }
    return updates;
  }

  private void findAll(int loss, Predicate<Update> isWorthIt, Map<Kernel, Update> updates) {
    List<Kernel> kernels = plan.kernels(EntryPoint.gradients(loss));
    Map<Tensor, Integer> readers = new HashMap<>();
    Stream.concat(kernels.stream(), plan.kernels(EntryPoint.states(loss)).stream())
        .forEach(kernel -> reads(kernel).forEach(tensor -> readers.merge(tensor, 1, Integer::sum)));
    Set<Tensor> readLater = new HashSet<>();
    plan.kernels(EntryPoint.states(loss)).forEach(kernel -> readLater.addAll(reads(kernel)));
    for (int k = kernels.size() - 1; k >= 0; k--) {
      Kernel kernel = kernels.get(k);
      Optional<Update> update = find(kernel).filter(isWorthIt).filter(found -> !readLater.contains(parameter(found))
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

  /** Returns the index of the parameter that the tensor is the gradient of; -1 if it is not a gradient. */
  private int parameterOf(Tensor tensor) {
    return ofGradients.getOrDefault(tensor, -1);
  }

  private Tensor parameter(Update update) {
    return plan.parameters().get(update.parameter());
  }

  /** Returns the update that replaces a kernel that computes a gradient. */
  private Optional<Update> find(Kernel kernel) {
    return ofProduct(kernel).or(() -> ofEntries(kernel));
  }

  /** Matches a kernel whose last step adds terms to entries of a gradient that data select. */
  private Optional<Update> ofEntries(Kernel kernel) {
    List<Step> steps = kernel.steps();
    if (!(steps.get(steps.size() - 1) instanceof LoopNest sums) || sums.effects().size() != 1 || !(sums.effects().get(0) instanceof LoopNest.Scatter scatter)) {
      return Optional.empty();
    }
    int parameter = parameterOf(scatter.to());
    boolean large = ENTRIES_PER_TERM * terms(sums) <= scatter.to().fixedSize();
    boolean before = steps.subList(0, steps.size() - 1).stream().allMatch(step -> !Accesses.reads(step).contains(scatter.to()) && !Accesses.writes(step).contains(scatter.to()));
    return large && before && entrywise.containsKey(parameter) && entrywise.get(parameter).keepsEntriesWithoutGradient()
        ? Optional.of(new OfEntries(parameter, steps, entrywise.get(parameter).nest(parameter))) : Optional.empty();
  }

  /** Returns the number of terms that a sample adds. */
  private static long terms(LoopNest nest) {
    return nest.axes().stream().mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
  }

  /** Matches a kernel that consists of a product, or of a product and a loop nest that computes the gradient from it. */
  private Optional<Update> ofProduct(Kernel kernel) {
    List<Step> steps = kernel.steps();
    if (steps.size() > 2 || !(steps.get(0) instanceof MatrixProduct product)) {
      return Optional.empty();
    }
    if (steps.size() == 1) {
      int parameter = parameterOf(product.to());
      return !entrywise.containsKey(parameter) ? Optional.empty()
          : fuse(parameter, product, entrywise.get(parameter).nest(parameter, List.of(), true, new Scalar.Load(product.to(), ENTRY)));
    }
    boolean makesGradient = steps.get(1) instanceof LoopNest nest && nest.effects().size() == 1
        && nest.effects().get(0) instanceof LoopNest.Store store && entrywise.containsKey(parameterOf(store.to()));
    if (!makesGradient || epilogues.find(product, (LoopNest) steps.get(1)).isEmpty()) {
      return Optional.empty();
    }
    LoopNest nest = (LoopNest) steps.get(1);
    LoopNest.Effect gradient = nest.effects().get(0);
    int parameter = parameterOf(gradient.to());
    return fuse(parameter, product, entrywise.get(parameter).nest(parameter, nest.lets(), nest.flat(), gradient.value()));
  }

  /** Returns the update fused into a product that has no other reader. */
  private Optional<Update> fuse(int parameter, MatrixProduct product, LoopNest nest) {
    boolean alone = product.to().equals(plan.gradients().get(parameter)) || product.to().kind() == Tensor.Kind.TEMPORARY;
    return epilogues.find(product, nest)
        .filter(epilogue -> alone && (!epilogue.isStored() || product.to().kind() == Tensor.Kind.GRADIENT))
        .map(epilogue -> new OfProduct(parameter, new ProductEpilogue(product, nest, false)));
  }

  /** Whether the gradient would leave the nearer caches before all others are computed. */
  public static boolean isLarge(Tensor gradient, boolean singlePrecision) {
    boolean matrix = gradient.rank() == 2 && !gradient.isOpen();
    return matrix && gradient.fixedSize() * (singlePrecision ? Float.BYTES : Double.BYTES) >= LARGE;
  }
}
