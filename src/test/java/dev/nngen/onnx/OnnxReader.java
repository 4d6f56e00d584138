package dev.nngen.onnx;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads fields of a message of protocol buffers by their numbers, as far as the tests of ONNX files need it. */
final class OnnxReader {

  private static final int GRAPH = 7;
  private static final int NODE = 1;

  private final byte[] bytes;
  private int at;

  private OnnxReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The types of the file's operators, in order. */
  static List<String> operators(byte[] file) {
    return nodes(file, 4);
  }

  /** A text of each operator: 2 its output, 4 its type, 6 its description. */
  static List<String> nodes(byte[] file, int field) {
    return fields(fields(file, GRAPH).get(0), NODE).stream()
        .map(node -> fields(node, field).stream().map(text -> new String(text, StandardCharsets.UTF_8)).findFirst().orElse("")).toList();
  }

  /** The entries of metadata as {@code key=value}. */
  static List<String> metadata(byte[] file) {
    return fields(file, 14).stream().map(entry -> text(entry, 1) + "=" + text(entry, 2)).toList();
  }

  private static String text(byte[] message, int field) {
    return new String(fields(message, field).get(0), StandardCharsets.UTF_8);
  }

  /** The contents of all fields of that number. */
  private static List<byte[]> fields(byte[] message, int number) {
    OnnxReader reader = new OnnxReader(message);
    List<byte[]> found = new ArrayList<>();
    while (reader.at < message.length) {
      long tag = reader.varint();
      int start = reader.at;
      int end = switch ((int) tag & 7) {
        case 0 -> {
          reader.varint();
          yield reader.at;
        }
        case 2 -> {
          long length = reader.varint();
          start = reader.at;
          yield Math.toIntExact(start + length);
        }
        default -> start + 4;
      };
      reader.at = end;
      if (tag >> 3 == number) {
        found.add(Arrays.copyOfRange(message, start, end));
      }
    }
    return found;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = bytes[at++];
      value |= (long) (part & 0x7F) << shift;
      if (part >= 0) {
        return value;
      }
    }
  }
}
