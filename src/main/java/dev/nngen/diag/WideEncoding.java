package dev.nngen.diag;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An encoding with two or four bytes per character, in which text is often saved by mistake.
 *
 * @param start matches the first bytes of such text, read as Latin-1 with one character for each byte
 * @param name for messages
 * @param charset its name for iconv
 */
public record WideEncoding(Pattern start, String name, String charset) {

  /** The number of bytes that suffice to recognize the encoding. */
  public static final int HEAD = 16;

  /** In the order of detection: the byte order marks of some encodings are prefixes of others. */
  private static final List<WideEncoding> ALL = List.of(
      of("\u00ff\u00fe\0\0|\0\0\u00fe\u00ff", "UTF-32", "UTF-32"),
      of("\u00ff\u00fe|\u00fe\u00ff", "UTF-16", "UTF-16"),
      of("[^\0]\0[^\0]\0", "UTF-16 without a byte order mark", "UTF-16LE"),
      of("\0[^\0]\0[^\0]", "UTF-16 without a byte order mark", "UTF-16BE"),
      of("[^\0]\0\0\0[^\0]\0\0\0", "UTF-32 without a byte order mark", "UTF-32LE"),
      of("\0\0\0[^\0]\0\0\0[^\0]", "UTF-32 without a byte order mark", "UTF-32BE"));

  private static WideEncoding of(String start, String name, String charset) {
    return new WideEncoding(Pattern.compile(start), name, charset);
  }

  /** Returns the encoding of a text, empty if it is not one of these. */
  public static Optional<WideEncoding> of(byte[] text) {
    String start = new String(text, 0, Math.min(text.length, HEAD), StandardCharsets.ISO_8859_1);
    return ALL.stream().filter(encoding -> encoding.start.matcher(start).lookingAt()).findFirst();
  }
}
