package dev.nngen.lower;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Interpreter;
import dev.nngen.model.ModelText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A model of rows is the transposed model of columns, whichever way its layers are written. */
class OrientationTest {

  private static final String COLUMNS = """
      model N { input X[4]; target Y[3];
        H = dense(X, 5, tanh); P = dense(H, 3) |> softmax;
        minimize J = mean(crossentropy(P, Y)) + l2(0.1); }
      """;
  private static final String ROWS = "samples rows;\n" + COLUMNS;
  private static final String OWN_LAYER = """
      samples rows;
      layer dense(X, units, f = identity) {
        param W[cols(X), units] = glorot; param b[units]; Z = X * W + b; return f(Z);
      }
      """ + COLUMNS;
  /** Layers written in columns, called by a model of rows: the file says columns, the model rows. */
  private static final String MIXED = """
      samples columns;
      layer dense(X, units, f = identity) {
        param W[units, rows(X)] = glorot; param b[units]; Z = W * X + b; return f(Z);
      }
      """ + COLUMNS.replace("{ input", "{ samples rows; input");

  private static final int M = 6;

  private static double[] random(int seed, int length) {
    return new Random(seed).doubles(length, -1, 1).toArray();
  }

  private static double[] transposed(double[] matrix, int rows, int columns) {
    double[] result = new double[matrix.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[c * rows + r] = matrix[r * columns + c];
      }
    }
    return result;
  }

  private static Interpreter run(Program<Phase.Lowered> lowered, boolean rows) {
    Map<String, double[]> leaves = new LinkedHashMap<>();
    int[][] shapes = {{4, M}, {3, M}, {5, 4}, {5, 1}, {3, 5}, {3, 1}};
    String[] names = {"X", "Y", "W_H", "b_H", "W_P", "b_P"};
    for (int k = 0; k < names.length; k++) {
      double[] entries = random(k, shapes[k][0] * shapes[k][1]);
      leaves.put(names[k], rows ? transposed(entries, shapes[k][0], shapes[k][1]) : entries);
    }
    return new Interpreter(lowered.graph(), leaves, Map.of("m", M));
  }

  @Test
  void rowsAreTransposedColumns() {
    Interpreter columns = run(Lowering.lower(ModelText.model(COLUMNS)), false);
    for (String text : new String[] {ROWS, OWN_LAYER, MIXED}) {
      Program<Phase.Lowered> lowered = Lowering.lower(ModelText.model(text));
      assertEquals(true, lowered.samplesInRows());
      Interpreter rows = run(lowered, true);
      assertArrayEquals(columns.value("J"), rows.value("J"), 1e-14);
      for (String name : new String[] {"P", "H", "Z_H", "Z_P"}) {
        double[][] expected = columns.matrix(name);
        double[][] found = rows.matrix(name);
        assertEquals(expected[0].length, found.length, name + " has a row for each sample");
        for (int r = 0; r < expected.length; r++) {
          for (int c = 0; c < M; c++) {
            assertEquals(expected[r][c], found[c][r], 1e-14, name);
          }
        }
      }
    }
  }

  @Test
  void parametersAreStoredInTheModelsOrientation() {
    for (String text : new String[] {ROWS, OWN_LAYER, MIXED}) {
      Program<Phase.Lowered> lowered = Lowering.lower(ModelText.model(text));
      Program.Parameter w = lowered.parameters().get(0);
      assertEquals(new Program.Parameter("W_H", 4, 5, new Program.Initial.Uniform(0, Math.sqrt(6.0 / 9))), w);
      assertEquals(new Program.Parameter("b_H", 1, 5, new Program.Initial.Constant(0)), lowered.parameters().get(1));
    }
  }
}
