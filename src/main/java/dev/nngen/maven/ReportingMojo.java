package dev.nngen.maven;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;

/** A goal that writes a file about each of the project's models. */
abstract class ReportingMojo extends ModelMojo {

  /** Folder of the model files; a model's package is its subfolder. */
  @Parameter(property = "nngen.sourceDirectory", defaultValue = "${project.basedir}/src/main/nngen")
  private File sourceDirectory;

  @Override
  Path sourceFolder() {
    return sourceDirectory.toPath();
  }

  @Override
  final List<GeneratedFile> make(Compiler compiler, ModelFile model, Source source, Diagnostics diagnostics) {
    List<GeneratedFile> files = new ArrayList<>();
    compiler.derive(source, diagnostics).forEach(compiled -> about(compiled, model, diagnostics).ifPresent(files::add));
    return files;
  }

  /** Returns the file about one model; empty if there is none, or after a reported error. */
  abstract Optional<GeneratedFile> about(CompiledModel compiled, ModelFile model, Diagnostics diagnostics);

  static void fault(ErrorCode code, ModelFile model, String what, Diagnostics diagnostics) {
    diagnostics.report(Diagnostic.withoutPlace(code, model.path() + ": " + what));
  }
}
