package dev.nngen.schedule;

import dev.nngen.plan.Buffer;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Sequence;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Contract;
import dev.nngen.schedule.Instruction.Fill;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Multiply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Replaces loops that add products of two entries by calls of matrix products: {@code Z[i, t, c] += W[i, k] * X[k, t, c]}. A loop that moves the
 * result and one factor is over rows or columns. A loop that moves both factors and not the result is over terms. Loops over contiguous entries are
 * merged. If each side is then one loop, entries are read in place ({@link StridedCall}); if not, as in a convolution, they are copied to panels
 * ({@link FoldedCall}). Other loops, such as one over the steps of a recurrence or over the heads of attention, stay around the call. It pays from
 * some thousand multiplications per call on. For a library of matrices, factors and results that are not whole matrices
 * are copied ({@link MatrixCall}).
 */
public final class StridedProducts implements LoopPass {

  /** Forms in which calls read and write entries. */
  public enum Calls {
    /** Entries are read in place with any strides, or copied to panels; sums are in registers. */
    ANY_STRIDES,
    /** Entries are copied to panels; sums are in rows of memory. */
    PANELS,
    /** Both factors and the result are matrices that are stored row by row, or are copied to such matrices. */
    MATRICES
  }

  private final Calls calls;

  public StridedProducts(Calls calls) {
    this.calls = calls;
  }

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(rewritten(program.body()));
  }

  /** Whether the pass finds a product in the loops of a step. */
  public boolean isIn(Step step) {
    return !in(step).isEmpty();
  }

  /** Returns the products of whole matrices that the pass finds in the loops of a step. */
  public List<Multiply> matrices(Step step) {
    return in(step).stream().map(Multiply.class::cast).toList();
  }

  /** Returns the plan with memory for the copies that the pass makes; copies for the same side of a product share memory. */
  public Plan withCopies(Plan plan) {
    Map<List<Object>, Set<Tensor>> copies = new LinkedHashMap<>();
    plan.kernels().stream().flatMap(kernel -> kernel.steps().stream()).flatMap(step -> matrices(step).stream()).flatMap(product -> Stream.of(product.left(), product.right(), product.to())).map(Entry::tensor)
        .filter(tensor -> tensor.kind() == Tensor.Kind.COPY).forEach(copy -> copies.computeIfAbsent(List.of(copy.id(), copy.openDims()), any -> new LinkedHashSet<>()).add(copy));
    List<Buffer> buffers = new ArrayList<>(plan.buffers());
    copies.values().forEach(tensors -> buffers.add(new Buffer(List.copyOf(tensors))));
    return plan.with(plan.kernels(), buffers);
  }

  private List<Instruction> in(Step step) {
    Variable.Source variables = new Variable.Source();
    return step instanceof LoopNest nest && sums(nest) ? calls(rewritten(NestLowering.lower(nest, Set.of(), LoopDomain.WHOLE, variables)))
        : step instanceof Sequence sequence && sequence.nests().stream().anyMatch(StridedProducts::sums) ? calls(rewritten(NestLowering.lower(sequence, Set.of(), List.of(), variables)))
        : List.of();
  }

  /** Whether a nest sums, so that it may have rows, columns and terms. This check avoids lowering all others. */
  private static boolean sums(LoopNest nest) {
    return nest.axes().size() >= 3 && nest.effects().size() == 1 && nest.effects().get(0) instanceof LoopNest.Reduce;
  }

  private static List<Instruction> calls(List<Instruction> program) {
    return program.stream().flatMap(instruction -> instruction instanceof Multiply || instruction instanceof Contract ? Stream.of(instruction) : calls(InstructionExpressions.inside(instruction)).stream()).toList();
  }

  /** Estimates the cycles of the loops as products; empty if they are not products. */
  Optional<Double> cycles(List<Instruction> program) {
    List<Optional<Double>> each = program.stream().filter(Loop.class::isInstance).map(loop -> ProductNest.of((Loop) loop)
        .filter(nest -> call(nest).isPresent()).map(this::cycles)).toList();
    return each.isEmpty() || each.contains(Optional.<Double>empty()) ? Optional.empty() : Optional.of(each.stream().mapToDouble(Optional::get).sum());
  }

  private double cycles(ProductNest nest) {
    return folded(nest).mapToDouble(call -> calls == Calls.MATRICES ? new MatrixCall(call).nanoseconds() : call.cycles()).min().orElseThrow();
  }

  private List<Instruction> rewritten(List<Instruction> body) {
    List<Instruction> code = new ArrayList<>();
    for (Instruction instruction : body) {
      if (instruction instanceof Loop loop && loop.kind() == Kind.SEQUENTIAL) {
        Optional<ProductNest> nest = ProductNest.of(loop);
        Optional<List<Instruction>> complete = nest.flatMap(sums -> cleared(sums, code)).flatMap(this::call);
        if (complete.isPresent()) {
          code.remove(lastFill(nest.get().to().tensor(), code));
        }
        code.addAll(complete.or(() -> nest.flatMap(this::call)).orElseGet(() -> List.of(loop.with(rewritten(loop.body())))));
      } else {
        code.add(instruction);
      }
    }
    return code;
  }

  private Optional<List<Instruction>> call(ProductNest nest) {
    return switch (calls) {
      case ANY_STRIDES -> inPlace(nest).or(() -> panels(nest)).map(List::of);
      case PANELS -> panels(nest).map(List::of);
      case MATRICES -> matrices(nest).map(MatrixCall::instructions);
    };
  }

  private Optional<MatrixCall> matrices(ProductNest nest) {
    List<MatrixCall> possible = folded(nest).map(MatrixCall::new).filter(MatrixCall::exists).toList();
    return possible.stream().filter(MatrixCall::isInPlace).findFirst().or(() -> possible.stream().filter(MatrixCall::isProfitable).min(Comparator.comparingDouble(MatrixCall::nanoseconds)));
  }

  private static Optional<Instruction> inPlace(ProductNest nest) {
    return new StridedCall(nest, nest.left(), nest.right()).instruction().or(() -> new StridedCall(nest, nest.right(), nest.left()).instruction());
  }

  private Optional<Instruction> panels(ProductNest nest) {
    return folded(nest).sorted(Comparator.comparingDouble(FoldedCall::cycles)).flatMap(call -> call.instruction().stream()).findFirst();
  }

  /** Returns the product with either factor as the left one. */
  private Stream<FoldedCall> folded(ProductNest nest) {
    boolean inRegisters = calls == Calls.ANY_STRIDES;
    return Stream.of(FoldedCall.of(nest, nest.left(), nest.right(), inRegisters), FoldedCall.of(nest, nest.right(), nest.left(), inRegisters));
  }

  /** Returns sums that overwrite: their memory was cleared just before, and all that was cleared is written. */
  private static Optional<ProductNest> cleared(ProductNest nest, List<Instruction> before) {
    int last = lastFill(nest.to().tensor(), before);
    return last >= 0 && nest.accumulates() && Region.cleared(before.get(last)).equals(Region.written(nest))
        ? Optional.of(new ProductNest(nest.loops(), nest.to(), nest.left(), nest.right(), nest.scale(), false)) : Optional.empty();
  }

  /** Returns the index of the instruction that clears the tensor's memory, if after it only numbers and other memory are written; otherwise -1. */
  private static int lastFill(Tensor tensor, List<Instruction> code) {
    for (int last = code.size() - 1; last >= 0; last--) {
      Optional<Fill> fill = Fill.in(code.get(last));
      if (fill.filter(found -> found.tensor().equals(tensor)).isPresent()) {
        return last;
      }
      if (fill.isEmpty() && !(code.get(last) instanceof Let)) {
        return -1;
      }
    }
    return -1;
  }

  /**
   * Entries of a tensor: those from one offset to another, for each step of loops.
   *
   * @param loops the loops, in no order
   */
  private record Region(Affine from, Affine to, Set<Side> loops) {

    /** A loop that moves an offset. */
    private record Side(Affine stride, Bound from, Bound to) {
      static Side of(Loop loop, Affine offset) {
        return new Side(offset.stride(loop.counter()), loop.from(), loop.to());
      }
    }

    static Region cleared(Instruction instruction) {
      if (instruction instanceof Loop loop) {
        Region inside = cleared(loop.body().get(0));
        Set<Side> loops = new HashSet<>(inside.loops);
        loops.add(Side.of(loop, inside.from));
        return new Region(atZero(inside.from, List.of(loop)), atZero(inside.to, List.of(loop)), loops);
      }
      return new Region(((Fill) instruction).from(), ((Fill) instruction).to(), Set.of());
    }

    static Region written(ProductNest nest) {
      Affine offset = nest.to().offset();
      List<Loop> loops = new ArrayList<>(nest.loops().stream().filter(loop -> !offset.stride(loop.counter()).equals(Affine.ZERO)).toList());
      Affine start = atZero(offset, loops);
      Region run = new Region(start, start.plus(Affine.of(1)), Set.of());
      Optional<Affine> length = Optional.of(Affine.of(1));
      while (length.isPresent()) {
        Affine stride = length.get();
        Optional<Loop> next = loops.stream().filter(loop -> loop.from().limits().isEmpty() && loop.to().limits().isEmpty() && offset.stride(loop.counter()).equals(stride)).findFirst();
        if (next.isPresent()) {
          loops.remove(next.get());
          run = new Region(start.plus(next.get().from().at().timesSize(stride).orElseThrow()), start.plus(next.get().to().at().timesSize(stride).orElseThrow()), Set.of());
        }
        length = next.filter(Loop::isWhole).flatMap(loop -> stride.timesSize(loop.extent()));
      }
      return new Region(run.from, run.to, loops.stream().map(loop -> Side.of(loop, offset)).collect(Collectors.toSet()));
    }

    private static Affine atZero(Affine offset, List<Loop> loops) {
      return offset.replace(variable -> loops.stream().anyMatch(loop -> loop.counter().equals(variable)) ? Optional.of(Affine.ZERO) : Optional.empty());
    }
  }
}
