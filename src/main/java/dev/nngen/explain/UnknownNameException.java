package dev.nngen.explain;

/** Options name a value that has no gradient; the message suggests the nearest name. */
public final class UnknownNameException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  UnknownNameException(String message) {
    super(message);
  }
}
