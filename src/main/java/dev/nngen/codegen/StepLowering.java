package dev.nngen.codegen;

import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Sequence;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.EntryUpdateLowering;
import dev.nngen.schedule.Instruction;
import dev.nngen.schedule.Instruction.Gemm;
import dev.nngen.schedule.Instruction.Part;
import dev.nngen.schedule.Instruction.Range;
import dev.nngen.schedule.LoopDomain;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.NestLowering;
import dev.nngen.schedule.ProductLowering;
import dev.nngen.schedule.Target;
import dev.nngen.schedule.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lowers the steps, or parts of steps, that a method runs to loop programs. */
final class StepLowering {

  private final Set<Tensor> numbers;
  private final MethodScope scope;
  private final List<Variable> given = new ArrayList<>();
  private final Variable.Source variables = new Variable.Source();

  /** @param numbers scalars that become locals of the method */
  StepLowering(Set<Tensor> numbers, MethodScope scope) {
    this.numbers = numbers;
    this.scope = scope;
  }

  /** Lowers a nest, or a product that is called. */
  LoopProgram of(Step step) {
    if (step instanceof Sequence sequence) {
      return program(NestLowering.lower(sequence, numbers, parts(), variables));
    }
    return step instanceof MatrixProduct product ? program(List.of(new Gemm(product, part(), true, List.of(), List.of()))) : of((LoopNest) step);
  }

  private LoopProgram of(LoopNest nest) {
    LoopDomain domain = new LoopDomain(Optional.ofNullable(scope.anySize()).map(this::given), part(), List.of());
    return program(NestLowering.lower(nest, numbers, domain, variables));
  }

  /** Lowers a product whose nest runs on each block. */
  LoopProgram of(ProductEpilogue pair) {
    return program(NestLowering.lower(pair, numbers, part(), variables));
  }

  /** Lowers a small product. */
  LoopProgram of(MatrixProduct product, Target target) {
    return program(ProductLowering.lower(product, target, variables));
  }

  /** Lowers a small product whose nest runs on each vector. */
  LoopProgram of(ProductEpilogue pair, Target target) {
    return program(ProductLowering.lower(pair, target, variables));
  }

  /** Lowers small nests to straight-line code in a loop over the samples, or without a loop. */
  LoopProgram straight(List<LoopNest> nests) {
    return program(NestLowering.straight(nests, numbers, variables));
  }

  /** Lowers an update of the entries that data select. */
  LoopProgram of(FusedUpdates.OfEntries update) {
    LoopDomain domain = new LoopDomain(Optional.empty(), part(), List.of());
    return program(EntryUpdateLowering.lower(NestLowering.lower(update.sums(), numbers, domain, variables), NestLowering.lower(update.update(), numbers, LoopDomain.WHOLE, variables), variables));
  }

  private Optional<Part> part() {
    return parts().stream().findFirst();
  }

  private List<Part> parts() {
    Map<KernelPart.Range, Range> known = new HashMap<>();
    return scope.ranges().stream().map(range -> new Part(range.loop(), known.computeIfAbsent(range.of(0), any -> new Range(given(range.first()), given(range.last()))))).toList();
  }

  private Variable given(String name) {
    Variable variable = variables.next(name);
    given.add(variable);
    return variable;
  }

  private LoopProgram program(List<Instruction> body) {
    return new LoopProgram(given, variables, body);
  }
}
