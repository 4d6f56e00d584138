package dev.nngen.train.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.nngen.diag.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Reads a CSV file record by record (RFC 4180, any separator), never holding more than a few of them. */
public final class CsvRows implements AutoCloseable {

  /** A first line may also come as scikit-learn writes it: rows, features, and the names of the classes. */
  public record Header(List<String> columns, List<String> classes) {
    static final Header NONE = new Header(List.of(), List.of());
  }

  private static final String SEPARATORS = ",;\t|";

  private final DataFile file;
  private final char separator;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final Deque<CsvRecord> ahead = new ArrayDeque<>();
  private final Header header;
  private final int columns;

  private CsvRows(DataFile file, char separator, CsvReader<CsvRecord> reader, HeaderChoice choice) throws Fault, IOException {
    this.file = file;
    this.separator = separator;
    this.reader = reader;
    this.records = reader.iterator();
    look(2);
    if (ahead.isEmpty()) {
      throw file.fault(ErrorCode.TOO_FEW_SAMPLES, "the file is empty");
    }
    this.header = choice.of(ahead.stream().map(CsvRecord::getFields).toList());
    if (!header.equals(Header.NONE)) {
      ahead.remove();
    }
    if (ahead.isEmpty()) {
      throw file.fault(ErrorCode.TOO_FEW_SAMPLES, "the file has a header and no data");
    }
    this.columns = header.columns().isEmpty() ? ahead.element().getFieldCount() : header.columns().size();
  }

  /**
   * Opens a file and looks at its first lines.
   *
   * @param separator between fields, or 0 to find out
   */
  public static CsvRows open(DataFile file, char separator, HeaderChoice header) throws Fault {
    try {
      char used = separator == 0 ? separator(file) : separator;
      CsvReader<CsvRecord> reader = CsvReader.builder().fieldSeparator(used).extraFieldStrategy(FieldMismatchStrategy.IGNORE)
          .missingFieldStrategy(FieldMismatchStrategy.IGNORE).ofCsvRecord(file.text());
      return new CsvRows(file, used, reader, header);
    } catch (IOException broken) {
      throw file.unreadable(broken);
    }
  }

  /** The separator that the first line has most of; a comma where it has none. */
  private static char separator(DataFile file) throws IOException {
    try (BufferedReader reader = file.text()) {
      String line = reader.readLine();
      char best = ',';
      long most = 0;
      for (int k = 0; k < SEPARATORS.length(); k++) {
        char candidate = SEPARATORS.charAt(k);
        long count = line == null ? 0 : line.chars().filter(c -> c == candidate).count();
        if (count > most) {
          best = candidate;
          most = count;
        }
      }
      return best;
    }
  }

  public DataFile file() {
    return file;
  }

  public char separator() {
    return separator;
  }

  public Header header() {
    return header;
  }

  /** How many fields each record has. */
  public int columns() {
    return columns;
  }

  public boolean hasNext() throws Fault {
    try {
      look(1);
      return !ahead.isEmpty();
    } catch (IOException broken) {
      throw file.unreadable(broken);
    }
  }

  /** The next record, which has as many fields as all others. */
  public CsvRecord next() throws Fault {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    CsvRecord record = ahead.remove();
    if (record.getFieldCount() != columns) {
      throw otherwiseLong(record);
    }
    return record;
  }

  private Fault otherwiseLong(CsvRecord record) {
    int fields = record.getFieldCount();
    Fault fault = new Fault(file.at(ErrorCode.MISSING_VALUE, record.getStartingLineNumber(), -1, separator,
        "this line has " + fields + (fields == 1 ? " field" : " fields") + ", and the others have " + columns));
    boolean severalLines = record.getFields().stream().anyMatch(field -> field.indexOf('\n') >= 0);
    return severalLines ? fault.help("a quote that opens in this line closes in another, or nowhere") : fault;
  }

  /** Reads on until so many records are known, or the file ends. Lines of nothing but space are no records. */
  private void look(int wanted) throws Fault, IOException {
    while (ahead.size() < wanted && hasNextRecord()) {
      CsvRecord record = nextRecord();
      if (record.getFieldCount() > 1 || !record.getField(0).isBlank()) {
        ahead.add(record);
      }
    }
  }

  private boolean hasNextRecord() throws Fault, IOException {
    try {
      return records.hasNext();
    } catch (UncheckedIOException broken) {
      throw broken.getCause();
    } catch (CsvParseException malformed) {
      throw file.fault(ErrorCode.UNREADABLE_DATA, malformed.getMessage());
    }
  }

  private CsvRecord nextRecord() throws Fault, IOException {
    try {
      return records.next();
    } catch (UncheckedIOException broken) {
      throw broken.getCause();
    } catch (CsvParseException malformed) {
      throw file.fault(ErrorCode.UNREADABLE_DATA, malformed.getMessage());
    } catch (NoSuchElementException end) {
      throw file.fault(ErrorCode.UNREADABLE_DATA, "the file ends inside a record");
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException ignored) {
      // Nothing was written, so nothing is lost.
    }
  }
}
