package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.io.IOException;

/** The steps of consecutive sequences: for each the possible inputs, then the possible targets. */
interface SequenceSteps extends AutoCloseable {

  int count();

  /** Returns the number of entries of a step. */
  int width();

  /** Copies a step to the start of an array. */
  void step(int step, double[] to);

  /** Returns the line that a step was read from, counted from 1. */
  long line(int step);

  /** Returns the name of an entry of a step. */
  String name(int entry);

  DataException fault(ErrorCode code, int step, int entry, String message);

  @Override
  void close() throws IOException;
}
