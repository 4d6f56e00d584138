package dev.nngen.bench.generated;

/** Classes generated with {@code --kernels vector}. */
public final class VectorKernels extends NngenPeer {

  public VectorKernels() {
    super("vector");
  }
}
