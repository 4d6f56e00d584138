package dev.nngen.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceReaderTest {

  @TempDir
  private Path folder;

  private static void fails(Path file, String message) {
    Diagnostics diagnostics = new Diagnostics();
    assertTrue(SourceReader.read(file, diagnostics).isEmpty());
    assertTrue(diagnostics.hasErrors());
    assertEquals(file + ": " + message, diagnostics.sorted().get(0).message());
  }

  @Test
  void readsUtf8() throws IOException {
    Path file = Files.writeString(folder.resolve("a.nn"), "// \u00e9\uD83D\uDE00\r\n");
    assertEquals(Optional.of(new Source(file.toString(), "// \u00e9\uD83D\uDE00\r\n")), SourceReader.read(file, new Diagnostics()));
  }

  @Test
  void reportsWhatCannotBeRead() throws IOException {
    fails(folder.resolve("none.nn"), "there is no such file");
    fails(folder, "this is a folder, not a model file");
    fails(Files.write(folder.resolve("latin.nn"), new byte[] {'x', (byte) 0xE9, ' '}), "the file is not UTF-8 text");
    fails(Files.write(folder.resolve("large.nn"), new byte[(1 << 20) + 1]), "the file is larger than 1 MiB");
  }
}
