package dev.nngen.train.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The receiver operating characteristic: the share of each class above a threshold, for all thresholds.
 *
 * @param points from (0, 0) to (1, 1)
 * @param area under the curve: the probability that a sample of the second class scores higher than one of the first, ties counted half
 */
public record Roc(List<Point> points, double area) {

  /** False and true positive rate: the shares of the first and the second class above a threshold. */
  public record Point(double falsePositives, double truePositives) {}

  /**
   * Returns the curve of some scores.
   *
   * @param scores higher for the second class
   * @param positive whether each sample is of the second class
   */
  public static Roc of(double[] scores, boolean[] positive) {
    int[] order = IntStream.range(0, scores.length).boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -scores[i])).mapToInt(i -> i).toArray();
    long positives = IntStream.range(0, scores.length).filter(i -> positive[i]).count();
    long negatives = scores.length - positives;
    List<Point> points = new ArrayList<>(List.of(new Point(0, 0)));
    long hits = 0;
    long alarms = 0;
    double area = 0;
    for (int i = 0; i < order.length; ) {
      long hitsBefore = hits;
      long alarmsBefore = alarms;
      double score = scores[order[i]];
      for (; i < order.length && Double.compare(scores[order[i]], score) == 0; i++) {
        hits += positive[order[i]] ? 1 : 0;
        alarms += positive[order[i]] ? 0 : 1;
      }
      area += (alarms - alarmsBefore) * (hits + hitsBefore) / 2.0;
      points.add(new Point(share(alarms, negatives), share(hits, positives)));
    }
    return new Roc(List.copyOf(points), positives == 0 || negatives == 0 ? Double.NaN : area / positives / negatives);
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : part / (double) whole;
  }
}
