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

  boolean isEmpty() {
    return featurePositions.isEmpty();
  }
}
