package dev.nngen.maven;

import dev.nngen.compiler.GeneratedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.codehaus.plexus.util.DirectoryScanner;

/**
 * A model file of the project.
 *
 * @param path absolute
 * @param relative to the folder of models, with {@code /} between its parts
 */
record ModelFile(Path path, String relative) {

  private static final String ALL = "**/*.nn";

  /**
   * Returns the model files in a folder and its subfolders, sorted by name; empty if there is no such folder.
   *
   * @param includes patterns as in Ant; all {@code .nn} files if empty
   * @param excludes likewise; files of version control systems and editors are always excluded
   */
  static List<ModelFile> below(Path folder, List<String> includes, List<String> excludes) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    DirectoryScanner scanner = new DirectoryScanner();
    scanner.setBasedir(folder.toFile());
    scanner.setIncludes(includes.isEmpty() ? new String[] {ALL} : includes.toArray(String[]::new));
    scanner.setExcludes(excludes.toArray(String[]::new));
    scanner.addDefaultExcludes();
    scanner.scan();
    List<ModelFile> files = new ArrayList<>();
    for (String name : scanner.getIncludedFiles()) {
      files.add(new ModelFile(folder.resolve(name).normalize(), name.replace('\\', '/')));
    }
    files.sort((a, b) -> a.relative.compareTo(b.relative));
    return files;
  }

  /** Returns the package of the subfolder: {@code com.acme} for {@code com/acme/Digits.nn}. It may not be a valid package name. */
  String packageName() {
    return subFolder().replace('/', '.');
  }

  /** Returns the file's folder. */
  Path folder() {
    return path.getParent();
  }

  /** Returns the folders above the file, without a {@code /} at the end; empty at the top. */
  String subFolder() {
    String[] parts = relative.split("/");
    return String.join("/", Arrays.copyOf(parts, parts.length - 1));
  }

  /** Returns a generated file in the same subfolder of the output. */
  GeneratedFile beside(String name, String text) {
    return new GeneratedFile(subFolder().isEmpty() ? name : subFolder() + "/" + name, text);
  }
}
