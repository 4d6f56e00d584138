package dev.nngen.codegen;

import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.PlanPass;
import dev.nngen.plan.Step;
import dev.nngen.plan.WorkPieces;
import dev.nngen.schedule.IndexSetSplitting;
import dev.nngen.schedule.IndexSharing;
import dev.nngen.schedule.InnermostSums;
import dev.nngen.schedule.LoopJoining;
import dev.nngen.schedule.LoopPass;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.PaddedCopies;
import dev.nngen.schedule.ProductLoops;
import dev.nngen.schedule.StridedProducts;
import java.util.List;

/**
 * Computes everything in Java loops that HotSpot vectorizes without any flag. Small products are inline loops; others call the nested class
 * {@code Products}.
 */
public final class PlainKernels extends ShapedKernels {

  private static final StridedProducts STRIDED = new StridedProducts(StridedProducts.Calls.PANELS);

  public PlainKernels() {
    this(KernelCost.MEASURED);
  }

  PlainKernels(KernelCost cost) {
    super(cost);
  }

  @Override
  public String name() {
    return "plain";
  }

  /** Pads arrays that are read beyond their end with zeros, and writes small products as loops. */
  @Override
  public List<PlanPass> planPasses(Types types) {
    return List.of(plan -> PaddedCopies.in(plan, STRIDED), plan -> ProductLoops.inPlaceOf(plan, product -> !cost.isWorthACall(product)),
        plan -> WorkPieces.in(plan, product -> isCalled(product, types)));
  }

  @Override
  public List<LoopPass> passes(Types types) {
    return List.of(STRIDED, new IndexSetSplitting(), new LoopJoining(), new InnermostSums(), new IndexSharing());
  }

  @Override
  List<LoopProgram> lower(List<Step> steps, Kernel kernel, MethodScope scope) {
    return steps.stream().map(step -> {
      scope.atStep(kernel.steps().indexOf(step));
      return new StepLowering(kernel.locals(), scope).of(step);
    }).toList();
  }

  @Override
  public boolean isCalled(MatrixProduct product, Types types) {
    return cost.isWorthACall(product);
  }

  @Override
  StridedProducts strided() {
    return STRIDED;
  }

  @Override
  NumberFunctions functions(Types types) {
    return NumberFunctions.byRationals(types);
  }

  @Override
  TypeSpec products(Plan plan, Types types, boolean divided) {
    return new PlainProducts(types, hasStrides(plan), divided).type();
  }
}
