package dev.nngen.bench.generated;

/** Classes generated with {@code --kernels plain}. */
public final class PlainKernels extends NngenPeer {

  public PlainKernels() {
    super("plain");
  }
}
