package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.util.Optional;

/**
 * The kind of windows that are samples, so that other data can be read in the same way.
 *
 * @param vocabulary of a text; empty for a series of numbers
 * @param window number of steps of the inputs
 * @param horizon distance of the target after the end of the window, in steps
 */
public record SequenceFormat(Optional<Vocabulary> vocabulary, int window, int horizon) {

  /** Returns the options to read windows of that kind; the given options may only set the stride. */
  public SequenceOptions like(SequenceOptions asked) throws DataException {
    boolean other = asked.window() > 0 && asked.window() != window || asked.horizon() > 0 && asked.horizon() != horizon || asked.text() && vocabulary.isEmpty();
    if (other) {
      throw DataException.of(ErrorCode.DATA_MISMATCH, "the network was trained on " + (vocabulary.isPresent() ? "a text" : "a series") + " with --window " + window + " --horizon " + horizon)
          .help("remove --format, --window and --horizon: the weights file has them");
    }
    return new SequenceOptions(vocabulary.isPresent(), window, horizon, asked.stride());
  }
}
