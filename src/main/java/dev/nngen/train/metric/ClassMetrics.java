package dev.nngen.train.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Metrics of a classifier.
 *
 * @param classes their names
 * @param confusion numbers of samples by actual class (row) and predicted class (column)
 * @param roc the receiver operating characteristic, for two classes that both have samples
 */
public record ClassMetrics(List<String> classes, int[][] confusion, Optional<Roc> roc) implements Metrics {

  private static final String CORNER = "actual \\ predicted";
  private static final int LONGEST_NAME = 24;

  /** Counts samples; classes are given as indices. */
  public static ClassMetrics of(List<String> classes, int[] actual, int[] predicted, Optional<Roc> roc) {
    int[][] confusion = new int[classes.size()][classes.size()];
    for (int i = 0; i < actual.length; i++) {
      confusion[actual[i]][predicted[i]]++;
    }
    return new ClassMetrics(List.copyOf(classes), confusion, roc);
  }

  /** Returns the accuracy: the share of samples whose predicted class is the actual one. */
  public double accuracy() {
    int right = 0;
    int all = 0;
    for (int k = 0; k < confusion.length; k++) {
      right += confusion[k][k];
      all += support(k);
    }
    return ratio(right, all);
  }

  /** Returns the number of samples of a class. */
  public int support(int k) {
    int count = 0;
    for (int predicted = 0; predicted < confusion.length; predicted++) {
      count += confusion[k][predicted];
    }
    return count;
  }

  /** Returns the precision of a class: the true positives over all samples predicted as it; NaN if there are none. */
  public double precision(int k) {
    return ratio(confusion[k][k], predicted(k));
  }

  /** Returns the recall of a class: the true positives over all its samples; NaN if there are none. */
  public double recall(int k) {
    return ratio(confusion[k][k], support(k));
  }

  /** Returns the harmonic mean of precision and recall, as twice the true positives over samples plus predictions; NaN if both are 0. */
  public double f1(int k) {
    return ratio(2 * confusion[k][k], support(k) + predicted(k));
  }

  /** Returns the mean F1 of the classes that occur as actual or predicted ones. */
  public double macroF1() {
    return IntStream.range(0, confusion.length).mapToDouble(this::f1).filter(f1 -> !Double.isNaN(f1)).average().orElse(Double.NaN);
  }

  /** Returns the number of samples predicted as a class. */
  public int predicted(int k) {
    return Arrays.stream(confusion).mapToInt(row -> row[k]).sum();
  }

  private static double ratio(int part, int whole) {
    return whole == 0 ? Double.NaN : part / (double) whole;
  }

  @Override
  public List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    measures.add(new Measure("accuracy", accuracy(), true));
    measures.add(new Measure("macro F1", macroF1(), true));
    if (classes.size() == 2) {
      measures.add(new Measure("ROC AUC", roc.map(Roc::area).orElse(Double.NaN), true));
    }
    return measures;
  }

  @Override
  public List<String> table() {
    String name = nameFormat("class");
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, name + "  precision  recall      F1  samples", "class"));
    for (int k = 0; k < classes.size(); k++) {
      lines.add(String.format(Locale.ROOT, name + "     %6s  %6s  %6s  %7d", classes.get(k), Metrics.defined(precision(k)),
          Metrics.defined(recall(k)), Metrics.defined(f1(k)), support(k)));
    }
    lines.add("");
    lines.addAll(confusionTable());
    return lines;
  }

  /** Returns the format of the column of names, at least as wide as its title. */
  private String nameFormat(String title) {
    int width = Math.max(title.length(), Math.min(LONGEST_NAME, classes.stream().mapToInt(String::length).max().orElse(0)));
    return "%-" + width + "." + width + "s";
  }

  private List<String> confusionTable() {
    String name = nameFormat(CORNER);
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
