package dev.nngen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of expected text. {@code -Dnngen.bless=true} writes them afresh; what changed is then to be read. */
public final class Golden {

  private static final Path RESOURCES = Path.of("src/test/resources/dev/nngen");

  private Golden() {}

  /**
   * Compares a text with a file, or writes the file.
   *
   * @param file below the resources of the package {@code dev.nngen}
   */
  public static void check(String file, String actual) throws IOException {
    Path path = RESOURCES.resolve(file);
    if (Boolean.getBoolean("nngen.bless")) {
      Files.writeString(path, actual);
    }
    assertTrue(Files.exists(path), () -> path + " is missing; -Dnngen.bless=true writes it");
    assertEquals(Files.readString(path), actual, () -> path + ": -Dnngen.bless=true rewrites it");
  }

  public static String read(String file) throws IOException {
    return Files.readString(RESOURCES.resolve(file));
  }
}
