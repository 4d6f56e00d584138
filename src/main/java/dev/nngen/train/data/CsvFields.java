package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads the values of the fields of a CSV file's records. An invalid field is an error with line and column. */
final class CsvFields {

  private static final List<String> MISSING = List.of("?", "nan", "na", "n/a", "null");

  private final CsvRows rows;
  private final boolean single;

  /**
   * @param single whether numbers must fit in single precision
   */
  CsvFields(CsvRows rows, boolean single) {
    this.rows = rows;
    this.single = single;
  }

  DataFile file() {
    return rows.file();
  }

  boolean isNumber(CsvRecord record, int column) throws DataException {
    return rows.format().isNumber(text(record, column));
  }

  /** Returns a field without the space around it. */
  String text(CsvRecord record, int column) throws DataException {
    String field = record.fields().get(column).strip();
    if (field.isEmpty()) {
      throw missing(record, column);
    }
    for (int k = 0; k < field.length(); k++) {
      if (Character.isISOControl(field.charAt(k)) && field.charAt(k) != '\t') {
        throw control(record, column, field.charAt(k));
      }
    }
    return field;
  }

  private DataException control(CsvRecord record, int column, int character) {
    if (character == '\n' || character == '\r') {
      return fault(ErrorCode.UNREADABLE_DATA, record, column, "a quote that opens in this field closes in another line")
          .help("close the quote in the same field; a quote inside a quoted field is written twice");
    }
    return fault(ErrorCode.UNREADABLE_DATA, record, column, "this field contains the control character " + described(character))
        .help("remove the character: the file is damaged, or not text");
  }

  private static String described(int character) {
    return String.format(Locale.ROOT, "U+%04X %s", character, Character.getName(character));
  }

  /** Whether a field is empty, or has a marker of a missing value. */
  boolean isEmpty(CsvRecord record, int column) {
    String field = record.fields().get(column).strip();
    return field.isEmpty() || isMissing(field);
  }

  /**
   * @param feature whether the column is a feature, which may be declared as words
   */
  double number(CsvRecord record, int column, boolean feature) throws DataException {
    String field = text(record, column);
    if (isMissing(field)) {
      throw missing(record, column);
    }
    OptionalDouble number = Numeral.value(rows.format().pointed(field));
    if (number.isEmpty()) {
      throw notANumber(record, column, field, feature);
    }
    double value = number.getAsDouble();
    if (!Double.isFinite(value)) {
      throw fault(ErrorCode.MISSING_VALUE, record, column, "`" + field + "` is not a value to train with" + named(column));
    }
    if (single && Float.isInfinite((float) value)) {
      throw fault(ErrorCode.NOT_FINITE, record, column, "`" + field + "` is beyond single precision" + named(column)).help("use --precision f64");
    }
    return value;
  }

  private DataException notANumber(CsvRecord record, int column, String field, boolean feature) {
    DataException fault = fault(ErrorCode.NOT_A_NUMBER, record, column, "`" + field + "` is not a number" + named(column));
    OptionalInt strange = field.chars().filter(c -> c > '~').findFirst();
    if (rows.format().isOtherNumber(field)) {
      return fault.help(rows.format().decimal() == '.' ? "to read decimal commas, use --decimal ," : "to read decimal points, remove --decimal");
    } else if (field.matches("[+-]?\\d{1,3}([.,' ]\\d{3})+([.,]\\d*)?")) {
      return fault.help("remove the thousands separators");
    } else if (strange.isPresent() && field.chars().noneMatch(Character::isLetter)) {
      return fault.help("it contains " + described(strange.getAsInt()));
    } else if (feature && field.chars().anyMatch(Character::isLetter)) {
      return fault.help("if the column contains words, use --categorical " + option(column) + ": each word becomes an input of 0 or 1");
    }
    return fault;
  }

  /** Returns the option's name of a column. */
  private String option(int column) {
    List<String> header = rows.header().columns();
    boolean plain = !header.isEmpty() && header.get(column).matches("[\\w.-]*[A-Za-z_][\\w.-]*");
    return plain ? header.get(column) : Integer.toString(column + 1);
  }

  /** Returns the number of a class label or a category. */
  double label(CsvRecord record, int column, Labels labels) throws DataException {
    String label = text(record, column);
    if (isMissing(label) && !labels.given().contains(label)) {
      DataException fault = missing(record, column);
      throw labels.areClasses() ? fault.help("if `" + label + "` is a class, name all classes with --classes") : fault;
    }
    // Only line and column are stored, because there may be many labels.
    long line = record.line();
    return labels.number(label, (code, message) -> fault(code, line, column, message + (labels.areClasses() ? "" : named(column))));
  }

  static boolean isMissing(String field) {
    for (String missing : MISSING) {
      if (missing.equalsIgnoreCase(field)) {
        return true;
      }
    }
    return false;
  }

  private DataException missing(CsvRecord record, int column) {
    return fault(ErrorCode.MISSING_VALUE, record, column, "a value is missing" + named(column))
        .help("fill it in or remove the line; nngen does not guess");
  }

  private String named(int column) {
    List<String> header = rows.header().columns();
    return header.isEmpty() || header.get(column).isEmpty() ? "" : " in column `" + header.get(column) + "`";
  }

  private DataException fault(ErrorCode code, CsvRecord record, int column, String message) {
    return fault(code, record.line(), column, message);
  }

  private DataException fault(ErrorCode code, long line, int column, String message) {
    return new DataException(rows.file().at(code, line, column, rows.format().separator(), message));
  }
}
