package dev.nngen.train;

import dev.nngen.train.data.Data;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Task;
import dev.nngen.train.metric.ClassMetrics;
import dev.nngen.train.metric.Metrics;
import dev.nngen.train.metric.NumberMetrics;
import dev.nngen.train.metric.Roc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outputs and losses of a network for some samples.
 *
 * @param rows of the data
 * @param outputs sample by sample; empty if no metric uses the output and samples are windows, because their outputs are many and large
 * @param outputSize numbers in an output
 * @param further other outputs that the model names, sample by sample
 * @param losses the mean of each over the samples, by name in declaration order; empty without targets
 */
public record Evaluation(int[] rows, double[] outputs, int outputSize, List<Output> further, Map<String, Double> losses, Metrics metrics) {

  /** An output other than the first: {@code size} numbers for each sample. */
  record Output(String name, int size, double[] values) {}

  /** Runs the network over rows of the data, in batches of its maximum size. */
  public static Evaluation of(Network network, Data data, Task task, int[] rows) throws DataException {
    return of(network, data, task, rows, task.kind() != Task.Kind.NONE || data.windows().isEmpty());
  }

  /** Runs the network over rows of the data for its predictions only. */
  static Evaluation outputs(Network network, Data data, int[] rows) throws DataException {
    return of(network, data, Task.NONE, rows, true);
  }

  private static Evaluation of(Network network, Data data, Task task, int[] rows, boolean predicts) throws DataException {
    int size = predicts ? network.outputSize() : 0;
    double[] outputs = new double[Math.multiplyExact(rows.length, size)];
    List<Output> further = new ArrayList<>();
    (predicts ? network.furtherOutputs() : Map.<String, Integer>of()).forEach((name, numbers) -> further.add(new Output(name, numbers, new double[Math.multiplyExact(rows.length, numbers)])));
    Batch batch = network.batch();
    boolean hasLoss = network.hasLoss() && (data.hasTargets() || data.signature().targets().isEmpty());
    List<String> names = network.lossNames();
    double[] losses = new double[names.size()];
    for (int from = 0; from < rows.length; from += network.maxBatch()) {
      int to = Math.min(rows.length, from + network.maxBatch());
      batch.fill(data, rows, from, to);
      if (size > 0) {
        network.predict(batch, outputs, from * size, size);
        for (Output output : further) {
          network.output(output.name(), to - from, output.values(), from * output.size(), output.size());
        }
      }
      if (hasLoss) {
        double[] ofBatch = network.losses(batch);
        for (int k = 0; k < losses.length; k++) {
          losses[k] += ofBatch[k] * (to - from) / rows.length;
        }
      }
    }
    Map<String, Double> byName = new LinkedHashMap<>();
    for (int k = 0; k < losses.length && hasLoss; k++) {
      byName.put(names.get(k), losses[k]);
    }
    return new Evaluation(rows, outputs, network.outputSize(), further, byName, metrics(data, task, rows, outputs, size));
  }

  /** Returns the loss, or the sum of several; NaN if there is none. */
  public double loss() {
    return losses.isEmpty() ? Double.NaN : losses.values().stream().mapToDouble(loss -> loss).sum();
  }

  /** Returns the losses as text; empty if there is none. */
  public String shownLosses() {
    return Metrics.shownLosses(losses);
  }

  private static Metrics metrics(Data data, Task task, int[] rows, double[] outputs, int size) {
    return switch (task.kind()) {
      case NONE -> new Metrics.None();
      case NUMBERS -> NumberMetrics.of(targets(data, rows, size), outputs, data.judgedNames());
      case CLASSES -> classMetrics(data, task, rows, outputs, size);
    };
  }

  private static double[] targets(Data data, int[] rows, int size) {
    double[] targets = new double[rows.length * size];
    double[] sample = new double[data.sampleSize()];
    for (int i = 0; i < rows.length; i++) {
      data.sample(rows[i], sample);
      data.judged(sample, targets, i * size, size);
    }
    return targets;
  }

  private static Metrics classMetrics(Data data, Task task, int[] rows, double[] outputs, int size) {
    int count = rows.length;
    double[] sample = new double[data.sampleSize()];
    int[] actual = new int[count];
    int[] predicted = new int[count];
    double[] scores = new double[count];
    boolean[] positive = new boolean[count];
    for (int i = 0; i < count; i++) {
      data.sample(rows[i], sample);
      actual[i] = task.classOf(data, sample);
      predicted[i] = task.classOf(outputs, i * size, size);
      // For two entries their difference ranks like the probability does, even if they are logarithms.
      scores[i] = size == 2 ? outputs[2 * i + 1] - outputs[2 * i] : outputs[i * size];
      positive[i] = actual[i] == 1;
    }
    boolean both = Arrays.stream(actual).distinct().count() == 2;
    Optional<Roc> roc = size <= 2 && both ? Optional.of(Roc.of(scores, positive)) : Optional.empty();
    return ClassMetrics.of(task.classes(), actual, predicted, roc);
  }

  /** Returns the targets of these samples, sample by sample. */
  public double[] targets(Data data) {
    return targets(data, rows, outputSize);
  }

  /** Returns the most important measure, if there is one. */
  public Optional<Metrics.Measure> headline() {
    return metrics.measures().stream().findFirst();
  }
}
