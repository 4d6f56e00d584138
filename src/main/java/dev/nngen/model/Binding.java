package dev.nngen.model;

import dev.nngen.diag.Span;
import java.util.Optional;

/** The meaning of a name inside a body. */
sealed interface Binding {

  /** A value and the declaration of its name. */
  record Bound(int value, Optional<Span> declared) implements Binding {}

  /** A function passed as an argument. */
  record Passed(Callee callee) implements Binding {}
}
