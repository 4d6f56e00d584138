package dev.nngen.lsp;

import dev.nngen.train.Json;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Reads and writes messages with the header of the base protocol. Writing is thread-safe. */
final class Channel {

  private static final String LENGTH = "content-length:";
  private static final int MOST_BYTES = 64 << 20;
  private static final int LONGEST_HEADER = 4096;

  private final InputStream in;
  private final OutputStream out;

  Channel(InputStream in, OutputStream out) {
    this.in = new BufferedInputStream(in);
    this.out = out;
  }

  /**
   * Returns the text of the next message, empty at the end of the stream.
   *
   * @throws IOException if the stream ends within a message, or a header is invalid
   */
  Optional<String> read() throws IOException {
    int length = -1;
    while (true) {
      String header = header();
      if (header == null) {
        return Optional.empty();
      } else if (header.isEmpty() && length >= 0) {
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
          throw new EOFException("the stream ends inside of a message");
        }
        return Optional.of(new String(content, StandardCharsets.UTF_8));
      } else if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        length = length(header.substring(LENGTH.length()).strip());
      }
    }
  }

  private static int length(String digits) throws IOException {
    if (!digits.matches("\\d{1,8}") || Integer.parseInt(digits) > MOST_BYTES) {
      throw new IOException("a message of " + digits + " bytes");
    }
    return Integer.parseInt(digits);
  }

  /** Returns a line without its CR LF, null at the end of the stream. */
  private String header() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return null;
      } else if (line.length() == LONGEST_HEADER) {
        throw new IOException("a header of more than " + LONGEST_HEADER + " characters");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  /** Sends a message of maps and lists. */
  synchronized void write(Object message) throws IOException {
    byte[] content = Json.write(message).getBytes(StandardCharsets.UTF_8);
    out.write(("Content-Length: " + content.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(content);
    out.flush();
  }
}
