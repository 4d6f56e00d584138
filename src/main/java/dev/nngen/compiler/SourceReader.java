package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Source;
import java.io.IOException;
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

  /** The text of a file, named by its path as given; empty where it cannot be read, which is then reported. */
  public static Optional<Source> read(Path file, Diagnostics diagnostics) {
    Fault fault;
    try {
      return Optional.of(new Source(file.toString(), text(file)));
    } catch (Fault found) {
      fault = found;
    } catch (NoSuchFileException missing) {
      fault = new Fault(ErrorCode.UNREADABLE_FILE, "there is no such file");
    } catch (CharacterCodingException undecodable) {
      fault = new Fault(ErrorCode.UNREADABLE_FILE, "the file is not UTF-8 text");
    } catch (IOException unreadable) {
      fault = new Fault(ErrorCode.UNREADABLE_FILE, "the file cannot be read: " + unreadable.getMessage());
    }
    diagnostics.report(Diagnostic.withoutPlace(fault.code, file + ": " + fault.getMessage()));
    return Optional.empty();
  }

  private static String text(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new Fault(ErrorCode.UNREADABLE_FILE, "this is a folder, not a model file");
    }
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw new Fault(ErrorCode.TOO_LARGE, "the file is larger than 1 MiB");
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
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
