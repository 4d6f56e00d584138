package dev.nngen.onnx;

/** Says what of a model has no form in ONNX, and where. */
public final class NotExportable extends Exception {

  private static final long serialVersionUID = 1;

  NotExportable(String message) {
    super(message);
  }
}
