package dev.nngen.explain;

/** Signals that options name a value without a gradient. The message suggests the nearest name. */
public final class UnknownNameException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  UnknownNameException(String message) {
    super(message);
  }
}
