package dev.nngen.compiler;

import dev.nngen.ast.SourceFile;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.lower.Lowered;
import dev.nngen.lower.Lowering;
import dev.nngen.model.Model;
import dev.nngen.model.Models;
import dev.nngen.model.SourceLoader;
import dev.nngen.parse.NnParser;
import dev.nngen.simplify.Simplifier;
import java.util.List;

/** The whole compiler: the passes from top to bottom, and what the outside may ask for. */
public final class Compiler {

  private final Options options;
  private final SourceLoader loader;

  /** @param loader finds the texts of imports */
  public Compiler(Options options, SourceLoader loader) {
    this.options = options;
    this.loader = loader;
  }

  /**
   * Reads a file and derives what follows from each of its models.
   *
   * @param diagnostics receives every fault of the file and its imports, and every claim that is not proved
   * @return the models in the order of the text, also where a claim is not proved; none where there are other errors
   */
  public List<CompiledModel> derive(Source source, Diagnostics diagnostics) {
    return models(source, diagnostics).stream().map(model -> derive(source, model, diagnostics)).toList();
  }

  private List<Model> models(Source source, Diagnostics diagnostics) {
    SourceFile file = NnParser.parse(source, diagnostics);
    return diagnostics.hasErrors() ? List.of() : Models.resolve(file, loader, diagnostics);
  }

  private CompiledModel derive(Source source, Model model, Diagnostics diagnostics) {
    Lowered lowered = inPrecision(Lowering.lower(model));
    Lowered differentiated = Autodiff.differentiate(lowered);
    Lowered simplified = Simplifier.simplify(differentiated);
    return new CompiledModel(source, lowered, differentiated, simplified, Claims.decide(differentiated, diagnostics));
  }

  private Lowered inPrecision(Lowered lowered) {
    return options.precision().map(asked -> lowered.withSinglePrecision(asked == Options.Precision.F32)).orElse(lowered);
  }
}
