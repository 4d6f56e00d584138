package dev.nngen.model;

import dev.nngen.diag.Span;
import java.util.List;
import java.util.Optional;

/**
 * What a function asks of an argument, in the words of a diagnostic.
 *
 * @param function the function's name
 * @param subject what the condition is about, as the function calls it, such as {@code p}
 * @param argument the argument of the call: a name of the model, or the text of an expression
 * @param span the argument at the call
 * @param declared the place where the argument's name is declared
 * @param clause the place where a user-defined function declares the condition
 * @param help changes of the text that satisfy the condition; they compile
 */
public record Need(Kind kind, String function, String subject, String argument, Span span, Optional<Span> declared, Optional<Span> clause,
    List<String> help) {

  public Need {
    help = List.copyOf(help);
  }

  /** How far a condition goes. */
  public enum Kind {
    /** Declared by {@code domain}; the compiler assumes it. */
    DOMAIN,
    /** Where a function of the language has values; nothing is assumed. */
    DEFINED,
    /** The argument of a root, which has values at 0 and no finite gradient; nothing is assumed. */
    ROOT,
    /** A divisor or the base of a negative power; the interval is that of a value that never is one. */
    NONZERO
  }
}
