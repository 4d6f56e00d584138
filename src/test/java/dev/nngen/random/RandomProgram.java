package dev.nngen.random;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.explain.Formulas;
import dev.nngen.model.SourceLoader;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A text with the only model in it, compiled as far as its gradients.
 *
 * @param formulas what {@code explain} says of it
 * @param seed chooses the kernels, and the points at which the model is looked at
 */
record RandomProgram(String text, CompiledModel model, Supplier<Formulas> formulas, long seed) {

  /** Compiles a text; empty if it is not one valid model with a loss. */
  static Optional<RandomProgram> of(String text, long seed) {
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = compiler(seed).derive(new Source("random.nn", text), diagnostics);
    boolean sound = !diagnostics.hasErrors() && models.size() == 1 && models.get(0).lowered().loss().isPresent();
    return sound ? Optional.of(new RandomProgram(text, models.get(0), Formulas.of(models.get(0)), seed)) : Optional.empty();
  }

  private static Compiler compiler(long seed) {
    Options.Kernels[] kernels = Options.Kernels.values();
    return new Compiler(new Options("", kernels[(int) (seed % kernels.length)], Optional.empty()), SourceLoader.NONE);
  }

  /** Writes its class. */
  Compiler compiler() {
    return compiler(seed);
  }

  /** Returns the model with other kernels and points. */
  RandomProgram with(long other) {
    return new RandomProgram(text, model, formulas, other);
  }
}
