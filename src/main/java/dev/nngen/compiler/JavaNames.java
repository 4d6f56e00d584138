package dev.nngen.compiler;

import java.util.Arrays;
import javax.lang.model.SourceVersion;

/** What may be a name in generated Java. JavaPoet does not check package names, and they become folders. */
public final class JavaNames {

  private JavaNames() {}

  /** Whether a name can be a class's: an identifier that shows every character it has, and no word of the language. */
  public static boolean isClassName(String name) {
    return SourceVersion.isIdentifier(name) && !SourceVersion.isKeyword(name) && name.codePoints().noneMatch(Character::isIdentifierIgnorable);
  }

  /** Whether a name can be a package's: identifiers separated by points, or empty for the unnamed package. */
  public static boolean isPackageName(String name) {
    return name.isEmpty() || Arrays.stream(name.split("\\.", -1)).allMatch(JavaNames::isClassName);
  }
}
