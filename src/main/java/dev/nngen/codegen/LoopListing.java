package dev.nngen.codegen;

import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.schedule.LoopPass;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Prints the loop programs of a plan's kernels as a kernel set computes them. */
public final class LoopListing {

  private LoopListing() {}

  /** Returns the names of the set's passes in order, those of straight-line code last. */
  private static List<String> passes(KernelSet kernels) {
    return Stream.concat(kernels.passes(Types.of(false)).stream(), kernels.straightPasses().stream()).map(LoopPass::name).distinct().toList();
  }

  /**
   * Returns the programs of each kernel.
   *
   * @param lastPass the pass after which they are printed; empty to print them before all passes
   * @throws IllegalArgumentException if the set has no such pass
   */
  public static String print(Plan given, KernelSet kernels, Optional<String> lastPass) {
    Plan plan = kernels.adapt(given);
    Members members = JavaEmitter.members(plan, kernels, kernels.fusedUpdates(plan), ClassNames.besides(FixedNames.NONE));
    if (lastPass.isPresent() && !passes(kernels).contains(lastPass.get())) {
      throw new IllegalArgumentException(kernels.name() + " has no pass `" + lastPass.get() + "`; it has " + String.join(", ", passes(kernels)));
    }
    StringBuilder text = new StringBuilder();
    for (Kernel kernel : plan.kernels()) {
      text.append("kernel ").append(kernel.name()).append('\n');
      kernels.lower(kernel, new MethodScope(members)).forEach(each -> text.append(lastPass.map(each::runTo).orElse(each.program())));
    }
    return text.toString();
  }
}
