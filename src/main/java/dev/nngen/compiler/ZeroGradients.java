package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.model.Model;
import java.util.Optional;

/** Finds models that cannot learn: the gradient of every parameter is proved to be 0. */
final class ZeroGradients {

  private ZeroGradients() {}

  /**
   * Returns the warning about a model, if there is one.
   *
   * @param simplified the model with its gradients, simplified
   */
  static Optional<Diagnostic> check(Model model, Program<Phase.Simplified> simplified) {
    boolean learns = simplified.trained().isEmpty() || simplified.gradients().stream().anyMatch(gradient -> !isZero(simplified, gradient));
    return learns ? Optional.empty() : Optional.of(Diagnostic.of(ErrorCode.ZERO_GRADIENTS, model.span(), "`" + model.name()
        + "` cannot learn: the gradient of every parameter is 0")
        .help("no gradient flows through `sign`, `floor`, `stop` and comparisons: train a smooth function, such as `sigmoid` for a step"));
  }

  private static boolean isZero(Program<Phase.Simplified> program, String name) {
    Node gradient = program.graph().node(program.graph().named(name).node());
    return gradient instanceof Node.Sum sum && sum.isNumber() && sum.constant().isZero();
  }
}
