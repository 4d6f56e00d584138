package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Collapses two nested loops into one if entries of the outer loop follow those of the inner one in all arrays that both access:
 * {@code Z[(i * 28 + x) * m + c]} over x and c becomes {@code Z[i * 28 * m + at]} over 28 * m entries. The loop is then long enough for vectors even
 * if rows are short or samples are few.
 */
public final class LoopJoining implements LoopPass {

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(joined(program.body(), program.variables()));
  }

  private static List<Instruction> joined(List<Instruction> body, Variable.Source variables) {
    return body.stream().map(instruction -> instruction instanceof Loop loop ? joined(loop, variables) : instruction).toList();
  }

  private static Loop joined(Loop loop, Variable.Source variables) {
    Loop outer = loop.with(joined(loop.body(), variables));
    List<Let> lets = new ArrayList<>();
    for (int k = 0; k < outer.body().size() - 1 && outer.body().get(k) instanceof Let let && !dependsOn(let.value(), outer.counter()); k++) {
      lets.add(let);
    }
    boolean nested = outer.body().size() == lets.size() + 1 && outer.body().get(lets.size()) instanceof Loop inner && isPlain(outer) && isPlain(inner) && inner.isWhole();
    return nested ? joined(outer, (Loop) outer.body().get(lets.size()), lets, variables).orElse(outer) : outer;
  }

  /** True for a loop over consecutive entries, such as the part of an axis that a thread runs. */
  private static boolean isPlain(Loop loop) {
    return loop.kind() == Kind.SEQUENTIAL && loop.step() == 1 && Stream.of(loop.from(), loop.to()).allMatch(bound -> bound.equals(Bound.at(bound.at())));
  }

  private static boolean dependsOn(Scalar value, Variable counter) {
    return Accesses.anyPart(value, part -> part instanceof Entry entry && entry.offset().dependsOn(counter) || part instanceof CounterExpression count && count.number().dependsOn(counter));
  }

  private static Optional<Loop> joined(Loop outer, Loop inner, List<Let> lets, Variable.Source variables) {
    boolean simple = inner.body().stream().allMatch(instruction -> instruction instanceof Let || instruction instanceof Store || instruction instanceof Accumulate);
    boolean follows = inner.body().stream().flatMap(InstructionExpressions::entries).allMatch(entry -> follows(entry.offset(), outer, inner))
        && inner.body().stream().flatMap(InstructionExpressions::of).noneMatch(value -> Accesses.anyPart(value, part -> part instanceof CounterExpression count
            && (count.number().dependsOn(outer.counter()) || count.number().dependsOn(inner.counter()))));
    Optional<Affine> extent = outer.extent().timesSize(inner.extent());
    if (!simple || !follows || extent.isEmpty()) {
      return Optional.empty();
    }
    Variable at = variables.next("at");
    List<Instruction> body = new ArrayList<>(lets);
    body.addAll(new InstructionCopier(variable -> variable.equals(inner.counter()) ? Optional.of(Affine.of(at)) : variable.equals(outer.counter()) ? Optional.of(Affine.ZERO) : Optional.empty(),
        variable -> variable).of(inner.body()));
    return Optional.of(new Loop(Kind.SEQUENTIAL, at, extent.get(), times(outer.from(), inner.extent()), times(outer.to(), inner.extent()), 1, body));
  }

  private static Bound times(Bound bound, Affine size) {
    return Bound.at(bound.at().timesSize(size).orElseThrow());
  }

  /** Whether the last entry of the inner loop directly precedes the first one of the outer loop's next iteration, or all are the same entry. */
  private static boolean follows(Affine offset, Loop outer, Loop inner) {
    return inner.extent().timesSize(offset.stride(inner.counter())).map(next -> next.equals(offset.stride(outer.counter()))).orElse(false);
  }
}
