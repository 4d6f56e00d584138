package com.acme.iris;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * Measured flowers: a column for each, as the model takes them.
 *
 * @param X 4 x n, centimetres
 * @param Y 3 x n, a single 1 in the row of the species
 */
record Flowers(DMatrixRMaj X, DMatrixRMaj Y) {

  static final List<String> SPECIES = List.of("setosa", "versicolor", "virginica");

  /** Reads lines such as {@code 5.1,3.5,1.4,0.2,0}; the first line is a header. */
  static Flowers read(InputStream csv) throws IOException {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(csv, StandardCharsets.UTF_8))) {
      List<String[]> rows = reader.lines().skip(1).map(line -> line.split(",")).toList();
      DMatrixRMaj X = new DMatrixRMaj(4, rows.size());
      DMatrixRMaj Y = new DMatrixRMaj(3, rows.size());
      for (int i = 0; i < rows.size(); i++) {
        for (int k = 0; k < 4; k++) {
          X.set(k, i, Double.parseDouble(rows.get(i)[k]));
        }
        Y.set(Integer.parseInt(rows.get(i)[4]), i, 1);
      }
      return new Flowers(X, Y);
    }
  }

  int count() {
    return X.numCols;
  }
}
