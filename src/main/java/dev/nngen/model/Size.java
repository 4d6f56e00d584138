package dev.nngen.model;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Offset;
import java.util.Optional;

/**
 * The number of entries of an axis: a number, or a name if it is known only when the generated class runs.
 *
 * @param number 0 for a named size
 */
public record Size(int number, String name) {

  /** The number of samples, {@code m}. */
  public static final Size SAMPLES = named(Extent.BATCH.name());
  public static final Size ONE = of(1);

  public static Size of(int number) {
    return new Size(number, "");
  }

  static Size named(String name) {
    return new Size(0, name);
  }

  /** Whether it is known at compile time. */
  public boolean isKnown() {
    return name.isEmpty();
  }

  public boolean isOne() {
    return number == 1;
  }

  public boolean isSamples() {
    return equals(SAMPLES);
  }

  /** Returns the extent of the axis in the graph; empty for an axis with one entry, which the graph does not have. */
  public Optional<Extent> extent() {
    return isOne() ? Optional.empty() : Optional.of(isKnown() ? Extent.of(number) : new Extent.Symbol(name));
  }

  /** Returns the size as a number for arithmetic. */
  Offset offset() {
    return extent().map(Offset::of).orElse(Offset.of(1));
  }

  /** Returns the number, with an unknown size as 1. */
  long least() {
    return isKnown() ? number : 1;
  }

  /** Returns the text {@code 4 values}, {@code m values}. */
  String values() {
    return this + (isOne() ? " value" : " values");
  }

  @Override
  public String toString() {
    return isKnown() ? Integer.toString(number) : name;
  }
}
