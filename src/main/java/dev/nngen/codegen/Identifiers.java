package dev.nngen.codegen;

import java.util.Locale;
import java.util.Set;
import javax.lang.model.SourceVersion;

/** Turns names of the model into Java identifiers. */
final class Identifiers {

  /** Simple names that generated code uses, and which a field or local of that name would hide. */
  private static final Set<String> RESERVED = Set.of("Math", "Arrays", "Double", "Float", "String", "Object", "List", "Random",
      "Path", "Files", "System", "DMatrixRMaj", "FMatrixRMaj", "CommonOps_DDRM", "CommonOps_FDRM", "IOException",
      "IllegalArgumentException", "Generated", "Integer", "Long", "Map", "ByteBuffer", "ByteOrder", "FileChannel",
      "LinkedHashMap", "TreeMap", "StandardCharsets", "StandardOpenOption", "StandardCopyOption", "StringBuilder", "Character",
      "Json", "AboutData", "Number", "Runtime", "random", "Functions", "Products", "products", "Workers", "workers", "threads", "KernelPart", "part", "parts", "panel", "staged", "Power", "powers", "room", "SPECIES", "LANES", "DoubleVector",
      "FloatVector", "VectorOperators", "VectorSpecies", "dev", "java", "org", "jdk", "m", "t", "maxBatch", "parameters", "gradients",
      "FINGERPRINT", "CHUNK", "PARAMETER_COUNT",
      "PARAMETER_NAMES", "PARAMETER_ROWS", "PARAMETER_COLUMNS", "_");

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

  static boolean isReserved(String name) {
    return RESERVED.contains(name) || SourceVersion.isKeyword(name);
  }

  static String capitalised(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  static String decapitalised(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }
}
