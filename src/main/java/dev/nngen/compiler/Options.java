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
 * What may be asked of the compiler.
 *
 * @param packageName of the generated classes, or empty for the unnamed package
 * @param kernels what they compute with
 * @param precision overrides what the model says
 * @param sizes numbers for sizes that the model declares without one
 * @param shared whether what is equal in all classes of a package is written once for all of them
 */
public record Options(String packageName, Kernels kernels, Optional<Precision> precision, Map<String, Integer> sizes, boolean shared) {

  /** The command's defaults. */
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

  /** The options as one would write them for the command, but for the package. */
  String shown() {
    return "--kernels " + kernels + precision.map(asked -> " --precision " + asked).orElse("")
        + sizes.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(size -> " --size " + size.getKey() + "=" + size.getValue()).collect(Collectors.joining()) + (shared ? " --shared" : "");
  }

  /** Sets of kernels, named as on the command line. */
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
