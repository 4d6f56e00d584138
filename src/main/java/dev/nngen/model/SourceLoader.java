package dev.nngen.model;

import dev.nngen.diag.Source;

/** Finds the text that an {@code import} names. */
@FunctionalInterface
public interface SourceLoader {

  /** A loader for texts that may import nothing. */
  SourceLoader NONE = (importing, path) -> new Problem("imports are not available here");

  /**
   * Finds the text; equal names of sources mean the same text.
   *
   * @param importing the text in which the import stands
   * @param path as written, relative to the importing file
   */
  Found load(Source importing, String path);

  /** The text, or why there is none. */
  sealed interface Found {}

  record Text(Source source) implements Found {}

  /**
   * Why there is no text.
   *
   * @param message a sentence's end, such as {@code there is no such file}
   */
  record Problem(String message) implements Found {}
}
