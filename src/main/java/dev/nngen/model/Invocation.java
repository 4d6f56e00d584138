package dev.nngen.model;

import dev.nngen.ast.Expr.Call;
import dev.nngen.diag.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A call with typed arguments.
 *
 * @param piped the left side of {@code |>}
 * @param given the arguments in parentheses
 * @param span the whole call, with the pipe's left side
 * @param frame the context of the call
 */
record Invocation(Callee callee, Call call, Optional<Arguments.Given> piped, List<Arguments.Given> given, Span span,
    Frame frame) {

  /** Returns the piped argument, then those in parentheses. */
  List<Arguments.Given> all() {
    List<Arguments.Given> all = new ArrayList<>();
    piped.ifPresent(all::add);
    all.addAll(given);
    return all;
  }

  /** Returns the callee's name at the call. */
  Span name() {
    return call.callee().span();
  }
}
