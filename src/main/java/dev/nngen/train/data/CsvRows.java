package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Reads a CSV file record by record, holding only a few of them. */
final class CsvRows implements AutoCloseable {

  /** A header. Scikit-learn's form is also accepted: numbers of rows and features, and the names of the classes. */
  record Header(List<String> columns, List<String> classes) {
    static final Header NONE = new Header(List.of(), List.of());
  }

  private static final int LOOK_AHEAD = 20;
  private static final int SHOWN = 60;

  private final DataFile file;
  private final CsvFormat format;
  private final CsvParser parser;
  private final Deque<CsvRecord> ahead = new ArrayDeque<>();
  private final Header header;
  private final Optional<Diagnostic> guess;
  private final int columns;
  private final boolean trailing;

  private CsvRows(DataFile file, CsvFormat format, CsvParser parser, DataOptions options) throws DataException {
    this.file = file;
    this.format = format;
    this.parser = parser;
    look(LOOK_AHEAD);
    skipDirective();
    if (ahead.isEmpty()) {
      throw file.fault(ErrorCode.TOO_FEW_SAMPLES, "the file is empty");
    }
    List<List<String>> fields = ahead.stream().map(record -> record.fields().stream().map(String::strip).toList()).toList();
    this.trailing = isTrailing(fields);
    List<String> first = fields.get(0).subList(0, fields.get(0).size() - (trailing ? 1 : 0));
    HeaderReading.Found found = new HeaderReading(first, fields.subList(1, fields.size()), format, options.namedColumns(), options.namedValues())
        .find(options.header());
    this.header = found.header();
    this.guess = found.guessed() ? Optional.of(guess()) : Optional.empty();
    if (!header.equals(Header.NONE)) {
      ahead.remove();
    }
    if (ahead.isEmpty()) {
      throw explained(file.fault(ErrorCode.TOO_FEW_SAMPLES, "the file has a header and no data"));
    }
    int width = ahead.element().fields().size();
    this.columns = header.columns().isEmpty() ? width - (trailing && width == fields.get(0).size() ? 1 : 0) : header.columns().size();
  }

  /** Opens a file and reads its first lines. */
  static CsvRows open(DataFile file, DataOptions options) throws DataException {
    try {
      CsvFormat format = format(file, options);
      return new CsvRows(file, format, new CsvParser(file.text(), format.separator()), options);
    } catch (IOException broken) {
      throw file.unreadable(broken);
    }
  }

  private static CsvFormat format(DataFile file, DataOptions options) throws IOException {
    if (options.separator() != 0) {
      return new CsvFormat(options.separator(), options.decimal());
    }
    try (BufferedReader text = file.text()) {
      return CsvFormat.detect(text, options.decimal());
    }
  }

  /** Reads a first line {@code sep=;}, in which spreadsheets give the separator. */
  private void skipDirective() {
    String directive = "sep=" + format.separator();
    if (!ahead.isEmpty() && joined(ahead.element()).equalsIgnoreCase(directive)) {
      ahead.remove();
    }
  }

  /** Whether lines end in a separator: the last field of the first line is empty, and no other line has more fields. */
  private static boolean isTrailing(List<List<String>> fields) {
    int last = fields.get(0).size() - 1;
    return last > 0 && fields.stream().allMatch(row -> row.size() <= last || row.size() == last + 1 && row.get(last).isEmpty());
  }

  private Diagnostic guess() {
    CsvRecord first = ahead.element();
    String line = joined(first).replaceAll("\\s+", " ");
    String shown = line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    boolean names = !header.equals(Header.NONE);
    return Diagnostic.withoutPlace(ErrorCode.GUESSED_HEADER, file.name() + ":" + first.line() + ": the first line, `" + shown + "`, is read as "
        + (names ? "the names of the columns" : "a sample"))
        .help(names ? "if the first line is a sample, use --header no" : "if the first line names the columns, use --header yes");
  }

  private String joined(CsvRecord record) {
    return String.join(String.valueOf(format.separator()), record.fields());
  }

  DataFile file() {
    return file;
  }

  CsvFormat format() {
    return format;
  }

  Header header() {
    return header;
  }

  /** Returns the number of fields of each record. */
  int columns() {
    return columns;
  }

  /** Returns a warning if the first line could be a header or a sample. */
  Optional<Diagnostic> warning() {
    return guess;
  }

  /** Returns an error in this file with possible causes: the reading of the first line, and separators at the ends of lines. */
  DataException explained(DataException fault) {
    DataException told = trailing ? fault.help("lines end in `" + format.separator() + "`, which does not begin another column") : fault;
    return guess.isPresent() ? told.help(guess.get().help().get(0)) : told;
  }

  boolean hasNext() throws DataException {
    look(1);
    return !ahead.isEmpty();
  }

  /** Returns the next record, which has as many fields as all others. */
  CsvRecord next() throws DataException {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    CsvRecord record = ahead.remove();
    List<String> fields = record.fields();
    if (fields.size() == columns) {
      return record;
    }
    if (fields.size() > columns && fields.subList(columns, fields.size()).stream().allMatch(String::isBlank)) {
      return record.truncated(columns);
    }
    throw otherwiseLong(record);
  }

  private DataException otherwiseLong(CsvRecord record) {
    boolean belowHeader = !header.columns().isEmpty();
    DataException fault = new DataException(file.at(ErrorCode.MISSING_VALUE, record.line(), -1, format.separator(),
        "this line has " + Plural.count(record.fields().size(), "field") + ", but the others have " + columns));
    if (record.fields().stream().anyMatch(field -> field.indexOf('\n') >= 0)) {
      return fault.help("a quote that opens in this line closes in another, or is never closed");
    } else if (format.decimal() == format.separator()) {
      return fault.help("numbers with decimal commas need quotes where fields are separated by commas");
    }
    boolean rowNames = belowHeader && record.fields().size() == columns + 1 && ahead.stream().allMatch(next -> next.fields().size() == columns + 1);
    return rowNames ? fault.help("if the first field names the row, give its column a name in the header") : fault;
  }

  /** Reads until that many records are known, or the file ends. Lines of space are not records. */
  private void look(int wanted) throws DataException {
    try {
      CsvRecord record = ahead.size() < wanted ? parser.next() : null;
      while (record != null) {
        if (!record.isBlank()) {
          ahead.add(record);
        }
        record = ahead.size() < wanted ? parser.next() : null;
      }
    } catch (IOException broken) {
      throw file.unreadable(broken);
    } catch (CsvParser.Malformed malformed) {
      throw new DataException(file.at(ErrorCode.UNREADABLE_DATA, malformed.line, malformed.column, malformed.getMessage()))
          .help("close the quote in the same field; a quote inside a quoted field is written twice");
    }
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException ignored) {
      // Nothing was written, so nothing is lost.
    }
  }
}
