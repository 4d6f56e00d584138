package dev.nngen.train.data;

import java.io.IOException;

/** Rows of numbers, all of one width, and where each was read. */
public interface Rows extends AutoCloseable {

  int rows();

  /** How many numbers a row has. */
  int width();

  /** Copies a row to the start of an array. */
  void row(int row, double[] to);

  /** The line that a row was read from, or its number in a file without lines, counted from 1. */
  long line(int row);

  /** Whether part of them lies in a temporary file. */
  default boolean isSpilled() {
    return false;
  }

  /** Removes temporary files. */
  @Override
  void close() throws IOException;
}
