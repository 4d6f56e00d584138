package dev.nngen.cli;

import dev.nngen.compiler.SourceReader;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.ProjectFiles;
import dev.nngen.model.SourceLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The model files named on the command line. */
final class ModelFiles {

  /** What a command makes of one file. */
  interface Step<T> {
    List<T> of(Source source, SourceLoader loader, Diagnostics diagnostics);
  }

  private final Set<Path> files;

  ModelFiles(List<Path> files) {
    this.files = new LinkedHashSet<>(files);
  }

  /** Reads each file, each once, and joins what a step makes of it. A fault in one file does not keep others from being looked at. */
  <T> List<T> flatMap(Step<T> step, Diagnostics diagnostics) {
    List<T> made = new ArrayList<>();
    for (Path file : files) {
      Diagnostics own = new Diagnostics();
      SourceReader.read(file, own)
          .ifPresent(source -> made.addAll(step.of(source, new ProjectFiles(projectFolder(file)), own)));
      diagnostics.reportAll(own);
    }
    return made;
  }

  /** What imports may not leave: the current folder where the file lies below it, else the file's own folder. */
  static Path projectFolder(Path file) {
    Path current = Path.of("").toAbsolutePath();
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.startsWith(current) ? current : absolute.getParent();
  }
}
