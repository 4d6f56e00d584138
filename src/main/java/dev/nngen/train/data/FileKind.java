package dev.nngen.train.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A kind of file that is often given for CSV, known by its first bytes.
 *
 * @param start matches these bytes, each taken for a character
 * @param charset for text in another encoding, its name as iconv has it; otherwise empty
 * @param help what to do with the file
 */
record FileKind(String name, Pattern start, String charset, String help) {

  /** How many bytes tell. */
  static final int HEAD = 16;

  private static final String EXPORT = "export the table as CSV";
  private static final String UNPACK = "unpack it; nngen reads gzip by itself";

  /** The first that matches counts. */
  private static final List<FileKind> ALL = List.of(
      text("UTF-32", "\u00ff\u00fe\0\0|\0\0\u00fe\u00ff", "UTF-32"),
      text("UTF-16", "\u00ff\u00fe|\u00fe\u00ff", "UTF-16"),
      text("UTF-16 without a byte order mark", "[^\0]\0[^\0]\0", "UTF-16LE"),
      text("UTF-16 without a byte order mark", "\0[^\0]\0[^\0]", "UTF-16BE"),
      binary("a ZIP archive or an Excel workbook", "PK\3\4", "save the sheet as CSV, or unpack the archive"),
      binary("an Excel workbook", "\u00d0\u00cf\u0011\u00e0", "save the sheet as CSV"),
      binary("a Parquet file", "PAR1[\0-\37]", EXPORT),
      binary("a NumPy array", "\u0093NUMPY", "write it with numpy.savetxt(\"data.csv\", a, delimiter=\",\")"),
      binary("an HDF5 file", "\u0089HDF", EXPORT),
      binary("an SQLite database", "SQLite format 3\0", EXPORT),
      binary("packed with bzip2", "BZh[1-9]1AY&SY", UNPACK),
      binary("packed with xz", "\u00fd7zXZ\0", UNPACK),
      binary("packed with Zstandard", "(\u00b5/\u00fd", UNPACK),
      binary("a PDF document", "%PDF-", EXPORT));

  private static FileKind text(String name, String start, String charset) {
    return new FileKind("text in " + name, Pattern.compile(start), charset, "");
  }

  private static FileKind binary(String name, String start, String help) {
    return new FileKind(name, Pattern.compile(start.replace("(", "\\(")), "", help);
  }

  /** The kind of a file that begins like this; empty if it may be CSV or IDX. */
  static Optional<FileKind> of(byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    return ALL.stream().filter(kind -> kind.start.matcher(start).lookingAt()).findFirst();
  }
}
