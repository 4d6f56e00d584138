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
 * Replaces loops that add products of two entries by calls of matrix products: {@code Z[i, t, c] += W[i, k] * X[k, t, c]}. A loop that moves the
 * result and one factor is over rows or columns. A loop that moves both factors and not the result is over terms. Loops over contiguous entries are
 * merged. If each side is then one loop, entries are read in place ({@link StridedCall}); if not, as in a convolution, they are copied to panels
 * ({@link FoldedCall}). Other loops, such as one over the steps of a recurrence or over the heads of attention, stay around the call. It pays from
 * some thousand multiplications per call on.
 */
public final class StridedProducts implements LoopPass {

  private final boolean inPlace;

  /**
   * @param inPlace whether entries can be read in place with any strides, with sums in registers
   */
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

  /** Estimates the cycles of the loops as products; empty if they are not products. */
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

  /** Returns sums that overwrite: their memory was cleared just before, and all that was cleared is written. */
  private static Optional<ProductNest> cleared(ProductNest nest, List<Instruction> before) {
    Tensor to = nest.to().tensor();
    int last = lastFill(to, before);
    if (last < 0) {
      return Optional.empty();
    }
    Fill cleared = (Fill) before.get(last);
    List<Loop> around = nest.loops().stream().filter(loop -> !nest.to().offset().stride(loop.counter()).equals(Affine.ZERO)).toList();
    Optional<Affine> entries = around.stream().map(loop -> Optional.of(loop.extent())).reduce(Optional.of(Affine.of(1)), (one, other) -> one.flatMap(size -> size.timesSize(other.orElseThrow())));
    Affine first = nest.to().offset().replace(variable -> nest.loops().stream().anyMatch(loop -> loop.counter().equals(variable)) ? Optional.of(Affine.ZERO) : Optional.empty());
    return nest.accumulates() && around.stream().allMatch(Loop::isWhole) && first.equals(cleared.from()) && entries.equals(Optional.of(cleared.to().minus(cleared.from())))
        ? Optional.of(new ProductNest(nest.loops(), nest.to(), nest.left(), nest.right(), nest.scale(), false)) : Optional.empty();
  }

  /** Returns the index of the instruction that clears the tensor's memory, if after it only numbers and other memory are written; otherwise -1. */
  private static int lastFill(Tensor tensor, List<Instruction> code) {
    int last = code.size() - 1;
    while (last >= 0 && (code.get(last) instanceof Let || code.get(last) instanceof Fill other && !other.tensor().equals(tensor))) {
      last--;
    }
    return last >= 0 && code.get(last) instanceof Fill ? last : -1;
  }
}
