package dev.nngen.train.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures of a classifier.
 *
 * @param classes their names
 * @param confusion samples by the class they are of (row) and the class they were put in (column)
 * @param roc the receiver operating characteristic, for two classes
 */
public record ClassMetrics(List<String> classes, int[][] confusion, Optional<Roc> roc) implements Metrics {

  private static final String CORNER = "is \\ as";
  private static final int LONGEST_NAME = 24;

  /** Counts samples, where the classes are given as indices. */
  public static ClassMetrics of(List<String> classes, int[] actual, int[] predicted, Optional<Roc> roc) {
    int[][] confusion = new int[classes.size()][classes.size()];
    for (int i = 0; i < actual.length; i++) {
      confusion[actual[i]][predicted[i]]++;
    }
    return new ClassMetrics(List.copyOf(classes), confusion, roc);
  }

  /** The share of samples that were put in their own class. */
  public double accuracy() {
    int right = 0;
    int all = 0;
    for (int k = 0; k < confusion.length; k++) {
      right += confusion[k][k];
      all += support(k);
    }
    return ratio(right, all);
  }

  /** How many samples are of a class. */
  public int support(int k) {
    int count = 0;
    for (int predicted = 0; predicted < confusion.length; predicted++) {
      count += confusion[k][predicted];
    }
    return count;
  }

  /** Of the samples put in a class, the share that are of it; 0 where none were. */
  public double precision(int k) {
    return ratio(confusion[k][k], predicted(k));
  }

  /** Of the samples of a class, the share that were put in it; 0 where there are none. */
  public double recall(int k) {
    return ratio(confusion[k][k], support(k));
  }

  /** The harmonic mean of precision and recall. */
  public double f1(int k) {
    double sum = precision(k) + recall(k);
    return sum == 0 ? 0 : 2 * precision(k) * recall(k) / sum;
  }

  /** The mean F1 of the classes that occur, as what samples are or as what they were taken for. */
  public double macroF1() {
    return IntStream.range(0, confusion.length).filter(k -> support(k) + predicted(k) > 0).mapToDouble(this::f1).average().orElse(0);
  }

  /** How many samples were put in a class. */
  private int predicted(int k) {
    return Arrays.stream(confusion).mapToInt(row -> row[k]).sum();
  }

  private static double ratio(int part, int whole) {
    return whole == 0 ? 0 : part / (double) whole;
  }

  @Override
  public List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    measures.add(new Measure("accuracy", accuracy(), true));
    measures.add(new Measure("macro F1", macroF1(), true));
    roc.ifPresent(curve -> measures.add(new Measure("ROC AUC", curve.area(), true)));
    return measures;
  }

  @Override
  public List<String> table() {
    int width = Math.max(CORNER.length(), Math.min(LONGEST_NAME, classes.stream().mapToInt(String::length).max().orElse(0)));
    String name = "%-" + width + "." + width + "s";
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, name + "  precision  recall      F1  samples", "class"));
    for (int k = 0; k < classes.size(); k++) {
      lines.add(String.format(Locale.ROOT, name + "     %6.4f  %6.4f  %6.4f  %7d", classes.get(k), precision(k), recall(k), f1(k), support(k)));
    }
    lines.add("");
    lines.addAll(confusionTable(name));
    return lines;
  }

  private List<String> confusionTable(String name) {
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder(String.format(Locale.ROOT, name, CORNER));
    int[] widths = classes.stream().mapToInt(label -> Math.max(6, Math.min(LONGEST_NAME, label.length()))).toArray();
    for (int k = 0; k < classes.size(); k++) {
      head.append(String.format(Locale.ROOT, "  %" + widths[k] + "." + widths[k] + "s", classes.get(k)));
    }
    lines.add(head.toString());
    for (int k = 0; k < classes.size(); k++) {
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, name, classes.get(k)));
      for (int j = 0; j < classes.size(); j++) {
        line.append(String.format(Locale.ROOT, "  %" + widths[j] + "d", confusion[k][j]));
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
