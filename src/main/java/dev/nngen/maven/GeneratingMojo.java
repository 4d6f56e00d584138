package dev.nngen.maven;

import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import java.util.List;

/** A goal that generates Java classes for main or test sources. */
abstract class GeneratingMojo extends ModelMojo {

  @Override
  final List<GeneratedFile> make(Compiler compiler, ModelFile model, Source source, Diagnostics diagnostics) {
    return compiler.generate(source, diagnostics);
  }

  @Override
  final String ownSettings() {
    return "";
  }

  @Override
  final String done() {
    return "Compiled";
  }

  @Override
  final boolean warnsOfIdleFiles() {
    return true;
  }
}
