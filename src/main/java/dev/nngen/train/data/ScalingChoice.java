package dev.nngen.train.data;

import java.util.Locale;

/**
 * The requested scaling.
 *
 * @param by the divisor of {@link Kind#DIVIDE}
 */
public record ScalingChoice(Kind kind, double by) {

  /** Kind of scaling. */
  public enum Kind {
    /** Divides gray values of IDX files by 255, standardizes all others. */
    AUTO,
    /** To mean 0 and standard deviation 1. */
    STANDARD,
    /** To minimum 0 and maximum 1. */
    MINMAX,
    NONE,
    /** Divides all features by one number. */
    DIVIDE
  }

  public static final ScalingChoice AUTO = new ScalingChoice(Kind.AUTO, 1);

  /**
   * Parses {@code auto}, {@code standard}, {@code minmax}, {@code none} or a number to divide by.
   *
   * @throws IllegalArgumentException for other text
   */
  public static ScalingChoice parse(String text) {
    if (Numeral.isNumber(text)) {
      double by = Double.parseDouble(text);
      if (!(by > 0) || Double.isInfinite(by)) {
        throw new IllegalArgumentException("features can only be divided by a positive number, not by " + text);
      }
      return new ScalingChoice(Kind.DIVIDE, by);
    }
    Kind kind = Kind.valueOf(text.toUpperCase(Locale.ROOT));
    if (kind == Kind.DIVIDE) {
      throw new IllegalArgumentException("name the number to divide by");
    }
    return new ScalingChoice(kind, 1);
  }

  /** Returns the scaling of these rows. */
  Scaling fit(Data data, int[] rows, FeatureStatistics statistics) {
    Scaling scaling = switch (kind) {
      case AUTO -> data.bytes() ? Scaling.dividing(data.features(), 255) : Scaling.fit(Kind.STANDARD, data, rows, statistics);
      case STANDARD, MINMAX -> Scaling.fit(kind, data, rows, statistics);
      case NONE -> Scaling.none(data.features());
      case DIVIDE -> Scaling.dividing(data.features(), by);
    };
    Scaling alike = data.windows().map(windows -> scaling.shared(windows.numbers(data.features()))).orElse(scaling);
    return alike.sparing(data.signature());
  }

  @Override
  public String toString() {
    return kind == Kind.DIVIDE ? Double.toString(by) : kind.name().toLowerCase(Locale.ROOT);
  }
}
