package dev.nngen.model;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Offset;
import java.util.Optional;

/**
 * How many entries an axis has: a number, or one that is known only when the generated class runs, which has a name.
 *
 * @param number 0 for one with a name
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

  /** Whether the compiler knows it. */
  public boolean isKnown() {
    return name.isEmpty();
  }

  public boolean isOne() {
    return number == 1;
  }

  public boolean isSamples() {
    return equals(SAMPLES);
  }

  /** The extent of the axis in the graph; empty for an axis with one entry, which the graph does not keep. */
  public Optional<Extent> extent() {
    return isOne() ? Optional.empty() : Optional.of(isKnown() ? Extent.of(number) : new Extent.Symbol(name));
  }

  /** The same as a number that may be computed with. */
  Offset offset() {
    return extent().map(Offset::of).orElse(Offset.of(1));
  }

  /** The number, in which one that is not known counts as one. */
  long least() {
    return isKnown() ? number : 1;
  }

  /** {@code 4 values}, {@code m values}. */
  String values() {
    return this + (isOne() ? " value" : " values");
  }

  @Override
  public String toString() {
    return isKnown() ? Integer.toString(number) : name;
  }
}
