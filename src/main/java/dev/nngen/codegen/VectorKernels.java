package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.PlanPass;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.WorkPartitions;
import dev.nngen.plan.WorkPieces;
import dev.nngen.schedule.FunctionNests;
import dev.nngen.schedule.GatherTiling;
import dev.nngen.schedule.IndexSetSplitting;
import dev.nngen.schedule.IndexSharing;
import dev.nngen.schedule.InnermostSums;
import dev.nngen.schedule.LoopJoining;
import dev.nngen.schedule.LoopPass;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.MethodOutlining;
import dev.nngen.schedule.PaddedCopies;
import dev.nngen.schedule.ProductLoops;
import dev.nngen.schedule.ProductLowering;
import dev.nngen.schedule.RowTiling;
import dev.nngen.schedule.SmallShape;
import dev.nngen.schedule.StridedProducts;
import dev.nngen.schedule.Target;
import dev.nngen.schedule.Unroller;
import dev.nngen.schedule.Vectorizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.lang.model.element.Modifier;

/**
 * Computes products and loops with {@code jdk.incubator.vector}, for which javac and java need {@code --add-modules}. Operations that vectors do not
 * have are done in plain loops. Unlike the other sets, the code allocates until HotSpot has compiled it.
 */
public final class VectorKernels extends ShapedKernels {

  private static final StridedProducts STRIDED = new StridedProducts(StridedProducts.Calls.ANY_STRIDES);

  public VectorKernels() {
    this(KernelCost.MEASURED);
  }

  VectorKernels(KernelCost cost) {
    super(cost);
  }

  @Override
  public String name() {
    return "vector";
  }

  /**
   * Pads arrays that are read beyond their end with zeros, moves functions to loops of their own, writes small products as loops, and splits methods
   * to the size that HotSpot compiles and into parts that threads divide.
   */
  @Override
  public List<PlanPass> planPasses(Types types) {
    return List.of(
        plan -> PaddedCopies.in(plan, STRIDED),
        plan -> new FunctionNests(plan, VectorTypes.target(types)).split(product -> isCalled(product, types)),
        plan -> ProductLoops.inPlaceOf(plan, product -> !isCalled(product, types) && !isSmall(product, types)),
        KernelSplitter::split,
        plan -> WorkPieces.in(plan, product -> isCalled(product, types)));
  }

  /** Returns a predicate for small nests that fill no vectors and do not run on the blocks of a product. */
  @Override
  Predicate<LoopNest> straight(Kernel kernel, MethodScope scope) {
    List<Step> steps = kernel.steps();
    Set<Step> onBlocks = new HashSet<>();
    for (int s = 1; s < steps.size(); s++) {
      if (steps.get(s - 1) instanceof MatrixProduct product && isCalled(product, scope.types())) {
        onBlocks.add(steps.get(s));
      }
    }
    return super.straight(kernel, scope).and(nest -> !onBlocks.contains(nest));
  }

  @Override
  public List<LoopPass> passes(Types types) {
    return List.of(new RowTiling(), STRIDED, new IndexSetSplitting(), new LoopJoining(), new GatherTiling(), new InnermostSums(), vectorizer(types), new Unroller(), new IndexSharing(), new MethodOutlining());
  }

  @Override
  List<LoopProgram> lower(List<Step> steps, Kernel kernel, MethodScope scope) {
    List<LoopProgram> programs = new ArrayList<>();
    for (int s = 0; s < steps.size(); s++) {
      scope.atStep(kernel.steps().indexOf(steps.get(s)));
      Optional<LoopProgram> fused = s + 1 < steps.size() ? fused(steps.get(s), steps.get(s + 1), kernel.locals(), scope) : Optional.empty();
      programs.add(fused.isPresent() ? fused.get() : lower(steps.get(s), kernel.locals(), scope));
      s += fused.isPresent() ? 1 : 0;
    }
    return programs;
  }

  private static Vectorizer vectorizer(Types types) {
    return new Vectorizer(VectorTypes.target(types));
  }

  private LoopProgram lower(Step step, Set<Tensor> locals, MethodScope scope) {
    StepLowering lowering = new StepLowering(locals, scope);
    return step instanceof MatrixProduct product && isSmall(product, scope.types()) ? lowering.of(product, VectorTypes.target(scope.types()))
        : lowering.of(step);
  }

  /** {@inheritDoc} This holds if neither straight-line code nor plain loops are faster. */
  @Override
  public boolean isCalled(MatrixProduct product, Types types) {
    return cost.isWorthACall(product) && !isSmall(product, types);
  }

  private boolean isSmall(MatrixProduct product, Types types) {
    return SmallShape.of(product, VectorTypes.target(types)).filter(cost::isWorthVectors).isPresent();
  }

  /** Returns a product fused with the nest after it, if the nest can run on the product's blocks or vectors. */
  private Optional<LoopProgram> fused(Step first, Step second, Set<Tensor> locals, MethodScope scope) {
    return first instanceof MatrixProduct product && second instanceof LoopNest nest ? scope.epilogues().find(product, nest)
        .filter(pair -> runsOnParts(pair, scope.types())).map(pair -> lower(pair, locals, scope)) : Optional.empty();
  }

  private LoopProgram lower(ProductEpilogue pair, Set<Tensor> locals, MethodScope scope) {
    StepLowering lowering = new StepLowering(locals, scope);
    return isCalled(pair.product(), scope.types()) ? lowering.of(pair) : lowering.of(pair, VectorTypes.target(scope.types()));
  }

  @Override
  public int samplesTogether() {
    return VectorTypes.mostLanes(Types.of(true));
  }

  /** {@inheritDoc} These are also updates of large gradients, block by block, and of small networks, vector by vector. */
  @Override
  public Map<Kernel, FusedUpdates.Update> fusedUpdates(Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    return FusedUpdates.find(plan, update -> !(update instanceof FusedUpdates.OfProduct fused) || isWorthIt(fused.epilogue(), plan, types) && runsOnParts(fused.epilogue(), types));
  }

  private boolean isWorthIt(ProductEpilogue pair, Plan plan, Types types) {
    return isCalled(pair.product(), types) ? FusedUpdates.isLarge(pair.product().to(), types.single()) : updatesOneByOne(plan.parameters());
  }

  /** Whether the nest can run on the blocks or the vectors of the product. */
  private boolean runsOnParts(ProductEpilogue pair, Types types) {
    return isCalled(pair.product(), types) ? vectorizer(types).isPossible(pair.nest())
        : ProductLowering.fits(pair, VectorTypes.target(types));
  }

  @Override
  public CodeBlock body(FusedUpdates.Update update, Kernel kernel, MethodScope scope) {
    if (!(update instanceof FusedUpdates.OfProduct fused)) {
      return super.body(update, kernel, scope);
    }
    LoopProgram program = lower(fused.epilogue(), Set.of(), scope);
    return LoopJava.write(program.run(passes(scope.types())), Set.of(), dialect(scope.types()), scope);
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan, WorkPartitions divisions) {
    Types types = Types.of(plan.model().singlePrecision());
    VectorTypes.of(types).addConstants(type);
    addScratch(type, plan, types);
    super.addMembers(type, plan, divisions);
  }

  /** Adds the arrays that small products use temporarily. */
  private void addScratch(TypeSpec.Builder type, Plan plan, Types types) {
    Target target = VectorTypes.target(types);
    List<SmallShape> shapes = plan.kernels().stream().flatMap(kernel -> kernel.steps().stream())
        .filter(step -> step instanceof MatrixProduct product && isSmall(product, types))
        .map(step -> SmallShape.of((MatrixProduct) step, target).orElseThrow()).toList();
    int panel = shapes.stream().mapToInt(shape -> shape.panelSize(target)).max().orElse(0);
    if (panel > 0) {
      type.addField(scratch("panel", panel, types, "A copy of a factor that has rows too short for vectors or is used transposed.\n"));
    }
    if (shapes.stream().anyMatch(SmallShape::staged)) {
      type.addField(scratch(SmallShape.STAGED.name(), SmallShape.stagedSize(target), types, "Vectors whose entries are then stored to addresses that are not contiguous.\n"));
    }
  }

  private static FieldSpec scratch(String name, int size, Types types, String text) {
    return FieldSpec.builder(types.reals(), name, Modifier.PRIVATE, Modifier.FINAL).initializer("new $T[$L]", types.real(), size)
        .addJavadoc(text).build();
  }

  @Override
  StridedProducts strided() {
    return STRIDED;
  }

  @Override
  NumberFunctions functions(Types types) {
    return NumberFunctions.byVectors(types);
  }

  @Override
  TypeSpec products(Plan plan, Types types, boolean divided) {
    return new VectorProducts(types, new ProductSizes(plan, isCalled(plan), hasStrides(plan)), divided).type();
  }
}
