package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads model files. */
public final class SourceReader {

  private static final int MOST_BYTES = 1 << 20;

  private SourceReader() {}

  /** The text of a file or of standard input, named by its path as given; empty where it cannot be read, which is then reported. */
  public static Optional<Source> read(Path file, Diagnostics diagnostics) {
    String name = StandardInput.nameOf(file);
    Fault fault;
    try {
      return Optional.of(new Source(name, text(file)));
    } catch (Fault found) {
      fault = found;
    } catch (NoSuchFileException missing) {
      fault = new Fault(ErrorCode.UNREADABLE_FILE, "there is no such file");
    } catch (CharacterCodingException undecodable) {
      fault = new Fault(ErrorCode.UNREADABLE_FILE, "the file is not UTF-8 text");
    } catch (IOException unreadable) {
      fault = new Fault(ErrorCode.UNREADABLE_FILE, "the file cannot be read: " + unreadable.getMessage());
    }
    diagnostics.report(Diagnostic.withoutPlace(fault.code, name + ": " + fault.getMessage()));
    return Optional.empty();
  }

  private static String text(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new Fault(ErrorCode.UNREADABLE_FILE, "this is a folder, not a model file");
    }
    byte[] bytes = bytes(file);
    if (bytes.length > MOST_BYTES) {
      throw new Fault(ErrorCode.TOO_LARGE, "the file is larger than 1 MiB");
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static byte[] bytes(Path file) throws IOException {
    if (StandardInput.isNamedBy(file)) {
      return System.in.readNBytes(MOST_BYTES + 1);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_BYTES + 1);
    }
  }

  private static final class Fault extends IOException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    Fault(ErrorCode code, String message) {
      super(message);
      this.code = code;
    }
  }
}
