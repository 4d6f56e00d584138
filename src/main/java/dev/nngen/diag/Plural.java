package dev.nngen.diag;

/** Formats nouns with a number. */
public final class Plural {

  private Plural() {}

  /** Returns the number and the noun: {@code 1 column}, {@code 2 columns}, {@code 3 classes}. */
  public static String count(long number, String singular) {
    return number + " " + of(number, singular);
  }

  /** Returns the noun alone. */
  public static String of(long number, String singular) {
    return number == 1 ? singular
        : singular.endsWith("s") ? singular + "es"
        : singular.endsWith("y") ? singular.substring(0, singular.length() - 1) + "ies" : singular + "s";
  }
}
