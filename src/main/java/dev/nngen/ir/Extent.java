package dev.nngen.ir;

import java.util.Optional;

/** The length of an axis: a number known at compile time, or a symbol whose value is known at run time. */
public sealed interface Extent {

  /** The number of samples in the batch, {@code m} in formulas. */
  Symbol BATCH = new Symbol("m");

  static Extent of(int size) {
    return new Fixed(size);
  }

  /** An extent known at compile time. Axes of extent 1 do not exist, so {@code size >= 2}. */
  record Fixed(int size) implements Extent {
    public Fixed {
      if (size < 2) {
        throw new IllegalArgumentException("an axis has an extent of at least two, not " + size);
      }
    }

    @Override
    public String toString() {
      return Integer.toString(size);
    }
  }

  /**
   * An extent known at run time only.
   *
   * @param name unique; of an extent that is longer than another, their sum in parentheses
   * @param base the other extent; empty for one that is measured itself
   * @param more the difference
   */
  record Symbol(String name, Optional<Symbol> base, long more) implements Extent {
    public Symbol(String name) {
      this(name, Optional.empty(), 0);
    }

    /** Returns the extent plus a number. */
    public Symbol plus(long number) {
      return number == 0 ? this : base.map(extent -> extent.plus(more + number)).orElseGet(() -> new Symbol("(" + name + " + " + number + ")", Optional.of(this), number));
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
