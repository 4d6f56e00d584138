package dev.nngen.codegen;

import java.util.Locale;
import java.util.Set;
import javax.lang.model.SourceVersion;

/** Turns names of the model into Java identifiers. */
final class Identifiers {

  /** Words that are names in Java, though not at each place of a name. */
  private static final Set<String> RESTRICTED = Set.of("yield", "_");

  private Identifiers() {}

  /** The name with everything that Java does not allow replaced by an underscore. */
  static String sanitised(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints().forEach(c -> {
      boolean allowed = text.length() == 0 ? Character.isJavaIdentifierStart(c) : Character.isJavaIdentifierPart(c);
      text.appendCodePoint(allowed && !Character.isIdentifierIgnorable(c) ? c : '_');
    });
    String result = text.length() == 0 ? "_" : text.toString();
    return SourceVersion.isKeyword(result) ? result + "_" : result;
  }

  /** True of what Java does not allow as the name of a variable at every place. */
  static boolean isReserved(String name) {
    return RESTRICTED.contains(name) || SourceVersion.isKeyword(name);
  }

  static String capitalised(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  static String decapitalised(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }
}
