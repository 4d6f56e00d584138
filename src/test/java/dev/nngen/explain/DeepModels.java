package dev.nngen.explain;

import dev.nngen.compiler.CompiledModel;

/** Networks of many equal layers. */
final class DeepModels {

  private DeepModels() {}

  static String text(int layers, String activation) {
    StringBuilder text = new StringBuilder("model Deep {\n  input X[8];\n  target Y[8];\n");
    for (int i = 1; i <= layers; i++) {
      text.append("  H").append(i).append(" = dense(").append(i == 1 ? "X" : "H" + (i - 1)).append(", 8) |> ").append(activation).append(";\n");
    }
    return text + "  minimize J = mean(halfsquared(H" + layers + ", Y));\n}\n";
  }

  static CompiledModel model(int layers) {
    return Samples.models("deep.nn", text(layers, "tanh")).get(0);
  }
}
