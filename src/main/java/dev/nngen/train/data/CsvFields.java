package dev.nngen.train.data;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.nngen.diag.ErrorCode;
import java.util.List;

/** What the fields of a CSV file's records say. A field that says nothing is a fault with line and column. */
final class CsvFields {

  private static final List<String> MISSING = List.of("?", "nan", "na", "n/a", "null");

  private final CsvRows rows;

  CsvFields(CsvRows rows) {
    this.rows = rows;
  }

  DataFile file() {
    return rows.file();
  }

  /** A field without the space around it. */
  String text(CsvRecord record, int column) throws Fault {
    String field = record.getField(column).strip();
    if (field.isEmpty()) {
      throw missing(record, column);
    }
    return field;
  }

  double number(CsvRecord record, int column) throws Fault {
    String field = text(record, column);
    if (isMissing(field)) {
      throw missing(record, column);
    }
    if (!Numeral.isNumber(field)) {
      Fault fault = fault(ErrorCode.NOT_A_NUMBER, record, column, "`" + field + "` is not a number" + named(column));
      throw field.matches("[+-]?\\d+,\\d+") ? fault.help("numbers are written with a decimal point") : fault;
    }
    double value = Double.parseDouble(field);
    if (!Double.isFinite(value)) {
      throw fault(ErrorCode.MISSING_VALUE, record, column, "`" + field + "` is no value to train with" + named(column));
    }
    return value;
  }

  /** The number that stands for a class label. */
  double label(CsvRecord record, int column, Labels labels) throws Fault {
    String label = text(record, column);
    if (isMissing(label) && !labels.given().contains(label)) {
      throw missing(record, column).help("if `" + label + "` is a class, name all classes with --classes");
    }
    // Only line and column are kept: there may be many labels.
    long line = record.getStartingLineNumber();
    return labels.number(label, (code, message) -> fault(code, line, column, message));
  }

  private static boolean isMissing(String field) {
    return field.length() <= 4 && MISSING.stream().anyMatch(field::equalsIgnoreCase);
  }

  private Fault missing(CsvRecord record, int column) {
    return fault(ErrorCode.MISSING_VALUE, record, column, "a value is missing" + named(column))
        .help("fill it in or leave the line out; nngen does not guess");
  }

  private String named(int column) {
    return rows.header().columns().isEmpty() ? "" : " in column `" + rows.header().columns().get(column) + "`";
  }

  private Fault fault(ErrorCode code, CsvRecord record, int column, String message) {
    return fault(code, record.getStartingLineNumber(), column, message);
  }

  private Fault fault(ErrorCode code, long line, int column, String message) {
    return new Fault(rows.file().at(code, line, column, rows.separator(), message));
  }
}
