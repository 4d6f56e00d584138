package dev.nngen.train;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a safetensors file: eight bytes with the header's length, the header in JSON, the tensors' bytes.
 *
 * @param metadata strings by name
 * @param tensors in the order of their bytes
 */
public record Safetensors(Map<String, String> metadata, Map<String, Tensor> tensors) {

  private static final String METADATA = "__metadata__";

  /** A tensor as stored in the file, little-endian and row by row. */
  public record Tensor(String type, List<Long> shape, byte[] bytes) {

    /** Returns the entries of a tensor of type F32 or F64. */
    public double[] values() {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      boolean single = type.equals("F32");
      double[] values = new double[bytes.length / (single ? Float.BYTES : Double.BYTES)];
      for (int k = 0; k < values.length; k++) {
        values[k] = single ? buffer.getFloat() : buffer.getDouble();
      }
      return values;
    }

    /** Returns the transpose of a matrix. */
    Tensor transposed() {
      int rows = shape.get(0).intValue();
      int columns = shape.get(1).intValue();
      int width = rows * columns == 0 ? 0 : bytes.length / (rows * columns);
      byte[] turned = new byte[bytes.length];
      for (int k = 0; k < rows * columns; k++) {
        System.arraycopy(bytes, k * width, turned, (k % columns * rows + k / columns) * width, width);
      }
      return new Tensor(type, List.of((long) columns, (long) rows), turned);
    }

    /** Returns the tensor as a matrix, with its first axes merged into rows and the others into columns; itself if that is impossible. */
    Tensor folded(int rows, int columns) {
      long product = 1;
      for (int axis = 0; axis <= shape.size(); axis++) {
        long rest = shape.subList(axis, shape.size()).stream().reduce(1L, (a, b) -> a * b);
        if (product == rows && rest == columns) {
          return new Tensor(type, List.of((long) rows, (long) columns), bytes);
        }
        product *= axis < shape.size() ? shape.get(axis) : 1;
      }
      return this;
    }
  }

  /**
   * Parses a file.
   *
   * @throws IOException if it is damaged
   */
  public static Safetensors read(byte[] file) throws IOException {
    long length = file.length < 8 ? -1 : ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > file.length - 8) {
      throw new IOException("not a safetensors file");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<?, ?> header = header(file, (int) length);
    long room = file.length - 8 - length;
    for (Map.Entry<?, ?> entry : header.entrySet()) {
      if (!(entry.getValue() instanceof Map<?, ?> value)) {
        throw new IOException("the header's entry " + entry.getKey() + " is not an object");
      } else if (entry.getKey().equals(METADATA)) {
        value.forEach((name, text) -> metadata.put(name.toString(), String.valueOf(text)));
      } else {
        Tensor tensor = tensor(value, file, 8 + (int) length);
        tensors.put(entry.getKey().toString(), tensor);
        // Overlapping tensors could require many times the file's size.
        room -= tensor.bytes().length;
        if (room < 0) {
          throw new IOException("the tensors overlap");
        }
      }
    }
    return new Safetensors(metadata, tensors);
  }

  private static Map<?, ?> header(byte[] file, int length) throws IOException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file, 8, length)).toString();
      if (Json.parse(text) instanceof Map<?, ?> header) {
        return header;
      }
      throw new IOException("the header is not a JSON object");
    } catch (IllegalArgumentException | CharacterCodingException malformed) {
      throw new IOException("the header is not JSON: " + malformed.getMessage());
    }
  }

  private static Tensor tensor(Map<?, ?> entry, byte[] file, int start) throws IOException {
    List<Long> offsets = longs(entry.get("data_offsets"));
    if (offsets.size() != 2 || offsets.get(0) < 0 || offsets.get(1) < offsets.get(0) || offsets.get(1) > file.length - start
        || !(entry.get("dtype") instanceof String type)) {
      throw new IOException("a tensor cannot be described by " + entry);
    }
    byte[] bytes = new byte[(int) (offsets.get(1) - offsets.get(0))];
    System.arraycopy(file, (int) (start + offsets.get(0)), bytes, 0, bytes.length);
    return new Tensor(type, longs(entry.get("shape")), bytes);
  }

  private static List<Long> longs(Object value) throws IOException {
    if (value instanceof List<?> list && list.stream().allMatch(n -> n instanceof Double d && d == Math.rint(d))) {
      return list.stream().map(n -> ((Double) n).longValue()).toList();
    }
    throw new IOException("expected integers, found " + value);
  }

  /** Returns the file's bytes; the header is padded with spaces to a multiple of eight. */
  public byte[] write() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put(METADATA, metadata);
    ByteArrayOutputStream contents = new ByteArrayOutputStream();
    tensors.forEach((name, tensor) -> {
      long from = contents.size();
      contents.writeBytes(tensor.bytes());
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", tensor.type());
      entry.put("shape", tensor.shape());
      entry.put("data_offsets", List.of(from, (long) contents.size()));
      header.put(name, entry);
    });
    String json = Json.write(header);
    byte[] text = (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(8 + text.length + contents.size()).order(ByteOrder.LITTLE_ENDIAN);
    return file.putLong(text.length).put(text).put(contents.toByteArray()).array();
  }

  /** Whether a number of a tensor is NaN, so that no class loads the file. */
  public boolean holdsNaN() {
    return tensors.values().stream().flatMapToDouble(tensor -> Arrays.stream(tensor.values())).anyMatch(Double::isNaN);
  }

  /** Returns the file with another entry of metadata. */
  public Safetensors with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(metadata);
    more.put(name, value);
    return new Safetensors(more, tensors);
  }
}
