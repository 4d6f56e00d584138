package dev.nngen.codegen;

import java.util.Locale;
import java.util.Set;
import javax.lang.model.SourceVersion;

/** Converts names of the model to Java identifiers. */
final class Identifiers {

  /** Words that Java restricts in some positions. */
  private static final Set<String> RESTRICTED = Set.of("yield", "_");

  private Identifiers() {}

  /** Replaces all characters that Java does not allow by underscores. */
  static String sanitized(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints().forEach(c -> {
      boolean allowed = text.length() == 0 ? Character.isJavaIdentifierStart(c) : Character.isJavaIdentifierPart(c);
      text.appendCodePoint(allowed && !Character.isIdentifierIgnorable(c) ? c : '_');
    });
    String result = text.length() == 0 ? "_" : text.toString();
    return SourceVersion.isKeyword(result) ? result + "_" : result;
  }

  /** Whether Java forbids the name for a variable in some position. */
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
