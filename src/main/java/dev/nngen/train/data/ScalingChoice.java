package dev.nngen.train.data;

import java.util.Locale;

/**
 * What is asked for as scaling.
 *
 * @param by what {@link Kind#DIVIDE} divides by
 */
public record ScalingChoice(Kind kind, double by) {

  /** Ways of scaling. */
  public enum Kind {
    /** Grey values of IDX files are divided by 255, everything else is standardised. */
    AUTO,
    /** To mean 0 and standard deviation 1. */
    STANDARD,
    /** To 0 as the smallest and 1 as the largest value. */
    MINMAX,
    NONE,
    /** All features by one number. */
    DIVIDE
  }

  public static final ScalingChoice AUTO = new ScalingChoice(Kind.AUTO, 1);

  /** Reads {@code auto}, {@code standard}, {@code minmax}, {@code none} or a number to divide by; IllegalArgumentException otherwise. */
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

  /** The scaling of these rows. */
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
