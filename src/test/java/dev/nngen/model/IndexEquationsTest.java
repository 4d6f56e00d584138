package dev.nngen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges of indices, and what is said of subscripts that do not fit. */
class IndexEquationsTest {

  private static String model(String body) {
    return "model M { " + body + " }";
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "input X[3, 8, m]; P[c] = X[c]; | SUBSCRIPT_COUNT | has the axes [3, 8, m]",
      "input X[8]; D[t: 8] = X[t + 1]; | OUTSIDE_AXIS | runs from 1 to 8",
      "input X[8]; D[t: 9] = X[t]; | SHAPE_MISMATCH | index `t` has 9 values",
      "input X[8]; D[t: 4] = X[2 * t - 1]; | OUTSIDE_AXIS | runs from -1 to 5",
      "input X[9]; P[t: 3] = X[t * t]; | INVALID_SUBSCRIPT | is not a subscript",
      "input X[4]; P[t] = sum(X) + t; | INDEX_WITHOUT_RANGE | index `t`",
      "input X[4]; P[t: 4] = max[s : s < t] X[s]; | EMPTY_REDUCTION | the condition may exclude all values",
      "input X[4]; param W[3]; P[i] = W[i] * X[i]; | SHAPE_MISMATCH | index `i` has 3 values",
      "input X[4]; P[i, i: 4] = X[i]; | DUPLICATE_NAME | bound twice",
      "input X[4]; P[i: 4] = X[i] + X; | SUBSCRIPT_COUNT | no subscripts",
      "input X[2, 3, 4, m]; P = X'; | SHAPE_MISMATCH | only a matrix",
      "input w of 9; param E[2, 5]; P[u] = E[u, w]; | OUTSIDE_AXIS | counts to 8",
      "input X[4]; target kind of 5; P = crossentropy(softmax(X), kind); | SHAPE_MISMATCH | one of 5 classes",
      "input X[4]; P[t: 4] = mean[s : s < t] X[s]; | EMPTY_REDUCTION | the mean of no values",
      "input X[9]; P[t: 9] = max[s : s <= t && s != 0] X[s]; | EMPTY_REDUCTION | the max of no values",
      "input X[9]; input n of 9; P = max[s : s < n] X[s]; | EMPTY_REDUCTION | the max of no values",
      "input X[9]; P[t: 6] = max[i: 3, j: 3 : i + j == t] X[i + 2*j]; | EMPTY_REDUCTION | the max of no values",
      "input X[3, 4, m]; P[i, m] = X[i, m]; | INVALID_NAME | `m` has a meaning of its own",
      "input X[3, 4, m]; over end { P = X[:, end]; } | INVALID_NAME | `end` has a meaning of its own",
      "input X[4]; P[i] = X[j]; | UNKNOWN_NAME | cannot find value `j`",
      "input X[3, 4, m]; P = sum[c] X; | SUBSCRIPT_COUNT | no subscripts",
      "input X[3]; P = pad(X); | MISPLACED | `pad` is only allowed before subscripts",
      "input X[3, m]; param a[6]; P[y: 7] = X[floor(y / 2)]; | OUTSIDE_AXIS | runs from 0 to 3",
      "input X[3]; P = [1, 2; 3] * X; | SHAPE_MISMATCH | expected a row of 2 numbers, found 1",
      "input X[3]; P = [X; X]; | NOT_A_CONSTANT | expected a number, found `X`",
      "input X[2]; param a; P = [1, a] * X; | NOT_A_CONSTANT | expected a number, found `a`",
      "input X[2]; P = [1, 2; 3, 4][2, 0] * X; | OUTSIDE_AXIS | subscript `2` is 2, but the axis runs from 0 to 1",
      "input X[8]; P = X[-1]; | OUTSIDE_AXIS | subscript `-1` is -1",
      "input X[2, 5, m]; Z[c, t] = sum(X[c, t]); | MISPLACED | `sum` expects a whole value, but `c` is an index of its entries",
      "input X[2, 5, m]; Z[c, t] = X[c, t] / colsum(X[c, t]); | MISPLACED | `colsum` expects a whole value",
      "input X[2, 5, m]; Z[c] = sum[t] softmax(X[c, t]); | MISPLACED | `softmax` expects a whole value",
      "input X[50000, m]; Z[i, j] = X[i] * X[j]; | MATRIX_TOO_LARGE | takes 20000000000 bytes",
      "input X[4]; P = onehot(X); | NOT_A_VALUE | integer data",
      "input X[4]; P = dense(X, classes(X)); | NOT_A_VALUE | integer data"})
  void errorsAreLocated(String body, String code, String text) {
    Diagnostic error = ModelText.error(model(body));
    assertEquals(ErrorCode.valueOf(code.strip()), error.code());
    assertTrue(error.message().contains(text.strip()), error.message());
  }

  /** The suggested equation compiles. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "input A[3, 4, m]; input B[3, 5, m]; P = A + B; | C[i, j, k] = A[i, j] + B[i, k];",
      "input A[3, 4, m]; input B[4, m]; P = A .* B; | C[i, j] = A[i, j] * B[j];",
      "input A[3, 4, m]; input B[1, 5, 3, m]; P = A * B; | C[j, k] = sum[i] A[i, j] * B[0, k, i];",
      "input A[3, 4, m]; input C[3, 4, 2]; P = (A + 1) / C[:, :, 0] .* C; | D[i, j, k] = ((A + 1) / C[:, :, 0])[i, j] * C[i, j, k];"})
  void anIndexEquationIsProposed(String body, String equation) {
    Diagnostic error = ModelText.error(model(body.replace("/ C", "./ C")));
    String expected = equation.strip().replace("/ C", "./ C");
    assertEquals("write an index equation to pair the axes: `" + expected + "`", error.help().get(0));
    assertEquals(List.of(), ModelText.errors(model(body.replaceAll("P = .*", "") + expected)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "input X[3, 8, 9, m]; param K[5, 3, 3, 3]; Z[o, y, x] = sum[c, i, j] K[o, c, i, j] * X[c, y + i, x + j]; | 5 x 6 x 7 x m",
      "input X[4]; param max[3, 4]; param mean[3]; Z = max * X + mean; | 3 x m",
      "input X[4]; min[i: 2] = sum[j: 2] X[i + j]; Z = 2 * min; | 2 x m",
      "input X[3, 8, m]; Z[c, t: 4] = max[i: 2] X[c, 2*t + i]; | 3 x 4 x m",
      "input X[9]; Z[t: 9] = max[s : s >= t - 2 && s <= t] X[s]; | 9 x m",
      "input X[9]; Z[t: 5] = max[i: 3, j: 3 : i + j == t] X[i + 2*j]; | 5 x m",
      "input X[9]; Z[t: 9] = mean[s : !(s > t) && s != 20] X[s]; | 9 x m",
      "input X[2]; Z = [1, 2; 3, 4; 5, 6] * X + [0.1; 0.5; 0.9]; | 3 x m",
      "input X[8]; Z[t] = X[end - t]; | 8 x m",
      "input X[3, 8, m]; Z = X[:, end]; | 3 x m",
      "input X[3, 8, m]; Z[c] = sum[t, s] X[c, t, s]; | 3 x 1",
      "input X[3, 8, m]; Z[c, u: 16] = X[c, floor(u / 2)]; | 3 x 16 x m",
      "input X[8]; Z[i: 4, j: 4] = sum[k : k <= i && k >= j] X[k + 4 - j]; | 4 x 4 x m",
      "samples rows; input X[m, 8, 3]; param W[3, 2]; Z = X * W; | m x 8 x 2",
      "input X[3, 8, m]; Z = conv1d(X, 4, 3, padding = 1); | 4 x 8 x m",
      "samples rows; input X[m, 8, 3]; Z = conv1d(X, 4, 3); | m x 6 x 4"})
  void rangesAreFound(String body, String shape) {
    assertEquals(List.of(), ModelText.errors(model(body + " output Z;")));
    Model model = ModelText.model(model(body + " output Z;"));
    int value = model.names().stream().filter(name -> name.name().equals("Z")).findFirst().orElseThrow().value();
    assertEquals(shape.strip(), model.values().get(value).shape().toString());
  }
}
