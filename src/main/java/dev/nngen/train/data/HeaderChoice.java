package dev.nngen.train.data;

import java.util.Locale;

/** Whether a CSV file's first line names its columns. */
public enum HeaderChoice {
  /** Determined by {@link HeaderReading}. */
  AUTO,
  YES,
  NO;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
