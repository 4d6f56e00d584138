package dev.nngen.codegen;

/**
 * What emitting needs beyond the plan.
 *
 * @param packageName of the class; empty for the unnamed package
 * @param kernels how kernels compute
 * @param shared whether classes inherit what is equal in all of them
 * @param version of nngen, for the header
 * @param settings the options that the user gave, for the header
 * @param source the name of the model file, for the header
 * @param sourceHash of all source text, for the header
 */
public record CodegenOptions(String packageName, KernelSet kernels, boolean shared, String version, String settings, String source,
    String sourceHash) {

  /** Options for classes that do not share code with others. */
  public CodegenOptions(String packageName, KernelSet kernels, String version, String settings, String source, String sourceHash) {
    this(packageName, kernels, false, version, settings, source, sourceHash);
  }
}
