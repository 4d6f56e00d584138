package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Buffer;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.LoopNest.Derived;
import dev.nngen.plan.LoopNest.Reduce;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.LoopNest.Store;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Pads tensors so that sums of products read no entries outside of them: {@code where(0 <= y + i - 1 < 28, X[y + i - 1], 0)} becomes an entry of a
 * copy with zeros around it. The loops of such a sum have no conditions, so it can be a product of matrices ({@link StridedProducts}); other sums
 * stay as they are. If it is cheaper, the sum first runs over other subscripts ({@link Phases}). Copying takes little time compared with the sum. All
 * copies share memory, because a copy is dead when the next one is made.
 */
public final class PaddedCopies {

  /** Maximum size of a copy relative to the tensor. */
  private static final long MOST_GROWTH = 4;

  private final StridedProducts products;
  private int nextTensor;
  /** Copies whose sizes depend on the same run-time sizes share memory. */
  private final Map<List<Extent.Symbol>, List<Tensor>> copies = new LinkedHashMap<>();
  /** The current contents of that memory. */
  private final Map<List<Extent.Symbol>, Copied> current = new LinkedHashMap<>();

  private record Copied(Tensor of, List<Long> before, Tensor copy) {}

  private PaddedCopies(Plan plan, StridedProducts products) {
    this.products = products;
    plan.kernels().forEach(kernel -> kernel.steps().forEach(step -> {
      Accesses.reads(step).forEach(this::count);
      Accesses.writes(step).forEach(this::count);
    }));
  }

  private void count(Tensor tensor) {
    nextTensor = Math.max(nextTensor, tensor.id() + 1);
  }

  /**
   * Returns the plan with padded copies for products that read beyond an edge.
   *
   * @param products the pass that looks for products
   */
  public static Plan in(Plan plan, StridedProducts products) {
    return new PaddedCopies(plan, products).padded(plan);
  }

  private Plan padded(Plan plan) {
    List<Kernel> kernels = new ArrayList<>();
    for (Kernel kernel : plan.kernels()) {
      List<Step> steps = new ArrayList<>();
      current.clear();
      kernel.steps().forEach(step -> steps.addAll(step instanceof LoopNest nest ? sums(nest).stream().flatMap(sum -> padded(sum).stream()).toList() : List.of(step)));
      kernels.add(kernel.withSteps(steps));
    }
    List<Buffer> buffers = new ArrayList<>(plan.buffers());
    copies.values().forEach(tensors -> buffers.add(new Buffer(tensors)));
    return plan.with(kernels, buffers);
  }

  /** Returns a nest for each sum of the given nest, if one of them is a product. */
  private List<LoopNest> sums(LoopNest nest) {
    boolean apart = nest.effects().size() > 1 && nest.effects().stream().allMatch(effect -> effect instanceof Reduce sum && sum.reduction() == Reduction.SUM)
        && nest.effects().stream().noneMatch(effect -> Accesses.reads(nest).contains(effect.to()));
    List<LoopNest> sums = apart ? nest.effects().stream().map(effect -> FunctionSplit.alone(nest, effect)).toList() : List.of(nest);
    return sums.size() > 1 && sums.stream().anyMatch(sum -> GuardedSum.of(sum).flatMap(this::cheapest).isPresent()) ? sums : List.of(nest);
  }

  /** Returns the nest or the products that replace it, after nests that copy their operands. */
  private List<Step> padded(LoopNest nest) {
    List<Step> steps = GuardedSum.of(nest).flatMap(sum -> cheapest(sum).filter(attempt -> !sum.conditions().isEmpty() || !attempt.parts().equals(List.of(sum)))).map(this::written)
        .orElse(List.of(nest));
    Set<Tensor> written = Accesses.writes(steps.get(steps.size() - 1));
    current.values().removeIf(copied -> written.contains(copied.of));
    return steps;
  }

  /** Products that make up a sum, and the copies that they read. */
  private record Attempt(List<GuardedSum> parts, List<LoopNest> nests, Map<Tensor, Copied> copies, double cycles) {}

  private Optional<Attempt> cheapest(GuardedSum sum) {
    List<GuardedSum> phases = phases(sum);
    return Stream.of(List.of(sum), phases, phases.stream().map(PaddedCopies::turned).toList()).distinct().flatMap(parts -> attempt(parts).stream())
        .min(Comparator.comparingDouble(Attempt::cycles));
  }

  /** Returns the parts of a sum, in which no position has a coefficient that makes most terms 0. */
  private static List<GuardedSum> phases(GuardedSum sum) {
    Optional<Phases> strided = IntStream.range(0, sum.nest().axes().size()).boxed().flatMap(axis -> Phases.of(sum, axis).stream()).filter(Phases::areFewer).findFirst();
    return strided.map(phases -> phases.sums().stream().flatMap(part -> phases(part).stream()).toList()).orElse(List.of(sum));
  }

  /** Returns the sum over the subscripts of the other factor instead of all positions that they can replace. */
  private static GuardedSum turned(GuardedSum sum) {
    GuardedSum turned = sum;
    for (int axis = 0; axis < sum.nest().axes().size(); axis++) {
      turned = Phases.of(turned, axis).filter(phases -> !phases.isStrided()).map(phases -> phases.sums().get(0)).orElse(turned);
    }
    return turned;
  }

  /** Returns the products; empty if not all of the sums are products. */
  private Optional<Attempt> attempt(List<GuardedSum> parts) {
    List<List<Margins>> margins = new ArrayList<>();
    for (GuardedSum sum : parts) {
      List<Margins> found = sum.factors().stream().flatMap(load -> Margins.of(sum, load).stream()).toList();
      Set<Relation.Affine> met = new LinkedHashSet<>();
      found.forEach(margin -> met.addAll(margin.conditions()));
      if (found.size() < 2 || !met.equals(sum.conditions())) {
        return Optional.empty();
      }
      margins.add(found);
    }
    Map<Tensor, Margins> widest = new LinkedHashMap<>();
    margins.stream().flatMap(List::stream).filter(margin -> !margin.isNone()).forEach(margin -> widest.merge(margin.tensor(), margin, Margins::joined));
    Map<Tensor, Copied> made = new LinkedHashMap<>();
    widest.forEach((tensor, margin) -> made.put(tensor, copy(margin)));
    List<LoopNest> nests = IntStream.range(0, parts.size()).mapToObj(k -> nest(parts.get(k), margins.get(k), made)).toList();
    List<Optional<Double>> cycles = nests.stream().map(nest -> products.cycles(NestLowering.lower(nest, Set.of(), LoopDomain.WHOLE, new Variable.Source()))).toList();
    boolean fits = !nests.isEmpty() && widest.values().stream().allMatch(PaddedCopies::isSmall) && !cycles.contains(Optional.<Double>empty())
        && made.values().stream().map(copied -> copied.copy().openDims()).distinct().count() == made.size();
    return fits ? Optional.of(new Attempt(parts, nests, made, cycles.stream().mapToDouble(Optional::get).sum())) : Optional.empty();
  }

  private static LoopNest nest(GuardedSum sum, List<Margins> margins, Map<Tensor, Copied> made) {
    List<Derived> derived = new ArrayList<>(sum.nest().derived());
    List<Scalar.Load> factors = new ArrayList<>();
    for (Margins margin : margins) {
      Optional<Copied> copied = Optional.ofNullable(made.get(margin.tensor()));
      factors.add(copied.isEmpty() ? margin.load() : new Scalar.Load(copied.get().copy(), IntStream.range(0, margin.tensor().rank())
          .mapToObj(dim -> position(sum, margin.load().at().get(dim), copied.get().before.get(dim), derived)).toList()));
    }
    return sum.with(derived, factors);
  }

  private List<Step> written(Attempt attempt) {
    List<Step> steps = new ArrayList<>();
    attempt.copies().values().forEach(copied -> steps.addAll(store(copied)));
    if (attempt.parts().get(0).isPart()) {
      steps.add(zeros(attempt.parts().get(0).sum().to()));
    }
    steps.addAll(attempt.nests());
    return steps;
  }

  private static boolean isSmall(Margins margins) {
    return fixedSize(margins.dims()) <= MOST_GROWTH * fixedSize(margins.tensor().dims());
  }

  private static long fixedSize(List<Extent> dims) {
    return dims.stream().mapToLong(dim -> dim instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
  }

  /** Returns an existing copy or a new one. */
  private Copied copy(Margins margins) {
    Tensor tensor = margins.tensor();
    Tensor copy = new Tensor(nextTensor++, tensor.nameAfter("padded"), Tensor.Kind.TEMPORARY, margins.dims(), tensor.split());
    Copied known = current.get(copy.openDims());
    boolean fits = known != null && known.of.equals(tensor) && known.before.equals(margins.before()) && known.copy.dims().equals(margins.dims());
    return fits ? known : new Copied(tensor, margins.before(), copy);
  }

  /** Returns the position in the nest of a subscript of the copy. */
  private static int position(GuardedSum sum, int position, long before, List<Derived> derived) {
    if (before == 0) {
      return position;
    }
    derived.add(new Derived(sum.subscript(position).orElseThrow().plus(Relation.Affine.constant(before)), 1, 0));
    return sum.nest().axes().size() + derived.size() - 1;
  }

  /** Returns the nests that make the copy, unless it exists: zeros, then the entries inside them. */
  private List<Step> store(Copied copied) {
    Tensor copy = copied.copy();
    if (copied.equals(current.put(copy.openDims(), copied))) {
      return List.of();
    }
    copies.computeIfAbsent(copy.openDims(), any -> new ArrayList<>()).add(copy);
    List<Derived> derived = new ArrayList<>();
    List<Integer> at = new ArrayList<>();
    for (int dim = 0; dim < copy.rank(); dim++) {
      long before = copied.before.get(dim);
      at.add(before > 0 ? copy.rank() + derived.size() : dim);
      if (before > 0) {
        derived.add(new Derived(Relation.Affine.axis(dim).plus(Relation.Affine.constant(before)), 1, 0));
      }
    }
    return List.of(zeros(copy), new LoopNest(copied.of.dims(), derived, false, List.of(), List.of(new Store(copy, at, new Scalar.Load(copied.of, all(copy))))));
  }

  private static LoopNest zeros(Tensor tensor) {
    return new LoopNest(tensor.dims(), true, List.of(), List.of(new Store(tensor, all(tensor), new Scalar.Number(Rational.ZERO))));
  }

  private static List<Integer> all(Tensor tensor) {
    return IntStream.range(0, tensor.rank()).boxed().toList();
  }
}
