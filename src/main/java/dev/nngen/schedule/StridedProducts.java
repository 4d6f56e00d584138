package dev.nngen.schedule;

import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Contract;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Multiply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Calls products of matrices in the place of loops that add up products of two entries: {@code Z[i, t, c] += W[i, k] * X[k, t, c]}. A loop that moves
 * the result and one factor is one over rows or columns, and a loop that moves both factors and not the result is one over terms; loops over entries that
 * follow each other are joined. If each side is one loop then, entries are read where they are ({@link StridedCall}); if not, as in a convolution, they
 * are copied in panels ({@link FoldedCall}). Other loops, such as one over the steps of a recurrence or over the heads of attention, stay around the call.
 * It pays from some thousand multiplications a call on.
 */
public final class StridedProducts implements Pass {

  private final boolean inPlace;

  /** @param inPlace whether entries can be read where they are, any steps apart, and sums are in registers */
  public StridedProducts(boolean inPlace) {
    this.inPlace = inPlace;
  }

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(rewritten(program.body()));
  }

  /** Whether the pass finds a product in the program. */
  public boolean isIn(List<Instruction> program) {
    return rewritten(program).stream().anyMatch(StridedProducts::multiplies);
  }

  /** About how many cycles the loops take if they are products; empty if they are none. */
  Optional<Double> cycles(List<Instruction> program) {
    List<Optional<Double>> each = program.stream().filter(Loop.class::isInstance).map(loop -> ProductNest.of((Loop) loop)
        .filter(nest -> call(nest).isPresent()).map(nest -> Math.min(new FoldedCall(nest, nest.left(), nest.right(), inPlace).cycles(), new FoldedCall(nest, nest.right(), nest.left(), inPlace).cycles()))).toList();
    return each.isEmpty() || each.contains(Optional.<Double>empty()) ? Optional.empty() : Optional.of(each.stream().mapToDouble(Optional::get).sum());
  }

  private static boolean multiplies(Instruction instruction) {
    return instruction instanceof Multiply || instruction instanceof Contract || InstructionExpressions.inside(instruction).stream().anyMatch(StridedProducts::multiplies);
  }

  private List<Instruction> rewritten(List<Instruction> body) {
    List<Instruction> code = new ArrayList<>();
    for (Instruction instruction : body) {
      if (instruction instanceof Loop loop && loop.kind() == Kind.SEQUENTIAL) {
        Optional<ProductNest> nest = ProductNest.of(loop);
        Optional<Instruction> complete = nest.flatMap(sums -> cleared(sums, code)).flatMap(this::call);
        if (complete.isPresent()) {
          code.remove(lastFill(nest.get().to().tensor(), code));
        }
        code.add(complete.or(() -> nest.flatMap(this::call)).orElseGet(() -> loop.with(rewritten(loop.body()))));
      } else {
        code.add(instruction);
      }
    }
    return code;
  }

  private Optional<Instruction> call(ProductNest nest) {
    return Optional.of(nest).filter(any -> inPlace).flatMap(product -> new StridedCall(product, nest.left(), nest.right()).instruction().or(() -> new StridedCall(product, nest.right(), nest.left()).instruction()))
        .or(() -> Stream.of(new FoldedCall(nest, nest.left(), nest.right(), inPlace), new FoldedCall(nest, nest.right(), nest.left(), inPlace))
            .sorted(Comparator.comparingDouble(FoldedCall::cycles)).flatMap(call -> call.instruction().stream()).findFirst());
  }

  /** Sums that need not be added to what is there: the memory was cleared just before, and all of it gets sums. */
  private static Optional<ProductNest> cleared(ProductNest nest, List<Instruction> before) {
    Tensor to = nest.to().tensor();
    int last = lastFill(to, before);
    boolean cleared = last >= 0 && before.get(last) instanceof Fill fill && fill.from().equals(Affine.ZERO) && fill.to().equals(Affine.size(to.dims()));
    List<Loop> around = nest.loops().stream().filter(loop -> !nest.to().offset().stride(loop.counter()).equals(Affine.ZERO)).toList();
    Optional<Affine> entries = around.stream().map(loop -> Optional.of(loop.extent())).reduce(Optional.of(Affine.of(1)), (one, other) -> one.flatMap(size -> size.timesSize(other.orElseThrow())));
    return nest.accumulates() && cleared && around.stream().allMatch(Loop::isWhole) && entries.equals(Optional.of(Affine.size(to.dims())))
        ? Optional.of(new ProductNest(nest.loops(), nest.to(), nest.left(), nest.right(), nest.scale(), false)) : Optional.empty();
  }

  /** Where the tensor's memory is cleared, if nothing but numbers and other memory gets a value after that; else -1. */
  private static int lastFill(Tensor tensor, List<Instruction> code) {
    int last = code.size() - 1;
    while (last >= 0 && (code.get(last) instanceof Let || code.get(last) instanceof Fill other && !other.tensor().equals(tensor))) {
      last--;
    }
    return last >= 0 && code.get(last) instanceof Fill ? last : -1;
  }
}
