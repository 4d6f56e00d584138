package dev.nngen.train.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How features in a row of a table become those of a sample: numbers stay as they are, a category becomes a single 1 among zeros, or its number where the model
 * takes whole numbers.
 *
 * @param features in the order of the columns; empty if all are numbers
 */
record FeatureEncoding(List<Feature> features) {

  /** All features are numbers. */
  static final FeatureEncoding NUMBERS = new FeatureEncoding(List.of());

  /**
   * One feature.
   *
   * @param offset where it begins in a sample
   * @param categories in their order; empty for a number
   * @param categoryOf the category of each number in the table
   * @param isNumber whether a category stands for itself as a whole number
   */
  record Feature(int offset, List<String> categories, int[] categoryOf, boolean isNumber) {

    int width() {
      return isNumber ? 1 : Math.max(1, categories.size());
    }
  }

  /** How many columns of a table hold features that are so many numbers in a sample. */
  int columns(int numbers) {
    return features.isEmpty() ? numbers : features.size();
  }

  /** Brings features from where a table's row has them to where a sample has them, which is not before: the last first. */
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

  /** Which column a sample's entry was made from. */
  int column(int entry) {
    return features.isEmpty() ? entry
        : IntStream.range(0, features.size()).filter(k -> entry < features.get(k).offset() + features.get(k).width()).findFirst().orElseThrow();
  }

  /** The name of a sample's entry: its column and its category. */
  String name(int entry, Columns columns) {
    int column = column(entry);
    Feature feature = features.isEmpty() ? null : features.get(column);
    return columns.feature(column) + (feature == null || feature.categories().isEmpty() || feature.isNumber() ? "" : "=" + feature.categories().get(entry - feature.offset()));
  }
}
