package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Removes declarations without uses. */
final class LiveInstructions {

  private final Set<Integer> used = new HashSet<>();

  private LiveInstructions() {}

  static List<Instruction> of(List<Instruction> body) {
    return new LiveInstructions().live(body);
  }

  /** Visits the body from the last instruction to the first, so that all uses are known. */
  private List<Instruction> live(List<Instruction> body) {
    Deque<Instruction> live = new ArrayDeque<>();
    for (int k = body.size() - 1; k >= 0; k--) {
      Instruction instruction = body.get(k);
      if (!declares(instruction) || used.contains(declared(instruction).id())) {
        Instruction kept = instruction instanceof Loop loop ? loop.with(live(loop.body())) : instruction;
        numbers(kept).flatMap(number -> number.variables().stream()).forEach(variable -> used.add(variable.id()));
        InstructionExpressions.of(kept).flatMap(value -> Accesses.parts(value).stream()).forEach(this::use);
        live.addFirst(kept);
      }
    }
    return List.copyOf(live);
  }

  private static boolean declares(Instruction instruction) {
    return instruction instanceof Let || InstructionExpressions.declaredIndex(instruction).isPresent();
  }

  private static Variable declared(Instruction instruction) {
    return instruction instanceof Let let ? let.variable() : InstructionExpressions.declaredIndex(instruction).orElseThrow();
  }

  /** Returns the integers of an instruction that are not part of its expressions. */
  static Stream<Affine> numbers(Instruction instruction) {
    return instruction instanceof Instruction.Index index ? Stream.of(index.value())
        : instruction instanceof Instruction.Digit digit ? Stream.of(digit.value())
        : instruction instanceof Instruction.Fill fill ? Stream.of(fill.from(), fill.to())
        : instruction instanceof Loop loop ? Stream.concat(Stream.of(loop.extent()), Stream.of(loop.from(), loop.to())
            .flatMap(bound -> Stream.concat(Stream.of(bound.at()), bound.limits().stream().map(Bound.Quotient::value))))
        : Stream.empty();
  }

  private void use(Scalar part) {
    if (part instanceof Scalar.Local local) {
      used.add(local.id());
    } else if (part instanceof Entry entry) {
      entry.offset().variables().forEach(variable -> used.add(variable.id()));
    } else if (part instanceof CounterExpression count) {
      count.number().variables().forEach(variable -> used.add(variable.id()));
    }
  }
}
