package dev.nngen.schedule;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Scalar;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where conditions in the body of a loop change along it: counters from which on a comparison always holds, or never. */
final class Cuts {

  private final Loop loop;
  private final CounterRanges around;
  private final int shortest;
  private final List<Affine> cuts = new ArrayList<>();

  private Cuts(Loop loop, CounterRanges around, int shortest) {
    this.loop = loop;
    this.around = around;
    this.shortest = shortest;
  }

  /**
   * In ascending order; all in the range of the loop, whose bounds are numbers without limits.
   *
   * @param shortest how far from both ends of the loop a cut is that is a number
   */
  static List<Affine> of(Loop loop, CounterRanges around, int shortest) {
    Cuts found = new Cuts(loop, around, shortest);
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

  /** Where a number changes its sign; empty if it depends on counters of inner loops. */
  private Optional<Affine> cut(Affine number) {
    long factor = number.stride(loop.counter()).constant().orElse(0L);
    Affine rest = number.replace(variable -> variable.equals(loop.counter()) ? Optional.of(Affine.ZERO) : Optional.empty());
    return factor == 0 || !around.spans().keySet().containsAll(rest.variables()) ? Optional.empty()
        : factor == 1 ? Optional.of(rest.times(-1))
        : factor == -1 ? Optional.of(rest.plus(Affine.of(1)))
        : rest.constant().map(r -> Affine.of(factor > 0 ? -Math.floorDiv(r, factor) : Math.floorDiv(r, -factor) + 1));
  }

  /** Takes a cut that is in the range and has a place among the others. */
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
