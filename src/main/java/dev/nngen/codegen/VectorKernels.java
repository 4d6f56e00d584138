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
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Products and loops with {@code jdk.incubator.vector}, which javac and java need {@code --add-modules} for. What vectors
 * cannot do is done in plain loops. Unlike the other sets, the code allocates until HotSpot has compiled it.
 */
public final class VectorKernels implements KernelSet {

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public CodeBlock body(Kernel kernel, MethodScope scope) {
    CodeBlock.Builder code = CodeBlock.builder();
    for (int s = 0; s < kernel.steps().size(); s++) {
      int at = s;
      scope.atStep(s);
      Optional<CodeBlock> fused = fused(kernel, s, scope);
      code.add(fused.orElseGet(() -> step(kernel, at, scope)));
      s += fused.isPresent() ? 1 : 0;
    }
    return code.build();
  }

  private CodeBlock step(Kernel kernel, int s, MethodScope scope) {
    Step step = kernel.steps().get(s);
    if (!(step instanceof MatrixProduct product)) {
      CodeBlock.Builder code = CodeBlock.builder();
      FunctionSplit.of((LoopNest) step, VectorTypes.mostLanes(scope.types()), scope::overlap)
          .forEach(nest -> code.add(LoopWriter.writeVectors(nest, kernel.locals(), scope)));
      return code.build();
    }
    return isCalled(product, scope.types()) ? EjmlKernels.product(product, CodeBlock.of("$L", scope.products()), scope)
        : SmallProduct.write(product, scope)
            .orElseGet(() -> LoopWriter.writeVectors(ProductCost.loops(product), kernel.locals(), scope));
  }

  /** {@inheritDoc} That is, neither straight code nor plain loops are best for it. */
  @Override
  public boolean isCalled(MatrixProduct product, Types types) {
    return ProductCost.isWorthACall(product) && !SmallProduct.isBest(product, types);
  }

  /** A product together with the nest that follows it, where the one can run on the blocks of the other. */
  private Optional<CodeBlock> fused(Kernel kernel, int s, MethodScope scope) {
    boolean pair = s + 1 < kernel.steps().size() && kernel.steps().get(s) instanceof MatrixProduct
        && kernel.steps().get(s + 1) instanceof LoopNest;
    if (!pair || !isCalled((MatrixProduct) kernel.steps().get(s), scope.types())) {
      return Optional.empty();
    }
    return scope.epilogues().find((MatrixProduct) kernel.steps().get(s), (LoopNest) kernel.steps().get(s + 1))
        .flatMap(epilogue -> LoopWriter.writeBlocks(epilogue, kernel.locals(), scope));
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
    if (ProductCost.hasCalls(plan, product -> isCalled(product, types))) {
      ProductMethods.addInstance(type, new VectorProducts(types, plan, divisions.gain()).type(), divisions.gain());
    }
  }
}
