package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file that data comes from, unpacked where it is gzip, whatever it is called. */
public record DataFile(Path path) {

  private static final int BUFFER = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  /** The bytes of the file, unpacked. */
  public InputStream open() throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException("this is a folder, not a file");
    }
    InputStream raw = new BufferedInputStream(Files.newInputStream(path), BUFFER);
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

  /** The file as text in UTF-8, without a byte order mark. What is no such text is an IOException when it is read. */
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

  /** Whether the file begins as an IDX file does: two zero bytes. No text does. */
  public boolean isIdx() throws Fault {
    try (InputStream in = open()) {
      return Arrays.equals(in.readNBytes(2), new byte[2]);
    } catch (IOException broken) {
      throw unreadable(broken);
    }
  }

  /** What to tell where the file cannot be read. */
  public Fault unreadable(IOException cause) {
    String reason = cause instanceof NoSuchFileException ? "there is no such file"
        : cause instanceof ZipException ? "the file is damaged: " + cause.getMessage()
        : cause instanceof CharacterCodingException ? "this is no text in UTF-8"
        : cause instanceof EOFException ? "the file ends too early" : cause.getMessage();
    return Fault.of(ErrorCode.UNREADABLE_DATA, path + ": " + reason);
  }

  /** A fault of the whole file. */
  public Fault fault(ErrorCode code, String message) {
    return Fault.of(code, path + ": " + message);
  }

  /**
   * A fault in a line of text, which is read again to be shown.
   *
   * @param line counted from 1
   * @param field the field at fault, counted from 0, or -1 for the whole line
   */
  public Diagnostic at(ErrorCode code, long line, int field, char separator, String message) {
    String text;
    try {
      text = line(line);
    } catch (IOException | UncheckedIOException gone) {
      return Diagnostic.withoutPlace(code, path + ":" + line + ": " + message);
    }
    Source source = new Source(path.toString(), text, Math.toIntExact(line));
    int start = field < 0 ? 0 : fieldStart(text, field, separator);
    int end = field < 0 ? text.length() : fieldEnd(text, start, separator);
    return Diagnostic.of(code, new Span(source, start, end), message);
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
