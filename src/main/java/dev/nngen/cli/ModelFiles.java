package dev.nngen.cli;

import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.compiler.SourceReader;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import dev.nngen.diag.Suggestions;
import dev.nngen.model.ProjectFiles;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine;

/** The model files named on the command line. */
final class ModelFiles {

  /** The processing of one file. */
  interface Step<T> {
    List<T> of(Source source, SourceLoader loader, Diagnostics diagnostics);
  }

  private final Set<Path> files;

  private ModelFiles(List<Path> files) {
    this.files = new LinkedHashSet<>(files);
  }

  /**
   * Creates the list of the model files named on the command line.
   *
   * @throws ParameterException if there is none, or if the first looks like a misspelt command
   */
  static ModelFiles of(List<Path> files, CommandLine line) {
    if (files == null) {
      throw new ParameterException(line, "Missing required parameter: 'MODEL.nn'");
    }
    String first = files.get(0).toString();
    Suggestions.nearest(first, Subcommands.NAMES).filter(near -> !Files.exists(files.get(0))).ifPresent(near -> {
      throw new ParameterException(line, "There is no file and no command '" + first + "'. Did you mean: nngen " + near + "?");
    });
    return new ModelFiles(files);
  }

  /** Processes each file once, and concatenates the results. An error in one file does not prevent the others from being processed. */
  <T> List<T> flatMap(Step<T> step, Diagnostics diagnostics) {
    List<T> made = new ArrayList<>();
    for (Path file : files) {
      Diagnostics own = new Diagnostics();
      SourceReader.read(file, own).filter(source -> holdsModel(source, own))
          .ifPresent(source -> made.addAll(step.of(source, new ProjectFiles(projectFolder(file)), own)));
      diagnostics.reportAll(own);
    }
    return made;
  }

  /** Whether a file has a model, or an error that may hide one; reports a file without models. */
  private static boolean holdsModel(Source source, Diagnostics diagnostics) {
    Diagnostics faults = new Diagnostics();
    SourceFile file = NnParser.parse(source, faults);
    if (faults.hasErrors() || file.items().stream().anyMatch(Item.ModelItem.class::isInstance)) {
      return true;
    }
    String what = source.text().isBlank() ? "the file is empty" : file.items().isEmpty() ? "the file holds comments only" : "there is no model in this file";
    diagnostics.report(Diagnostic.withoutPlace(ErrorCode.FILE_WITHOUT_MODEL, source.name() + ": " + what).help(file.items().isEmpty()
        ? "write a model: `model Name { ... }`" : "models import a file of functions: `import \"" + fileName(source) + "\";`"));
    return false;
  }

  private static String fileName(Source source) {
    return source.name().substring(Math.max(source.name().lastIndexOf('/'), source.name().lastIndexOf('\\')) + 1);
  }

  /** Returns the folder that imports must stay in: the current folder if it contains the file, else the file's own folder. */
  static Path projectFolder(Path file) {
    Path current = Path.of("").toAbsolutePath();
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.startsWith(current) ? current : absolute.getParent();
  }
}
