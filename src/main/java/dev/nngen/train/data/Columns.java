package dev.nngen.train.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns of a data file that have a role.
 *
 * @param features names, empty if the file has no header
 * @param featurePositions counted from 1; empty if the file has no columns
 * @param categories of each feature, empty for a number; an empty list if all features are numbers
 * @param targets names likewise
 * @param targetPositions likewise
 * @param classes the names of the classes of each target that is a label, by the target's name
 */
public record Columns(List<String> features, List<Integer> featurePositions, List<List<String>> categories, List<String> targets,
    List<Integer> targetPositions, Map<String, List<String>> classes) {

  public static final Columns NONE = new Columns(List.of(), List.of(), List.of(), List.of(), List.of(), Map.of());

  public Columns {
    features = List.copyOf(features);
    featurePositions = List.copyOf(featurePositions);
    categories = List.copyOf(categories);
    targets = List.copyOf(targets);
    targetPositions = List.copyOf(targetPositions);
    classes = Collections.unmodifiableMap(new LinkedHashMap<>(classes));
  }

  Columns with(List<List<String>> categorized, Map<String, List<String>> named) {
    return new Columns(features, featurePositions, categorized, targets, targetPositions, named);
  }

  /** Returns the name or position of a feature's column. */
  String feature(int column) {
    return !features.isEmpty() && !features.get(column).isEmpty() ? features.get(column)
        : Integer.toString(featurePositions.isEmpty() ? column + 1 : featurePositions.get(column));
  }

  boolean isEmpty() {
    return featurePositions.isEmpty();
  }
}
