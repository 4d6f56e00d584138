package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Tells what data lacks that training and metrics need. */
record DataReview(Data data, Task task, Split split) {

  /** Below it a sample more or less is several percent of what is measured. */
  private static final int FEW = 20;
  private static final int MOST_LISTED = 10;

  /** What is told of so few samples, whatever they are for. */
  static Optional<Diagnostic> few(int samples, String purpose) {
    return samples >= FEW ? Optional.empty()
        : Optional.of(Diagnostic.withoutPlace(ErrorCode.FEW_SAMPLES, "only " + Plural.count(samples, "sample") + " for " + purpose));
  }

  List<Diagnostic> warnings() {
    List<Diagnostic> warnings = new ArrayList<>();
    constants().ifPresent(warnings::add);
    classes().ifPresent(warnings::add);
    few(split.training().length, "training").ifPresent(warnings::add);
    if (split.validation().length == 0) {
      warnings.add(Diagnostic.withoutPlace(ErrorCode.NO_VALIDATION, "no samples for validation: the training loss decides which epoch is the best")
          .help("take a share of the data, such as --validation 0.2, or name a file"));
    } else {
      few(split.validation().length, "validation").ifPresent(warnings::add);
    }
    if (split.test().length > 0) {
      few(split.test().length, "testing").ifPresent(warnings::add);
    }
    return warnings;
  }

  /** Features, and targets that are numbers, with one value; of images many entries are so. */
  private Optional<Diagnostic> constants() {
    if (data.image().isPresent() || split.training().length < 2) {
      return Optional.empty();
    }
    double[] first = new double[data.sampleSize()];
    double[] sample = new double[data.sampleSize()];
    data.sample(split.training()[0], first);
    boolean[] varies = new boolean[first.length];
    for (int row : split.training()) {
      data.sample(row, sample);
      for (int k = 0; k < varies.length; k++) {
        varies[k] |= sample[k] != first[k];
      }
    }
    List<String> names = new ArrayList<>(IntStream.range(0, data.features()).filter(k -> !varies[k]).mapToObj(data::featureName).toList());
    if (task.kind() == Task.Kind.NUMBERS) {
      List<String> targets = data.judgedNames();
      IntStream.range(0, targets.size()).filter(k -> !varies[data.judgedFrom() + k]).mapToObj(targets::get).forEach(names::add);
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(Diagnostic.withoutPlace(ErrorCode.CONSTANT_COLUMN,
        Plural.of(names.size(), "column") + " " + listed(names) + (names.size() == 1 ? " has" : " have") + " the same value in every training sample"));
  }

  private Optional<Diagnostic> classes() {
    if (task.kind() != Task.Kind.CLASSES) {
      return Optional.empty();
    }
    int size = data.signature().judged().orElseThrow().size();
    double[] sample = new double[data.sampleSize()];
    boolean[] met = new boolean[task.classes().size()];
    for (int row : split.training()) {
      data.sample(row, sample);
      met[task.classOf(sample, data.judgedFrom(), size)] = true;
    }
    List<String> classes = IntStream.range(0, met.length).filter(k -> met[k]).mapToObj(task.classes()::get).toList();
    List<String> missing = task.classes().stream().filter(name -> !classes.contains(name)).toList();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(Diagnostic.withoutPlace(ErrorCode.MISSING_CLASS, classes.size() == 1 ? "all training samples are of class " + listed(classes)
        : "no training sample is of " + Plural.of(missing.size(), "class") + " " + listed(missing)));
  }

  private static String listed(List<String> names) {
    String quoted = String.join(", ", names.stream().limit(MOST_LISTED).map(name -> "`" + name + "`").toList());
    return names.size() > MOST_LISTED ? quoted + " and " + (names.size() - MOST_LISTED) + " more" : quoted;
  }
}
