package dev.nngen.serve;

/** Signals that a request is refused, with a sentence for the user. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status the HTTP status
   */
  Refusal(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  int status() {
    return status;
  }
}
