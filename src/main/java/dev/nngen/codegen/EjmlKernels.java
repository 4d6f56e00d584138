package dev.nngen.codegen;

import dev.nngen.plan.Kernel;
import dev.nngen.schedule.IndexSharing;
import dev.nngen.schedule.Pass;
import dev.nngen.schedule.Scheduled;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Products of matrices by EJML, everything else in loops over EJML's arrays. Only those of EJML's methods are called that
 * allocate nothing.
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
  public List<Pass> passes(Types types) {
    return List.of(new IndexSharing());
  }

  @Override
  public Stream<Scheduled> lower(Kernel kernel, MethodScope scope) {
    return kernel.steps().stream().map(step -> new Scheduled(new StepLowering(kernel.locals(), scope).of(step), passes(scope.types())));
  }
}
