package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Samples: unscaled features and targets in the model's order, one row each, with their origin.
 *
 * @param signature of the model
 * @param columns of the first file
 * @param classes the names of the classes of the judged target; empty if they have no names
 * @param encoding of features that are not all numbers
 * @param targets the columns of each target; empty for data without targets
 * @param image rows and columns of a sample that is an image, or empty
 * @param bytes whether all features are gray values from 0 to 255
 * @param files in the order of the rows
 * @param warnings about assumptions made in reading
 * @param sequence the kind of windows that are samples; empty if each row is a sample
 */
public record Data(Signature signature, Rows table, Columns columns, List<String> classes, FeatureEncoding encoding,
    List<TargetColumns> targets, Optional<Image> image, boolean bytes, List<Part> files, List<Diagnostic> warnings,
    Optional<SequenceFormat> sequence) implements AutoCloseable {

  /** Size of an image in pixels. */
  public record Image(int rows, int columns) {}

  /**
   * The rows from one file.
   *
   * @param from the first of them
   * @param columns the positions in the file of features, then targets; empty for IDX files
   */
  public record Part(DataFile file, int from, int to, char separator, List<Integer> columns) {}

  public int size() {
    return table.rows();
  }

  public int features() {
    return signature.features();
  }

  /** Whether there are targets; false for data to predict from. */
  public boolean hasTargets() {
    return !targets.isEmpty();
  }

  /** Returns the columns of a target. */
  TargetColumns target(Signature.Port port) {
    return targets.get(signature.targets().indexOf(port));
  }

  /** Whether a target is a class given by a label. */
  public boolean hasLabels() {
    return targets.stream().anyMatch(TargetColumns::isLabel);
  }

  /**
   * Copies a sample's features to the start of an array, followed by its targets if there are any. Features are converted to the generated class's
   * representation and precision.
   */
  public void sample(int row, double[] to) {
    table.row(row, to);
    // The last target first, because a target may move to the right.
    for (int k = targets.size() - 1; k >= 0; k--) {
      targets.get(k).decode(to);
    }
    encoding.decode(to);
    for (int k = 0; signature.single() && k < features(); k++) {
      to[k] = (float) to[k];
    }
  }

  /** Returns the name of a feature of a sample: its column, by name or position, and its category if it has one. */
  public String featureName(int entry) {
    return windows().map(windows -> windows.name(entry)).orElseGet(() -> encoding.name(entry, columns));
  }

  /** Returns the windows that are samples; empty if each row is a sample. */
  public Optional<SequenceWindows> windows() {
    return table instanceof SequenceWindows windows ? Optional.of(windows) : Optional.empty();
  }

  /** Returns the name of a target's entry of a sample: its column, or the target's name with the number of the entry. */
  String targetName(int entry) {
    Signature.Port port = signature.targets().stream().filter(target -> entry < features() + signature.offset(target) + target.size()).findFirst().orElseThrow();
    int at = entry - features() - signature.offset(port);
    TargetColumns target = target(port);
    int column = target.column() - encoding.columns(features()) + at;
    return target.width() == port.size() && column < columns.targets().size() ? columns.targets().get(column) : port.size() == 1 ? port.name() : port.name() + "_" + (at + 1);
  }

  /** Returns the position in a sample of the judged target. */
  public int judgedFrom() {
    return features() + signature.offset(signature.judged().orElseThrow());
  }

  /** Copies the judged target: its numbers, or a one-hot vector for a class. */
  public void judged(double[] sample, double[] into, int at, int size) {
    Signature.Port judged = signature.judged().orElseThrow();
    for (int k = 0; k < size; k++) {
      into[at + k] = judged.isLabel() && size > 1 ? sample[judgedFrom()] == k ? 1 : 0 : sample[judgedFrom() + k];
    }
  }

  /** Returns the names of that target's numbers: their columns, or the target's name, numbered if there are several. */
  public List<String> judgedNames() {
    Signature.Port port = signature.judged().orElseThrow();
    if (windows().isPresent()) {
      return IntStream.range(judgedFrom(), judgedFrom() + port.size()).mapToObj(windows().get()::name).toList();
    }
    TargetColumns target = target(port);
    if (!columns.targets().isEmpty() && target.width() == port.size()) {
      int from = target.column() - encoding.columns(features());
      return columns.targets().subList(from, from + port.size());
    }
    return port.size() == 1 ? List.of(port.name()) : IntStream.rangeClosed(1, port.size()).mapToObj(k -> port.name() + "_" + k).toList();
  }

  /** Returns the length of an array for {@link #sample}. */
  public int sampleSize() {
    return Math.max(table.width(), features() + (hasTargets() ? signature.targetSize() : 0));
  }

  /** Returns {@code file:line}, or the number of the sample in a file without lines. */
  public String place(int row) {
    Part part = part(row);
    return part.file().name() + (part.columns().isEmpty() ? ", sample " : ":") + table.line(row);
  }

  /**
   * Returns an error in one sample, with its line.
   *
   * @param entry the faulty feature or target, or -1
   */
  public DataException fault(ErrorCode code, int row, int entry, String message) {
    if (windows().isPresent()) {
      return windows().get().fault(code, row, entry, message);
    }
    Part part = part(row);
    if (part.columns().isEmpty()) {
      return DataException.of(code, place(row) + ": " + message);
    }
    int column = entry < 0 ? -1 : part.columns().get(tableColumn(entry));
    Diagnostic diagnostic = part.file().at(code, table.line(row), column, part.separator(), message);
    return new DataException(diagnostic);
  }

  /** Returns the column of the table from which an entry of a sample is computed. */
  private int tableColumn(int entry) {
    return targets.stream().filter(target -> entry >= target.offset() && entry < target.offset() + target.port().size())
        .mapToInt(target -> target.column() + (target.isLabel() ? 0 : entry - target.offset())).findFirst()
        .orElseGet(() -> encoding.column(entry));
  }

  /** Returns warnings about assumptions in reading, and about data that is unsuitable for measuring a task. */
  public List<Diagnostic> warningsOf(String purpose, Task task) {
    int[] rows = IntStream.range(0, size()).toArray();
    return Stream.concat(warnings.stream(), new DataReview(this, task).ofMeasured(rows, purpose).stream()).toList();
  }

  /** Returns the file that a row comes from. */
  public Part part(int row) {
    return files.stream().filter(part -> row >= part.from() && row < part.to()).findFirst().orElseThrow();
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
