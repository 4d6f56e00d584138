package dev.nngen.model;

import dev.nngen.diag.Source;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Loads imports from files, relative to the importing file and only from a project's folder. */
public final class ProjectFiles implements SourceLoader {

  private static final long MAX_BYTES = 1 << 20;

  private final Path folder;

  /**
   * @param folder the folder that imports must stay in; symbolic links are resolved before the check
   */
  public ProjectFiles(Path folder) {
    this.folder = folder;
  }

  @Override
  public Found load(Source importing, String path) {
    try {
      if (Path.of(path).isAbsolute()) {
        return new Problem("paths are relative to the importing file");
      }
      Path file = Path.of(importing.name()).resolveSibling(path).normalize();
      if (!file.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize())) {
        return new Problem("it is outside the folder " + folder);
      }
      if (!Files.isRegularFile(file)) {
        return new Problem("there is no file " + file);
      }
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        return new Problem("it is outside the folder " + folder);
      }
      return Files.size(file) > MAX_BYTES
          ? new Problem("the file is larger than 1 MiB")
          : new Text(new Source(file.toString(), Files.readString(file)));
    } catch (CharacterCodingException fault) {
      return new Problem("the file is not UTF-8 text");
    } catch (IOException | InvalidPathException | SecurityException fault) {
      return new Problem("it cannot be read: " + fault.getMessage());
    }
  }
}
