package dev.nngen.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.parse.NnParser;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The diffs of CONTRIBUTING.md fit the project as it is, and what they make compiles. */
@Slow
class ContributingTest {

  private static final String OLD = "--- ";
  private static final String NEW = "+++ b/";

  @TempDir
  private Path folder;

  @Test
  void diffsFitAndCompile() throws IOException {
    Map<String, String> patched = new LinkedHashMap<>();
    for (Document.Block block : Document.read(Path.of("CONTRIBUTING.md")).blocks()) {
      if (block.language().equals("diff")) {
        for (String part : ("\n" + block.code()).split("\n(?=--- (?:a/|/dev/null))")) {
          if (part.startsWith(OLD)) {
            apply(part, patched);
          }
        }
      }
    }
    assertEquals(8, patched.size());
    parseModels(patched);
    compile(patched);
  }

  private static void apply(String diff, Map<String, String> patched) throws IOException {
    List<String> lines = diff.lines().toList();
    String file = lines.get(1).substring(NEW.length());
    String before = lines.stream().skip(2).filter(line -> !line.startsWith("+")).map(line -> line.substring(1) + "\n").collect(Collectors.joining());
    String after = lines.stream().skip(2).filter(line -> !line.startsWith("-")).map(line -> line.substring(1) + "\n").collect(Collectors.joining());
    String text = patched.containsKey(file) ? patched.get(file) : Files.exists(Path.of(file)) ? Files.readString(Path.of(file)) : "";
    assertTrue(text.contains(before), () -> file + " does not have\n" + before);
    patched.put(file, text.isEmpty() ? after : text.replace(before, after));
  }

  private static void parseModels(Map<String, String> patched) {
    patched.forEach((file, text) -> {
      if (file.endsWith(".nn")) {
        Diagnostics diagnostics = new Diagnostics();
        NnParser.parse(new Source(file, text), diagnostics);
        assertEquals(List.of(), diagnostics.sorted());
      }
    });
  }

  private void compile(Map<String, String> patched) throws IOException {
    List<JavaFileObject> sources = patched.entrySet().stream().filter(each -> each.getKey().endsWith(".java")).map(each -> source(each.getKey(), each.getValue())).toList();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter faults = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
      assertTrue(compiler.getTask(faults, manager, null, List.of("-proc:none", "-d", folder.toString()), null, sources).call(), faults::toString);
    }
  }

  private static JavaFileObject source(String file, String text) {
    return new SimpleJavaFileObject(URI.create("mem:///" + file), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
