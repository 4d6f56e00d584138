package dev.nngen.schedule;

import dev.nngen.schedule.Instruction.Digit;
import dev.nngen.schedule.Instruction.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits a loop whose body begins with a quotient of its counter, {@code index p = i / 32}, into two loops, over the quotient and the remainder.
 * Subscripts are then affine in counters, such as those of attention, where each head has some rows of a matrix.
 */
final class DigitLoops {

  private DigitLoops() {}

  /** Returns the outer loop, whose body is the inner one, and the inner loop; empty for other loops. */
  static Optional<List<Loop>> of(Loop loop) {
    boolean divides = loop.isWhole() && loop.step() == 1 && loop.body().size() > 1 && loop.body().get(0) instanceof Digit digit && digit.modulus() == 0 && digit.divisor() > 1
        && digit.value().equals(Affine.of(loop.counter())) && loop.extent().constant().filter(length -> length % digit.divisor() == 0).isPresent();
    if (!divides) {
      return Optional.empty();
    }
    Digit digit = (Digit) loop.body().get(0);
    Affine whole = Affine.of(digit.variable()).times(digit.divisor()).plus(Affine.of(loop.counter()));
    List<Instruction> body = new InstructionCopier(variable -> variable.equals(loop.counter()) ? Optional.of(whole) : Optional.empty(), variable -> variable).of(loop.body().subList(1, loop.body().size()));
    Loop inner = Loop.over(loop.kind(), loop.counter(), Affine.of(digit.divisor()), body);
    Loop outer = Loop.over(loop.kind(), digit.variable(), Affine.of(loop.extent().constant().orElseThrow() / digit.divisor()), List.of(inner));
    return Optional.of(new ArrayList<>(List.of(outer, inner)));
  }
}
