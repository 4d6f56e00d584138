package dev.nngen.train.data;

import java.util.List;

/**
 * One record of a CSV file.
 *
 * @param line where it starts, counted from 1
 */
record CsvRecord(long line, List<String> fields) {

  boolean isBlank() {
    return fields.size() == 1 && fields.get(0).isBlank();
  }

  /** The same without the fields from this one on. */
  CsvRecord truncated(int count) {
    return new CsvRecord(line, fields.subList(0, count));
  }
}
