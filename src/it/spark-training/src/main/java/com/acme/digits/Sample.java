package com.acme.digits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.ejml.data.DMatrixRMaj;

/**
 * A picture and the digit that it shows.
 *
 * @param pixels 64 grey values from 0 to 1
 * @param digit from 0 to 9
 */
public record Sample(double[] pixels, int digit) implements Serializable {

  static final int PIXELS = 64;
  static final int DIGITS = 10;

  /** Reads lines of 64 grey values from 0 to 16 and a digit. */
  public static List<Sample> read(Path csv) throws IOException {
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(new GZIPInputStream(Files.newInputStream(csv)), StandardCharsets.UTF_8))) {
      return lines.lines().map(Sample::parse).toList();
    } catch (UncheckedIOException broken) {
      throw broken.getCause();
    }
  }

  private static Sample parse(String line) {
    double[] values = Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray();
    return new Sample(Arrays.stream(values, 0, PIXELS).map(grey -> grey / 16).toArray(), (int) values[PIXELS]);
  }

  /** The pictures as the columns of a matrix, 64 x m. */
  static DMatrixRMaj inputs(List<Sample> samples) {
    DMatrixRMaj inputs = new DMatrixRMaj(PIXELS, samples.size());
    for (int c = 0; c < samples.size(); c++) {
      for (int r = 0; r < PIXELS; r++) {
        inputs.set(r, c, samples.get(c).pixels[r]);
      }
    }
    return inputs;
  }

  /** A one in the row of each digit, 10 x m. */
  static DMatrixRMaj targets(List<Sample> samples) {
    DMatrixRMaj targets = new DMatrixRMaj(DIGITS, samples.size());
    for (int c = 0; c < samples.size(); c++) {
      targets.set(samples.get(c).digit, c, 1);
    }
    return targets;
  }
}
