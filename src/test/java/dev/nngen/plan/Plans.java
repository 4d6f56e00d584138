package dev.nngen.plan;

import dev.nngen.Golden;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.io.IOException;

/** Plans of model texts, for tests. */
public final class Plans {

  private Plans() {}

  /** The plan of the only model of a text. */
  public static Plan of(String text) {
    return Planner.plan(model(text).simplified());
  }

  /** Plans the only model of a text with the steps of recurrences first in memory. */
  public static Plan bySteps(String text) {
    return Planner.plan(model(text).simplified(), true);
  }

  private static CompiledModel model(String text) {
    return new Compiler(Options.DEFAULT, SourceLoader.NONE).derive(new Source("test.nn", text), new Diagnostics()).get(0);
  }

  /** The plan of one of the models among the resources of this package. */
  public static Plan named(String name) throws IOException {
    return of(Golden.read("plan/" + name + ".nn"));
  }
}
