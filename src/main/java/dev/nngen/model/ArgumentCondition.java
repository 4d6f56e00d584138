package dev.nngen.model;

import dev.nngen.diag.Span;
import java.util.List;
import java.util.Optional;

/**
 * A function's condition on an argument, in the words of a diagnostic.
 *
 * @param function the function's name
 * @param subject the function's name of the argument, such as {@code p}
 * @param argument the argument of the call: a name of the model, or the text of an expression
 * @param span the argument at the call
 * @param declared the declaration of the argument's name
 * @param clause the condition's declaration in a user-defined function
 * @param help changes of the text that satisfy the condition; they compile
 */
public record ArgumentCondition(Kind kind, String function, String subject, String argument, Span span, Optional<Span> declared, Optional<Span> clause,
    List<String> help) {

  public ArgumentCondition {
    help = List.copyOf(help);
  }

  /** Kind of a condition. */
  public enum Kind {
    /** Declared by {@code domain}; the compiler assumes it. */
    DOMAIN,
    /** The domain of a function of the language; nothing is assumed. */
    DEFINED,
    /** The argument of a root, which is defined at 0 but has no finite gradient there; nothing is assumed. */
    ROOT,
    /** A divisor or the base of a negative power; the interval is that of a value that never is one. */
    NONZERO
  }
}
