package dev.nngen.lower;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Interpreter;
import dev.nngen.model.ModelText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every operator and built-in function, on small matrices, against values worked out by hand. */
class OperatorsTest {

  private static final String HEADER = """
      fn hat(z) = where(z > 0 && z < 3, 1, 0);
      fn twice(f, z) = f(f(z));
      fn one(z) = 1;
      model Operators {
        input A[2];
        input R;
        param W[3, 2];
        param v[2];
        param s;
        size h = floor(7 / 2);
        Result = %s;
        output Result;
      }
      """;

  /** m = 3; A = [1 -2 3; 0.5 4 -1], R = [1 2 4], W = [1 2; 3 4; 5 6], v = [2; -1], s = 2. */
  private static Map<String, double[]> leaves() {
    Map<String, double[]> leaves = new LinkedHashMap<>();
    leaves.put("A", new double[] {1, -2, 3, 0.5, 4, -1});
    leaves.put("R", new double[] {1, 2, 4});
    leaves.put("W", new double[] {1, 2, 3, 4, 5, 6});
    leaves.put("v", new double[] {2, -1});
    leaves.put("s", new double[] {2});
    return leaves;
  }

  static double[][] evaluate(String expression) {
    Program<Phase.Lowered> lowered = Lowering.lower(ModelText.model(HEADER.formatted(expression)));
    return new Interpreter(lowered.graph(), leaves(), Map.of("m", 3)).matrix("Result");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '~', value = {
      // sums, with dimensions of one repeated in either direction
      "A + A            ~ 2 -4 6; 1 8 -2",
      "A + v            ~ 3 0 5; -0.5 3 -2",
      "R - A            ~ 0 4 1; 0.5 -2 5",
      "v + R            ~ 3 4 6; 0 1 3",
      "A - 1            ~ 0 -3 2; -0.5 3 -2",
      "1 - A            ~ 0 3 -2; 0.5 -3 2",
      "s + A            ~ 3 0 5; 2.5 6 1",
      "-A               ~ -1 2 -3; -0.5 -4 1",
      "1/2 + 0.1 - 1e-1 ~ 0.5",
      // products
      "W * A            ~ 2 6 1; 5 10 5; 8 14 9",
      "(W * A)'         ~ 2 5 8; 6 10 14; 1 5 9",
      "A' * W'          ~ 2 5 8; 6 10 14; 1 5 9",
      "v' * A           ~ 1.5 -8 7",
      "v' * v           ~ 5",
      "v * v'           ~ 4 -2; -2 1",
      "v * R            ~ 2 4 8; -1 -2 -4",
      "R * R'           ~ 21",
      "R' * R           ~ 1 2 4; 2 4 8; 4 8 16",
      "s * A            ~ 2 -4 6; 1 8 -2",
      "A * s            ~ 2 -4 6; 1 8 -2",
      "3 * A            ~ 3 -6 9; 1.5 12 -3",
      "A .* A           ~ 1 4 9; 0.25 16 1",
      "A .* v           ~ 2 -4 6; -0.5 -4 1",
      "A .* R           ~ 1 -4 12; 0.5 8 -4",
      "W'               ~ 1 3 5; 2 4 6",
      "W''              ~ 1 2; 3 4; 5 6",
      // quotients and powers
      "A / s            ~ 0.5 -1 1.5; 0.25 2 -0.5",
      "A / 4            ~ 0.25 -0.5 0.75; 0.125 1 -0.25",
      "1 ./ R           ~ 1 0.5 0.25",
      "A ./ R           ~ 1 -1 0.75; 0.5 2 -0.25",
      "R ./ colsum(A)   ~ 0.66666666666666667 1 2",
      "A .^ 2           ~ 1 4 9; 0.25 16 1",
      "R .^ 0           ~ 1 1 1",
      "R .^ 1           ~ 1 2 4",
      "R .^ -1          ~ 1 0.5 0.25",
      "R .^ 0.5         ~ 1 1.4142135623730951 2",
      "R .^ s           ~ 1 4 16",
      "s .^ R           ~ 2 4 16",
      "s ^ 3 ^ 2        ~ 64",
      "-s ^ 2           ~ -4",
      // comparison and logic
      "A > 0            ~ 1 0 1; 1 1 0",
      "A >= 1           ~ 1 0 1; 0 1 0",
      "A < R            ~ 0 1 1; 1 0 1",
      "A <= R           ~ 1 1 1; 1 0 1",
      "A == 1           ~ 1 0 0; 0 0 0",
      "A != 1           ~ 0 1 1; 1 1 1",
      "A > 0 && A < 2   ~ 1 0 0; 1 0 0",
      "A < 0 || A > 2   ~ 0 1 1; 0 1 1",
      "!(A > 0)         ~ 0 1 0; 0 0 1",
      "A && 1           ~ 1 1 1; 1 1 1",
      "!(A - 1) || 0    ~ 1 0 0; 0 0 0",
      "where(A > 0, A, 0) ~ 1 0 3; 0.5 4 0",
      "where(R > 1, v, s) ~ 2 2 2; 2 -1 -1",
      // reductions
      "sum(A)           ~ 5.5",
      "mean(A)          ~ 1.8333333333333333",
      "rowsum(A)        ~ 2; 3.5",
      "colsum(A)        ~ 1.5 2 2",
      "rowmax(A)        ~ 3; 4",
      "colmax(A)        ~ 1 4 3",
      "rowmin(A)        ~ -2; -1",
      "colmin(A)        ~ 0.5 -2 -1",
      "max(A)           ~ 4",
      "min(A)           ~ -2",
      "max(A, 1)        ~ 1 1 3; 1 4 1",
      "min(A, R)        ~ 1 -2 3; 0.5 2 -1",
      "colsum(R)        ~ 1 2 4",
      "rowsum(v)        ~ 2; -1",
      "sum(s)           ~ 2",
      "max(s)           ~ 2",
      "A ./ rowsum(A)   ~ 0.5 -1 1.5; 0.14285714285714285 1.1428571428571428 -0.2857142857142857",
      // entrywise functions
      "abs(A)           ~ 1 2 3; 0.5 4 1",
      "sign(A)          ~ 1 -1 1; 1 1 -1",
      "floor(A)         ~ 1 -2 3; 0 4 -1",
      "sqrt(R)          ~ 1 1.4142135623730951 2",
      "exp(v)           ~ 7.38905609893065; 0.36787944117144233",
      "log(R)           ~ 0 0.6931471805599453 1.3862943611198906",
      "log1p(R)         ~ 0.6931471805599453 1.0986122886681098 1.6094379124341003",
      "expm1(v)         ~ 6.38905609893065; -0.6321205588285577",
      "sin(s)           ~ 0.9092974268256817",
      "cos(s)           ~ -0.4161468365471424",
      "tanh(s)          ~ 0.9640275800758169",
      "erf(1)           ~ 0.8427007929497149",
      "stop(A)          ~ 1 -2 3; 0.5 4 -1",
      // sizes and numbers
      "rows(A)          ~ 2",
      "cols(A)          ~ 3",
      "rows(A')         ~ 3",
      "cols(W) + rows(W)~ 5",
      "m                ~ 3",
      "h * R            ~ 3 6 12",
      "pi - pi          ~ 0",
      "l2(3)            ~ 136.5",
      "l1(3)            ~ 63",
      "l2(3, v, s)      ~ 13.5",
      "l1(3, v)         ~ 9",
      // functions
      "hat(A)           ~ 1 0 0; 1 0 0",
      "twice(abs, A)    ~ 1 2 3; 0.5 4 1",
      "twice(f = hat, z = A) ~ 1 0 0; 1 0 0",
      "sum(one(A))      ~ 6",
      "softmax(0 * A)   ~ 0.5 0.5 0.5; 0.5 0.5 0.5",
  })
  void equalsHandWorkedValue(String expression, String expected) {
    double[][] wanted = parse(expected);
    double[][] found = evaluate(expression);
    assertEquals(wanted.length, found.length, "rows");
    for (int r = 0; r < wanted.length; r++) {
      assertArrayEquals(wanted[r], found[r], 1e-12, "row " + r);
    }
  }

  private static double[][] parse(String matrix) {
    String[] rows = matrix.split(";");
    double[][] parsed = new double[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      parsed[r] = Arrays.stream(rows[r].trim().split(" +")).mapToDouble(Double::parseDouble).toArray();
    }
    return parsed;
  }
}
