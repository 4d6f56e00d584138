package dev.nngen.train.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Converts features of a table's row to those of a sample: numbers are unchanged, and a category becomes a one-hot vector, or its number if the model
 * takes integers.
 *
 * @param features in the order of the columns; empty if all are numbers
 */
record FeatureEncoding(List<Feature> features) {

  /** All features are numbers. */
  static final FeatureEncoding NUMBERS = new FeatureEncoding(List.of());

  /**
   * A feature.
   *
   * @param offset of its first entry in a sample
   * @param categories in their order; empty for a number
   * @param categoryOf the category of each number in the table
   * @param isNumber whether a category becomes an integer
   */
  record Feature(int offset, List<String> categories, int[] categoryOf, boolean isNumber) {

    int width() {
      return isNumber ? 1 : Math.max(1, categories.size());
    }
  }

  /** Returns the number of columns of a table for features with that many numbers in a sample. */
  int columns(int numbers) {
    return features.isEmpty() ? numbers : features.size();
  }

  /** Moves features from their positions in a table's row to those in a sample, which are never before; the last first. */
  void decode(double[] sample) {
    for (int k = features.size() - 1; k >= 0; k--) {
      Feature feature = features.get(k);
      double value = sample[k];
      if (feature.categories().isEmpty()) {
        sample[feature.offset()] = value;
      } else if (feature.isNumber()) {
        sample[feature.offset()] = feature.categoryOf()[(int) value];
      } else {
        for (int c = 0; c < feature.width(); c++) {
          sample[feature.offset() + c] = feature.categoryOf()[(int) value] == c ? 1 : 0;
        }
      }
    }
  }

  /** Returns the column from which a sample's entry is computed. */
  int column(int entry) {
    return features.isEmpty() ? entry
        : IntStream.range(0, features.size()).filter(k -> entry < features.get(k).offset() + features.get(k).width()).findFirst().orElseThrow();
  }

  /** Returns the name of a sample's entry: its column and its category. */
  String name(int entry, Columns columns) {
    int column = column(entry);
    Feature feature = features.isEmpty() ? null : features.get(column);
    return columns.feature(column) + (feature == null || feature.categories().isEmpty() || feature.isNumber() ? "" : "=" + feature.categories().get(entry - feature.offset()));
  }
}
