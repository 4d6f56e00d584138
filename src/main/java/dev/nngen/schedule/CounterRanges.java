package dev.nngen.schedule;

import dev.nngen.ir.Fn;
import dev.nngen.schedule.Instruction.Digit;
import dev.nngen.schedule.Instruction.Index;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Facts about the integers at a point of a loop program: ranges of counters and definitions of indices. Run-time sizes are at least 0.
 *
 * @param spans ranges of counters, outer loops first
 * @param definitions of indices that are other numbers, or quotients of them
 */
record CounterRanges(Map<Variable, Span> spans, Map<Variable, Digit> definitions) {

  static final CounterRanges NONE = new CounterRanges(Map.of(), Map.of());

  /** The minimum and maximum of a counter, which may depend on counters of outer loops. */
  record Span(Affine first, Affine last) {}

  /** Returns the facts inside a loop, or after the declaration of an index. */
  CounterRanges with(Instruction instruction) {
    if (instruction instanceof Loop loop && loop.from().rounding() == Bound.Rounding.NONE) {
      return with(loop.counter(), new Span(loop.from().at(), loop.to().at().plus(Affine.of(-1))));
    }
    if (instruction instanceof Digit digit && digit.modulus() > 0) {
      return with(digit.variable(), new Span(Affine.ZERO, Affine.of(digit.modulus() - 1)));
    }
    return instruction instanceof Digit digit ? with(digit)
        : instruction instanceof Index index ? with(new Digit(index.variable(), index.value(), 1, 0)) : this;
  }

  private CounterRanges with(Variable variable, Span span) {
    Map<Variable, Span> more = new LinkedHashMap<>(spans);
    more.put(variable, span);
    return new CounterRanges(more, definitions);
  }

  private CounterRanges with(Digit digit) {
    Map<Variable, Digit> more = new LinkedHashMap<>(definitions);
    more.put(digit.variable(), digit);
    return new CounterRanges(spans, more);
  }

  /** Returns numbers that are all nonnegative exactly if the comparison of the left number with the right one holds. */
  static List<Affine> notNegative(Fn comparison, Affine left, Affine right) {
    Affine difference = left.minus(right);
    return switch (comparison) {
      case AT_LEAST -> List.of(difference);
      case GREATER -> List.of(difference.plus(Affine.of(-1)));
      case EQUAL -> List.of(difference, difference.times(-1));
      default -> throw new IllegalArgumentException("not a comparison: " + comparison);
    };
  }

  /** Whether all numbers are at least 0; empty if that is unknown or depends on the point. */
  Optional<Boolean> areNotNegative(List<Affine> numbers) {
    boolean always = numbers.stream().allMatch(this::isNotNegative);
    boolean never = numbers.stream().anyMatch(number -> isNotNegative(Affine.of(-1).minus(number)));
    return always || never ? Optional.of(always) : Optional.empty();
  }

  /** Whether the number is known to be nonnegative. */
  boolean isNotNegative(Affine number) {
    return least(inCounters(number)).terms().stream().allMatch(term -> term.variable().isEmpty() && term.stride().factor() >= 0);
  }

  /** Returns a number without indices that is nonnegative exactly if the given one is: {@code floor(v / d) >= r} exactly if {@code v >= d * r}. */
  Affine inCounters(Affine number) {
    for (Variable variable : number.variables()) {
      Digit digit = definitions.get(variable);
      long factor = number.stride(variable).constant().orElse(0L);
      if (digit != null && digit.divisor() == 1) {
        return inCounters(with(number, variable, digit.value()));
      }
      if (digit != null && Math.abs(factor) == 1) {
        Affine rest = with(number, variable, Affine.ZERO);
        Affine rounding = Affine.of(factor < 0 ? digit.divisor() - 1 : 0);
        return inCounters(digit.value().times(factor).plus(rest.times(digit.divisor())).plus(rounding));
      }
    }
    return number;
  }

  /** Returns a lower bound of the number: its counters are replaced by an end of their ranges, inner loops first, as far as possible. */
  private Affine least(Affine number) {
    List<Variable> inner = new ArrayList<>(spans.keySet());
    Affine least = number;
    for (int k = inner.size() - 1; k >= 0; k--) {
      Variable variable = inner.get(k);
      List<Affine.Term> terms = least.stride(variable).terms();
      boolean grows = terms.stream().allMatch(term -> term.stride().factor() > 0);
      if (grows || terms.stream().allMatch(term -> term.stride().factor() < 0)) {
        least = with(least, variable, grows ? spans.get(variable).first() : spans.get(variable).last());
      }
    }
    return least;
  }

  private static Affine with(Affine number, Variable variable, Affine value) {
    return number.replace(other -> other.equals(variable) ? Optional.of(value) : Optional.empty());
  }
}
