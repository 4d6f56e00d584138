package dev.nngen.random;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.Optional;

/** A text with the only model in it, compiled as far as its gradients. */
record Program(String text, CompiledModel model, Compiler compiler, long seed) {

  /**
   * Compiles a text; empty where it is not one sound model that minimises something.
   *
   * @param seed chooses the kernels, and the points at which the model is looked at
   */
  static Optional<Program> of(String text, long seed) {
    Options.Kernels[] kernels = Options.Kernels.values();
    Compiler compiler = new Compiler(new Options("", kernels[(int) (seed % kernels.length)], Optional.empty()), SourceLoader.NONE);
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = compiler.derive(new Source("random.nn", text), diagnostics);
    boolean sound = !diagnostics.hasErrors() && models.size() == 1 && models.get(0).lowered().loss().isPresent();
    return sound ? Optional.of(new Program(text, models.get(0), compiler, seed)) : Optional.empty();
  }
}
