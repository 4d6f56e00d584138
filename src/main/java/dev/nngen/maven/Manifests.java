package dev.nngen.maven;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The manifests of all executions of one goal in a project. Files are deleted only where a manifest of an execution that made
 * them says so, they are as they were written, and no other execution makes them.
 */
final class Manifests {

  private static final String SUFFIX = ".manifest";

  private final Path project;
  private final Path folder;
  private final String execution;
  private final Set<String> configured;

  /**
   * The manifests of a goal.
   *
   * @param folder where they lie, and nothing else
   * @param execution the one that runs
   * @param configured the executions in the project's model
   */
  Manifests(Path project, Path folder, String execution, Set<String> configured) {
    this.project = project;
    this.folder = folder;
    this.execution = execution;
    this.configured = configured;
  }

  Manifest own() throws IOException {
    return Manifest.read(file(execution));
  }

  /** Names of executions are free text; what may not stand in a file's name is written as its number. */
  private Path file(String name) {
    StringBuilder safe = new StringBuilder();
    name.codePoints().forEach(c -> {
      boolean plain = c < 128 && Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
      safe.append(plain ? Character.toString(c) : "%" + Integer.toHexString(c) + "%");
    });
    return folder.resolve(safe + SUFFIX);
  }

  /** Manifests of other executions that are still configured, by execution. */
  private Map<String, Manifest> others() throws IOException {
    Map<String, Manifest> others = new TreeMap<>();
    for (String name : configured) {
      if (!name.equals(execution) && Files.exists(file(name))) {
        others.put(name, Manifest.read(file(name)));
      }
    }
    return others;
  }

  /** Paths that another execution writes with other contents, and that execution. */
  Map<String, String> contested(Manifest after) throws IOException {
    Map<String, String> contested = new LinkedHashMap<>();
    Map<Path, Manifest.Output> mine = after.outputs(project);
    for (Map.Entry<String, Manifest> other : others().entrySet()) {
      other.getValue().outputs(project).forEach((place, output) -> {
        if (mine.containsKey(place) && !mine.get(place).hash().equals(output.hash())) {
          contested.put(relative(project, place), other.getKey());
        }
      });
    }
    return contested;
  }

  /** Saves the manifest of this execution and deletes what it and executions that are gone made earlier: the deleted files. */
  List<Path> replaceOwn(Manifest after, Path output) throws IOException {
    Map<Path, Manifest.Output> orphans = new LinkedHashMap<>(own().outputs(project));
    List<Path> abandoned = abandoned();
    for (Path file : abandoned) {
      orphans.putAll(Manifest.read(file).outputs(project));
    }
    after.outputs(project).keySet().forEach(orphans::remove);
    for (Manifest other : others().values()) {
      other.outputs(project).keySet().forEach(orphans::remove);
    }
    List<Path> deleted = delete(orphans, output);
    save(after);
    for (Path file : abandoned) {
      Files.delete(file);
    }
    return deleted;
  }

  /** A project without models, such as the root of a reactor, needs no manifest. */
  private void save(Manifest after) throws IOException {
    if (after.entries().isEmpty()) {
      Files.deleteIfExists(file(execution));
    } else {
      after.write(file(execution));
    }
  }

  /** Manifests of executions that the project has no more. */
  private List<Path> abandoned() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    Set<Path> known = new LinkedHashSet<>(List.of(file(execution)));
    configured.forEach(name -> known.add(file(name)));
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX) && !known.contains(file)).sorted().toList();
    }
  }

  private static List<Path> delete(Map<Path, Manifest.Output> orphans, Path output) throws IOException {
    List<Path> deleted = new ArrayList<>();
    for (Map.Entry<Path, Manifest.Output> orphan : orphans.entrySet()) {
      if (isIntact(orphan.getKey(), orphan.getValue())) {
        Files.delete(orphan.getKey());
        deleted.add(orphan.getKey());
        deleteEmptyFolders(orphan.getKey().getParent(), output);
      }
    }
    return deleted;
  }

  private static void deleteEmptyFolders(Path first, Path output) throws IOException {
    try {
      for (Path folder = first; folder.startsWith(output) && !folder.equals(output); folder = folder.getParent()) {
        Files.delete(folder);
      }
    } catch (DirectoryNotEmptyException used) {
      // A folder that others use stays, and so do those above it.
    }
  }

  /** Whether a file is still what was written. */
  static boolean isIntact(Path place, Manifest.Output output) throws IOException {
    return Files.isRegularFile(place) && Fingerprint.of(Files.readAllBytes(place)).equals(output.hash());
  }

  /** With {@code /} between its parts; absolute where there is no way from the project to it. */
  static String relative(Path project, Path path) {
    boolean reachable = project.getRoot() != null && project.getRoot().equals(path.getRoot());
    return (reachable ? project.relativize(path) : path).toString().replace('\\', '/');
  }
}
