package dev.nngen.codegen;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.plan.Planner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose own names are those of members that states and noise bring into a class, and models of many equal layers. */
@Slow
class TrainingNamesTest {

  private static Program<Phase.Simplified> model(String statements) {
    return SampleModelTest.simplified("t.nn", "model T { " + statements + " }").get(0);
  }

  /** javac has no warnings of the class, such as that a variable hides a field. */
  private static void compile(String statements) {
    GeneratedClass.compile(JavaEmitter.emit(Planner.plan(model(statements)), Agreement.OPTIONS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"states", "nextStates", "STATE_NAMES", "updateState", "getState", "resetStates", "takeNextStates", "stateNames", "noiseSeed", "noiseStep", "setNoise",
      "drawNoise", "mixed", "hashed", "fraction", "drawNormal", "noise", "name", "seed", "samples", "sample", "entries", "entry", "stream", "key", "parameter", "update", "state",
      "training", "predict_P", "predict_J", "next_s", "matrix", "offset"})
  void anyNameWillDo(String name) {
    compile("input X[3]; state " + name + "[3] = 1; update " + name + " = 0.5 * " + name + " + rowsum(X) / m; P = X ./ " + name + "; param w = 1; minimize J = mean((w * P).^2); train sgd(rate = 0.1);");
    compile("input X[3]; noise " + name + "[3] = normal(1); state s = 1; update s = s + m; param w = 1; P = training(X + " + name + ", X) * w / s; minimize J = mean(P.^2); train sgd(rate = 0.1);");
    compile("input " + name + "[3]; noise u[3] = normal(1); state s = 1; update s = s + sum(" + name + "); param w = 1; P = training(u .* " + name + ", " + name + ") * w / s; minimize J = mean(P.^2); train adam(rate = 0.1);");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 30})
  void manyLayersShareTheirCode(int rounds) {
    Program<Phase.Simplified> model = model("input X[6]; target Y[6]; H = X; repeat " + rounds + " { N = dense(H, 6) |> batchnorm(eps = 0.1); H = tanh(N) |> dropout(0.1); } minimize J = mean(squared(H, Y)); train sgd(rate = 0.1);");
    Agreement.ofAll(model, 5).forEach(agreement -> agreement.check(4, 1));
  }
}
