package dev.nngen.train.data;

import dev.nngen.diag.WideEncoding;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A kind of file that is often given for CSV, recognized by its first bytes.
 *
 * @param charset iconv's name of the encoding of a text; empty for other kinds
 * @param help what to do with the file
 */
record FileKind(String name, String charset, String help) {

  /** Number of bytes that are examined. */
  static final int HEAD = WideEncoding.HEAD;

  private static final String EXPORT = "export the table as CSV";
  private static final String UNPACK = "unpack it; nngen reads gzip by itself";

  /** A kind and a pattern of the first bytes of such files, each as a character. */
  private record Binary(FileKind kind, Pattern start) {}

  /** Kinds in order of precedence. */
  private static final List<Binary> ALL = List.of(
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

  private static Binary binary(String name, String start, String help) {
    return new Binary(new FileKind(name, "", help), Pattern.compile(start.replace("(", "\\(")));
  }

  /** Returns the kind of a file that begins like this; empty if it may be CSV or IDX. */
  static Optional<FileKind> of(byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    return WideEncoding.of(head).map(encoding -> new FileKind("text in " + encoding.name(), encoding.charset(), ""))
        .or(() -> ALL.stream().filter(binary -> binary.start.matcher(start).lookingAt()).map(Binary::kind).findFirst());
  }
}
