package dev.nngen.train.data;

/**
 * How sequences are made samples of.
 *
 * @param text whether files are texts, of which each character is a step
 * @param window how many steps the inputs of a sample have; 0 to take it from the model
 * @param horizon how many steps after the end of the window the target is
 * @param stride how many steps after the window before it a window begins; 0 for the length of the window for texts and 1 for series
 */
public record SequenceOptions(boolean text, int window, int horizon, int stride) {

  /** Each line or image is a sample. */
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
