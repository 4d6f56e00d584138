package dev.nngen.train.data;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The format of fields and numbers of a CSV file.
 *
 * @param separator between fields
 * @param decimal between a number's integer part and its fraction: a point or a comma
 */
record CsvFormat(char separator, char decimal) {

  private static final String SEPARATORS = ";\t|,";
  private static final int HEAD = 1 << 16;
  private static final int MOST_RECORDS = 20;
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d*,\\d+");

  /** Returns the number in Java's notation; a text that is not a number if the field is not one. */
  String pointed(String field) {
    return decimal == '.' ? field : field.indexOf('.') >= 0 ? "" : field.replace(decimal, '.');
  }

  boolean isNumber(String field) {
    return Numeral.isNumber(pointed(field));
  }

  /** Whether a field would be a number with the other decimal sign. */
  boolean isOtherNumber(String field) {
    return decimal == '.' ? DECIMAL_COMMA.matcher(field).matches() : Numeral.isNumber(field);
  }

  /** Detects the separator that divides the first lines of a text most evenly; a comma if none does. */
  static CsvFormat detect(Reader text, char decimal) throws IOException {
    String head = head(text);
    if (head.regionMatches(true, 0, "sep=", 0, 4) && head.length() > 4) {
      return new CsvFormat(head.charAt(4), decimal);
    }
    return SEPARATORS.chars().mapToObj(c -> Candidate.of(head, new CsvFormat((char) c, decimal))).filter(Candidate::divides)
        .max(Comparator.comparingDouble(Candidate::even).thenComparingDouble(Candidate::clean).thenComparingInt(Candidate::columns)
            .thenComparing(c -> c.format.separator != ',')).map(Candidate::format).orElse(new CsvFormat(',', decimal));
  }

  /** Returns whole lines from the start of a text. */
  private static String head(Reader text) throws IOException {
    char[] head = new char[HEAD];
    int length = 0;
    int read = 0;
    while (read >= 0 && length < HEAD) {
      length += read;
      read = text.read(head, length, HEAD - length);
    }
    String start = new String(head, 0, length);
    int lastBreak = start.lastIndexOf('\n');
    return length < HEAD || lastBreak < 0 ? start : start.substring(0, lastBreak + 1);
  }

  /**
   * A possible separator.
   *
   * @param columns fields of the first record
   * @param even the share of records with that many fields
   * @param clean the share of fields that are numbers or contain no other separator
   */
  private record Candidate(CsvFormat format, int columns, double even, double clean) {

    static Candidate of(String head, CsvFormat format) {
      List<CsvRecord> records = records(head, format.separator);
      if (records.isEmpty()) {
        return new Candidate(format, 0, 0, 0);
      }
      int columns = records.get(0).fields().size();
      List<String> fields = records.stream().flatMap(record -> record.fields().stream()).map(String::strip).toList();
      return new Candidate(format, columns, share(records.stream().filter(record -> record.fields().size() == columns).count(), records.size()),
          share(fields.stream().filter(CsvFormat::isClean).count(), fields.size()));
    }

    private static double share(long part, long whole) {
      return part / (double) whole;
    }

    boolean divides() {
      return columns > 1;
    }
  }

  private static boolean isClean(String field) {
    return Numeral.isNumber(field) || DECIMAL_COMMA.matcher(field).matches() || field.chars().noneMatch(c -> SEPARATORS.indexOf(c) >= 0);
  }

  private static List<CsvRecord> records(String head, char separator) {
    List<CsvRecord> records = new ArrayList<>();
    try (CsvParser parser = new CsvParser(new StringReader(head), separator)) {
      for (CsvRecord record = parser.next(); record != null && records.size() < MOST_RECORDS; record = parser.next()) {
        if (!record.isBlank()) {
          records.add(record);
        }
      }
    } catch (IOException | CsvParser.Malformed notThis) {
      // The earlier records suffice; the error is reported when the file is read.
    }
    return records;
  }
}
