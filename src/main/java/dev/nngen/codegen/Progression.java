package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import java.util.List;
import java.util.Optional;

/** An arithmetic progression: one number per round of a loop. */
record Progression(int first, int distance) {

  /** Returns the progression of the numbers; empty if they are not one. */
  static Optional<Progression> of(List<Integer> numbers) {
    int distance = numbers.size() < 2 ? 0 : numbers.get(1) - numbers.get(0);
    for (int k = 1; k < numbers.size(); k++) {
      if (numbers.get(k) - numbers.get(k - 1) != distance) {
        return Optional.empty();
      }
    }
    return Optional.of(new Progression(numbers.get(0), distance));
  }

  /** Whether the distance is 1 or -1, so that a loop's variable can have these values. */
  boolean isCount() {
    return Math.abs(distance) == 1;
  }

  int at(int round) {
    return first + distance * round;
  }

  /** Returns the head of a loop whose variable has these values. */
  CodeBlock loop(String variable, int rounds) {
    String format = distance > 0 ? "for (int $L = $L; $L <= $L; $L++)" : "for (int $L = $L; $L >= $L; $L--)";
    return CodeBlock.of(format, variable, first, variable, at(rounds - 1), variable);
  }

  /** Returns the number as an expression in the variable of a loop over {@code count}. */
  String text(String variable, Progression count) {
    int slope = distance * count.distance;
    int rest = first - slope * count.first;
    if (slope == 0) {
      return Integer.toString(rest);
    }
    if (slope < 0) {
      return rest + " - " + (slope == -1 ? variable : -slope + " * " + variable);
    }
    String multiple = slope == 1 ? variable : slope + " * " + variable;
    return rest == 0 ? multiple : multiple + (rest > 0 ? " + " : " - ") + Math.abs(rest);
  }
}
