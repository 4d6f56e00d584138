package dev.nngen.codegen;

import dev.nngen.plan.Kernel;
import dev.nngen.schedule.IndexSharing;
import dev.nngen.schedule.LoopPass;
import dev.nngen.schedule.ScheduledProgram;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Computes products of matrices by EJML and everything else in loops over EJML's arrays. It calls only those of EJML's methods that do not allocate.
 */
public final class EjmlKernels implements KernelSet {

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public Dialect dialect(Types types) {
    return new Dialect(NumberFunctions.NONE, Optional.of(types.operations()));
  }

  @Override
  public List<LoopPass> passes(Types types) {
    return List.of(new IndexSharing());
  }

  @Override
  public Stream<ScheduledProgram> lower(Kernel kernel, MethodScope scope) {
    return kernel.steps().stream().map(step -> new ScheduledProgram(new StepLowering(kernel.locals(), scope).of(step), passes(scope.types())));
  }
}
