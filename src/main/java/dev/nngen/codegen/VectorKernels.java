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
public final class VectorKernels extends ShapedKernels {

  @Override
  public String name() {
    return "vector";
  }

  /** Small products as loops, and functions in loops of their own. */
  @Override
  public Plan adapt(Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    Plan split = new FunctionNests(plan, KernelCost.SLOW, VectorTypes.mostLanes(types)).split(isCalled(plan));
    return ProductLoops.inPlaceOf(split, product -> !isCalled(product, types) && !SmallProduct.isBest(product, types));
  }

  /** Small nests that fill no vectors, unless they run on the blocks of a product. */
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
  CodeBlock steps(List<Step> steps, Kernel kernel, MethodScope scope) {
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
  public int samplesTogether() {
    return VectorTypes.mostLanes(Types.of(true));
  }

  @Override
  public Map<Kernel, FusedUpdates.Update> fusedUpdates(Plan plan) {
    Types types = Types.of(plan.model().singlePrecision());
    Map<Kernel, FusedUpdates.Update> updates = FusedUpdates.find(plan, isCalled(plan));
    updates.values().removeIf(update -> !LoopWriter.runsOnBlocks(update.epilogue(), types));
    return updates;
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
    super.addMembers(type, plan, divisions);
  }

  @Override
  NumberFunctions functions(Types types) {
    return NumberFunctions.byVectors(types);
  }

  @Override
  TypeSpec products(Plan plan, Types types, boolean divided) {
    return new VectorProducts(types, plan, divided).type();
  }
}
