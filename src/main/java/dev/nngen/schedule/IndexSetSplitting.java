package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.schedule.Instruction.Kind;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a loop at the points where conditions on its counter change, so that each condition is constant in each piece and disappears:
 * {@code where(j >= 64, A[j - 64], B[j])} becomes a loop up to 64 and one from there on (index-set splitting; Griebl, Feautrier, Lengauer 2000).
 * Thresholds are numbers, or depend on outer loops: {@code k >= j} splits the loop over k at j. An innermost loop can then be vectorized. An outer
 * loop loses conditional expressions on vectors, for which HotSpot allocates objects; pieces of single iterations at its ends are not worth a loop.
 */
public final class IndexSetSplitting implements LoopPass {

  /** Minimum length of a loop that is split, and of the pieces of a loop around others. */
  private static final int SHORTEST = 8;
  /** Maximum growth of code, for an innermost loop and for others. */
  private static final double INNERMOST_GROWTH = 3;
  private static final double GROWTH = 1.5;

  @Override
  public LoopProgram run(LoopProgram program) {
    return program.with(new Splitting(program.variables()).of(program.body(), CounterRanges.NONE));
  }

  private record Splitting(Variable.Source variables) {

    List<Instruction> of(List<Instruction> body, CounterRanges around) {
      List<Instruction> code = new ArrayList<>();
      CounterRanges ranges = around;
      for (Instruction instruction : body) {
        if (instruction instanceof Loop loop) {
          code.addAll(of(loop, ranges));
        } else {
          code.add(instruction instanceof Instruction.Gemm gemm ? gemm.with(of(gemm.body(), ranges)) : instruction);
          ranges = ranges.with(instruction);
        }
      }
      return code;
    }

    private List<Instruction> of(Loop loop, CounterRanges around) {
      boolean innermost = loop.body().stream().noneMatch(Loop.class::isInstance);
      List<Affine> cuts = isSplittable(loop) ? LoopCuts.of(loop, around, innermost ? 1 : SHORTEST) : List.of();
      List<Instruction> pieces = cuts.isEmpty() ? List.of() : pieces(loop, cuts, around);
      boolean pays = !cuts.isEmpty() && size(pieces) <= (innermost ? INNERMOST_GROWTH : GROWTH) * size(List.of(loop));
      return pays ? pieces : List.of(loop.with(of(loop.body(), around.with(loop))));
    }

    /** Returns the loop between each two of its cuts. */
    private List<Instruction> pieces(Loop loop, List<Affine> cuts, CounterRanges around) {
      List<Instruction> pieces = new ArrayList<>();
      for (int k = 0; k <= cuts.size(); k++) {
        Affine first = k == 0 ? loop.from().at() : cuts.get(k - 1);
        Affine end = k == cuts.size() ? loop.to().at() : cuts.get(k);
        pieces.addAll(piece(loop, first, end.minus(first), around));
      }
      return pieces;
    }

    /** Returns that many iterations from the given one on, counted from 0. One iteration needs no loop. */
    private List<Instruction> piece(Loop loop, Affine first, Affine length, CounterRanges around) {
      boolean single = length.equals(Affine.of(1));
      Affine counter = single ? first : first.plus(Affine.of(loop.counter()));
      InstructionCopier copy = new InstructionCopier(variable -> variable.equals(loop.counter()) ? Optional.of(counter) : Optional.empty(), variable -> single ? renamed(variable, loop.counter()) : variable);
      Loop piece = Loop.over(loop.kind(), loop.counter(), length, copy.of(loop.body()));
      CounterRanges inside = around.with(piece);
      List<Instruction> body = of(LiveInstructions.of(ConditionFolding.of(piece.body(), inside)), inside);
      return body.isEmpty() ? List.of() : single ? body : List.of(piece.with(body));
    }

    private Variable renamed(Variable variable, Variable counter) {
      return variables.next(variable.name(), variable.suffix(), variable.subscripts().stream().filter(subscript -> !subscript.equals(counter)).toList());
    }

    private static boolean isSplittable(Loop loop) {
      boolean simple = loop.kind() == Kind.SEQUENTIAL && loop.step() == 1 && isNumber(loop.from()) && isNumber(loop.to());
      return simple && !isShort(loop.to().at().minus(loop.from().at())) && !calls(loop.body());
    }

    private static boolean isNumber(Bound bound) {
      return bound.rounding() == Bound.Rounding.NONE && bound.limits().isEmpty();
    }

    private static boolean isShort(Affine length) {
      return length.constant().filter(iterations -> iterations < SHORTEST).isPresent();
    }

    private static boolean calls(List<Instruction> body) {
      return body.stream().anyMatch(instruction -> instruction instanceof Instruction.Multiply || instruction instanceof Instruction.Contract
          || instruction instanceof Instruction.Gemm || calls(InstructionExpressions.inside(instruction)));
    }

    private static int size(List<Instruction> code) {
      return code.stream().mapToInt(instruction -> 1 + size(InstructionExpressions.inside(instruction))
          + InstructionExpressions.of(instruction).mapToInt(value -> Accesses.parts(value).size()).sum()).sum();
    }
  }
}
