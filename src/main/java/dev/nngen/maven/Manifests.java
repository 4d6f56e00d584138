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
 * The manifests of all executions of one goal in a project. A file is deleted only if a manifest of an execution that made it contains it, it is
 * unchanged, and no other execution makes it.
 */
final class Manifests {

  private static final String SUFFIX = ".manifest";

  private final Path project;
  private final Path folder;
  private final String execution;
  private final Set<String> configured;

  /**
   * Reads the manifests of a goal.
   *
   * @param folder that contains only manifests
   * @param execution the current one
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

  /** Returns the file of an execution's manifest; characters that file names cannot contain are encoded as numbers. */
  private Path file(String name) {
    StringBuilder safe = new StringBuilder();
    name.codePoints().forEach(c -> {
      boolean plain = c < 128 && Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
      safe.append(plain ? Character.toString(c) : "%" + Integer.toHexString(c) + "%");
    });
    return folder.resolve(safe + SUFFIX);
  }

  /** Returns the manifests of other configured executions, by execution. */
  private Map<String, Manifest> others() throws IOException {
    Map<String, Manifest> others = new TreeMap<>();
    for (String name : configured) {
      if (!name.equals(execution) && Files.exists(file(name))) {
        others.put(name, Manifest.read(file(name)));
      }
    }
    return others;
  }

  /** Returns the paths that another execution writes with other contents, with that execution. */
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

  /** Writes the manifest of this execution and deletes obsolete files of it and of removed executions; returns the deleted files. */
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

  /** Writes the manifest, except for a project without models, such as the root of a reactor. */
  private void save(Manifest after) throws IOException {
    if (after.entries().isEmpty()) {
      Files.deleteIfExists(file(execution));
    } else {
      after.write(file(execution));
    }
  }

  /** Returns the manifests of executions that no longer exist in the project. */
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
      // A folder with other files stays, and so do its parents.
    }
  }

  /** Whether a file has not changed since it was written. */
  static boolean isIntact(Path place, Manifest.Output output) throws IOException {
    return Files.isRegularFile(place) && Fingerprint.of(Files.readAllBytes(place)).equals(output.hash());
  }

  /** Returns the path relative to the project with {@code /} between its parts; absolute if there is no relative path. */
  static String relative(Path project, Path path) {
    boolean reachable = project.getRoot() != null && project.getRoot().equals(path.getRoot());
    return (reachable ? project.relativize(path) : path).toString().replace('\\', '/');
  }
}
