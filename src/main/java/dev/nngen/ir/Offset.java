package dev.nngen.ir;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * An integer plus integer multiples of symbolic extents, such as {@code time - 1}.
 *
 * @param multiples coefficients, none of them zero
 */
public record Offset(long number, Map<Extent.Symbol, Long> multiples) {

  public static final Offset ZERO = of(0);

  public Offset {
    Map<Extent.Symbol, Long> sorted = new TreeMap<>(Comparator.comparing(Extent.Symbol::name));
    multiples.forEach((symbol, multiple) -> {
      if (multiple != 0) {
        sorted.put(symbol, multiple);
      }
    });
    multiples = Collections.unmodifiableMap(sorted);
  }

  public static Offset of(long number) {
    return new Offset(number, Map.of());
  }

  public static Offset of(Extent extent) {
    return extent instanceof Extent.Fixed fixed ? of(fixed.size()) : new Offset(0, Map.of((Extent.Symbol) extent, 1L));
  }

  /** The last subscript of an axis. */
  public static Offset last(Extent extent) {
    return of(extent).plus(-1);
  }

  public Offset plus(long other) {
    return new Offset(Math.addExact(number, other), multiples);
  }

  public Offset plus(Offset other) {
    Map<Extent.Symbol, Long> sums = new TreeMap<>(Comparator.comparing(Extent.Symbol::name));
    sums.putAll(multiples);
    other.multiples.forEach((symbol, multiple) -> sums.merge(symbol, multiple, Math::addExact));
    return new Offset(Math.addExact(number, other.number), sums);
  }

  public Offset times(long factor) {
    Map<Extent.Symbol, Long> products = new TreeMap<>(Comparator.comparing(Extent.Symbol::name));
    multiples.forEach((symbol, multiple) -> products.put(symbol, Math.multiplyExact(multiple, factor)));
    return new Offset(Math.multiplyExact(number, factor), products);
  }

  public Offset minus(Offset other) {
    return plus(other.times(-1));
  }

  /** The positive part: without subtracted terms. */
  public Offset added() {
    Map<Extent.Symbol, Long> positive = new TreeMap<>(Comparator.comparing(Extent.Symbol::name));
    multiples.forEach((symbol, multiple) -> positive.put(symbol, Math.max(0, multiple)));
    return new Offset(Math.max(0, number), positive);
  }

  public boolean isNumber() {
    return multiples.isEmpty();
  }

  public boolean isZero() {
    return isNumber() && number == 0;
  }

  /** True if it is at least 0 for all extents of at least 1. */
  public boolean isNeverNegative() {
    return multiples.values().stream().allMatch(multiple -> multiple > 0)
        && multiples.values().stream().reduce(number, Math::addExact) >= 0;
  }

  /** True if it is below 0 for all extents of at least 1. */
  public boolean isAlwaysNegative() {
    return times(-1).plus(-1).isNeverNegative();
  }

  /** Returns the number for given extents. */
  public long at(ToIntFunction<Extent> sizes) {
    return multiples.entrySet().stream().mapToLong(entry -> entry.getValue() * sizes.applyAsInt(entry.getKey())).sum() + number;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    multiples.forEach((symbol, multiple) -> text.append(multiple < 0 ? text.length() > 0 ? " - " : "-" : text.length() > 0 ? " + " : "")
        .append(Math.abs(multiple) == 1 ? "" : Math.abs(multiple) + "*").append(symbol));
    return text.length() == 0 ? Long.toString(number) : number == 0 ? text.toString() : text.append(number > 0 ? " + " : " - ").append(Math.abs(number)).toString();
  }
}
