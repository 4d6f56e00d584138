package dev.nngen.onnx;

/** Thrown if a part of a model has no form in ONNX; the message names it. */
public final class NotExportable extends Exception {

  private static final long serialVersionUID = 1;

  NotExportable(String message) {
    super(message);
  }
}
