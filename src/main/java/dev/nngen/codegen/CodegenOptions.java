package dev.nngen.codegen;

/**
 * Options for generating a class from a plan.
 *
 * @param packageName of the class; empty for the unnamed package
 * @param kernels the kernel set
 * @param shared whether classes inherit the code that is equal in all of them
 * @param version of nngen, for the header
 * @param settings the user's options, for the header
 * @param source name of the model file, for the header
 * @param sourceHash hash of all source text, for the header
 */
public record CodegenOptions(String packageName, KernelSet kernels, boolean shared, String version, String settings, String source,
    String sourceHash) {

  /** Options for classes that do not share code with others. */
  public CodegenOptions(String packageName, KernelSet kernels, String version, String settings, String source, String sourceHash) {
    this(packageName, kernels, false, version, settings, source, sourceHash);
  }
}
