package dev.nngen.ir;

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

  /** An extent known at run time only. */
  record Symbol(String name) implements Extent {
    @Override
    public String toString() {
      return name;
    }
  }
}
