package dev.nngen.random;

import java.util.Arrays;
import java.util.Optional;

/** A check that failed, and how. */
record Fault(Check check, Throwable thrown) {

  /** The first check that fails for a text; none where the text is no sound model. A compiler that throws fails all of them. */
  static Optional<Fault> of(String text, long seed, Iterable<Check> checks) {
    Optional<Program> program = Optional.empty();
    for (Check check : checks) {
      try {
        program = program.isPresent() ? program : Program.of(text, seed);
        program.ifPresent(check::run);
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
