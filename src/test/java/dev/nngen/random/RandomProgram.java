package dev.nngen.random;

import dev.nngen.codegen.Agreement;
import dev.nngen.codegen.JavaText;
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
 * @param agreement its class beside the interpreter
 * @param seed chooses the kernels, and the points at which the model is looked at
 */
record RandomProgram(String text, CompiledModel model, Supplier<Formulas> formulas, Supplier<Agreement> agreement, long seed) {

  /** Compiles a text; empty if it is not one valid model with a loss. */
  static Optional<RandomProgram> of(String text, long seed) {
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = compiler(seed).derive(new Source("random.nn", text), diagnostics);
    boolean sound = !diagnostics.hasErrors() && models.size() == 1 && models.get(0).lowered().loss().isPresent();
    return sound ? Optional.of(new RandomProgram(text, models.get(0), once(() -> new Formulas(models.get(0))), once(() -> agreement(models.get(0), seed)), seed)) : Optional.empty();
  }

  private static Compiler compiler(long seed) {
    Options.Kernels[] kernels = Options.Kernels.values();
    return new Compiler(new Options("", kernels[(int) (seed % kernels.length)], Optional.empty()), SourceLoader.NONE);
  }

  private static Agreement agreement(CompiledModel model, long seed) {
    JavaText java = new JavaText("", model.name(), compiler(seed).generate(model).text());
    return new Agreement(model.simplified(), java, m -> RandomPoint.draw(model.simplified(), Agreement.extents(model.simplified(), m), seed));
  }

  /** Asks for a value when it is first needed, and once. */
  private static <T> Supplier<T> once(Supplier<T> value) {
    return new Supplier<>() {
      private T known;

      @Override
      public T get() {
        known = known == null ? value.get() : known;
        return known;
      }
    };
  }

  /** Returns the model with other kernels and points. */
  RandomProgram with(long other) {
    return new RandomProgram(text, model, formulas, once(() -> agreement(model, other)), other);
  }
}
