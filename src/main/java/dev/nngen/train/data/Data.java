package dev.nngen.train.data;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Samples: features and targets as the model wants them, before scaling, one row each, and where each was read.
 *
 * @param signature of the model that they are for
 * @param columns of the first file
 * @param classes what the classes are called of the target that the output is compared with; empty where they have no names
 * @param encoding of features that are not all numbers
 * @param targets where each target of the model lies; empty for data to predict from
 * @param image rows and columns of a sample that is an image, or empty
 * @param bytes whether all features are grey values from 0 to 255
 * @param files in the order of the rows
 * @param warnings of what was guessed when they were read
 * @param sequence what samples are windows of; empty where each is a row of its own
 */
public record Data(Signature signature, Rows table, Columns columns, List<String> classes, FeatureEncoding encoding,
    List<TargetColumns> targets, Optional<Image> image, boolean bytes, List<Part> files, List<Diagnostic> warnings,
    Optional<SequenceFormat> sequence) implements AutoCloseable {

  /** The size of an image. */
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

  /** False for data to predict from. */
  public boolean hasTargets() {
    return !targets.isEmpty();
  }

  /** Where a target lies. */
  TargetColumns target(Signature.Port port) {
    return targets.get(signature.targets().indexOf(port));
  }

  /** Whether some target is the class that a label gives. */
  public boolean hasLabels() {
    return targets.stream().anyMatch(TargetColumns::isLabel);
  }

  /**
   * Copies a sample's features to the start of an array, and its targets behind them if there are any. Features are as the generated
   * class takes them, of its precision.
   */
  public void sample(int row, double[] to) {
    table.row(row, to);
    // The last first, since a target moves away from the columns of those before it.
    for (int k = targets.size() - 1; k >= 0; k--) {
      targets.get(k).decode(to);
    }
    encoding.decode(to);
    for (int k = 0; signature.single() && k < features(); k++) {
      to[k] = (float) to[k];
    }
  }

  /** What a feature of a sample is called: its column, by name or position, and its category if it has one. */
  public String featureName(int entry) {
    return windows().map(windows -> windows.name(entry)).orElseGet(() -> encoding.name(entry, columns));
  }

  /** The windows that samples are; empty where each is a row of its own. */
  public Optional<SequenceWindows> windows() {
    return table instanceof SequenceWindows windows ? Optional.of(windows) : Optional.empty();
  }

  /** What a target's entry of a sample is called: its column, or the number of the entry behind the target's name. */
  String targetName(int entry) {
    Signature.Port port = signature.targets().stream().filter(target -> entry < features() + signature.offset(target) + target.size()).findFirst().orElseThrow();
    int at = entry - features() - signature.offset(port);
    TargetColumns target = target(port);
    int column = target.column() - encoding.columns(features()) + at;
    return target.width() == port.size() && column < columns.targets().size() ? columns.targets().get(column) : port.size() == 1 ? port.name() : port.name() + "_" + (at + 1);
  }

  /** Where in a sample the target begins that the output is to be like. */
  public int judgedFrom() {
    return features() + signature.offset(signature.judged().orElseThrow());
  }

  /** Copies what the output is to be like: the target's numbers, or for a class a single 1. */
  public void judged(double[] sample, double[] into, int at, int size) {
    Signature.Port judged = signature.judged().orElseThrow();
    for (int k = 0; k < size; k++) {
      into[at + k] = judged.isLabel() && size > 1 ? sample[judgedFrom()] == k ? 1 : 0 : sample[judgedFrom() + k];
    }
  }

  /** What that target's numbers are called: their columns, or the target's name, numbered where there are several. */
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

  /** How long an array for {@link #sample} must be. */
  public int sampleSize() {
    return Math.max(table.width(), features() + (hasTargets() ? signature.targetSize() : 0));
  }

  /** {@code file:line}, or the number of the sample in a file without lines. */
  public String place(int row) {
    Part part = part(row);
    return part.file().name() + (part.columns().isEmpty() ? ", sample " : ":") + table.line(row);
  }

  /**
   * A fault in one sample, with the line it comes from.
   *
   * @param entry which of its features and targets is at fault, or -1
   */
  public Fault fault(ErrorCode code, int row, int entry, String message) {
    if (windows().isPresent()) {
      return windows().get().fault(code, row, entry, message);
    }
    Part part = part(row);
    if (part.columns().isEmpty()) {
      return Fault.of(code, place(row) + ": " + message);
    }
    int column = entry < 0 ? -1 : part.columns().get(tableColumn(entry));
    Diagnostic diagnostic = part.file().at(code, table.line(row), column, part.separator(), message);
    return new Fault(diagnostic);
  }

  /** Which column of the table an entry of a sample was made from. */
  private int tableColumn(int entry) {
    return targets.stream().filter(target -> entry >= target.offset() && entry < target.offset() + target.port().size())
        .mapToInt(target -> target.column() + (target.isLabel() ? 0 : entry - target.offset())).findFirst()
        .orElseGet(() -> encoding.column(entry));
  }

  /** What was guessed when the data was read, and what it lacks for its purpose: to measure how well a network does a task. */
  public List<Diagnostic> warningsOf(String purpose, Task task) {
    int[] rows = IntStream.range(0, size()).toArray();
    return Stream.concat(warnings.stream(), new DataReview(this, task).ofMeasured(rows, purpose).stream()).toList();
  }

  /** The file that a row comes from. */
  public Part part(int row) {
    return files.stream().filter(part -> row >= part.from() && row < part.to()).findFirst().orElseThrow();
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
