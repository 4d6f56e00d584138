package dev.nngen.maven;

import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.util.List;

/** What a goal makes of one model file. */
@FunctionalInterface
interface ModelGoal {

  /**
   * The files to write for a model file; none where it holds no model, and none where there are errors.
   *
   * @param loader finds its imports
   */
  List<GeneratedFile> make(ModelFile model, Source source, SourceLoader loader, Diagnostics diagnostics);
}
