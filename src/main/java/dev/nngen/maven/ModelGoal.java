package dev.nngen.maven;

import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.util.List;

/** A goal's processing of one model file. */
@FunctionalInterface
interface ModelGoal {

  /**
   * Returns the files to write for a model file; none if it has no model or has errors.
   *
   * @param loader finds its imports
   */
  List<GeneratedFile> make(ModelFile model, Source source, SourceLoader loader, Diagnostics diagnostics);
}
