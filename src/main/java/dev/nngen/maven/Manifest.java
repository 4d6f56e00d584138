package dev.nngen.maven;

import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.OutputFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files of an execution in the last build, and their inputs, as text:
 *
 * <pre>{@code
 * nngen 1
 * folder target/generated-sources/nngen
 * model 5c0e... com/acme/Digits.nn
 * import ../common.nn
 * output 93ab... com/acme/Digits.java
 * }</pre>
 *
 * @param folder into which files were written, relative to the project
 * @param entries by model file, relative to the folder of models
 */
record Manifest(String folder, Map<String, Entry> entries) {

  private static final String HEADER = "nngen 1";
  private static final Pattern LINE = Pattern.compile("import .+|(model|output) \\p{XDigit}+ .+");

  /**
   * The outputs of a model file.
   *
   * @param key the hash of everything that the outputs depend on
   * @param imports relative to the model file, in source order
   */
  record Entry(String key, List<String> imports, List<Output> outputs) {}

  /**
   * A file that was written.
   *
   * @param hash of its bytes
   * @param path relative to {@link #folder}
   */
  record Output(String hash, String path) {}

  static Manifest empty(String folder) {
    return new Manifest(folder, Map.of());
  }

  /** Reads a manifest; empty if there is none, or if this version cannot read it. */
  static Manifest read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return empty("");
    }
    List<String> lines = Files.readString(file).lines().toList();
    return isReadable(lines) ? parse(lines) : empty("");
  }

  /** Whether the lines are a valid manifest; an interrupted build or another version may have written anything. */
  private static boolean isReadable(List<String> lines) {
    return lines.size() >= 2 && lines.get(0).equals(HEADER) && lines.get(1).startsWith("folder ")
        && (lines.size() == 2 || lines.get(2).startsWith("model "))
        && lines.subList(2, lines.size()).stream().allMatch(line -> LINE.matcher(line).matches());
  }

  private static Manifest parse(List<String> lines) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Entry current = null;
    for (String line : lines.subList(2, lines.size())) {
      String[] words = line.split(" ", line.startsWith("import ") ? 2 : 3);
      switch (words[0]) {
        case "model" -> {
          current = new Entry(words[1], new ArrayList<>(), new ArrayList<>());
          entries.put(words[2], current);
        }
        case "import" -> current.imports.add(words[1]);
        default -> current.outputs.add(new Output(words[1], words[2]));
      }
    }
    return new Manifest(lines.get(1).substring("folder ".length()), entries);
  }

  /** Writes the manifest; an unchanged file keeps its time. */
  void write(Path file) throws IOException {
    new OutputFolder(file.getParent()).write(List.of(new GeneratedFile(file.getFileName().toString(), text())));
  }

  private String text() {
    StringBuilder text = new StringBuilder(HEADER).append("\nfolder ").append(folder).append('\n');
    entries.forEach((model, entry) -> {
      text.append("model ").append(entry.key).append(' ').append(model).append('\n');
      entry.imports.forEach(path -> text.append("import ").append(path).append('\n'));
      entry.outputs.forEach(output -> text.append("output ").append(output.hash).append(' ').append(output.path).append('\n'));
    });
    return text.toString();
  }

  /** Returns all written files, by path. */
  Map<Path, Output> outputs(Path project) {
    Map<Path, Output> places = new LinkedHashMap<>();
    Path root = project.resolve(folder).normalize();
    entries.values().forEach(entry -> entry.outputs.forEach(output -> places.put(root.resolve(output.path), output)));
    return places;
  }

  /** Returns the manifest's entry of a generated file. */
  static Output output(GeneratedFile file) {
    return new Output(Fingerprint.of(file.text().getBytes(StandardCharsets.UTF_8)), file.path());
  }
}
