package dev.nngen.schedule;

import dev.nngen.schedule.Instruction.Accumulator;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Loop;
import dev.nngen.schedule.Instruction.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Computes several rows of a small product at a time: the loop over rows becomes one over tiles of {@value #ROWS} rows that are written next to each
 * other, and one over the remaining rows. A vector of the other factor is then read once per tile, and sums do not wait for each other. Up to
 * {@value SmallShape#MOST_ROWS} rows need no loop; a tile has that many if rows fill no vector.
 */
public final class RowTiling implements LoopPass {

  private static final int ROWS = 4;

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(program.body().stream().map(instruction -> instruction instanceof Loop loop
        && (loop.kind() == Kind.PARALLEL || loop.kind() == Kind.PADDED) ? loop.with(tile(loop, program.variables())) : instruction).toList());
  }

  private static List<Instruction> tile(Loop lanes, Variable.Source variables) {
    List<Instruction> code = new ArrayList<>();
    lanes.body().forEach(instruction -> {
      if (instruction instanceof Loop rows && rows.body().stream().anyMatch(Accumulator.class::isInstance)) {
        code.addAll(tile(rows, isStaged(rows, lanes) ? SmallShape.MOST_ROWS : ROWS, variables));
      } else {
        code.add(instruction);
      }
    });
    return code;
  }

  /** Whether vectors are not contiguous in the product, or longer than its rows. */
  private static boolean isStaged(Loop rows, Loop lanes) {
    return lanes.kind() == Kind.PADDED || rows.body().stream().anyMatch(instruction -> instruction instanceof Store store && !store.to().offset().stride(lanes.counter()).equals(Affine.of(1)));
  }

  private static List<Instruction> tile(Loop rows, int length, Variable.Source variables) {
    Optional<Long> count = rows.extent().constant();
    if (count.isPresent() && count.get() <= SmallShape.MOST_ROWS) {
      return List.of(Loop.over(Kind.UNROLLED, rows.counter(), rows.extent(), rows.body()));
    }
    Variable inTile = variables.next("u");
    InstructionCopier moved = new InstructionCopier(variable -> variable.equals(rows.counter()) ? Optional.of(Affine.of(variable).plus(Affine.of(inTile))) : Optional.empty(),
        variable -> variable);
    Loop tile = Loop.over(Kind.UNROLLED, inTile, Affine.of(length), moved.of(rows.body()));
    Bound end = Bound.at(rows.extent()).lastTile(length);
    Loop tiles = new Loop(Kind.SEQUENTIAL, rows.counter(), rows.extent(), Bound.ZERO, end, length, List.of(tile));
    return end.equals(rows.to()) ? List.of(tiles)
        : List.of(tiles, new Loop(Kind.SEQUENTIAL, rows.counter(), rows.extent(), end, rows.to(), 1, rows.body()));
  }
}
