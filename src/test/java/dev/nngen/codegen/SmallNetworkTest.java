package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers with fewer units than a vector has lanes, with as many, and with a few more, agree with the interpreter. */
@Slow
class SmallNetworkTest {

  private static final int[] BATCHES = {1, 3, 4, 5, 16, 19};

  @ParameterizedTest
  @CsvSource({"2, 4, 1", "16, 32, 1", "4, 16, 3", "8, 9, 10", "1, 1, 2", "17, 7, 15", "10, 33, 5"})
  void agreesWithTheInterpreter(int inputs, int hidden, int outputs) {
    for (String orientation : new String[] {"rows", "columns"}) {
      for (String activation : new String[] {"tanh", "relu", "sigmoid"}) {
        new Agreement(model("f64", orientation, inputs, hidden, outputs, activation), 1, new VectorKernels()).check(BATCHES);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 16, 3", "8, 9, 10", "10, 33, 5"})
  void agreesInSinglePrecision(int inputs, int hidden, int outputs) {
    for (String orientation : new String[] {"rows", "columns"}) {
      new Agreement(model("f32", orientation, inputs, hidden, outputs, "tanh"), 1, new VectorKernels()).check(BATCHES);
    }
  }

  /** Exponentials of a softmax over few outputs are computed in vectors, not one by one. */
  @ParameterizedTest
  @CsvSource({"rows", "columns"})
  void softmaxIsComputedInVectors(String orientation) {
    String java = new Agreement(model("f64", orientation, 4, 16, 3, "relu"), 1, new VectorKernels()).text().text();
    assertTrue(java.contains(".lanewise(VectorOperators.EXP)"), java);
    assertFalse(java.contains("Functions.exp("), java);
  }

  private static Program<Phase.Simplified> model(String precision, String orientation, int inputs, int hidden, int outputs, String activation) {
    String last = outputs == 1 ? "sigmoid" : "softmax";
    String loss = outputs == 1 ? "logloss" : "crossentropy";
    return SampleModelTest.simplified("small.nn", "precision " + precision + "; model Small { samples " + orientation + "; input X["
        + inputs + "]; target Y[" + outputs + "]; H = dense(X, " + hidden + ") |> " + activation + "; P = dense(H, " + outputs
        + ") |> " + last + "; minimize J = mean(" + loss + "(P, Y)); train adam(rate = 1e-3); }").get(0);
  }
}
