package dev.nngen.model;

import dev.nngen.diag.Span;
import dev.nngen.ir.Offset;
import java.util.Optional;

/** An index bound by an equation or a reduction. Indices of the same name in different scopes are different. */
final class Index {

  final String name;
  final Span span;
  final int number;
  private Optional<Size> size = Optional.empty();

  /**
   * @param number position among the indices of an equation, in source order
   */
  Index(String name, Span span, int number) {
    this.name = name;
    this.span = span;
    this.number = number;
  }

  /** Returns the number of its values; empty until it is determined. */
  Optional<Size> size() {
    return size;
  }

  void resolve(Size count) {
    size = Optional.of(count);
  }

  /** Returns the maximum value. */
  Offset last() {
    return size.orElseThrow().offset().plus(-1);
  }

  @Override
  public String toString() {
    return name;
  }
}
