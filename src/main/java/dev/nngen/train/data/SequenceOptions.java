package dev.nngen.train.data;

/**
 * Options of windows of sequences.
 *
 * @param text whether files are texts, of which each character is a step
 * @param window number of steps of a sample's inputs; 0 to take it from the model
 * @param horizon distance of the target after the end of the window, in steps
 * @param stride distance between windows, in steps; 0 for the length of the window for texts and 1 for series
 */
public record SequenceOptions(boolean text, int window, int horizon, int stride) {

  /** No windows: each line or image is a sample. */
  public static final SequenceOptions NONE = new SequenceOptions(false, 0, 0, 0);

  /** Whether rows of a table are steps. */
  boolean isSeries() {
    return !text && window > 0;
  }

  /** Whether samples are windows. */
  public boolean isSequence() {
    return text || window > 0;
  }
}
