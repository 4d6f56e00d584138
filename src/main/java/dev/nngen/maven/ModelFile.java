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
   * The model files below a folder in the order of their names; none where there is no such folder.
   *
   * @param includes patterns as Ant knows them; without any, all {@code .nn} files
   * @param excludes the same; what version control systems and editors leave behind is excluded always
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

  /** The sub-folder as a package: {@code com.acme} for {@code com/acme/Digits.nn}. Not every folder's name can be a package's. */
  String packageName() {
    return subFolder().replace('/', '.');
  }

  /** The folder it lies in. */
  Path folder() {
    return path.getParent();
  }

  /** The folders above the file, without a {@code /} at the end; empty where it lies at the top. */
  String subFolder() {
    String[] parts = relative.split("/");
    return String.join("/", Arrays.copyOf(parts, parts.length - 1));
  }

  /** A generated file in the same sub-folder of the output. */
  GeneratedFile beside(String name, String text) {
    return new GeneratedFile(subFolder().isEmpty() ? name : subFolder() + "/" + name, text);
  }
}
