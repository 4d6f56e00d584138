package dev.nngen.train.data;

import dev.nngen.train.data.CsvRows.Header;
import java.util.List;
import java.util.Locale;

/** Whether a CSV file's first line names its columns. */
public enum HeaderChoice {
  /** It does where no field of it is a number. */
  AUTO,
  YES,
  NO;

  /**
   * The header that a file has.
   *
   * @param first its first one or two records
   */
  Header of(List<List<String>> first) {
    List<String> line = first.get(0);
    if (this != NO && first.size() == 2 && isScikitLearn(line, first.get(1).size())) {
      return new Header(List.of(), line.subList(2, line.size()).stream().map(String::strip).toList());
    }
    boolean names = this == YES || this == AUTO && line.stream().noneMatch(field -> field.isBlank() || Numeral.isNumber(field));
    return names ? new Header(line.stream().map(String::strip).toList(), List.of()) : Header.NONE;
  }

  /** As scikit-learn's own data files begin: rows, features, names of classes; a class number follows the features. */
  private static boolean isScikitLearn(List<String> line, int columns) {
    return line.size() > 2 && line.get(0).matches("\\d+") && line.get(1).equals(Integer.toString(columns - 1))
        && line.stream().skip(2).noneMatch(Numeral::isNumber);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
