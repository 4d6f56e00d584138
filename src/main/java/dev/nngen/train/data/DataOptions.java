package dev.nngen.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Options of reading data files.
 *
 * @param features columns, by name, position or range; empty for all that are not targets
 * @param targets likewise; empty for the last ones
 * @param classes the labels in the order of the judged target; empty to take them from the data
 * @param categorical features that are words, by name, position or range; empty to use the known ones
 * @param separator between fields, or 0 to detect it
 * @param decimal between a number's integer part and its fraction
 * @param memoryBytes maximum size in memory; the rest goes to a temporary file
 * @param sequence the windows that are samples
 * @param vocabulary of texts, if it is known
 * @param length the column with the number of steps of a row's sequence; empty if all have the same
 * @param known the columns and classes that a network was trained on, used if no others are given
 */
public record DataOptions(List<String> features, List<String> targets, List<String> classes, List<String> categorical,
    HeaderChoice header, char separator, char decimal, long memoryBytes, SequenceOptions sequence, Optional<Vocabulary> vocabulary,
    String length, Optional<Columns> known) {

  public DataOptions {
    features = List.copyOf(features);
    targets = List.copyOf(targets);
    classes = List.copyOf(classes);
    categorical = List.copyOf(categorical);
  }

  /** Creates options for lines or images that are samples. */
  public DataOptions(List<String> features, List<String> targets, List<String> classes, List<String> categorical, HeaderChoice header, char separator,
      char decimal, long memoryBytes, Optional<Columns> known) {
    this(features, targets, classes, categorical, header, separator, decimal, memoryBytes, SequenceOptions.NONE, Optional.empty(), "", known);
  }

  /** Returns the options for samples that are windows. */
  public DataOptions with(SequenceOptions windows, Optional<Vocabulary> characters) {
    return new DataOptions(features, targets, classes, categorical, header, separator, decimal, memoryBytes, windows, characters, length, known);
  }

  /** Returns the options for sequences of different lengths. */
  public DataOptions withLength(String column) {
    return new DataOptions(features, targets, classes, categorical, header, separator, decimal, memoryBytes, sequence, vocabulary, column, known);
  }

  /** Returns options that detect everything, and use up to a quarter of the memory. */
  public static DataOptions defaults() {
    return new DataOptions(List.of(), List.of(), List.of(), List.of(), HeaderChoice.AUTO, (char) 0, '.', Runtime.getRuntime().maxMemory() / 4, Optional.empty());
  }

  /** Returns the options for a network that was trained on such columns and classes. */
  public DataOptions knowing(Columns columns) {
    return new DataOptions(features, targets, classes, categorical, header, separator, decimal, memoryBytes, sequence, vocabulary, length, Optional.of(columns));
  }

  /** Returns the names of a target's classes, given by the user or known from the training data; empty if there are none. */
  List<String> classesOf(Signature signature, Signature.Port target) {
    boolean asked = !classes.isEmpty() && signature.classified().filter(target::equals).isPresent();
    return asked ? classes : known.map(columns -> columns.classes().getOrDefault(target.name(), List.of())).orElse(List.of());
  }

  /** Returns the columns that are given or known by name, not by position. */
  List<String> namedColumns() {
    List<String> names = new ArrayList<>(features);
    names.addAll(targets);
    names.addAll(categorical);
    names.removeIf(name -> ColumnChoice.RANGE.matcher(name).matches());
    known.ifPresent(columns -> names.addAll(columns.features()));
    return names;
  }

  /** Returns the class labels and categories that are given or known. */
  List<String> namedValues() {
    List<String> values = new ArrayList<>(classes);
    known.ifPresent(columns -> columns.classes().values().forEach(values::addAll));
    known.ifPresent(columns -> columns.categories().forEach(values::addAll));
    return values;
  }
}
