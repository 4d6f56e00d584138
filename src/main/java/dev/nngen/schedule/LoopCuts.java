package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the points of a loop at which conditions in its body change: counters from which on a comparison always or never holds. */
final class LoopCuts {

  private final Loop loop;
  private final CounterRanges around;
  private final int shortest;
  private final List<Affine> cuts = new ArrayList<>();

  private LoopCuts(Loop loop, CounterRanges around, int shortest) {
    this.loop = loop;
    this.around = around;
    this.shortest = shortest;
  }

  /**
   * Returns the cuts in ascending order, all within the loop, whose bounds are numbers without limits.
   *
   * @param shortest minimum distance of a numeric cut from both ends of the loop
   */
  static List<Affine> of(Loop loop, CounterRanges around, int shortest) {
    LoopCuts found = new LoopCuts(loop, around, shortest);
    found.collect(loop.body(), around.with(loop));
    return found.cuts;
  }

  private void collect(List<Instruction> body, CounterRanges outer) {
    CounterRanges ranges = outer;
    for (Instruction instruction : body) {
      CounterRanges here = ranges.with(instruction);
      InstructionExpressions.of(instruction).flatMap(value -> Accesses.parts(value).stream()).forEach(part -> comparison(part, here));
      if (instruction instanceof Loop inner) {
        collect(inner.body(), here);
      } else {
        ranges = here;
      }
    }
  }

  private void comparison(Scalar part, CounterRanges ranges) {
    if (part instanceof Scalar.Apply compared && compared.fn().isIndicator()) {
      Optional<Affine> left = InstructionExpressions.wholeNumber(compared.arguments().get(0));
      Optional<Affine> right = InstructionExpressions.wholeNumber(compared.arguments().get(1));
      List<Affine> conditions = left.flatMap(l -> right.map(r -> CounterRanges.notNegative(compared.fn(), l, r))).orElse(List.of());
      if (ranges.areNotNegative(conditions).isEmpty()) {
        conditions.forEach(condition -> cut(ranges.inCounters(condition)).ifPresent(this::add));
      }
    }
  }

  /** Returns the point at which the number changes its sign; empty if it depends on counters of inner loops. */
  private Optional<Affine> cut(Affine number) {
    long factor = number.stride(loop.counter()).constant().orElse(0L);
    Affine rest = number.replace(variable -> variable.equals(loop.counter()) ? Optional.of(Affine.ZERO) : Optional.empty());
    return factor == 0 || !around.spans().keySet().containsAll(rest.variables()) ? Optional.empty()
        : factor == 1 ? Optional.of(rest.times(-1))
        : factor == -1 ? Optional.of(rest.plus(Affine.of(1)))
        : rest.constant().map(r -> Affine.of(factor > 0 ? -Math.floorDiv(r, factor) : Math.floorDiv(r, -factor) + 1));
  }

  /** Adds a cut that is in the range and comparable with the others. */
  private void add(Affine cut) {
    Affine margin = Affine.of(cut.constant().isPresent() ? shortest : 0);
    boolean inside = isAtMost(loop.from().at().plus(margin), cut) && isAtMost(cut.plus(margin), loop.to().at());
    int place = 0;
    while (place < cuts.size() && isAtMost(cuts.get(place), cut)) {
      place++;
    }
    if (inside && !cuts.contains(cut) && (place == cuts.size() || isAtMost(cut, cuts.get(place)))) {
      cuts.add(place, cut);
    }
  }

  private boolean isAtMost(Affine number, Affine other) {
    return around.isNotNegative(other.minus(number));
  }
}
