package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Instruction.Accumulate;
import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Let;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import dev.nngen.schedule.Instruction.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Computes {@value #ROWS} rows at a time if data are subscripts, as in an embedding table. The outermost loop becomes a loop over tiles of rows,
 * whose iterations {@link Unroller} writes next to each other in one loop over the data. A subscript is then read once for all rows, and sums do not
 * wait for each other. This pays because such loops have no vectors: data-dependent entries are read one by one.
 */
public final class GatherTiling implements LoopPass {

  private static final int ROWS = 8;
  /** Maximum number of instructions per row that are written next to each other for all rows. */
  private static final int MOST_INSTRUCTIONS = 8;

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(program.body().stream().flatMap(instruction -> instruction instanceof Loop loop && isPossible(loop)
        ? tiles(loop, program.variables()).stream() : Stream.of(instruction)).toList());
  }

  /** Whether rows are independent and have the same data as subscripts. */
  private static boolean isPossible(Loop rows) {
    List<Instruction> inside = inside(rows.body()).toList();
    boolean isLong = rows.kind() == Kind.SEQUENTIAL && rows.isWhole() && rows.step() == 1 && rows.extent().constant().filter(length -> length >= ROWS).isPresent();
    List<Whole> data = inside.stream().filter(Whole.class::isInstance).map(Whole.class::cast).toList();
    boolean isSimple = inside.stream().filter(instruction -> !(instruction instanceof Loop)).count() <= MOST_INSTRUCTIONS && inside.stream().allMatch(GatherTiling::isSimple);
    return isLong && isSimple && !data.isEmpty() && data.stream().allMatch(whole -> Accesses.parts(whole.value()).stream().noneMatch(part -> dependsOn(part, rows.counter())))
        && areApart(inside, rows.counter());
  }

  private static Stream<Instruction> inside(List<Instruction> body) {
    return body.stream().flatMap(instruction -> Stream.concat(Stream.of(instruction), inside(InstructionExpressions.inside(instruction))));
  }

  private static boolean isSimple(Instruction instruction) {
    return instruction instanceof Loop loop ? loop.kind() == Kind.SEQUENTIAL && loop.isWhole() && loop.extent().variables().isEmpty()
        : instruction instanceof Let || instruction instanceof Whole || instruction instanceof Accumulator || instruction instanceof Accumulate || instruction instanceof Store;
  }

  private static boolean dependsOn(Scalar part, Variable counter) {
    return part instanceof Scalar.Local || part instanceof Entry entry && entry.offset().dependsOn(counter) || part instanceof CounterExpression count && count.number().dependsOn(counter);
  }

  /** Whether each iteration writes a row of its own, and nothing that is written is read. */
  private static boolean areApart(List<Instruction> inside, Variable counter) {
    Set<Integer> own = inside.stream().filter(Accumulator.class::isInstance).map(accumulator -> ((Accumulator) accumulator).variable().id()).collect(Collectors.toSet());
    List<Scalar> targets = inside.stream().flatMap(instruction -> instruction instanceof Store store ? Stream.of(store.to())
        : instruction instanceof Accumulate sum ? Stream.of(sum.to()) : Stream.empty()).toList();
    Set<Tensor> written = targets.stream().filter(Entry.class::isInstance).map(target -> ((Entry) target).tensor()).collect(Collectors.toSet());
    boolean writesApart = targets.stream().allMatch(target -> target instanceof Entry entry ? entry.offset().dependsOn(counter) : own.contains(((Scalar.Local) target).id()));
    return writesApart && inside.stream().flatMap(instruction -> InstructionExpressions.of(instruction).limit(1)).flatMap(value -> Accesses.parts(value).stream())
        .noneMatch(part -> part instanceof Entry entry && written.contains(entry.tensor()));
  }

  private static List<Instruction> tiles(Loop rows, Variable.Source variables) {
    List<Instruction> code = new ArrayList<>();
    Bound end = Bound.at(rows.extent()).lastTile(ROWS);
    Variable inTile = variables.next("u");
    InstructionCopier moved = new InstructionCopier(variable -> variable.equals(rows.counter()) ? Optional.of(Affine.of(variable).plus(Affine.of(inTile))) : Optional.empty(), variable -> variable);
    code.add(new Loop(Kind.SEQUENTIAL, rows.counter(), rows.extent(), Bound.ZERO, end, ROWS, List.of(Loop.over(Kind.UNROLLED, inTile, Affine.of(ROWS), moved.of(rows.body())))));
    if (!end.equals(rows.to())) {
      code.add(new Loop(Kind.SEQUENTIAL, rows.counter(), rows.extent(), end, rows.to(), 1, rows.body()));
    }
    return code;
  }
}
