package dev.nngen.codegen;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models whose loops reach the planner's limit for one method: every kernel set stays within the size that HotSpot compiles. */
@Slow
class LargeKernelTest {

  /** Without simplification, which takes long and would not make the loops longer. */
  private static final Program<? extends Phase.Differentiated> MODEL = Autodiff.differentiate(Lowering.lower(ModelText.model(text())));

  @TempDir
  Path folder;

  static Stream<KernelSet> sets() {
    return KernelSets.ALL.stream();
  }

  /** Each definition uses all that came before it, entry by entry, with functions that vectors have. */
  private static String text() {
    StringBuilder text = new StringBuilder("model Large { input X[9]; target Y[9]; param w[9] = 1; A0 = X .* w;\n");
    for (int k = 1; k <= 60; k++) {
      text.append("A").append(k).append(" = tanh(A").append(k - 1).append(" .* ").append(k % 7 + 1).append(" / 8) + exp(-A")
          .append(k / 2).append(".^2) .* max(A").append(k / 3).append(", 0.25) - sqrt(1 + abs(A").append(k - 1).append("));\n");
    }
    return text.append("minimize J = sum((A60 - Y).^2) / m; train adam(rate = 1e-3); }").toString();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void methodsAreShort(KernelSet kernels) throws Exception {
    Agreement agreement = new Agreement(MODEL, 1, kernels);
    agreement.check(17, 3);
    MethodSizes.assertShort(agreement.generated(), folder);
  }
}
