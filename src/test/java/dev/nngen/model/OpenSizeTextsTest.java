package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes that are known at run time only, {@code size time;}: their permitted places, and the errors elsewhere. */
class OpenSizeTextsTest {

  private static final String DATA = "size time; input X[4, time, m]; target Y; ";

  @Test
  void sizesAreInTheOrderOfTheText() {
    assertEquals(List.of("later", "sooner"), ModelText.model("size later; size unused; model M { size sooner; input X[sooner, later, m]; target Y;"
        + " P = sum[i, j] X[i, j]; minimize J = mean(squared(P, Y)); }").sizes());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "H = X[:, end]; | 4 x m",
      "H[c] = mean[t] X[c, t]; | 4 x m",
      "H[t] = sum[c] X[c, t] * (t - time / 2); | time x m",
      "H[c, t] = X[c, end - t] / cols(X); | 4 x time x m",
      "H = conv1d(X, 6, 5, padding = 2); | 6 x time x m",
      "over t { H = X[:, t]; } | 4 x time x m",
      "over t: time { start H = 0; H = prev(H) + t; } | time x 1",
      "size steps = 2 * time - time; H[c, t: steps] = X[c, t]; | 4 x time x m"})
  void shapes(String statements, String shape) {
    Model model = ModelText.model("model M { " + DATA + statements + " P = sum(H); minimize J = mean(squared(P, Y)); }");
    int value = model.names().stream().filter(named -> named.name().equals("H")).findFirst().orElseThrow().value();
    assertEquals(shape, model.values().get(value).shape().toString());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "param W[2, time]; | `W` has the size `time`, which is known only at run time",
      "state s[time] = 0; update s = s; | `s` has the size `time`, which is known only at run time",
      "P = dense(X, time); | `W` has the size `time`",
      "P = dense(flatten(X), 1); | `flatten` makes one axis of several",
      "P = conv1d(X, 2, 3); | is time - 2",
      "size half = time / 2; P = X; | must be known at compile time",
      "repeat time { P = X; } | must be known at compile time",
      "P[c] = X[c, 2]; | subscript `2` is 2, but the axis runs from 0 to time - 1",
      "P[c] = X[c, time]; | subscript `time` is time",
      "P[c, t: time] = X[c, t + 1]; | runs from 1 to time",
      "P[c, t] = X[c, 2 * t]; | cannot infer how many values index `t` has",
      "P[c] = max[t : t < time - 3] X[c, t]; | the condition may exclude all values",
      "input A[4, 7, m]; P = X + A; | do not fit entry by entry"})
  void errorsAreLocated(String statements, String text) {
    Diagnostic error = ModelText.error("model M { " + DATA + statements + " }");
    assertTrue(error.message().contains(text), error::toString);
  }

  @Test
  void aLayerDeclaresNone() {
    Diagnostics diagnostics = new Diagnostics();
    ModelText.resolve("layer l(X) { size q; return X; } model M { input X[3]; P = l(X); }", SourceLoader.NONE, diagnostics);
    assertTrue(diagnostics.sorted().get(0).message().contains("cannot be declared in a layer"), () -> diagnostics.sorted().toString());
  }
}
