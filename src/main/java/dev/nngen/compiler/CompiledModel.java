package dev.nngen.compiler;

import dev.nngen.diag.Source;
import dev.nngen.lower.Lowered;

/**
 * A model on its way to Java, after each of the passes that users can ask about.
 *
 * @param source the file it stands in
 * @param lowered as it was written: {@code grad} is still a node
 * @param differentiated with every gradient written out
 */
public record CompiledModel(Source source, Lowered lowered, Lowered differentiated) {

  /** The model's name, which is the generated class's. */
  public String name() {
    return lowered.name();
  }
}
