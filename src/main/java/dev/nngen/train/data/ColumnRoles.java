package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import dev.nngen.train.data.Signature.Port;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The columns of a CSV file that are features and targets: those given, otherwise those known from another file, otherwise the last as targets and
 * all others as features.
 *
 * @param features counted from 0, in the order of the model's inputs
 * @param categorical the features that are words, as indices into them
 * @param targets likewise; empty if they are not needed
 */
record ColumnRoles(List<Integer> features, List<Integer> categorical, List<Integer> targets) {

  /** Any number of columns may be features. */
  private static final int ANY = -1;

  /**
   * Finds the columns.
   *
   * @throws DataException if they do not fit the model
   */
  static ColumnRoles of(CsvRows rows, Signature signature, boolean wantsTargets, DataOptions options) throws DataException {
    return new Search(rows, signature, wantsTargets, options).roles();
  }

  /** Returns features, then targets. */
  List<Integer> all() {
    List<Integer> all = new ArrayList<>(features);
    all.addAll(targets);
    return List.copyOf(all);
  }

  /** Returns the description of the columns by which they are found in other files. */
  Columns columns(List<String> header) {
    return new Columns(names(header, features), positions(features), List.of(), names(header, targets), positions(targets), Map.of());
  }

  /** Returns the columns' names; a name of several columns is left out. */
  private static List<String> names(List<String> header, List<Integer> columns) {
    boolean telling = !header.isEmpty() && columns.stream().allMatch(column -> Collections.frequency(header, header.get(column)) == 1);
    return telling ? columns.stream().map(header::get).toList() : List.of();
  }

  private static List<Integer> positions(List<Integer> columns) {
    return columns.stream().map(column -> column + 1).toList();
  }

  private record Search(CsvRows rows, Signature signature, boolean wantsTargets, DataOptions options) {

    ColumnRoles roles() throws DataException {
      List<Integer> targets = wantsTargets ? targets() : List.of();
      List<Integer> features = features(targets);
      return new ColumnRoles(features, categorical(features), List.copyOf(targets));
    }

    /** Returns the number of columns that are features; with categories it differs from the number of the model's inputs. */
    private int expected() {
      boolean known = options.known().filter(columns -> !columns.categories().isEmpty()).isPresent();
      return known ? options.known().get().featurePositions().size() : options.categorical().isEmpty() ? signature.features() : ANY;
    }

    private List<Integer> categorical(List<Integer> features) throws DataException {
      List<Integer> asked = new ColumnChoice(rows).find(options.categorical());
      for (int column : asked) {
        if (!features.contains(column)) {
          throw rows.file().fault(ErrorCode.DATA_MISMATCH, "column " + (column + 1) + " is declared --categorical, but is not a feature");
        }
      }
      List<Integer> indices = asked.stream().map(features::indexOf).distinct().sorted().toList();
      if (options.known().isEmpty() || options.known().get().isEmpty()) {
        return indices;
      }
      List<List<String>> categories = options.known().get().categories();
      List<Integer> known = IntStream.range(0, categories.size()).filter(k -> !categories.get(k).isEmpty()).boxed().toList();
      if (!asked.isEmpty() && !indices.equals(known)) {
        throw rows.file().fault(ErrorCode.DATA_MISMATCH, "--categorical names other columns than in training")
            .help("remove it: the weights file has the categories");
      }
      return known;
    }

    private List<Integer> targets() throws DataException {
      int size = signature.targetSize();
      List<String> asked = asked(options.targets(), Columns::targets, Columns::targetPositions);
      if (!asked.isEmpty()) {
        List<Integer> found = new ColumnChoice(rows).find(asked);
        if (!signature.takes(found.size())) {
          throw rows.file().fault(ErrorCode.DATA_MISMATCH, "--target names " + Plural.count(found.size(), "column") + ", but the model's "
              + Signature.shown(signature.targets()) + " needs " + size + ", or one with class labels" + (signature.targets().size() == 1 ? "" : " for each"));
        }
        return found;
      }
      if (options.sequence().isSeries()) {
        return last(signature.targets().stream().mapToInt(port -> port.isLabel() ? 1 : port.size()).sum(), List.of());
      }
      Set<Integer> features = options.features().isEmpty() ? Set.of() : new HashSet<>(new ColumnChoice(rows).find(options.features()));
      int others = !features.isEmpty() ? rows.columns() - features.size()
          : expected() == ANY ? 1 : rows.columns() - expected();
      int last = others > 0 && signature.takes(others) ? others : size;
      if (others < last) {
        throw mismatch();
      }
      List<Integer> candidates = allBut(features);
      return candidates.subList(candidates.size() - last, candidates.size());
    }

    private List<Integer> features(List<Integer> targets) throws DataException {
      List<String> asked = asked(options.features(), Columns::features, Columns::featurePositions);
      List<Integer> found = asked.isEmpty() ? options.sequence().isSeries() ? ofSeries(targets) : allBut(targets) : new ColumnChoice(rows).find(asked);
      if (expected() != ANY && found.size() != expected()) {
        throw asked.isEmpty() ? mismatch()
            : rows.file().fault(ErrorCode.DATA_MISMATCH, "--features names " + Plural.count(found.size(), "column") + ", but the model's "
                + Signature.shown(signature.inputs()) + (expected() == signature.features() ? " needs " : " with its categories needs ") + expected());
      }
      return found;
    }

    /** Returns the features of a forecast, which include past steps of its target, but not of its labels. */
    private List<Integer> ofSeries(List<Integer> targets) throws DataException {
      return last(signature.features(), signature.targets().stream().anyMatch(Port::isLabel) ? targets : List.of());
    }

    private List<Integer> last(int count, List<Integer> without) throws DataException {
      List<Integer> candidates = allBut(without);
      if (candidates.size() < count) {
        throw mismatch();
      }
      return candidates.subList(candidates.size() - count, candidates.size());
    }

    private List<Integer> allBut(Collection<Integer> columns) {
      return IntStream.range(0, rows.columns()).boxed().filter(column -> !columns.contains(column)).toList();
    }

    /** Returns columns by known names if both files have names, otherwise by position if there are enough columns. */
    private List<String> asked(List<String> asked, Names names, Positions positions) throws DataException {
      if (!asked.isEmpty() || options.known().isEmpty()) {
        return asked;
      }
      Columns known = options.known().get();
      List<String> header = rows.header().columns();
      if (!names.of(known).isEmpty() && !header.isEmpty()) {
        requireAll(names.of(known), header);
        return names.of(known);
      }
      boolean fits = positions.of(known).stream().allMatch(position -> position <= rows.columns());
      return fits ? positions.of(known).stream().map(String::valueOf).toList() : List.of();
    }

    private void requireAll(List<String> names, List<String> header) throws DataException {
      for (String name : names) {
        if (!header.contains(name)) {
          throw rows.file().fault(ErrorCode.UNKNOWN_COLUMN, "cannot find column `" + name + "`, which the training data has")
              .help("select columns with --features and --target");
        }
      }
    }

    private DataException mismatch() {
      String wanted = Signature.shown(signature.inputs()) + (wantsTargets ? " and " + Signature.shown(signature.targets()) : "");
      return rows.file().fault(ErrorCode.DATA_MISMATCH, "the file has " + Plural.count(rows.columns(), "column") + ", which "
          + (rows.columns() == 1 ? "does" : "do") + " not fit the model's " + wanted)
          .help("select columns by name or position, such as --features " + (signature.features() == 1 ? "1" : "1-" + signature.features())
              + (wantsTargets ? " --target " + (signature.features() + 1) : ""));
    }
  }

  private interface Names {
    List<String> of(Columns columns);
  }

  private interface Positions {
    List<Integer> of(Columns columns);
  }
}
