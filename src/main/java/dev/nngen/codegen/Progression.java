package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import java.util.List;
import java.util.Optional;

/** Numbers with equal distances, one for each round of a loop. */
record Progression(int first, int distance) {

  /** The progression that the numbers are; empty where they are none. */
  static Optional<Progression> of(List<Integer> numbers) {
    int distance = numbers.size() < 2 ? 0 : numbers.get(1) - numbers.get(0);
    for (int k = 1; k < numbers.size(); k++) {
      if (numbers.get(k) - numbers.get(k - 1) != distance) {
        return Optional.empty();
      }
    }
    return Optional.of(new Progression(numbers.get(0), distance));
  }

  /** True where each number is the one before it plus or minus one, so that a loop's variable can run through them. */
  boolean isCount() {
    return Math.abs(distance) == 1;
  }

  int at(int round) {
    return first + distance * round;
  }

  /** The beginning of a loop whose variable runs through the numbers. */
  CodeBlock loop(String variable, int rounds) {
    String format = distance > 0 ? "for (int $L = $L; $L <= $L; $L++)" : "for (int $L = $L; $L >= $L; $L--)";
    return CodeBlock.of(format, variable, first, variable, at(rounds - 1), variable);
  }

  /** The number as an expression in the variable of a loop that runs through {@code count}. */
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
