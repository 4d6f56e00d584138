package dev.nngen.ir;

/** How long an axis is: a number known to the compiler, or a symbol known only when the generated class runs. */
public sealed interface Extent {

  /** The number of samples in the batch, {@code m} in formulas. */
  Symbol BATCH = new Symbol("m");

  static Extent of(int size) {
    return new Fixed(size);
  }

  /** An extent known at compile time. Axes of extent one are not kept, so {@code size >= 2}. */
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
