package dev.nngen.compiler;

import java.util.Locale;
import java.util.Optional;

/**
 * What may be asked of the compiler.
 *
 * @param packageName of the generated classes, or empty for the unnamed package
 * @param kernels what they compute with
 * @param precision overrides what the model says
 */
public record Options(String packageName, Kernels kernels, Optional<Precision> precision) {

  /** The command's defaults. */
  public static final Options DEFAULT = new Options("", Kernels.EJML, Optional.empty());

  public Options {
    if (!JavaNames.isPackageName(packageName)) {
      throw new IllegalArgumentException("'" + packageName + "' is not a Java package name");
    }
  }

  /** Sets of kernels, named as on the command line. */
  public enum Kernels {
    EJML, PLAIN, VECTOR;

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
