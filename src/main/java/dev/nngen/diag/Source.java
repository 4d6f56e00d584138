package dev.nngen.diag;

/**
 * A text and the name that diagnostics show for it.
 *
 * @param name the path as the user gave it, or {@code library/activations.nn}
 * @param text the whole text
 */
public record Source(String name, String text) {

  @Override
  public String toString() {
    return name;
  }
}
