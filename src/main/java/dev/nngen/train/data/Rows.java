package dev.nngen.train.data;

import java.io.IOException;

/** Rows of numbers, all of one width, with their origin. */
public interface Rows extends AutoCloseable {

  int rows();

  /** Returns the number of entries of a row. */
  int width();

  /** Copies a row to the start of an array. */
  void row(int row, double[] to);

  /** Returns the line that a row was read from, or its number in a file without lines, counted from 1. */
  long line(int row);

  /** Whether a part of them is stored in a temporary file. */
  default boolean isSpilled() {
    return false;
  }

  /** Removes temporary files. */
  @Override
  void close() throws IOException;
}
