package dev.nngen.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Inputs that reach different parts of the code, one a line in base 64. */
final class Corpus {

  private Corpus() {}

  static List<byte[]> read(String name) {
    try (var in = Corpus.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().map(Base64.getDecoder()::decode).toList();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
