package dev.nngen.train.data;

import java.util.List;

/**
 * Columns of a data file that have a role.
 *
 * @param features names, empty where the file has no header
 * @param featurePositions counted from 1; empty where the file has no columns
 * @param targets names likewise
 * @param targetPositions likewise
 */
public record Columns(List<String> features, List<Integer> featurePositions, List<String> targets, List<Integer> targetPositions) {

  public static final Columns NONE = new Columns(List.of(), List.of(), List.of(), List.of());

  public Columns {
    features = List.copyOf(features);
    featurePositions = List.copyOf(featurePositions);
    targets = List.copyOf(targets);
    targetPositions = List.copyOf(targetPositions);
  }

  /** How to ask for the features in a file with that header; empty where nothing is known that fits. */
  List<String> featuresIn(List<String> header, int columns) {
    return chosen(features, featurePositions, header, columns);
  }

  /** How to ask for the targets likewise. */
  List<String> targetsIn(List<String> header, int columns) {
    return chosen(targets, targetPositions, header, columns);
  }

  private static List<String> chosen(List<String> names, List<Integer> positions, List<String> header, int columns) {
    if (!names.isEmpty() && header.containsAll(names)) {
      return names;
    }
    boolean fits = !positions.isEmpty() && positions.stream().allMatch(position -> position <= columns);
    return fits ? positions.stream().map(String::valueOf).toList() : List.of();
  }
}
