package dev.nngen.codegen;

/**
 * A generated class.
 *
 * @param text the whole file
 */
public record JavaText(String packageName, String className, String text) {

  /** Returns the file's path in the output folder, with {@code /} between its parts. */
  public String path() {
    String folder = packageName.isEmpty() ? "" : packageName.replace('.', '/') + "/";
    return folder + className + ".java";
  }
}
