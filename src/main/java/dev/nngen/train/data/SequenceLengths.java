package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import dev.nngen.train.data.Signature.Port;
import java.util.Arrays;
import java.util.List;

/**
 * Maps cells of a row to steps of its sequence, if a column has the sequence's length. Cells after its end may be empty and are 0.
 *
 * @param column of the file that has the number of steps; -1 if all sequences have the same length
 * @param steps the step of each column of the table, features before targets; -1 for columns without steps
 */
record SequenceLengths(int column, int[] steps) {

  private static final SequenceLengths NONE = new SequenceLengths(-1, new int[0]);

  /**
   * Finds the column.
   *
   * @throws DataException if the model takes no such number
   */
  static SequenceLengths of(CsvRows rows, ColumnRoles roles, Signature signature, DataOptions options) throws DataException {
    if (options.length().isEmpty()) {
      return NONE;
    }
    List<Integer> found = new ColumnChoice(rows).find(List.of(options.length()));
    int at = roles.features().indexOf(found.get(0));
    Port length = port(signature, at);
    if (found.size() != 1 || length == null || length.size() != 1 || length.count() < 2 || roles.features().size() != signature.features()) {
      throw rows.file().fault(ErrorCode.DATA_MISMATCH, "--length is a column that the model takes as an integer: the number of steps of a sequence")
          .help("such as `input X[3, 20, m]; input length of 21;`, where the column is the last feature");
    }
    int most = length.count() - 1;
    int[] steps = new int[roles.features().size() + roles.targets().size()];
    Arrays.fill(steps, -1);
    int from = 0;
    for (Port input : signature.inputs()) {
      from = fill(steps, from, input, most, signature.samplesInRows());
    }
    for (Port target : signature.targets()) {
      from = from + target.size() > steps.length ? from : fill(steps, from, target, most, signature.samplesInRows());
    }
    if (Arrays.stream(steps).allMatch(step -> step < 0)) {
      throw rows.file().fault(ErrorCode.DATA_MISMATCH, "--length counts up to " + most + ", but no input of the model has " + Plural.count(most, "step"));
    }
    return new SequenceLengths(found.get(0), steps);
  }

  private static Port port(Signature signature, int column) {
    int end = 0;
    for (Port input : signature.inputs()) {
      end += input.size();
      if (column >= 0 && column < end) {
        return input;
      }
    }
    return null;
  }

  private static int fill(int[] steps, int from, Port port, int most, boolean stepsFirst) {
    for (int k = 0; k < port.size() && most > 1 && port.size() % most == 0; k++) {
      steps[from + k] = stepsFirst ? k / (port.size() / most) : k % most;
    }
    return from + port.size();
  }

  /** Whether a cell may be empty in a row of that many steps. */
  boolean mayLack(int cell, double length) {
    return column >= 0 && steps[cell] >= length;
  }
}
