package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies of methods that are the same in every class but for types and a few words, kept in a resource. */
final class Templates {

  private static final String HEADING = "=== ";

  private final Map<String, String> bodies = new LinkedHashMap<>();
  private final Map<String, Object> arguments;

  /**
   * @param resource in this package: headings {@code === name}, and below each a body in the notation of
   *     {@link CodeBlock.Builder#addNamed}
   * @param arguments what the names in the bodies stand for
   */
  Templates(String resource, Map<String, Object> arguments) {
    this.arguments = arguments;
    String name = null;
    for (String line : read(resource).split("\n", -1)) {
      if (line.startsWith(HEADING)) {
        name = line.substring(HEADING.length());
      } else if (name != null) {
        bodies.merge(name, line + "\n", String::concat);
      }
    }
  }

  /** The body below the heading. */
  CodeBlock body(String name) {
    return CodeBlock.builder().addNamed(bodies.get(name).stripTrailing() + "\n", arguments).build();
  }

  private static String read(String resource) {
    try (InputStream in = Templates.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
