package dev.nngen.model;

import dev.nngen.diag.Span;
import java.util.OptionalInt;

/** An index that an equation or a reduction binds. Two of the same name in different scopes are different. */
final class Index {

  final String name;
  final Span span;
  final int number;
  private int size;
  private boolean known;

  /** @param number counts the indices of an equation in the order of the text */
  Index(String name, Span span, int number) {
    this.name = name;
    this.span = span;
    this.number = number;
  }

  /** How many values it has, {@link Dim#SAMPLES} for m; empty as long as that is not known. */
  OptionalInt size() {
    return known ? OptionalInt.of(size) : OptionalInt.empty();
  }

  void resolve(int count) {
    size = count;
    known = true;
  }

  /** The largest value; without bound for m. */
  long last() {
    return size == Dim.SAMPLES ? Integer.MAX_VALUE : size - 1L;
  }

  @Override
  public String toString() {
    return name;
  }
}
