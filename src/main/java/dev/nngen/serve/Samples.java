package dev.nngen.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sample models of the page. */
final class Samples {

  private Samples() {}

  /** Returns texts by their titles, in the order of {@code index.txt}. */
  static Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    new String(resource("samples/index.txt"), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).map(line -> line.split(" ", 2))
        .forEach(parts -> all.put(parts[1], new String(resource("samples/" + parts[0]), StandardCharsets.UTF_8)));
    return all;
  }

  /** Returns a file of the page. */
  static byte[] resource(String name) {
    try (InputStream in = Samples.class.getResourceAsStream("/dev/nngen/serve/" + name)) {
      return in.readAllBytes();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
