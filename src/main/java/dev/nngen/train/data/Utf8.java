package dev.nngen.train.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Finds text that is not UTF-8, one line at a time. */
final class Utf8 {

  private static final int LONGEST_LINE = 1 << 24;

  private Utf8() {}

  /**
   * Returns the bytes of the next line.
   *
   * @throws IOException at the end of the stream, or if the line is too long to be held
   */
  static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    while (b >= 0 && b != '\n' && line.size() < LONGEST_LINE) {
      line.write(b);
      b = in.read();
    }
    if (b < 0 && line.size() == 0 || line.size() == LONGEST_LINE) {
      throw new IOException("no further line");
    }
    return line.toByteArray();
  }

  static boolean isValid(byte[] line) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
      return true;
    } catch (CharacterCodingException invalid) {
      return false;
    }
  }

  /** Returns the encoding of a line if it is a western European one: bytes from 0x80 to 0x9f are letters and signs only on Windows. */
  static String probable(byte[] line) {
    for (byte b : line) {
      if ((b & 0xe0) == 0x80) {
        return "WINDOWS-1252";
      }
    }
    return "ISO-8859-1";
  }
}
