package dev.nngen.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The texts of some files. Polling also detects files that an editor replaces, on every file system.
 *
 * @param texts by the files' paths; empty for a file that cannot be read
 */
record FileWatch(Map<Path, String> texts) {

  private static final int PAUSE = 200;

  /** Returns the current texts. */
  static FileWatch of(Collection<Path> files) {
    Map<Path, String> texts = new LinkedHashMap<>();
    files.forEach(file -> texts.put(file, text(file)));
    return new FileWatch(texts);
  }

  /** Waits until the text of a file changes. */
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
