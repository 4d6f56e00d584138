package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Outlined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Moves inner loops to methods of their own if an outer loop, such as one over the steps of a recurrence, has more vector operations than HotSpot
 * inlines in a method. Operations beyond its budget are inlined late, and then the stores among them allocate an object for each vector. Calls of
 * products and declarations stay in the outer loop; numbers and counters that a part reads become parameters of its method.
 */
public final class MethodOutlining implements LoopPass {

  /**
   * Maximum number of vector operations of a method. HotSpot's budget is 18,000 nodes, after which its log has {@code NodeCountInliningCutoff}. With JDK
   * 17, steps of 60 and 68 operations did not exceed it, and one of 74, the gradient of an LSTM's gates, did.
   */
  private static final int MOST_OPERATIONS = 60;

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(rewritten(program.body(), new HashMap<>()));
  }

  /** Rewrites inner loops before those around them. */
  private static List<Instruction> rewritten(List<Instruction> body, Map<Integer, Variable> numbers) {
    List<Instruction> code = new ArrayList<>();
    for (Instruction instruction : body) {
      declare(instruction, numbers);
      code.add(instruction instanceof Loop loop && loop.kind() == Kind.SEQUENTIAL ? rewritten(loop, new HashMap<>(numbers)) : instruction);
    }
    return code;
  }

  private static Loop rewritten(Loop given, Map<Integer, Variable> numbers) {
    Loop loop = given.with(rewritten(given.body(), numbers));
    return pays(loop) ? loop.with(parts(loop.body(), numbers)) : loop;
  }

  /** Whether the loop is too long for a method, and contains several loops or calls. */
  private static boolean pays(Loop loop) {
    boolean several = loop.body().stream().filter(inner -> calls(inner) || operations(inner, false) > 0).count() > 1;
    return several && operations(loop.body(), false) > MOST_OPERATIONS;
  }

  private static boolean calls(Instruction instruction) {
    return instruction instanceof Instruction.Multiply || instruction instanceof Instruction.Contract;
  }

  private static int operations(List<Instruction> code, boolean vectors) {
    return code.stream().mapToInt(instruction -> operations(instruction, vectors)).sum();
  }

  private static int operations(Instruction instruction, boolean vectors) {
    boolean inside = vectors || instruction instanceof Loop loop && loop.kind() == Kind.VECTOR;
    int own = vectors ? InstructionExpressions.of(instruction).limit(1).mapToInt(Accesses::vectorOperations).sum() + (instruction instanceof Let ? 0 : 1) : 0;
    return instruction instanceof Outlined ? 0 : own + operations(InstructionExpressions.inside(instruction), inside);
  }

  /** Joins consecutive loops to parts, and moves the longest of them until the rest is short enough for a method. */
  private static List<Instruction> parts(List<Instruction> body, Map<Integer, Variable> numbers) {
    List<List<Instruction>> parts = joined(body, numbers);
    Set<List<Instruction>> moved = Collections.newSetFromMap(new IdentityHashMap<>());
    int rest = operations(body, false);
    for (List<Instruction> part : parts.stream().filter(part -> isMovable(part.get(0), numbers)).sorted(Comparator.comparingInt(part -> -operations(part, false))).toList()) {
      if (rest > MOST_OPERATIONS) {
        moved.add(part);
        rest -= operations(part, false);
      }
    }
    return parts.stream().flatMap(part -> moved.contains(part) ? Stream.of(method(part, numbers)) : part.stream()).toList();
  }

  /** Returns consecutive loops together if they fit into a method, and other instructions one by one. */
  private static List<List<Instruction>> joined(List<Instruction> body, Map<Integer, Variable> numbers) {
    List<List<Instruction>> parts = new ArrayList<>();
    for (Instruction instruction : body) {
      List<Instruction> last = parts.isEmpty() ? List.of() : parts.get(parts.size() - 1);
      boolean joins = !last.isEmpty() && isMovable(last.get(0), numbers) && isMovable(instruction, numbers) && operations(last, false) + operations(instruction, false) <= MOST_OPERATIONS;
      if (joins) {
        last.add(instruction);
      } else {
        parts.add(new ArrayList<>(List.of(instruction)));
      }
    }
    return parts;
  }

  private static boolean isMovable(Instruction instruction, Map<Integer, Variable> numbers) {
    return instruction instanceof Loop && FreeVariables.of(List.of(instruction)).isKnown(numbers.keySet());
  }

  private static void declare(Instruction instruction, Map<Integer, Variable> numbers) {
    if (instruction instanceof Let let && let.type() == Type.NUMBER) {
      numbers.put(let.variable().id(), let.variable());
    }
  }

  private static Outlined method(List<Instruction> part, Map<Integer, Variable> numbers) {
    FreeVariables free = FreeVariables.of(part);
    return new Outlined(free.integers(), free.locals().stream().map(numbers::get).toList(), part);
  }
}
