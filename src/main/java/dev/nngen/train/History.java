package dev.nngen.train;

import dev.nngen.train.data.Task;
import dev.nngen.train.metric.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The losses and metrics of training, epoch by epoch. */
public final class History {

  /**
   * One epoch.
   *
   * @param epoch counted from 1
   * @param losses the mean of each over the epoch's batches, measured before each step
   * @param validationLosses empty without validation
   * @param metric of the validation samples, or of the training samples if there are none; NaN without a metric
   * @param best whether these are the best weights so far
   */
  public record Epoch(int epoch, List<Double> losses, List<Double> validationLosses, double metric, boolean best) {
    public Epoch {
      losses = List.copyOf(losses);
      validationLosses = List.copyOf(validationLosses);
    }

    /** Returns the loss, or the sum of several. */
    public double loss() {
      return sum(losses);
    }

    /** Returns the loss of the validation samples, or the sum of several; NaN if there is none. */
    public double validationLoss() {
      return sum(validationLosses);
    }

    private static double sum(List<Double> losses) {
      return losses.isEmpty() ? Double.NaN : losses.stream().mapToDouble(loss -> loss).sum();
    }
  }

  private final List<Epoch> epochs = new ArrayList<>();
  private final String metric;
  private final List<String> losses;

  /**
   * Creates a history without epochs.
   *
   * @param metric the name of the metric, or an empty text
   * @param losses the names of the losses
   */
  public History(String metric, List<String> losses) {
    this.metric = metric;
    this.losses = List.copyOf(losses);
  }

  /** Returns the names of the losses. */
  public List<String> losses() {
    return losses;
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

  /** Returns the best epoch so far; null before the first. */
  public Epoch best() {
    Epoch best = null;
    for (Epoch epoch : epochs) {
      best = epoch.best() ? epoch : best;
    }
    return best;
  }

  /** Returns the history as CSV. Numbers are written exactly. Several losses have a column each. */
  public String csv() {
    String head = "epoch," + columns("loss") + columns("validation_loss") + (metric.isEmpty() ? "metric" : metric.toLowerCase(Locale.ROOT).replace(' ', '_')) + ",best\n";
    return head + epochs.stream().map(this::line).collect(Collectors.joining());
  }

  private String columns(String name) {
    return losses.stream().map(loss -> name + (losses.size() == 1 ? "" : "_" + loss) + ",").collect(Collectors.joining());
  }

  private String line(Epoch epoch) {
    return epoch.epoch() + "," + numbers(epoch.losses()) + numbers(epoch.validationLosses()) + number(epoch.metric()) + ","
        + (epoch.best() ? 1 : 0) + "\n";
  }

  private String numbers(List<Double> values) {
    return IntStream.range(0, losses.size()).mapToObj(k -> (k < values.size() ? number(values.get(k)) : "") + ",").collect(Collectors.joining());
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  /** Continues from text that {@link #csv} wrote. */
  void readCsv(String csv) {
    csv.lines().skip(1).forEach(line -> {
      String[] fields = line.split(",", -1);
      int count = losses.size();
      epochs.add(new Epoch(Integer.parseInt(fields[0]), parsed(fields, 1), fields[1 + count].isEmpty() ? List.of() : parsed(fields, 1 + count),
          parsed(fields[1 + 2 * count]), fields[2 + 2 * count].equals("1")));
    });
  }

  private List<Double> parsed(String[] fields, int from) {
    return Arrays.stream(fields, from, from + losses.size()).map(History::parsed).toList();
  }

  private static double parsed(String field) {
    return field.isEmpty() ? Double.NaN : Double.parseDouble(field);
  }

  /** Returns the name of the metric in the history of a task; empty if there is none. */
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
