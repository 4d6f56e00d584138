package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Fold;
import dev.nngen.schedule.Instruction.Gemm;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Lanes;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs innermost and parallel loops over vectors, followed by a scalar loop over the remaining entries. All accesses of such a loop must be
 * contiguous or invariant along it, and all its operations must exist for vectors. An accumulator gets a vector of partial results, folded after the
 * loop. Only one loop carries such a vector: for a vector carried by nested loops HotSpot allocates an object in each iteration. Vectors pay from
 * {@value #SHORTEST} entries on. HotSpot does not inline all of a body with more than {@value #MOST_OPERATIONS} operations, and then vectors are
 * slow.
 */
public final class Vectorizer implements LoopPass {

  private static final int MOST_OPERATIONS = 80;
  private static final int SHORTEST = 8;

  private final Target target;

  public Vectorizer(Target target) {
    this.target = target;
  }

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(new Level(program.variables(), new HashMap<>(), true).rewrite(program.body()));
  }

  /** Whether every loop over vectors of the nest has only whole vectors. */
  public boolean fillsVectors(LoopNest nest) {
    return innermost(nest).stream().allMatch(loop -> isPossible(loop.loop) && needsNoTail(loop.loop, loop.outermost));
  }

  /** Whether an innermost loop of the nest is too long to run over vectors. */
  static boolean isTooLong(LoopNest nest) {
    return innermost(nest).stream().anyMatch(loop -> operations(loop.loop) > MOST_OPERATIONS);
  }

  /** Whether the innermost loop of the nest can run over vectors. */
  public boolean isPossible(LoopNest nest) {
    List<Innermost> loops = innermost(nest);
    return !loops.isEmpty() && loops.stream().allMatch(loop -> isPossible(loop.loop));
  }

  private record Innermost(Loop loop, boolean outermost) {}

  private static List<Innermost> innermost(LoopNest nest) {
    List<Innermost> found = new ArrayList<>();
    collect(NestLowering.lower(nest, Set.of(), LoopDomain.WHOLE, new Variable.Source()), true, found);
    return found;
  }

  private static void collect(List<Instruction> code, boolean outermost, List<Innermost> found) {
    for (Instruction instruction : code) {
      if (instruction instanceof Loop loop && isInnermost(loop)) {
        found.add(new Innermost(loop, outermost));
      } else {
        collect(InstructionExpressions.inside(instruction), false, found);
      }
    }
  }

  private static boolean isInnermost(Loop loop) {
    return loop.body().stream().noneMatch(Loop.class::isInstance);
  }

  /** Whether the iterations of a loop can be lanes. */
  boolean isPossible(Loop loop) {
    if (loop.kind() != Kind.SEQUENTIAL || !isInnermost(loop) || !startsWithAVector(loop) || loop.extent().constant().filter(length -> length < SHORTEST).isPresent()) {
      return false;
    }
    Iterations iterations = new Iterations(loop, target.functions());
    return operations(loop) <= MOST_OPERATIONS && loop.body().stream().allMatch(iterations::canDo);
  }

  private static long operations(Loop loop) {
    return loop.body().stream().mapToLong(instruction -> instruction instanceof Let let ? Accesses.vectorOperations(let.value())
        : 1 + InstructionExpressions.of(instruction).limit(1).mapToLong(Accesses::vectorOperations).sum()).sum();
  }

  /** Whether no bound depends on other loops. Vectors start at 0 and end at one number. */
  private static boolean startsWithAVector(Loop loop) {
    return loop.from().limits().isEmpty() && loop.to().limits().isEmpty();
  }

  /**
   * Whether the last vector may run beyond the last entry, or nothing remains: all entries are contiguous in internal matrices, which have room for
   * more samples, and nothing is summed.
   */
  private boolean needsNoTail(Loop loop, boolean outermost) {
    if (loop.kind() == Kind.PADDED) {
      return true;
    }
    boolean fills = loop.extent().constant().filter(length -> length % target.lanes() == 0).isPresent();
    boolean hasRoom = outermost && loop.kind() == Kind.SEQUENTIAL && loop.body().stream().allMatch(instruction -> !(instruction instanceof Accumulate)
        && InstructionExpressions.entries(instruction).allMatch(entry -> entry.offset().equals(Affine.ZERO)
            || entry.offset().equals(Affine.of(loop.counter())) && hasRoom(entry.tensor(), loop.extent())));
    return loop.isWhole() && (fills || hasRoom);
  }

  /** Whether the matrix has that many entries, is internal and has samples. */
  private static boolean hasRoom(Tensor tensor, Affine size) {
    return (tensor.kind() == Tensor.Kind.TEMPORARY || tensor.kind() == Tensor.Kind.OUTPUT || tensor.kind() == Tensor.Kind.NOISE)
        && tensor.dims().stream().filter(Extent.BATCH::equals).count() == 1 && Affine.size(tensor.dims()).equals(size);
  }

  /** Classifies values of a loop as invariant or different per lane. */
  private static final class Iterations {
    private final Variable counter;
    private final Set<Integer> locals;
    private final Set<Fn> functions;

    Iterations(Loop loop, Set<Fn> functions) {
      this.functions = functions;
      this.counter = loop.counter();
      this.locals = loop.body().stream().filter(Let.class::isInstance).map(let -> ((Let) let).variable().id()).collect(Collectors.toSet());
    }

    boolean canDo(Instruction instruction) {
      if (instruction instanceof Let let) {
        return canCompute(let.value());
      }
      if (instruction instanceof Store store) {
        return isConsecutive(store.to()) && canCompute(store.value());
      }
      return instruction instanceof Accumulate accumulate && canCompute(accumulate.value())
          && (isAccumulator(accumulate.to()) || isConsecutive((Entry) accumulate.to()));
    }

    private boolean canCompute(Scalar value) {
      return Accesses.parts(value).stream().allMatch(part -> !varies(part) || hasVectors(part));
    }

    private boolean varies(Scalar scalar) {
      return Accesses.anyPart(scalar, part -> part instanceof Entry entry && entry.offset().dependsOn(counter)
          || part instanceof CounterExpression count && count.number().dependsOn(counter)
          || part instanceof Scalar.Local local && locals.contains(local.id()));
    }

    private boolean isConsecutive(Entry entry) {
      return entry.offset().stride(counter).equals(Affine.of(1));
    }

    private boolean hasVectors(Scalar part) {
      return part instanceof Entry entry ? isConsecutive(entry)
          : part instanceof CounterExpression ? false
          : part instanceof Scalar.Power power ? hasVectors(power.exponent())
          : !(part instanceof Scalar.Apply apply) || hasVectors(apply.fn());
    }

    private static boolean hasVectors(Rational exponent) {
      Rational size = exponent.abs();
      return size.equals(Rational.HALF) || size.isOne() || Scalar.Power.isProduct(size);
    }

    /** Whether the function has a vector operator or method, or is composed of comparisons, blends and the like. */
    private boolean hasVectors(Fn fn) {
      return switch (fn) {
        case ABS, SIGN, MAXIMUM, MINIMUM, GREATER, AT_LEAST, EQUAL, WHERE, STOP -> true;
        default -> functions.contains(fn);
      };
    }
  }

  /** Whether the target is not an entry of a matrix. */
  private static boolean isAccumulator(Scalar target) {
    return target instanceof Scalar.Local || target instanceof Entry entry && entry.tensor().isScalar();
  }

  /** The instructions of one loop level. */
  private final class Level {
    private final Variable.Source variables;
    /** All accumulators around this level. */
    private final Map<Scalar, Accumulator> declared;
    private final boolean outermost;
    private final List<Instruction> code = new ArrayList<>();
    /** Accumulators of this level whose lanes are not folded yet. */
    private final Map<Scalar, Lanes> pending = new LinkedHashMap<>();
    private boolean hasRun;

    Level(Variable.Source variables, Map<Scalar, Accumulator> declared, boolean outermost) {
      this.variables = variables;
      this.declared = declared;
      this.outermost = outermost;
    }

    List<Instruction> rewrite(List<Instruction> given) {
      for (int k = 0; k < given.size(); k++) {
        Instruction instruction = given.get(k);
        fold(hasRun ? read(instruction) : 0);
        rewrite(instruction, given.subList(k + 1, given.size()));
      }
      fold(pending.size());
      return code;
    }

    private void rewrite(Instruction instruction, List<Instruction> rest) {
      if (instruction instanceof Accumulator accumulator) {
        code.add(accumulator);
        declared.put(accumulator.to(), accumulator);
        boolean joined = rest.stream().anyMatch(later -> later instanceof Loop loop && isPossible(loop) && joins(loop).anyMatch(accumulator.to()::equals));
        if (joined) {
          declareLanes(accumulator);
        }
      } else if (instruction instanceof Gemm gemm) {
        code.add(gemm.with(new Level(variables, declared, false).rewrite(gemm.body())));
      } else if (instruction instanceof Loop loop) {
        hasRun = true;
        if (loop.kind() == Kind.PARALLEL || loop.kind() == Kind.PADDED || isPossible(loop)) {
          vectorize(loop);
        } else {
          code.add(loop.with(new Level(variables, declared, false).rewrite(loop.body())));
        }
      } else {
        code.add(instruction);
      }
    }

    private void declareLanes(Accumulator accumulator) {
      Lanes lanes = new Lanes(variables.next(accumulator.variable().name() + "Lanes"), accumulator.to(), accumulator.reduction());
      code.add(lanes);
      pending.put(accumulator.to(), lanes);
    }

    /** Returns the outer accumulators that a loop adds to. */
    private static Stream<Scalar> joins(Loop loop) {
      return loop.kind() != Kind.SEQUENTIAL ? Stream.of()
          : loop.body().stream().filter(Accumulate.class::isInstance).map(join -> ((Accumulate) join).to()).filter(Vectorizer::isAccumulator).distinct();
    }

    /** Returns how many pending accumulators must be folded before the instruction: those up to the last that it reads, or all. */
    private int read(Instruction instruction) {
      List<Scalar> order = List.copyOf(pending.keySet());
      int last = InstructionExpressions.of(instruction).flatMap(value -> Accesses.parts(value).stream()).mapToInt(order::indexOf).max().orElse(-1);
      return last < 0 ? order.size() : last + 1;
    }

    private void fold(int count) {
      List.copyOf(pending.keySet()).subList(0, count).forEach(this::fold);
    }

    private void fold(Scalar to) {
      Lanes lanes = pending.remove(to);
      code.add(new Fold(lanes.reduction(), to, lanes.variable()));
    }

    private void vectorize(Loop loop) {
      boolean whole = needsNoTail(loop, outermost);
      Bound end = whole ? loop.to() : loop.to().lastVector();
      List<Scalar> outer = joins(loop).filter(to -> !pending.containsKey(to)).toList();
      outer.forEach(to -> declareLanes(declared.get(to)));
      List<Instruction> body = new Widening(loop, pending, variables).apply(loop.body());
      code.add(new Loop(Kind.VECTOR, loop.counter(), loop.extent(), loop.from(), end, 1, body));
      if (!whole) {
        code.add(new Loop(Kind.SEQUENTIAL, loop.counter(), loop.extent(), end, loop.to(), 1, loop.body()));
      }
      outer.forEach(this::fold);
    }
  }
}
