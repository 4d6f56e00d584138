package dev.nngen.codegen;

import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.Pass;
import java.util.List;
import java.util.Optional;

/** Prints the loop programs of a plan's kernels as a kernel set computes them. */
public final class LoopListing {

  private LoopListing() {}

  /** The names of the set's passes, in order. */
  public static List<String> passes(KernelSet kernels) {
    return kernels.passes(Types.of(false)).stream().map(Pass::name).toList();
  }

  /**
   * The programs of each kernel.
   *
   * @param lastPass the pass after which they are printed; where that is empty, before all passes
   * @throws IllegalArgumentException if the set has no such pass
   */
  public static String print(Plan given, KernelSet kernels, Optional<String> lastPass) {
    Plan plan = kernels.adapt(given);
    Members members = JavaEmitter.members(plan, kernels, kernels.fusedUpdates(plan), ClassNames.besides(FixedNames.NONE));
    int last = lastPass.map(passes(kernels)::indexOf).map(k -> k + 1).orElse(0);
    if (lastPass.isPresent() && last == 0) {
      throw new IllegalArgumentException(kernels.name() + " has no pass `" + lastPass.get() + "`, but " + String.join(", ", passes(kernels)));
    }
    List<Pass> passes = kernels.passes(members.types()).subList(0, last);
    StringBuilder text = new StringBuilder();
    for (Kernel kernel : plan.kernels()) {
      text.append("kernel ").append(kernel.name()).append('\n');
      for (LoopProgram program : kernels.lower(kernel, new MethodScope(members))) {
        text.append(program.run(passes));
      }
    }
    return text.toString();
  }
}
