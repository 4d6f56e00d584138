package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.util.Optional;

/**
 * What samples are windows of, so that other data can be read likewise.
 *
 * @param vocabulary of a text; empty of a series of numbers
 * @param window how many steps the inputs have
 * @param horizon how many steps after the end of the window the target is
 */
public record SequenceFormat(Optional<Vocabulary> vocabulary, int window, int horizon) {

  /** How to read windows of that kind; what is asked for besides may be the stride, and nothing else. */
  public SequenceOptions like(SequenceOptions asked) throws Fault {
    boolean other = asked.window() > 0 && asked.window() != window || asked.horizon() > 0 && asked.horizon() != horizon || asked.text() && vocabulary.isEmpty();
    if (other) {
      throw Fault.of(ErrorCode.DATA_MISMATCH, "the network was trained on " + (vocabulary.isPresent() ? "a text" : "a series") + " with --window " + window + " --horizon " + horizon)
          .help("leave --format, --window and --horizon out: the weights file knows them");
    }
    return new SequenceOptions(vocabulary.isPresent(), window, horizon, asked.stride());
  }
}
