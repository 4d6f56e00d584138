package dev.nngen.compiler;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.diag.Source;
import dev.nngen.diag.WideEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads model files. */
public final class SourceReader {

  private static final int MOST_BYTES = 1 << 20;

  private SourceReader() {}

  /** Reads a file or standard input. The source's name is the given path. Empty if it cannot be read, which is reported. */
  public static Optional<Source> read(Path file, Diagnostics diagnostics) {
    String name = StandardInput.nameOf(file);
    Fault fault;
    try {
      return Optional.of(new Source(name, text(file)));
    } catch (Fault found) {
      fault = found;
    } catch (CharacterCodingException undecodable) {
      fault = new Fault(ErrorCode.UNREADABLE_FILE, "the file is not UTF-8 text");
    } catch (IOException unreadable) {
      fault = new Fault(ErrorCode.UNREADABLE_FILE, FileFault.reason(unreadable));
    }
    Diagnostic told = Diagnostic.withoutPlace(fault.code, name + ": " + fault.getMessage());
    diagnostics.report(fault.help.isEmpty() ? told : told.help(fault.help));
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
    Optional<WideEncoding> encoding = WideEncoding.of(bytes);
    if (encoding.isPresent()) {
      throw new Fault(ErrorCode.UNREADABLE_FILE, "the file is text in " + encoding.get().name() + ", and UTF-8 is needed",
          "convert it: `iconv -f " + encoding.get().charset() + " -t UTF-8 old.nn > new.nn`, or save it as UTF-8 in the editor");
    } else if (isBinary(bytes)) {
      throw new Fault(ErrorCode.UNREADABLE_FILE, "the file is binary, not a model file");
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

  private static boolean isBinary(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  private static final class Fault extends IOException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    private final String help;

    Fault(ErrorCode code, String message) {
      this(code, message, "");
    }

    Fault(ErrorCode code, String message, String help) {
      super(message);
      this.code = code;
      this.help = help;
    }
  }
}
