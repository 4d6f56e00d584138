package dev.nngen.lsp;

import dev.nngen.diag.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies texts of the library from the compiler's archive to files that editors can open. */
final class LibraryCopy {

  private static Path folder;

  private LibraryCopy() {}

  /** Returns a temporary file with the text of a source. It is deleted when the server ends. */
  static synchronized Path of(Source source) throws IOException {
    if (folder == null) {
      folder = Files.createTempDirectory("nngen-library");
      folder.toFile().deleteOnExit();
    }
    Path copy = folder.resolve(Path.of(source.name()).getFileName());
    if (!Files.exists(copy)) {
      Files.writeString(copy, source.text());
      copy.toFile().setReadOnly();
      copy.toFile().deleteOnExit();
    }
    return copy;
  }
}
