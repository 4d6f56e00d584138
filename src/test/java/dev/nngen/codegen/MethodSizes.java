package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** Reads the bytecode sizes of a generated class's methods. */
final class MethodSizes {

  /** HotSpot never compiles a method of 8,000 bytes; some room is left. */
  private static final int LARGEST_METHOD = 7_500;
  private static final Pattern INSTRUCTION = Pattern.compile(" +\\d+: [a-z].*");

  private MethodSizes() {}

  /** @param folder for class files */
  static void assertShort(GeneratedClass generated, Path folder) throws Exception {
    for (Map.Entry<String, byte[]> file : generated.classFiles().entrySet()) {
      assertShort(file.getKey(), file.getValue(), folder);
    }
  }

  /** Reads what javap prints: each instruction's offset in its method. */
  private static void assertShort(String name, byte[] bytes, Path folder) throws Exception {
    Path file = Files.write(folder.resolve(name + ".class"), bytes);
    StringWriter listing = new StringWriter();
    ToolProvider.findFirst("javap").orElseThrow().run(new PrintWriter(listing), new PrintWriter(listing), "-c", "-p", file.toString());
    List<String> lines = listing.toString().lines().toList();
    int methods = 0;
    String method = "";
    for (String line : lines) {
      if (line.startsWith("  ") && !line.startsWith("   ")) {
        method = line;
        methods++;
      } else if (INSTRUCTION.matcher(line).matches()) {
        int offset = Integer.parseInt(line.substring(0, line.indexOf(':')).strip());
        String where = method;
        assertTrue(offset < LARGEST_METHOD, () -> where + " has code at " + offset);
      }
    }
    assertTrue(methods > 0, name);
  }
}
