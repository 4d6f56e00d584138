package dev.nngen.serve;

/** A request that gets no answer but a sentence. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;

  /** @param status of HTTP */
  Refusal(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  int status() {
    return status;
  }
}
