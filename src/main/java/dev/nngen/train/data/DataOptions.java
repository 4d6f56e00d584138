package dev.nngen.train.data;

import java.util.List;
import java.util.Optional;

/**
 * How data files are to be read.
 *
 * @param features columns, by name, position or range; empty for all that are no target
 * @param targets likewise; empty for the last ones
 * @param classes the labels in the order of the target that the output is compared with; empty to take them from the data
 * @param separator between fields, or 0 to find out
 * @param memoryBytes what is beyond goes to a temporary file
 * @param known the columns and classes that a network was trained on, to be taken where nothing else is asked for
 */
public record DataOptions(List<String> features, List<String> targets, List<String> classes, HeaderChoice header, char separator,
    long memoryBytes, Optional<Columns> known) {

  public DataOptions {
    features = List.copyOf(features);
    targets = List.copyOf(targets);
    classes = List.copyOf(classes);
  }

  /** All is found out, and a quarter of the memory may be used. */
  public static DataOptions defaults() {
    return new DataOptions(List.of(), List.of(), List.of(), HeaderChoice.AUTO, (char) 0, Runtime.getRuntime().maxMemory() / 4, Optional.empty());
  }

  /** The same for a network that was trained on such columns and classes. */
  public DataOptions knowing(Columns columns) {
    return new DataOptions(features, targets, classes, header, separator, memoryBytes, Optional.of(columns));
  }

  /** What the classes of a target were called, by the user or in the data that a network was trained on; empty where nobody said. */
  List<String> classesOf(Signature signature, Signature.Port target) {
    boolean asked = !classes.isEmpty() && signature.classified().filter(target::equals).isPresent();
    return asked ? classes : known.map(columns -> columns.classes().getOrDefault(target.name(), List.of())).orElse(List.of());
  }
}
