package dev.nngen.codegen;

import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.PlanPass;
import dev.nngen.plan.WorkPartitions;
import dev.nngen.schedule.IndexSharing;
import dev.nngen.schedule.Instruction.Multiply;
import dev.nngen.schedule.LoopPass;
import dev.nngen.schedule.PaddedCopies;
import dev.nngen.schedule.ScheduledProgram;
import dev.nngen.schedule.StridedProducts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Computes products of matrices by EJML and everything else in loops over EJML's arrays. It calls only those of EJML's methods that do not allocate.
 */
public final class EjmlKernels implements KernelSet {

  private static final StridedProducts FOLDED = new StridedProducts(StridedProducts.Calls.MATRICES);

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public Dialect dialect(Types types) {
    return new Dialect(NumberFunctions.NONE, Optional.of(types.operations()));
  }

  /** Pads arrays that are read beyond their end with zeros, and adds memory for copies of factors that are not whole matrices. */
  @Override
  public List<PlanPass> planPasses(Types types) {
    return List.of(plan -> PaddedCopies.in(plan, FOLDED), FOLDED::withCopies);
  }

  @Override
  public List<LoopPass> passes(Types types) {
    return List.of(FOLDED, new IndexSharing());
  }

  @Override
  public Stream<ScheduledProgram> lower(Kernel kernel, MethodScope scope) {
    return kernel.steps().stream().map(step -> new ScheduledProgram(new StepLowering(kernel.locals(), scope).of(step), passes(scope.types())));
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan, WorkPartitions divisions) {
    List<Multiply> products = plan.kernels().stream().flatMap(kernel -> kernel.steps().stream()).flatMap(step -> FOLDED.matrices(step).stream()).toList();
    FoldedMatrices.addTo(type, products, Types.of(plan.model().singlePrecision()));
  }
}
