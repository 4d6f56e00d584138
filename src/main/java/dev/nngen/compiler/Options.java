package dev.nngen.compiler;

import dev.nngen.codegen.EjmlKernels;
import dev.nngen.codegen.KernelSet;
import dev.nngen.codegen.PlainKernels;
import dev.nngen.codegen.VectorKernels;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Options of the compiler.
 *
 * @param packageName package of the generated classes, or empty for the unnamed package
 * @param kernels the kernel set
 * @param precision overrides the model's precision
 * @param sizes numbers for sizes that the model declares without one
 * @param shared true if the common parts of a package's classes are generated once, as a superclass
 */
public record Options(String packageName, Kernels kernels, Optional<Precision> precision, Map<String, Integer> sizes, boolean shared) {

  /** The defaults of the command. */
  public static final Options DEFAULT = new Options("", Kernels.EJML, Optional.empty());

  public Options(String packageName, Kernels kernels, Optional<Precision> precision) {
    this(packageName, kernels, precision, Map.of());
  }

  public Options(String packageName, Kernels kernels, Optional<Precision> precision, Map<String, Integer> sizes) {
    this(packageName, kernels, precision, sizes, false);
  }

  public Options {
    sizes = Map.copyOf(sizes);
    if (!JavaNames.isPackageName(packageName)) {
      throw new IllegalArgumentException("'" + packageName + "' is not a Java package name");
    }
  }

  /** Returns the options in the syntax of the command, without the package. */
  String shown() {
    return "--kernels " + kernels + precision.map(asked -> " --precision " + asked).orElse("")
        + sizes.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(size -> " --size " + size.getKey() + "=" + size.getValue()).collect(Collectors.joining()) + (shared ? " --shared" : "");
  }

  /** Kernel sets, named as on the command line. */
  public enum Kernels {
    EJML(new EjmlKernels()),
    PLAIN(new PlainKernels()),
    VECTOR(new VectorKernels());

    private final KernelSet set;

    Kernels(KernelSet set) {
      this.set = set;
    }

    KernelSet set() {
      return set;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Precisions, named as in the language. */
  public enum Precision {
    F32, F64;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
