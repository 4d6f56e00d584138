package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Fold;
import dev.nngen.schedule.Instruction.Lanes;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the variables that instructions use and do not declare. */
final class FreeVariables {

  private final Set<Variable> integers = new LinkedHashSet<>();
  private final Set<Integer> locals = new LinkedHashSet<>();
  private final Set<Integer> declared = new HashSet<>();
  private boolean simple = true;

  private FreeVariables() {}

  static FreeVariables of(List<Instruction> code) {
    FreeVariables free = new FreeVariables();
    code.forEach(free::visit);
    return free;
  }

  /** Returns the integers, in the order of their uses. */
  List<Variable> integers() {
    return List.copyOf(integers);
  }

  /** Returns the identifiers of numbers and vectors, in the order of their uses. */
  List<Integer> locals() {
    return List.copyOf(locals);
  }

  /** Whether the instructions contain no calls and use no other locals; scalars of the kernel may be locals of its method. */
  boolean isKnown(Set<Integer> numbers) {
    return simple && numbers.containsAll(locals);
  }

  private void visit(Instruction instruction) {
    if (instruction instanceof Loop loop) {
      declared.add(loop.counter().id());
    } else if (instruction instanceof Fold fold) {
      use(fold.to());
    } else if (instruction instanceof Lanes lanes) {
      use(lanes.of());
    }
    simple &= !(instruction instanceof Instruction.Multiply || instruction instanceof Instruction.Contract || instruction instanceof Instruction.Gemm
        || instruction instanceof Instruction.Outlined);
    LiveInstructions.numbers(instruction).forEach(this::use);
    InstructionExpressions.of(instruction).forEach(value -> Accesses.parts(value).forEach(this::use));
    declare(instruction);
    InstructionExpressions.inside(instruction).forEach(this::visit);
  }

  private void declare(Instruction instruction) {
    List<Variable> own = new ArrayList<>();
    InstructionExpressions.declaredIndex(instruction).ifPresent(own::add);
    if (instruction instanceof Let let) {
      own.add(let.variable());
    } else if (instruction instanceof Accumulator accumulator) {
      own.add(accumulator.variable());
    } else if (instruction instanceof Lanes lanes) {
      own.add(lanes.variable());
    }
    own.forEach(variable -> declared.add(variable.id()));
  }

  private void use(Affine number) {
    number.variables().stream().filter(variable -> !declared.contains(variable.id())).forEach(integers::add);
  }

  private void use(Scalar part) {
    if (part instanceof Scalar.Local local && !declared.contains(local.id())) {
      locals.add(local.id());
    } else if (part instanceof CounterExpression count) {
      use(count.number());
    } else if (part instanceof Entry entry) {
      simple &= !entry.tensor().isScalar();
      use(entry.offset());
    }
  }
}
