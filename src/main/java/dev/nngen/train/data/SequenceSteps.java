package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.io.IOException;

/** The steps of consecutive sequences: of each what may be an input and, after that, what may be a target. */
interface SequenceSteps extends AutoCloseable {

  int count();

  /** How many numbers a step has. */
  int width();

  /** Copies a step to the start of an array. */
  void step(int step, double[] to);

  /** Where it was read, counted from 1. */
  long line(int step);

  /** What a number of a step is called. */
  String name(int entry);

  Fault fault(ErrorCode code, int step, int entry, String message);

  @Override
  void close() throws IOException;
}
