package dev.nngen.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How data files are to be read.
 *
 * @param features columns, by name, position or range; empty for all that are no target
 * @param targets likewise; empty for the last ones
 * @param classes the labels in the order of the target that the output is compared with; empty to take them from the data
 * @param categorical features that are words, by name, position or range; empty to take those known
 * @param separator between fields, or 0 to find out
 * @param decimal between a number's whole part and its fraction
 * @param memoryBytes what is beyond goes to a temporary file
 * @param sequence how sequences are made samples of
 * @param vocabulary of texts, where it is known
 * @param length the column that says how many steps the sequence in a row has; empty if all have the same
 * @param known the columns and classes that a network was trained on, to be taken where nothing else is asked for
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

  /** Each line or image is a sample. */
  public DataOptions(List<String> features, List<String> targets, List<String> classes, List<String> categorical, HeaderChoice header, char separator,
      char decimal, long memoryBytes, Optional<Columns> known) {
    this(features, targets, classes, categorical, header, separator, decimal, memoryBytes, SequenceOptions.NONE, Optional.empty(), "", known);
  }

  /** The same for samples that are windows. */
  public DataOptions with(SequenceOptions windows, Optional<Vocabulary> characters) {
    return new DataOptions(features, targets, classes, categorical, header, separator, decimal, memoryBytes, windows, characters, length, known);
  }

  /** The same for sequences of different lengths. */
  public DataOptions withLength(String column) {
    return new DataOptions(features, targets, classes, categorical, header, separator, decimal, memoryBytes, sequence, vocabulary, column, known);
  }

  /** All is found out, and a quarter of the memory may be used. */
  public static DataOptions defaults() {
    return new DataOptions(List.of(), List.of(), List.of(), List.of(), HeaderChoice.AUTO, (char) 0, '.', Runtime.getRuntime().maxMemory() / 4, Optional.empty());
  }

  /** The same for a network that was trained on such columns and classes. */
  public DataOptions knowing(Columns columns) {
    return new DataOptions(features, targets, classes, categorical, header, separator, decimal, memoryBytes, sequence, vocabulary, length, Optional.of(columns));
  }

  /** What the classes of a target were called, by the user or in the data that a network was trained on; empty where nobody said. */
  List<String> classesOf(Signature signature, Signature.Port target) {
    boolean asked = !classes.isEmpty() && signature.classified().filter(target::equals).isPresent();
    return asked ? classes : known.map(columns -> columns.classes().getOrDefault(target.name(), List.of())).orElse(List.of());
  }

  /** Columns that are asked for or known by name, not by position. */
  List<String> namedColumns() {
    List<String> names = new ArrayList<>(features);
    names.addAll(targets);
    names.addAll(categorical);
    names.removeIf(name -> ColumnChoice.RANGE.matcher(name).matches());
    known.ifPresent(columns -> names.addAll(columns.features()));
    return names;
  }

  /** Class labels and categories that are asked for or known. */
  List<String> namedValues() {
    List<String> values = new ArrayList<>(classes);
    known.ifPresent(columns -> columns.classes().values().forEach(values::addAll));
    known.ifPresent(columns -> columns.categories().forEach(values::addAll));
    return values;
  }
}
