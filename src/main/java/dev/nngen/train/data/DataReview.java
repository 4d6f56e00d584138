package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Finds deficiencies of data for training and metrics. */
record DataReview(Data data, Task task) {

  /** Minimum number of samples for metrics; with fewer, one sample is several percent of a metric. */
  private static final int FEW = 20;
  private static final int MOST_LISTED = 10;
  /** Minimum deviation of a feature relative to its mean; below it, fewer than two of single precision's seven digits vary. */
  private static final double SINGLE_DIGITS = 1e-5;

  /** Returns warnings about all samples of training. */
  List<Diagnostic> ofTraining(Split split, FeatureStatistics statistics, Scaling scaling) {
    List<Diagnostic> warnings = new ArrayList<>();
    int[] training = split.training();
    // Images are exempt: many of their entries are equal in all samples.
    if (data.image().isEmpty() && training.length > 1) {
      constants(training, statistics).ifPresent(warnings::add);
      hardlyVarying(statistics, scaling).ifPresent(warnings::add);
    }
    missingClasses(training).ifPresent(warnings::add);
    warnings.addAll(ofMeasured(training, "training"));
    if (split.validation().length == 0) {
      warnings.add(Diagnostic.withoutPlace(ErrorCode.NO_VALIDATION, "no samples for validation: the best epoch is selected by the training loss")
          .help("use a share of the data, such as --validation 0.2, or name a file"));
    }
    warnings.addAll(ofMeasured(split.validation(), "validation"));
    warnings.addAll(ofMeasured(split.test(), "testing"));
    return warnings;
  }

  /** Returns warnings about samples that a network is measured on; none if there are no samples. */
  List<Diagnostic> ofMeasured(int[] rows, String purpose) {
    if (rows.length == 0) {
      return List.of();
    }
    List<Diagnostic> warnings = new ArrayList<>();
    List<String> classes = data.hasTargets() ? classesOf(rows) : List.of();
    if (classes.size() == 1) {
      warnings.add(Diagnostic.withoutPlace(ErrorCode.MISSING_CLASS, "all samples for " + purpose + " are of class " + listed(classes)));
    }
    if (rows.length < FEW) {
      warnings.add(Diagnostic.withoutPlace(ErrorCode.FEW_SAMPLES, "only " + Plural.count(rows.length, "sample") + " for " + purpose));
    }
    return warnings;
  }

  private Optional<Diagnostic> constants(int[] training, FeatureStatistics statistics) {
    List<String> names = new ArrayList<>(features(statistics::isConstant));
    if (task.kind() == Task.Kind.NUMBERS) {
      names.addAll(constantTargets(training));
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(Diagnostic.withoutPlace(ErrorCode.CONSTANT_COLUMN,
        columns(names) + (names.size() == 1 ? " has" : " have") + " the same value in every training sample"));
  }

  private List<String> constantTargets(int[] rows) {
    double[] first = new double[data.sampleSize()];
    double[] sample = new double[data.sampleSize()];
    data.sample(rows[0], first);
    List<String> targets = data.judgedNames();
    boolean[] varies = new boolean[targets.size()];
    for (int row : rows) {
      data.sample(row, sample);
      for (int k = 0; k < varies.length; k++) {
        varies[k] |= sample[data.judgedFrom() + k] != first[data.judgedFrom() + k];
      }
    }
    return IntStream.range(0, varies.length).filter(k -> !varies[k]).mapToObj(targets::get).toList();
  }

  private Optional<Diagnostic> hardlyVarying(FeatureStatistics statistics, Scaling scaling) {
    if (!data.signature().single() || scaling.isNone()) {
      return Optional.empty();
    }
    List<String> names = features(k -> !statistics.isConstant(k) && scaling.divisor()[k] < SINGLE_DIGITS * Math.abs(scaling.shift()[k]));
    return names.isEmpty() ? Optional.empty() : Optional.of(Diagnostic.withoutPlace(ErrorCode.HARDLY_VARIES,
        columns(names) + (names.size() == 1 ? " varies" : " vary") + " by little more than the resolution of single precision").help("use --precision f64"));
  }

  private List<String> features(IntPredicate holds) {
    return IntStream.range(0, data.features()).filter(holds).mapToObj(data::featureName).toList();
  }

  private Optional<Diagnostic> missingClasses(int[] training) {
    List<String> classes = classesOf(training);
    List<String> missing = task.classes().stream().filter(name -> !classes.contains(name)).toList();
    return classes.size() < 2 || missing.isEmpty() ? Optional.empty() : Optional.of(Diagnostic.withoutPlace(ErrorCode.MISSING_CLASS,
        "no training sample is of " + Plural.of(missing.size(), "class") + " " + listed(missing)));
  }

  /** Returns the classes of the rows, in their order; none if the task is not classification. */
  private List<String> classesOf(int[] rows) {
    if (task.kind() != Task.Kind.CLASSES) {
      return List.of();
    }
    double[] sample = new double[data.sampleSize()];
    return Arrays.stream(rows).map(row -> {
      data.sample(row, sample);
      return task.classOf(data, sample);
    }).distinct().sorted().mapToObj(task.classes()::get).toList();
  }

  private static String columns(List<String> names) {
    return Plural.of(names.size(), "column") + " " + listed(names);
  }

  private static String listed(List<String> names) {
    String quoted = String.join(", ", names.stream().limit(MOST_LISTED).map(name -> "`" + name + "`").toList());
    return names.size() > MOST_LISTED ? quoted + " and " + (names.size() - MOST_LISTED) + " more" : quoted;
  }
}
