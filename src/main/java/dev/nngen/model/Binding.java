package dev.nngen.model;

import dev.nngen.diag.Span;
import java.util.Optional;

/** What a name stands for inside a body. */
sealed interface Binding {

  /** A value, and where its name is declared. */
  record Bound(int value, Optional<Span> declared) implements Binding {}

  /** A function that was passed as an argument. */
  record Passed(Callee callee) implements Binding {}
}
