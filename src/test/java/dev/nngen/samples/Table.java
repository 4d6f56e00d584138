package dev.nngen.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/** A table of numbers, a sample per row, as the samples' data files hold them. */
record Table(double[][] rows) {

  /** Reads comma-separated numbers; a first line that names classes, as scikit-learn's files have it, is left out. */
  static Table read(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      List<double[]> rows = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.matches("[-+.,eE0-9]+")) {
          rows.add(Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray());
        }
      }
      return new Table(rows.toArray(double[][]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int size() {
    return rows.length;
  }

  int columns() {
    return rows[0].length;
  }

  /** The rows in a random order that depends on nothing but the seed. */
  Table shuffled(long seed) {
    double[][] shuffled = rows.clone();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double[] row = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = row;
    }
    return new Table(shuffled);
  }

  /** Every row whose number leaves {@code fold} when divided by {@code folds}, or, with {@code inside} false, all others. */
  Table fold(int fold, int folds, boolean inside) {
    List<double[]> chosen = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      if (i % folds == fold == inside) {
        chosen.add(rows[i]);
      }
    }
    return new Table(chosen.toArray(double[][]::new));
  }

  Table range(int from, int to) {
    return new Table(Arrays.copyOfRange(rows, from, to));
  }

  Table columns(int from, int to) {
    return new Table(Arrays.stream(rows).map(row -> Arrays.copyOfRange(row, from, to)).toArray(double[][]::new));
  }

  /** The last column, class numbers from 0, as a column of 0 and a single 1 for each class. */
  Table oneHot(int classes) {
    return new Table(Arrays.stream(rows).map(row -> {
      double[] one = new double[classes];
      one[(int) row[row.length - 1]] = 1;
      return one;
    }).toArray(double[][]::new));
  }

  /**
   * Every column minus its mean in the reference, divided by its standard deviation there where that is not 0.
   *
   * @param last whether the last column is one of them
   */
  Table standardised(Table reference, boolean last) {
    double[] mean = new double[columns()];
    double[] deviation = new double[columns()];
    Arrays.fill(deviation, 1);
    for (int k = 0; k < columns() - (last ? 0 : 1); k++) {
      int column = k;
      mean[k] = Arrays.stream(reference.rows).mapToDouble(row -> row[column]).average().orElseThrow();
      double variance = Arrays.stream(reference.rows)
          .mapToDouble(row -> (row[column] - mean[column]) * (row[column] - mean[column])).average().orElseThrow();
      deviation[k] = variance == 0 ? 1 : Math.sqrt(variance);
    }
    return new Table(Arrays.stream(rows).map(row -> {
      double[] scaled = new double[row.length];
      Arrays.setAll(scaled, k -> (row[k] - mean[k]) / deviation[k]);
      return scaled;
    }).toArray(double[][]::new));
  }

  Table scaled(double factor) {
    return new Table(Arrays.stream(rows).map(row -> Arrays.stream(row).map(x -> x * factor).toArray()).toArray(double[][]::new));
  }
}
