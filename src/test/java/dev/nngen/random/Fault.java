package dev.nngen.random;

import java.util.Arrays;
import java.util.Optional;

/** A check that failed, and how. */
record Fault(Check check, Throwable thrown) {

  /** Returns the first check that fails for a text; empty if the text is not a valid model. A compiler that throws fails all of them. */
  static Optional<Fault> of(String text, long seed, Iterable<Check> checks) {
    try {
      return RandomProgram.of(text, seed).flatMap(program -> of(program, checks));
    } catch (RuntimeException | AssertionError | StackOverflowError failed) {
      return Optional.of(new Fault(checks.iterator().next(), failed));
    }
  }

  /** The first check that fails for a compiled model. */
  static Optional<Fault> of(RandomProgram program, Iterable<Check> checks) {
    for (Check check : checks) {
      try {
        check.run(program);
      } catch (RuntimeException | AssertionError | StackOverflowError failed) {
        return Optional.of(new Fault(check, failed));
      }
    }
    return Optional.empty();
  }

  /** The check, what was thrown and where: the same for texts that fail in the same way. */
  String kind() {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String place = Arrays.stream(cause.getStackTrace()).filter(frame -> frame.getClassName().startsWith("dev.nngen."))
        .map(frame -> frame.getClassName().replaceFirst("dev\\.nngen\\.", "") + "." + frame.getMethodName()).findFirst().orElse("");
    return check + " " + cause.getClass().getSimpleName() + (place.isEmpty() ? "" : " in " + place);
  }
}
