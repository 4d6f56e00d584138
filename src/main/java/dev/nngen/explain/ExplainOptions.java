package dev.nngen.explain;

import dev.nngen.formula.Form;
import java.util.List;
import java.util.Optional;

/**
 * Options of a derivation.
 *
 * @param steps false for the last line of each derivation only
 * @param wrt the values whose gradients, and those between them and the loss, are shown; empty for all
 * @param of the one value whose gradient is shown
 */
public record ExplainOptions(Form form, boolean steps, List<String> wrt, Optional<String> of) {

  public static final ExplainOptions DEFAULT = new ExplainOptions(Form.MATRIX, true, List.of(), Optional.empty());

  public ExplainOptions {
    wrt = List.copyOf(wrt);
  }
}
