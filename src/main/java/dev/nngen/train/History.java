package dev.nngen.train;

import dev.nngen.train.data.Task;
import dev.nngen.train.metric.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How training went, epoch by epoch. */
public final class History {

  /**
   * One epoch.
   *
   * @param epoch counted from 1
   * @param loss the mean over the epoch's batches, each before its step
   * @param validationLoss NaN where there is no validation
   * @param metric of the validation samples, or of the training samples where there are none; NaN where there is none
   * @param best whether these are the best weights so far
   */
  public record Epoch(int epoch, double loss, double validationLoss, double metric, boolean best) {}

  private final List<Epoch> epochs = new ArrayList<>();
  private final String metric;

  /** @param metric the name of the metric, or an empty text */
  public History(String metric) {
    this.metric = metric;
  }

  void add(Epoch epoch) {
    epochs.add(epoch);
  }

  public List<Epoch> epochs() {
    return List.copyOf(epochs);
  }

  public String metric() {
    return metric;
  }

  /** The best epoch so far; null before the first. */
  public Epoch best() {
    Epoch best = null;
    for (Epoch epoch : epochs) {
      best = epoch.best() ? epoch : best;
    }
    return best;
  }

  /** As CSV. Numbers are written so that reading them gives the same bits. */
  public String csv() {
    String head = "epoch,loss,validation_loss," + (metric.isEmpty() ? "metric" : metric.toLowerCase(Locale.ROOT).replace(' ', '_')) + ",best\n";
    return head + epochs.stream().map(History::line).collect(Collectors.joining());
  }

  private static String line(Epoch epoch) {
    return epoch.epoch() + "," + number(epoch.loss()) + "," + number(epoch.validationLoss()) + "," + number(epoch.metric()) + ","
        + (epoch.best() ? 1 : 0) + "\n";
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  /** Goes on from what {@link #csv} wrote. */
  void readCsv(String csv) {
    csv.lines().skip(1).forEach(line -> {
      String[] fields = line.split(",", -1);
      epochs.add(new Epoch(Integer.parseInt(fields[0]), parsed(fields[1]), parsed(fields[2]), parsed(fields[3]), fields[4].equals("1")));
    });
  }

  private static double parsed(String field) {
    return field.isEmpty() ? Double.NaN : Double.parseDouble(field);
  }

  /** The measure's name in the history of a task; an empty text where it has none. */
  static String metricOf(Task task) {
    return switch (task.kind()) {
      case CLASSES -> "accuracy";
      case NUMBERS -> "RMSE";
      case NONE -> "";
    };
  }

  static double metricOf(Evaluation evaluation) {
    return evaluation.headline().map(Metrics.Measure::value).orElse(Double.NaN);
  }
}
