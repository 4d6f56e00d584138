package dev.nngen.cli;

import dev.nngen.compiler.JavaNames;
import dev.nngen.compiler.Options;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that generates code. */
final class CompilerOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private String packageName = "";

  @Option(names = "--kernels", paramLabel = "ejml|plain|vector", defaultValue = "ejml", description = {
      "Kernels of the generated class (default: ejml).",
      "ejml: EJML's products, code close to the formulas;",
      "plain: Java loops that HotSpot vectorizes;",
      "vector: jdk.incubator.vector, needs --add-modules."})
  private Options.Kernels kernels;

  @Option(names = "--precision", paramLabel = "f32|f64", description = "Overrides the model's own precision.")
  private Options.Precision precision;

  @Option(names = "--size", paramLabel = "NAME=NUMBER", description = "The value of a size that the model declares without a number: size time;")
  private Map<String, Integer> sizes = Map.of();

  @Option(names = {"-p", "--package"}, paramLabel = "PACKAGE", description = "Package of the generated classes (default: none).")
  void setPackageName(String name) {
    if (!JavaNames.isPackageName(name)) {
      throw new ParameterException(spec.commandLine(), "'" + name + "' is not a Java package name");
    }
    packageName = name;
  }

  /**
   * @param shared whether classes of a package share the code that is equal in all of them
   */
  Options options(boolean shared) {
    return new Options(packageName, kernels, Optional.ofNullable(precision), sizes, shared);
  }
}
