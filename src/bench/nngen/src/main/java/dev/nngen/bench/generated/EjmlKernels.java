package dev.nngen.bench.generated;

/** Classes generated with {@code --kernels ejml}. */
public final class EjmlKernels extends NngenPeer {

  public EjmlKernels() {
    super("ejml");
  }
}
