package dev.nngen.train.metric;

import dev.nngen.train.data.SquareSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of predicted numbers.
 *
 * @param all over all samples and outputs; its R2 is the mean over the columns
 * @param columns each output by itself, in order
 */
public record NumberMetrics(Column all, List<Column> columns) implements Metrics {

  private static final int LONGEST_NAME = 24;

  /**
   * Metrics of one output.
   *
   * @param rmse the root of the mean squared error
   * @param mae the mean absolute error
   * @param r2 1 minus the squared error over that of the targets' own mean; NaN for constant targets
   */
  public record Column(String name, double rmse, double mae, double r2) {}

  public NumberMetrics {
    columns = List.copyOf(columns);
  }

  /** Measures predictions; both arrays have a number for each name, sample by sample. */
  public static NumberMetrics of(double[] actual, double[] predicted, List<String> names) {
    List<Column> columns = new ArrayList<>();
    for (int k = 0; k < names.size(); k++) {
      columns.add(column(names.get(k), actual, predicted, k, names.size()));
    }
    SquareSum squares = new SquareSum();
    columns.forEach(column -> squares.add(column.rmse()));
    double rmse = squares.rootMean(columns.size());
    double r2 = mean(columns.stream().filter(column -> !Double.isNaN(column.r2())).toList(), Column::r2);
    return new NumberMetrics(new Column("all", rmse, mean(columns, Column::mae), r2), columns);
  }

  private static double mean(List<Column> columns, ToDoubleFunction<Column> value) {
    return columns.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  private static Column column(String name, double[] actual, double[] predicted, int first, int stride) {
    int count = actual.length / stride;
    double mean = 0;
    for (int i = first; i < actual.length; i += stride) {
      mean += actual[i] / count;
    }
    SquareSum errors = new SquareSum();
    SquareSum spread = new SquareSum();
    double absolute = 0;
    boolean constant = true;
    for (int i = first; i < actual.length; i += stride) {
      double error = predicted[i] - actual[i];
      errors.add(error);
      absolute += Math.abs(error) / count;
      spread.add(actual[i] - mean);
      constant &= actual[i] == actual[first];
    }
    double ratio = errors.root() / spread.root();
    return new Column(name, errors.rootMean(count), absolute, constant ? Double.NaN : 1 - ratio * ratio);
  }

  @Override
  public List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    measures.add(new Measure("RMSE", all.rmse(), false));
    measures.add(new Measure("MAE", all.mae(), false));
    measures.add(new Measure("R2", all.r2(), true));
    return measures;
  }

  /** Returns a line for each output, if there are several. */
  @Override
  public List<String> table() {
    if (columns.size() < 2) {
      return List.of();
    }
    int width = Math.max(6, Math.min(LONGEST_NAME, columns.stream().mapToInt(column -> column.name().length()).max().orElse(0)));
    String name = "%-" + width + "." + width + "s";
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, name + "  %10s  %10s  %10s", "target", "RMSE", "MAE", "R2"));
    columns.forEach(column -> lines.add(String.format(Locale.ROOT, name + "  %10s  %10s  %10s", column.name(), Metrics.shown(column.rmse()),
        Metrics.shown(column.mae()), Metrics.defined(column.r2()))));
    return lines;
  }
}
