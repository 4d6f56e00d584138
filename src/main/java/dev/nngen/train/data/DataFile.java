package dev.nngen.train.data;

import dev.nngen.compiler.StandardInput;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.diag.Source;
import dev.nngen.diag.Span;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A data file, unpacked if it is gzip, regardless of its name.
 *
 * @param name for messages
 * @param content the file with the bytes: the given one, or a copy of a stream that can be read only once
 */
public record DataFile(String name, Path content) {

  private static final int BUFFER = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  /**
   * Returns the file of this path. Standard input, pipes and devices are first copied to a temporary file, because a data file is read more than
   * once; it is removed when the virtual machine ends.
   */
  static DataFile of(Path path) throws DataException {
    boolean standardInput = StandardInput.isNamedBy(path);
    String name = StandardInput.nameOf(path);
    if (!standardInput && (!Files.exists(path) || Files.isRegularFile(path) || Files.isDirectory(path))) {
      return new DataFile(name, path);
    }
    try {
      return new DataFile(name, copied(standardInput ? System.in : Files.newInputStream(path)));
    } catch (IOException broken) {
      throw DataException.of(ErrorCode.UNREADABLE_DATA, name + ": cannot be copied to a temporary file: " + FileFault.reason(broken));
    }
  }

  private static Path copied(InputStream stream) throws IOException {
    Path copy = Files.createTempFile(Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"))), "nngen", ".input");
    copy.toFile().deleteOnExit();
    try (stream) {
      Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  /** Returns the name without folders. */
  public String shortName() {
    return name.equals(StandardInput.NAME) ? name : Path.of(name).getFileName().toString();
  }

  /** Opens the file, unpacked. */
  public InputStream open() throws IOException {
    if (Files.isDirectory(content)) {
      throw new IOException("this is a folder, not a file");
    }
    InputStream raw = new BufferedInputStream(Files.newInputStream(content), BUFFER);
    try {
      raw.mark(2);
      boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      return packed ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER) : raw;
    } catch (IOException broken) {
      raw.close();
      throw broken;
    }
  }

  /** Opens the file as text in UTF-8, without a byte order mark. Reading other text throws an IOException. */
  BufferedReader text() throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8.newDecoder()), BUFFER);
    try {
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      return reader;
    } catch (IOException broken) {
      reader.close();
      throw broken;
    }
  }

  /**
   * Whether the file begins like an IDX file: with two zero bytes. No text does.
   *
   * @throws DataException if it is neither IDX nor text in UTF-8, judging by its first bytes
   */
  public boolean isIdx() throws DataException {
    try (InputStream in = open()) {
      byte[] head = in.readNBytes(FileKind.HEAD);
      Optional<FileKind> kind = FileKind.of(head);
      if (kind.isPresent()) {
        throw foreign(kind.get());
      }
      return head.length > 1 && head[0] == 0 && head[1] == 0;
    } catch (IOException broken) {
      throw unreadable(broken);
    }
  }

  private DataException foreign(FileKind kind) {
    DataException fault = fault(ErrorCode.UNREADABLE_DATA, "expected CSV in UTF-8 or IDX, found " + kind.name());
    return fault.help(kind.charset().isEmpty() ? kind.help() : converting(kind.charset()));
  }

  /** Returns a command line that converts the file to UTF-8. */
  private String converting(String charset) {
    String iconv = "iconv -f " + charset + " -t UTF-8";
    if (name.equals(StandardInput.NAME)) {
      return "convert it on the way: ... | " + iconv + " | nngen ...";
    }
    String word = name.matches("[\\w./+-]+") ? name : "'" + name.replace("'", "'\\''") + "'";
    boolean packed = name.endsWith(".gz");
    return (packed ? "gunzip -c " + word + " | " + iconv : iconv + " " + word) + " > utf8.csv";
  }

  /** Returns the error of a file that cannot be read. */
  public DataException unreadable(IOException cause) {
    if (cause instanceof CharacterCodingException) {
      return undecodable();
    }
    String reason = cause instanceof ZipException ? "the file is damaged: " + cause.getMessage()
        : cause instanceof EOFException ? "the file ends too early" : FileFault.reason(cause);
    return fault(ErrorCode.UNREADABLE_DATA, reason);
  }

  /** Returns the error of the first line that is not UTF-8, with its probable encoding. */
  private DataException undecodable() {
    try (InputStream in = open()) {
      long line = 1;
      byte[] bytes = Utf8.line(in);
      while (Utf8.isValid(bytes)) {
        line++;
        bytes = Utf8.line(in);
      }
      return fault(ErrorCode.UNREADABLE_DATA, "the file is not valid UTF-8, first in line " + line)
          .help("if it is " + Utf8.probable(bytes) + ": " + converting(Utf8.probable(bytes)));
    } catch (IOException broken) {
      return fault(ErrorCode.UNREADABLE_DATA, "the file is not valid UTF-8");
    }
  }

  /** Returns an error of the whole file. */
  public DataException fault(ErrorCode code, String message) {
    return DataException.of(code, name + ": " + message);
  }

  /**
   * Returns an error in a line of text, which is read again to be shown.
   *
   * @param line counted from 1
   * @param field the faulty field, counted from 0, or -1 for the whole line
   */
  public Diagnostic at(ErrorCode code, long line, int field, char separator, String message) {
    return at(code, line, message, text -> {
      int start = field < 0 ? 0 : fieldStart(text, field, separator);
      return new int[] {start, field < 0 ? text.length() : fieldEnd(text, start, separator)};
    });
  }

  /**
   * Returns an error at one character.
   *
   * @param column counted from 0
   */
  Diagnostic at(ErrorCode code, long line, int column, String message) {
    return at(code, line, message, text -> new int[] {Math.min(column, text.length()), Math.min(column + 1, text.length())});
  }

  private interface Stretch {
    int[] of(String line);
  }

  private Diagnostic at(ErrorCode code, long line, String message, Stretch stretch) {
    String text;
    try {
      text = line(line);
    } catch (IOException | UncheckedIOException gone) {
      return Diagnostic.withoutPlace(code, name + ":" + line + ": " + message);
    }
    Source source = new Source(name, text, Math.toIntExact(line));
    int[] range = stretch.of(text);
    return Diagnostic.of(code, new Span(source, range[0], range[1]), message);
  }

  private String line(long number) throws IOException {
    try (BufferedReader reader = text()) {
      return reader.lines().skip(number - 1).findFirst().orElse("");
    }
  }

  private static int fieldStart(String text, int field, char separator) {
    int start = 0;
    for (int k = 0; k < field; k++) {
      start = Math.min(text.length(), fieldEnd(text, start, separator) + 1);
    }
    return start;
  }

  private static int fieldEnd(String text, int start, char separator) {
    boolean quoted = false;
    int at = start;
    while (at < text.length() && (quoted || text.charAt(at) != separator)) {
      quoted ^= text.charAt(at) == '"';
      at++;
    }
    return at;
  }
}
