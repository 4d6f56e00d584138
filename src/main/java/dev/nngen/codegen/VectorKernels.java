package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Divisions;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Products and loops with {@code jdk.incubator.vector}, which javac and java need {@code --add-modules} for. What vectors
 * cannot do is done in plain loops. Unlike the other sets, the code allocates until HotSpot has compiled it.
 */
public final class VectorKernels implements KernelSet {

  @Override
  public String name() {
    return "vector";
  }

  /** Small products as loops, and functions in loops of their own. */
  @Override
  public Plan adapt(Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    Plan split = new FunctionNests(plan, KernelCost.SLOW, VectorTypes.mostLanes(types)).split(product -> isCalled(product, types));
    return ProductLoops.inPlaceOf(split, product -> !isCalled(product, types) && !SmallProduct.isBest(product, types));
  }

  @Override
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    NumberFunctions functions = NumberFunctions.byVectors(scope.types());
    for (StraightRuns.Run run : StraightRuns.of(kernel.steps(), straight(kernel, scope), scope)) {
      code.add(run.straight() ? StraightCode.write(run.nests(), kernel.locals(), functions, scope)
          : steps(run.steps(), kernel, scope));
    }
    return code.build();
  }

  /** Small nests that fill no vectors, unless they run on the blocks of a product. */
  private Predicate<LoopNest> straight(Kernel kernel, MethodScope scope) {
    List<Step> steps = kernel.steps();
    Set<Step> onBlocks = new HashSet<>();
    for (int s = 1; s < steps.size(); s++) {
      if (steps.get(s - 1) instanceof MatrixProduct product && isCalled(product, scope.types())) {
        onBlocks.add(steps.get(s));
      }
    }
    int lanes = VectorTypes.mostLanes(scope.types());
    return nest -> scope.allowsStraightCode() && !onBlocks.contains(nest) && KernelCost.isStraight(nest, lanes);
  }

  private CodeBlock steps(List<Step> steps, Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (int s = 0; s < steps.size(); s++) {
      scope.atStep(kernel.steps().indexOf(steps.get(s)));
      Optional<CodeBlock> fused = s + 1 < steps.size() ? fused(steps.get(s), steps.get(s + 1), kernel.locals(), scope) : Optional.empty();
      code.add(fused.isPresent() ? fused.get() : step(steps.get(s), kernel.locals(), scope));
      s += fused.isPresent() ? 1 : 0;
    }
    return code.build();
  }

  private CodeBlock step(Step step, Set<Tensor> locals, MethodScope scope) {
    if (step instanceof LoopNest nest) {
      return LoopWriter.writeVectors(nest, locals, scope);
    }
    MatrixProduct product = (MatrixProduct) step;
    return isCalled(product, scope.types()) ? EjmlKernels.product(product, CodeBlock.of("$L", scope.products()), scope)
        : SmallProduct.write(product, scope).orElseThrow();
  }

  /** {@inheritDoc} That is, neither straight code nor plain loops are best for it. */
  @Override
  public boolean isCalled(MatrixProduct product, Types types) {
    return KernelCost.isWorthACall(product) && !SmallProduct.isBest(product, types);
  }

  /** A product together with the nest that follows it, where the one can run on the blocks of the other. */
  private Optional<CodeBlock> fused(Step first, Step second, Set<Tensor> locals, MethodScope scope) {
    boolean pair = first instanceof MatrixProduct product && isCalled(product, scope.types()) && second instanceof LoopNest;
    return pair ? scope.epilogues().find((MatrixProduct) first, (LoopNest) second)
        .flatMap(epilogue -> LoopWriter.writeBlocks(epilogue, locals, scope)) : Optional.empty();
  }

  @Override
  public boolean keepsPowers() {
    return true;
  }

  @Override
  public boolean runsAtOnce(List<Kernel> kernels) {
    return KernelCost.runsAtOnce(kernels);
  }

  @Override
  public boolean updatesOneByOne(List<Tensor> parameters) {
    return KernelCost.areFew(parameters);
  }

  @Override
  public int samplesTogether() {
    return VectorTypes.mostLanes(Types.of(true));
  }

  @Override
  public Map<Kernel, FusedUpdates.Update> fusedUpdates(Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    Map<Kernel, FusedUpdates.Update> updates = FusedUpdates.find(plan, product -> isCalled(product, types));
    updates.values().removeIf(update -> !LoopWriter.runsOnBlocks(update.epilogue(), types));
    return updates;
  }

  @Override
  public Divisions divisions(Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    return new Divisions(plan, product -> isCalled(product, types), fusedUpdates(plan));
  }

  @Override
  public CodeBlock body(FusedUpdates.Update update, MethodScope scope) {
    return LoopWriter.writeBlocks(update.epilogue(), Set.of(), scope).orElseThrow();
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan, Divisions divisions) {
    Types types = Types.of(plan.model().singlePrecision());
    VectorTypes.of(types).addConstants(type);
    SmallProduct.addMemory(type, plan, types);
    NumberFunctions.byVectors(types).addTo(type, plan, "Functions of one number through a short vector, which is faster than {@code Math}, "
        + "and gives\nwhat longer vectors give.\n");
    if (KernelCost.hasCalls(plan, product -> isCalled(product, types))) {
      ProductMethods.addInstance(type, new VectorProducts(types, plan, divisions.gain()).type(), divisions.gain());
    }
  }
}
