package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies of methods that are equal in every class except for types and a few words, stored in a resource. */
final class Templates {

  private static final String HEADING = "=== ";

  private final Map<String, String> bodies = new LinkedHashMap<>();
  private final Map<String, Object> arguments;

  /**
   * @param resource in this package: headings {@code === name}, each followed by a body in the notation of {@link CodeBlock.Builder#addNamed}
   * @param arguments values of the names in the bodies
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

  /** Returns the body after the heading. */
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
