package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.PlanPass;
import dev.nngen.plan.Step;
import dev.nngen.plan.WorkPartitions;
import dev.nngen.plan.WorkPieces;
import dev.nngen.schedule.LoopPass;
import dev.nngen.schedule.ScheduledProgram;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Another set's kernels, all of which are divided among threads that can be, however small they are. */
final class DividedKernels implements KernelSet {

  static final List<KernelSet> ALL = List.of(new DividedKernels(new PlainKernels()), new DividedKernels(new VectorKernels()));

  private final KernelSet kernels;

  DividedKernels(KernelSet kernels) {
    this.kernels = kernels;
  }

  @Override
  public String name() {
    return kernels.name();
  }

  @Override
  public boolean stepsFirst() {
    return kernels.stepsFirst();
  }

  @Override
  public List<PlanPass> planPasses(Types types) {
    return Stream.concat(kernels.planPasses(types).stream(), Stream.of((PlanPass) plan -> WorkPieces.in(plan, product -> isCalled(product, types), 1, 0))).toList();
  }

  @Override
  public Dialect dialect(Types types) {
    return kernels.dialect(types);
  }

  @Override
  public List<LoopPass> passes(Types types) {
    return kernels.passes(types);
  }

  @Override
  public List<LoopPass> straightPasses() {
    return kernels.straightPasses();
  }

  @Override
  public Stream<ScheduledProgram> lower(Kernel kernel, MethodScope scope) {
    return kernels.lower(kernel, scope);
  }

  @Override
  public int samplesTogether() {
    return kernels.samplesTogether();
  }

  @Override
  public Map<Kernel, FusedUpdates.Update> fusedUpdates(Plan plan) {
    return kernels.fusedUpdates(plan);
  }

  @Override
  public CodeBlock body(FusedUpdates.Update update, Kernel kernel, MethodScope scope) {
    return kernels.body(update, kernel, scope);
  }

  @Override
  public WorkPartitions divisions(Plan plan, Map<Kernel, FusedUpdates.Update> fused) {
    Types types = Types.of(plan.model().singlePrecision());
    return new WorkPartitions(plan, product -> isCalled(product, types), fused, 1, 0);
  }

  @Override
  public boolean multiplies(Step step, Types types) {
    return kernels.multiplies(step, types);
  }

  @Override
  public boolean isCalled(MatrixProduct product, Types types) {
    return kernels.isCalled(product, types);
  }

  @Override
  public void addMembers(TypeSpec.Builder type, Plan plan, WorkPartitions divisions) {
    kernels.addMembers(type, plan, divisions);
  }

  @Override
  public String toString() {
    return "divided " + name();
  }
}
