package dev.nngen.train.data;

import dev.nngen.train.data.CsvRows.Header;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Determines whether the first line of a CSV file names its columns.
 *
 * @param first the fields of the first record, stripped
 * @param rest some later records, likewise
 * @param names of columns that are given or known from the training data
 * @param values class labels and categories, which are not names of columns
 */
record HeaderReading(List<String> first, List<List<String>> rest, CsvFormat format, Collection<String> names, Collection<String> values) {

  /** Minimum number of columns for which 0, 1, 2, ... are names, not a sample. */
  private static final int MANY = 6;

  /**
   * The reading of the first line.
   *
   * @param guessed whether another reading is possible
   */
  record Found(Header header, boolean guessed) {}

  Found find(HeaderChoice choice) {
    if (choice != HeaderChoice.NO && isScikitLearn()) {
      return new Found(new Header(List.of(), first.subList(2, first.size())), false);
    }
    if (choice != HeaderChoice.AUTO) {
      return found(choice == HeaderChoice.YES, false);
    }
    if (first.stream().anyMatch(names::contains)) {
      return found(true, false);
    }
    List<String> words = first.stream().filter(field -> !field.isEmpty() && !format.isNumber(field)).toList();
    boolean numbers = first.stream().anyMatch(format::isNumber);
    if (words.isEmpty() && !numbers || words.stream().anyMatch(CsvFields::isMissing)) {
      return found(false, false);
    }
    return numbers ? withNumbers(words) : ofWords();
  }

  /** Reads a line of words: names above numbers are a header; above words, or with gaps between them, they may be a sample. */
  private Found ofWords() {
    boolean named = first.stream().noneMatch(String::isEmpty) && rest.stream().flatMap(List::stream).anyMatch(format::isNumber);
    return named ? found(true, false) : found(!isLikeOthers(), true);
  }

  /** Reads a line with numbers. Consecutive numbers may be names, which libraries write for columns without names. */
  private Found withNumbers(List<String> words) {
    List<Long> offsets = new ArrayList<>();
    for (int k = 0; k < first.size(); k++) {
      if (format.isNumber(first.get(k))) {
        offsets.add(first.get(k).matches("\\d{1,9}") ? Long.parseLong(first.get(k)) - k : -1);
      }
    }
    boolean consecutive = offsets.stream().distinct().count() == 1 && offsets.get(0) >= 0 && offsets.size() + words.size() > 2 && offsets.size() > 1;
    if (!consecutive) {
      return found(false, isNameAboveNumbers());
    }
    boolean fractions = rest.stream().flatMap(List::stream).anyMatch(field -> format.isNumber(field) && !field.matches("[+-]?\\d+"));
    boolean named = offsets.get(0) == 0 && !isLikeOthers() && (fractions || first.size() >= MANY);
    return found(named, true);
  }

  /** Whether a word of the line is in a column that otherwise contains numbers. */
  private boolean isNameAboveNumbers() {
    return !rest.isEmpty() && IntStream.range(0, first.size()).anyMatch(k -> !first.get(k).isEmpty() && !format.isNumber(first.get(k))
        && rest.stream().allMatch(row -> k < row.size() && format.isNumber(row.get(k))));
  }

  /** Whether a word of the line is a known value or occurs in its column again. */
  private boolean isLikeOthers() {
    for (int k = 0; k < first.size(); k++) {
      String field = first.get(k);
      int column = k;
      boolean again = values.contains(field) || rest.stream().anyMatch(row -> column < row.size() && row.get(column).equals(field));
      if (!field.isEmpty() && !format.isNumber(field) && again) {
        return true;
      }
    }
    return false;
  }

  private Found found(boolean names, boolean guessed) {
    return new Found(names ? new Header(first, List.of()) : Header.NONE, guessed);
  }

  /** Whether the file begins like scikit-learn's own data files: rows, features, names of classes; a class number follows the features. */
  private boolean isScikitLearn() {
    return !rest.isEmpty() && first.size() > 3 && first.get(0).matches("\\d+") && first.get(1).equals(Integer.toString(rest.get(0).size() - 1))
        && first.stream().skip(2).noneMatch(Numeral::isNumber);
  }
}
