package dev.nngen.train.data;

import java.util.List;

/**
 * A record of a CSV file.
 *
 * @param line its first line, counted from 1
 */
record CsvRecord(long line, List<String> fields) {

  boolean isBlank() {
    return fields.size() == 1 && fields.get(0).isBlank();
  }

  /** Returns the record without the fields from this one on. */
  CsvRecord truncated(int count) {
    return new CsvRecord(line, fields.subList(0, count));
  }
}
