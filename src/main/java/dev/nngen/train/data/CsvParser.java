package dev.nngen.train.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a text into records (RFC 4180, any separator; lines end in LF, CR LF or CR), one at a time. Space before an opening and after a closing
 * quote is ignored; a quote inside an unquoted field is an ordinary character.
 */
final class CsvParser implements Closeable {

  /** Thrown for text that is not CSV, with the faulty part of a line. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    final long line;
    final int column;

    /** @param column counted from 0 */
    Malformed(long line, int column, String message) {
      super(message);
      this.line = line;
      this.column = column;
    }
  }

  private static final int MOST_CHARACTERS = 1 << 24;
  private static final int END = -1;

  private final Reader reader;
  private final char separator;
  private final char[] buffer = new char[1 << 14];
  private final StringBuilder field = new StringBuilder();
  private int at;
  private int end;
  private long line = 1;
  private int column;
  private boolean afterReturn;
  private int characters;

  CsvParser(Reader reader, char separator) {
    this.reader = reader;
    this.separator = separator;
  }

  /** Returns the next record; null at the end of the text. */
  CsvRecord next() throws IOException, Malformed {
    if (peek() == END) {
      return null;
    }
    long start = line;
    characters = 0;
    List<String> fields = new ArrayList<>();
    fields.add(field());
    while (peek() == separator) {
      take();
      fields.add(field());
    }
    endLine();
    return new CsvRecord(start, fields);
  }

  private String field() throws IOException, Malformed {
    field.setLength(0);
    skipBlanks();
    if (peek() == '"') {
      return quoted();
    }
    while (!endsField(peek())) {
      append(take());
    }
    return field.toString();
  }

  private String quoted() throws IOException, Malformed {
    long opened = line;
    int from = column;
    field.setLength(0);
    take();
    while (true) {
      if (peek() == END) {
        throw new Malformed(opened, from, "a quote opens here and is never closed");
      }
      char c = take();
      if (c == '"' && peek() != '"') {
        break;
      }
      append(c == '"' ? take() : c);
    }
    String value = field.toString();
    long closed = line;
    skipBlanks();
    if (!endsField(peek())) {
      throw new Malformed(opened, from, "a quote opens here, but after the closing one" + (closed == opened ? "" : " in line " + closed)
          + " there is `" + Character.toString(peek()) + "`, not a separator");
    }
    return value;
  }

  private void append(char c) throws Malformed {
    field.append(c);
    if (++characters > MOST_CHARACTERS) {
      throw new Malformed(line, Math.max(0, column - 1), "a record has more than " + MOST_CHARACTERS + " characters");
    }
  }

  private boolean endsField(int c) {
    return c == separator || c == '\n' || c == '\r' || c == END;
  }

  /** Skips space before a quote; other space is part of the field. */
  private void skipBlanks() throws IOException, Malformed {
    for (int c = peek(); (c == ' ' || c == '\t') && c != separator; c = peek()) {
      append(take());
    }
  }

  private void endLine() throws IOException {
    if (peek() == '\r') {
      take();
      if (peek() == '\n') {
        take();
      }
    } else if (peek() == '\n') {
      take();
    }
  }

  private int peek() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, reader.read(buffer, 0, buffer.length));
    }
    return at == end ? END : buffer[at];
  }

  /** Takes the character that {@link #peek} returned, and counts lines: CR LF is one line break. */
  private char take() {
    char c = buffer[at++];
    boolean breaks = c == '\r' || c == '\n' && !afterReturn;
    line += breaks ? 1 : 0;
    column = c == '\r' || c == '\n' ? 0 : column + 1;
    afterReturn = c == '\r';
    return c;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
