package dev.nngen.train.data;

import dev.nngen.train.data.Signature.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The columns of one target: numbers in columns of its own, or a label in one.
 *
 * @param column its first column in a table of samples
 * @param offset its position in a sample in the model's order
 * @param isLabel whether the column contains the numbers of {@link Labels}
 * @param classes the names of the classes of a label
 * @param classOf the class of each label's number in the table
 */
public record TargetColumns(Port port, int column, int offset, boolean isLabel, List<String> classes, int[] classOf) {

  /** Returns the number of its columns. */
  int width() {
    return isLabel ? 1 : port.size();
  }

  /** Moves the target from its position in a table's row to that in a sample, which is never before. */
  void decode(double[] sample) {
    if (isLabel) {
      encode(classOf[(int) sample[column]], sample);
    } else if (column != offset) {
      System.arraycopy(sample, column, sample, offset, port.size());
    }
  }

  /** Writes a class as a one-hot vector, or as an end of its range if the target is one number. */
  private void encode(int label, double[] sample) {
    for (int k = 0; k < port.size(); k++) {
      sample[offset + k] = port.size() == 1 ? port.ofClass(label) : k == label ? 1 : 0;
    }
  }

  TargetColumns with(List<String> names, int[] numbers) {
    return new TargetColumns(port, column, offset, isLabel, names, numbers);
  }

  /**
   * Divides columns among targets, in the order of both. A target takes columns of numbers if possible, and otherwise one with a label.
   *
   * @param first the column of the first target
   * @param numeric whether each column contains a number in the first sample
   * @param named targets with named classes, so that one column is a label even if it looks like a number
   * @return empty if there are too many columns or too few
   */
  static Optional<List<TargetColumns>> divide(Signature signature, int first, List<Boolean> numeric, List<Port> named) {
    Division division = new Division(signature, first, numeric, named);
    return division.from(0, 0, true).or(() -> division.from(0, 0, false));
  }

  private record Division(Signature signature, int first, List<Boolean> numeric, List<Port> named) {

    /**
     * Divides the remaining columns.
     *
     * @param strict false if text may count as numbers, which the reader will report by line and column
     */
    private Optional<List<TargetColumns>> from(int target, int column, boolean strict) {
      if (target == signature.targets().size()) {
        return column == numeric.size() ? Optional.of(List.of()) : Optional.empty();
      }
      Port port = signature.targets().get(target);
      boolean mustBeLabel = port.isLabel() || port.size() == 1 && named.contains(port);
      return (mustBeLabel ? Optional.<List<TargetColumns>>empty() : numbers(target, column, strict))
          .or(() -> rest(target, column, 1, true, strict));
    }

    private Optional<List<TargetColumns>> numbers(int target, int column, boolean strict) {
      int end = column + signature.targets().get(target).size();
      boolean fits = end <= numeric.size() && (!strict || numeric.subList(column, end).stream().allMatch(is -> is));
      return fits ? rest(target, column, end - column, false, strict) : Optional.empty();
    }

    private Optional<List<TargetColumns>> rest(int target, int column, int width, boolean label, boolean strict) {
      Port port = signature.targets().get(target);
      return from(target + 1, column + width, strict).map(others -> {
        List<TargetColumns> all = new ArrayList<>();
        all.add(new TargetColumns(port, first + column, signature.features() + signature.offset(port), label, List.of(), new int[0]));
        all.addAll(others);
        return all;
      });
    }
  }
}
