package dev.nngen.compiler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes generated files below one folder, and nowhere else. No reader ever sees half a file. */
public final class OutputFolder {

  private final Path folder;

  /** @param folder may be relative to the current one, as the paths that {@link #write} gives back are then */
  public OutputFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes all files, or none if one cannot be written: each goes to a temporary file beside its place first, and all are moved at the end. A file
   * that holds the same bytes already is left alone, so that its time stays.
   *
   * @return where each file lies, in the order given
   * @throws IOException if a file cannot be written or would lie outside the folder
   */
  public List<Path> write(List<GeneratedFile> files) throws IOException {
    List<Path> places = new ArrayList<>();
    Map<Path, Path> written = new LinkedHashMap<>();
    try {
      for (GeneratedFile file : files) {
        Path place = place(file.path());
        byte[] bytes = file.text().getBytes(StandardCharsets.UTF_8);
        if (!holds(place, bytes)) {
          Path temporary = Files.createTempFile(place.getParent(), ".nngen", ".tmp");
          written.put(temporary, place);
          Files.write(temporary, bytes);
        }
        places.add(folder.resolve(file.path()).normalize());
      }
      for (Map.Entry<Path, Path> entry : written.entrySet()) {
        move(entry.getKey(), entry.getValue());
      }
      return places;
    } finally {
      for (Path temporary : written.keySet()) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private Path place(String path) throws IOException {
    Path root = folder.toAbsolutePath().normalize();
    Path place = root.resolve(path).normalize();
    if (!place.startsWith(root)) {
      throw new IOException(path + " lies outside " + folder);
    }
    Files.createDirectories(place.getParent());
    if (!place.getParent().toRealPath().startsWith(root.toRealPath())) {
      throw new IOException(place.getParent() + " is a link that leads outside " + folder);
    }
    if (Files.isDirectory(place)) {
      throw new IOException(place + " is a folder");
    }
    return place;
  }

  private static boolean holds(Path place, byte[] bytes) throws IOException {
    return Files.isRegularFile(place) && !Files.isSymbolicLink(place) && Files.size(place) == bytes.length
        && Arrays.equals(Files.readAllBytes(place), bytes);
  }

  private static void move(Path from, Path to) throws IOException {
    makeReadable(from);
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException unsupported) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Temporary files are their owner's alone; what is generated others may read like any source. */
  private static void makeReadable(Path file) {
    file.toFile().setReadable(true, false);
  }
}
