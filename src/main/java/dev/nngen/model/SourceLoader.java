package dev.nngen.model;

import dev.nngen.diag.Source;

/** Finds the text that an {@code import} names. */
@FunctionalInterface
public interface SourceLoader {

  /** A loader that finds no imports. */
  SourceLoader NONE = (importing, path) -> new Problem("imports are not available here");

  /**
   * Finds the text; equal names of sources mean the same text.
   *
   * @param importing the text that contains the import
   * @param path as written, relative to the importing file
   */
  Found load(Source importing, String path);

  /** The text, or an explanation of its absence. */
  sealed interface Found {}

  record Text(Source source) implements Found {}

  /**
   * Explains why a text cannot be read.
   *
   * @param message without capital and full stop, such as {@code there is no such file}
   */
  record Problem(String message) implements Found {}
}
