package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds columns of a CSV file by names, positions counted from 1, or ranges of positions such as {@code 1-64}. */
final class ColumnChoice {

  static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

  private final CsvRows rows;

  ColumnChoice(CsvRows rows) {
    this.rows = rows;
  }

  /** Returns the columns, counted from 0, in the given order. */
  List<Integer> find(List<String> wanted) throws DataException {
    List<Integer> found = new ArrayList<>();
    for (String one : wanted) {
      int named = rows.header().columns().indexOf(one);
      if (named != rows.header().columns().lastIndexOf(one)) {
        throw rows.file().fault(ErrorCode.UNKNOWN_COLUMN, "several columns are called `" + one + "`").help("select one by its position");
      } else if (named >= 0) {
        found.add(named);
      } else {
        positions(one, found);
      }
    }
    return found;
  }

  private void positions(String wanted, List<Integer> found) throws DataException {
    Matcher range = RANGE.matcher(wanted);
    if (!range.matches()) {
      throw unknown(wanted);
    }
    int first = Integer.parseInt(range.group(1));
    int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
    if (first < 1 || last < first || last > rows.columns()) {
      throw rows.file().fault(ErrorCode.UNKNOWN_COLUMN, "there "
          + (first == last ? "is no column " : "are no columns ") + wanted + "; it has " + rows.columns() + ", counted from 1");
    }
    for (int k = first; k <= last; k++) {
      found.add(k - 1);
    }
  }

  private DataException unknown(String wanted) {
    List<String> names = rows.header().columns();
    DataException fault = rows.file().fault(ErrorCode.UNKNOWN_COLUMN, "cannot find column `" + wanted + "`");
    if (names.isEmpty()) {
      return fault.help("the file has no header; name columns by position, 1 to " + rows.columns() + ", or use --header yes");
    }
    return Suggestions.nearest(wanted, names).map(near -> fault.help("did you mean `" + near + "`?"))
        .orElseGet(() -> fault.help("its columns are " + String.join(", ", names.subList(0, Math.min(20, names.size())))));
  }
}
