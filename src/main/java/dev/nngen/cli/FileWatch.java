package dev.nngen.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The texts of some files. Polling also sees files that an editor replaces, on every file system.
 *
 * @param texts by the files' paths; empty for a file that cannot be read
 */
record FileWatch(Map<Path, String> texts) {

  private static final int PAUSE = 200;

  /** The texts as they are now. */
  static FileWatch of(Collection<Path> files) {
    Map<Path, String> texts = new LinkedHashMap<>();
    files.forEach(file -> texts.put(file, text(file)));
    return new FileWatch(texts);
  }

  /** Returns once a file has another text. */
  void awaitChange() throws InterruptedException {
    while (equals(of(texts.keySet()))) {
      Thread.sleep(PAUSE);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      return "";
    }
  }
}
