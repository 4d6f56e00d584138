package dev.nngen.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.codegen.GeneratedClass;
import dev.nngen.codegen.JavaText;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.compiler.Options;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Shared code of tests of hostile weights. */
public final class Hostile {

  private Hostile() {}

  /** The class of the only model in a text. */
  public static GeneratedClass compile(String text, Options options) {
    Diagnostics diagnostics = new Diagnostics();
    List<GeneratedFile> files = new Compiler(options, SourceLoader.NONE).generate(new Source("net.nn", text), diagnostics);
    assertEquals(1, files.size(), () -> new DiagnosticRenderer(false).render(diagnostics));
    String className = files.get(0).path().replaceFirst(".*/", "").replace(".java", "");
    return GeneratedClass.compile(new JavaText(options.packageName(), className, files.get(0).text()));
  }

  static Path temporaryFile() {
    try {
      Path file = Files.createTempFile("nngen", ".safetensors");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** What the object saves, by way of a file. */
  static byte[] saved(GeneratedClass.Instance instance, Path file) {
    try {
      instance.call("save", file);
      return Files.readAllBytes(file);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** Returns the bytes after a file's header. */
  static byte[] entries(byte[] file) {
    long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOfRange(file, Math.toIntExact(8 + header), file.length);
  }

  /** Returns the allocation limit for a file: its header is read as text, then as objects, and an empty list or a digit takes hundreds of bytes. */
  static long allowance(long fileBytes) {
    // Jazzer's own watching of texts and patterns allocates more than what it watches.
    int watched = System.getenv("JAZZER_FUZZ") == null ? 1 : 10;
    return watched * (400_000 + 1000 * fileBytes);
  }
}
