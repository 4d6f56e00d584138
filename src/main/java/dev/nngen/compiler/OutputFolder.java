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

/** Writes generated files below one folder only. Readers never see incomplete files. */
public final class OutputFolder {

  private final Path folder;

  /**
   * @param folder may be relative to the current folder; {@link #write} then returns relative paths
   */
  public OutputFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes all files, or none if one cannot be written: each is written to a temporary file beside it, and all are moved at the end. A file that
   * already has the same bytes is not written, so that its time does not change.
   *
   * @return the paths of the files, in the given order
   * @throws IOException if a file cannot be written or would be outside the folder
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
      throw new IOException(path + " is outside " + folder);
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

  /** Makes a file readable for others, like any source. Temporary files are readable by their owner only. */
  private static void makeReadable(Path file) {
    file.toFile().setReadable(true, false);
  }
}
