package dev.nngen.compiler;

import java.util.Arrays;
import javax.lang.model.SourceVersion;

/** Checks names for generated Java. JavaPoet does not check package names, which become folders. */
public final class JavaNames {

  private JavaNames() {}

  /** True if a name can be a class name: an identifier of visible characters that is not a keyword. */
  public static boolean isClassName(String name) {
    return SourceVersion.isIdentifier(name) && !SourceVersion.isKeyword(name) && name.codePoints().noneMatch(Character::isIdentifierIgnorable);
  }

  /** True if a name can be a package name: identifiers separated by points, or empty for the unnamed package. */
  public static boolean isPackageName(String name) {
    return name.isEmpty() || Arrays.stream(name.split("\\.", -1)).allMatch(JavaNames::isClassName);
  }
}
