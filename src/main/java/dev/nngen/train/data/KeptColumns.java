package dev.nngen.train.data;

import dev.nngen.diag.ErrorCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Columns of data files that are copied to the predictions. The files are read again, one record at a time, in parallel with the rows of the data. */
public final class KeptColumns implements AutoCloseable {

  private final List<String> wanted;
  private final DataOptions options;
  private final Iterator<Data.Part> parts;
  private final List<String> names;
  private CsvRows rows;
  private List<Integer> columns = List.of();

  /**
   * Opens the first file.
   *
   * @param wanted by name, position or range
   * @param options as for reading the data
   * @throws DataException if a column is missing, or the files have none
   */
  public KeptColumns(Data data, List<String> wanted, DataOptions options) throws DataException {
    this.wanted = List.copyOf(wanted);
    this.options = options;
    this.parts = data.files().iterator();
    if (wanted.isEmpty()) {
      this.names = List.of();
      return;
    }
    open();
    List<String> header = rows.header().columns();
    this.names = columns.stream().map(k -> header.isEmpty() || header.get(k).isEmpty() ? "column_" + (k + 1) : header.get(k)).toList();
  }

  private void open() throws DataException {
    close();
    Data.Part part = parts.next();
    if (part.columns().isEmpty()) {
      throw part.file().fault(ErrorCode.UNKNOWN_COLUMN, "an IDX file has no columns to keep");
    }
    rows = CsvRows.open(part.file(), options);
    List<Integer> found = new ColumnChoice(rows).find(wanted).stream().distinct().toList();
    if (!columns.isEmpty() && columns.size() != found.size()) {
      throw part.file().fault(ErrorCode.UNKNOWN_COLUMN, "--keep names other columns than in the first file");
    }
    columns = found;
  }

  /** Returns their names, or {@code column_3} for the third of a file without a header. */
  public List<String> names() {
    return names;
  }

  /** Returns the fields of the next row, as they are in the file. */
  public List<String> next() throws DataException {
    if (wanted.isEmpty()) {
      return List.of();
    }
    while (!rows.hasNext()) {
      open();
    }
    List<String> fields = rows.next().fields();
    List<String> kept = new ArrayList<>();
    columns.forEach(column -> kept.add(fields.get(column)));
    return kept;
  }

  @Override
  public void close() {
    if (rows != null) {
      rows.close();
    }
  }
}
