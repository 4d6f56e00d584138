package dev.nngen.codegen;

import java.util.List;

/** All sets of kernels, for tests that each of them must pass. */
final class KernelSets {

  static final List<KernelSet> ALL = List.of(new EjmlKernels(), new PlainKernels(), new VectorKernels());

  /** Those that allocate nothing even before they are compiled. */
  static final List<KernelSet> NEVER_ALLOCATE = ALL.subList(0, 2);

  private KernelSets() {}
}
