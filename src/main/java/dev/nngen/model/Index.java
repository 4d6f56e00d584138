package dev.nngen.model;

import dev.nngen.diag.Span;
import dev.nngen.ir.Offset;
import java.util.Optional;

/** An index that an equation or a reduction binds. Two of the same name in different scopes are different. */
final class Index {

  final String name;
  final Span span;
  final int number;
  private Optional<Size> size = Optional.empty();

  /** @param number counts the indices of an equation in the order of the text */
  Index(String name, Span span, int number) {
    this.name = name;
    this.span = span;
    this.number = number;
  }

  /** How many values it has; empty as long as nothing says so. */
  Optional<Size> size() {
    return size;
  }

  void resolve(Size count) {
    size = Optional.of(count);
  }

  /** The largest value. */
  Offset last() {
    return size.orElseThrow().offset().plus(-1);
  }

  @Override
  public String toString() {
    return name;
  }
}
