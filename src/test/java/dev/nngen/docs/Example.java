package dev.nngen.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.cli.Commands;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The code of one document, run block by block in a folder of its own. */
final class Example {

  private static final Set<String> PATH_OPTIONS = Set.of("-d", "-o", "--directory", "--output", "--data", "--weights", "--init", "--test");
  private static final String HARNESS = """
      import java.nio.file.Path;
      import java.util.*;
      import org.ejml.data.*;
      class Snippet {
        void run(DMatrixRMaj X, DMatrixRMaj Y, double[] sample, Path path) throws Exception {
          %s
        }
      }
      """;

  private final Path folder;
  private final Map<String, String> classes = new LinkedHashMap<>();
  private final Map<String, String> sharedClasses = new LinkedHashMap<>();

  Example(Path folder) {
    this.folder = folder;
  }

  void run(Document.Block block) throws IOException {
    if (block.is("file")) {
      Files.writeString(folder.resolve(block.argument()), block.code());
    }
    switch (block.language()) {
      case "nn" -> compile(block.is("around") ? block.argument().replace("...", "\n" + block.code()) : block.code());
      case "java" -> compileJava(block);
      case "console" -> runCommands(block.code());
      default -> { }
    }
  }

  /** The text has no errors, and what it claims is proved. A file of definitions is compiled with a model that has none of them. */
  private void compile(String text) {
    String whole = text.contains("model ") ? text : text + "model M { input X[2]; P = dense(X, 1); minimize J = mean(P); }";
    Diagnostics diagnostics = new Diagnostics();
    for (boolean isShared : new boolean[] {false, true}) {
      Options options = new Options("", Options.Kernels.EJML, Optional.empty(), Map.of(), isShared);
      List<GeneratedFile> files = new Compiler(options, SourceLoader.NONE).generate(new Source("example.nn", whole), diagnostics);
      files.forEach(file -> (isShared ? sharedClasses : classes).put(file.path(), file.text()));
    }
    assertEquals(List.of(), diagnostics.sorted().stream().map(each -> each.code() + " " + each.message()).toList(), text);
  }

  /**
   * Statements use X, Y, sample and path; files are as they stand. All classes of the document so far are at hand; they share what is
   * equal in them if the code names their common type.
   */
  private void compileJava(Document.Block block) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> each : (block.code().contains("Network ") ? sharedClasses : classes).entrySet()) {
      files.add(Files.writeString(sources.resolve(each.getKey()), each.getValue()));
    }
    boolean whole = block.code().contains("class ");
    String text = whole ? "import org.ejml.data.*;\n" + block.code() : HARNESS.formatted(block.code());
    files.add(Files.writeString(sources.resolve(whole ? block.argument() : "Snippet.java"), text));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter faults = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
      assertTrue(compiler.getTask(faults, manager, null, List.of("-proc:none", "-d", folder.toString()), null,
          manager.getJavaFileObjectsFromPaths(files)).call(), () -> block.code() + "\n" + faults);
    }
  }

  private void runCommands(String session) {
    List<String> lines = session.lines().toList();
    for (int at = 0; at < lines.size(); at++) {
      if (lines.get(at).startsWith("$ nngen ")) {
        int next = at + 1;
        while (next < lines.size() && !lines.get(next).startsWith("$ ")) {
          next++;
        }
        runCommand(lines.get(at).substring("$ nngen ".length()), lines.subList(at + 1, next));
      }
    }
  }

  /** Compares the output with the document; a line of three dots matches any lines. */
  private void runCommand(String command, List<String> expected) {
    String[] words = command.split(" ");
    for (int k = 0; k < words.length; k++) {
      if (!words[k].startsWith("-") && (words[k].matches(".*\\.\\w+") || k > 0 && PATH_OPTIONS.contains(words[k - 1]))) {
        words[k] = words[k].startsWith("generated-samples") ? words[k] : folder.resolve(words[k]).toString();
      }
    }
    String output = Commands.output(words).replace(folder + "/", "");
    if (!expected.isEmpty()) {
      assertTrue(matches(expected, output.lines().toList()), () -> command + " prints\n" + output + "\nand not\n" + String.join("\n", expected));
    }
  }

  private static boolean matches(List<String> expected, List<String> actual) {
    if (expected.isEmpty()) {
      return actual.isEmpty();
    }
    List<String> rest = expected.subList(1, expected.size());
    if (expected.get(0).strip().equals("...")) {
      return Stream.iterate(0, k -> k <= actual.size(), k -> k + 1).anyMatch(k -> matches(rest, actual.subList(k, actual.size())));
    }
    return !actual.isEmpty() && words(expected.get(0)).equals(words(actual.get(0))) && matches(rest, actual.subList(1, actual.size()));
  }

  private static String words(String line) {
    return Arrays.stream(line.strip().split("\\s+")).collect(Collectors.joining(" "));
  }
}
