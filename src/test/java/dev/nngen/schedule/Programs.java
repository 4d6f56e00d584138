package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.Epilogues;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Plans;
import dev.nngen.plan.Sequence;
import dev.nngen.plan.Step;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Loop programs of the kernels of small models, for tests. */
final class Programs {

  static final Target TARGET = new Target(8);

  private final Plan plan;

  /** @param statements of a model with inputs {@code X}, a target {@code Y} and an output {@code P} */
  Programs(String statements, int units) {
    this("", statements, units);
  }

  /** @param orientation {@code samples rows;}, or nothing for columns */
  Programs(String orientation, String statements, int units) {
    this.plan = Plans.of(orientation + " model T { input X[" + units + "]; target Y[" + units + "]; " + statements + " output P; }");
  }

  private Programs(Plan plan) {
    this.plan = plan;
  }

  /** A model of its own inputs and targets. */
  static Programs of(String text) {
    return new Programs(Plans.of(text));
  }

  /** Makes programs of a model with the steps of recurrences first in memory. */
  static Programs bySteps(String text) {
    return new Programs(Plans.bySteps(text));
  }

  private Stream<Step> steps() {
    return plan.kernels().stream().flatMap(kernel -> kernel.steps().stream());
  }

  /** The first nest, lowered. */
  LoopProgram nest() {
    LoopNest nest = (LoopNest) steps().filter(LoopNest.class::isInstance).findFirst().orElseThrow();
    Variable.Source variables = new Variable.Source();
    return new LoopProgram(List.of(), variables, NestLowering.lower(nest, Set.of(), LoopDomain.WHOLE, variables));
  }

  /** The nests of a kernel, also those of a recurrence, in which sums of products read copies with margins. */
  LoopProgram padded(String kernel) {
    Variable.Source variables = new Variable.Source();
    Kernel named = PaddedCopies.in(plan, new StridedProducts(StridedProducts.Calls.ANY_STRIDES)).kernels().stream().filter(each -> each.name().equals(kernel)).findFirst().orElseThrow();
    List<Instruction> body = named.steps().stream().flatMap(step -> step instanceof LoopNest nest ? NestLowering.lower(nest, Set.of(), LoopDomain.WHOLE, variables).stream()
        : step instanceof Sequence sequence ? NestLowering.lower(sequence, Set.of(), List.of(), variables).stream() : Stream.empty()).toList();
    return new LoopProgram(List.of(), variables, body);
  }

  /** All nests over the samples as straight code. */
  LoopProgram straight() {
    Variable.Source variables = new Variable.Source();
    List<LoopNest> nests = steps().filter(LoopNest.class::isInstance).map(LoopNest.class::cast).filter(nest -> nest.axes().contains(Extent.BATCH)).toList();
    return new LoopProgram(List.of(), variables, NestLowering.straight(nests, Set.of(), variables));
  }

  /** The first product, lowered to loops for its shape, with the loop nest after it if possible. */
  LoopProgram product() {
    Variable.Source variables = new Variable.Source();
    for (Kernel kernel : plan.kernels()) {
      for (int s = 0; s < kernel.steps().size(); s++) {
        if (kernel.steps().get(s) instanceof MatrixProduct product) {
          Optional<List<Instruction>> fused = s + 1 == kernel.steps().size() ? Optional.empty()
              : new Epilogues(plan).find(product, (LoopNest) kernel.steps().get(s + 1))
                  .filter(pair -> ProductLowering.fits(pair, TARGET)).map(pair -> ProductLowering.lower(pair, TARGET, variables));
          return new LoopProgram(List.of(), variables, fused.orElseGet(() -> ProductLowering.lower(product, TARGET, variables)));
        }
      }
    }
    throw new IllegalArgumentException("no product");
  }
}
