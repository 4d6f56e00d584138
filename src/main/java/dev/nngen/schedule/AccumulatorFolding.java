package dev.nngen.schedule;

import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.LoopNest.Reduction;
import dev.nngen.plan.Rewriting;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Adds up in one expression the values that straight-line code adds to an accumulator one by one. If nothing else is added, the sum replaces the
 * accumulator; if it is read once, it becomes part of its reader.
 */
public final class AccumulatorFolding implements LoopPass {

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(rewrite(program.body()));
  }

  private static List<Instruction> rewrite(List<Instruction> given) {
    List<Instruction> joined = join(given.stream().map(instruction -> instruction instanceof Loop loop ? loop.with(rewrite(loop.body())) : instruction).toList());
    return new Replacing(joined).run();
  }

  /** Combines several updates of one accumulator into the last of them, unless a store in between may change their operands. */
  private static List<Instruction> join(List<Instruction> given) {
    List<Instruction> code = new ArrayList<>();
    Map<Scalar, List<Scalar>> open = new HashMap<>();
    for (int k = 0; k < given.size(); k++) {
      if (!(given.get(k) instanceof Accumulate accumulate)) {
        code.add(given.get(k));
        continue;
      }
      open.computeIfAbsent(accumulate.to(), to -> new ArrayList<>()).add(accumulate.value());
      if (!isContinued(accumulate.to(), given.subList(k + 1, given.size()))) {
        code.add(new Accumulate(accumulate.reduction(), accumulate.to(), joined(accumulate.reduction(), open.remove(accumulate.to()))));
      }
    }
    return code;
  }

  /** Whether another value is added before anything is stored, read or repeated. */
  private static boolean isContinued(Scalar accumulator, List<Instruction> rest) {
    for (Instruction instruction : rest) {
      if (instruction instanceof Accumulate accumulate && accumulate.to().equals(accumulator)) {
        return true;
      }
      if (instruction instanceof Store || instruction instanceof Loop || reads(instruction, accumulator) > 0) {
        return false;
      }
    }
    return false;
  }

  private static Scalar joined(Reduction reduction, List<Scalar> values) {
    return reduction == Reduction.SUM && values.size() > 1
        ? new Scalar.Sum(Rational.ZERO, values.stream().map(value -> new Scalar.Term(Rational.ONE, value)).toList())
        : values.stream().reduce((one, other) -> new Scalar.Apply(Fn.MAXIMUM, List.of(one, other))).orElseThrow();
  }

  /** Counts the instruction's reads of the local or number. */
  private static long reads(Instruction instruction, Scalar leaf) {
    return InstructionExpressions.of(instruction).limit(1).flatMap(value -> Accesses.parts(value).stream()).filter(leaf::equals).count()
        + InstructionExpressions.inside(instruction).stream().mapToLong(inner -> reads(inner, leaf)).sum();
  }

  /** Replaces accumulators that have a single update by their values. */
  private static final class Replacing extends Rewriting {
    private final List<Instruction> given;
    private final Map<Scalar, Accumulator> declared = new HashMap<>();
    private final Map<Scalar, Scalar> values = new HashMap<>();

    Replacing(List<Instruction> given) {
      this.given = given;
    }

    List<Instruction> run() {
      List<Instruction> code = new ArrayList<>();
      for (int k = 0; k < given.size(); k++) {
        Instruction instruction = given.get(k);
        if (instruction instanceof Accumulator accumulator && isReplaceable(accumulator.to(), k)) {
          declared.put(accumulator.to(), accumulator);
        } else if (instruction instanceof Accumulate accumulate && declared.containsKey(accumulate.to())) {
          Scalar value = apply(accumulate.value());
          if (isReadNext(accumulate.to(), k)) {
            values.put(accumulate.to(), value);
          } else {
            code.add(accumulate.to() instanceof Entry number ? new Store(number, value)
                : new Let(declared.get(accumulate.to()).variable(), Type.NUMBER, value));
          }
        } else {
          code.add(replace(instruction));
        }
      }
      return code;
    }

    private Instruction replace(Instruction instruction) {
      return instruction instanceof Let let ? new Let(let.variable(), let.type(), apply(let.value()))
          : instruction instanceof Store store ? new Store(store.to(), apply(store.value()))
          : instruction instanceof Accumulate accumulate ? new Accumulate(accumulate.reduction(), accumulate.to(), apply(accumulate.value()))
          : instruction;
    }

    /** Whether the accumulator has this update only, and no earlier reader. */
    private boolean isReplaceable(Scalar accumulator, int declared) {
      List<Integer> joins = IntStream.range(declared, given.size())
          .filter(k -> given.get(k) instanceof Accumulate accumulate && accumulate.to().equals(accumulator)).boxed().toList();
      boolean isJoinedInside = given.stream().flatMap(instruction -> InstructionExpressions.inside(instruction).stream())
          .anyMatch(inner -> inner instanceof Accumulate accumulate && accumulate.to().equals(accumulator));
      return joins.size() == 1 && !isJoinedInside
          && given.subList(0, joins.get(0)).stream().allMatch(instruction -> reads(instruction, accumulator) == 0);
    }

    /** Whether exactly one instruction reads it, before any store. */
    private boolean isReadNext(Scalar accumulator, int joined) {
      List<Instruction> rest = given.subList(joined + 1, given.size());
      if (accumulator instanceof Scalar.Local && rest.stream().mapToLong(instruction -> reads(instruction, accumulator)).sum() != 1) {
        return false;
      }
      for (Instruction instruction : rest) {
        if (reads(instruction, accumulator) > 0) {
          return reads(instruction, accumulator) == 1 && !(instruction instanceof Loop)
              && (accumulator instanceof Scalar.Local || instruction instanceof Store store && store.to().equals(accumulator));
        }
        if (instruction instanceof Store || instruction instanceof Loop) {
          return false;
        }
      }
      return false;
    }

    @Override
    public Scalar local(Scalar.Local local) {
      return values.getOrDefault(local, local);
    }

    @Override
    public Scalar address(Scalar.Address address) {
      return values.getOrDefault(address, address);
    }
  }
}
