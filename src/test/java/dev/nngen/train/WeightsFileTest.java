package dev.nngen.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.model.SourceLoader;
import dev.nngen.train.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Weights as files, against a reader that is written from the format's specification alone: eight bytes, the length N of
 * the header, little-endian; N bytes of JSON in UTF-8 that begin with a brace and may end in spaces; then the data, which
 * the tensors' offsets cover without gap or overlap.
 */
class WeightsFileTest {

  private static final String MODEL = """
      model Small {
        %s
        input X[3];
        target Y[2];
        H = dense(X, 4) |> tanh;
        P = dense(H, 2);
        minimize J = mean((P - Y).^2);
        train adam(rate = 0.1);
      }
      """;

  private static Network network(boolean single) throws DataException {
    Compiler compiler = new Compiler(Options.DEFAULT, SourceLoader.NONE);
    CompiledModel model = compiler.derive(new Source("small.nn", MODEL.formatted(single ? "precision f32;" : "")), new Diagnostics()).get(0);
    return new Network(model, compiler.generate(model), 8, 1);
  }

  /** A tensor as the specification describes it. */
  private record Read(String type, List<Integer> shape, int from, int to) {}

  /** The tensors of a file; every demand of the specification is checked. */
  private static Map<String, Read> readBySpecification(byte[] file) {
    long length = 0;
    for (int k = 7; k >= 0; k--) {
      length = length << 8 | file[k] & 0xff;
    }
    String header = new String(file, 8, (int) length, StandardCharsets.UTF_8);
    assertEquals('{', header.charAt(0));
    assertTrue(header.stripTrailing().endsWith("}"));
    Map<String, Read> tensors = new LinkedHashMap<>();
    Matcher entry = Pattern.compile(
        "\"([^\"]+)\":\\{\"dtype\":\"(F32|F64)\",\"shape\":\\[(\\d+),(\\d+)\\],\"data_offsets\":\\[(\\d+),(\\d+)\\]\\}").matcher(header);
    while (entry.find()) {
      tensors.put(entry.group(1), new Read(entry.group(2), List.of(Integer.valueOf(entry.group(3)), Integer.valueOf(entry.group(4))),
          Integer.parseInt(entry.group(5)), Integer.parseInt(entry.group(6))));
    }
    int at = 0;
    for (Read tensor : tensors.values().stream().sorted(Comparator.comparingInt(Read::from)).toList()) {
      assertEquals(at, tensor.from());
      assertEquals(tensor.shape().get(0) * tensor.shape().get(1) * (tensor.type().equals("F32") ? 4 : 8), tensor.to() - tensor.from());
      at = tensor.to();
    }
    assertEquals(file.length - 8 - length, at);
    return tensors;
  }

  private static double valueAt(byte[] file, Read tensor, int index) {
    int header = file[0] & 0xff | (file[1] & 0xff) << 8 | (file[2] & 0xff) << 16;
    int size = tensor.type().equals("F32") ? 4 : 8;
    int start = 8 + header + tensor.from() + index * size;
    long bits = 0;
    for (int k = size - 1; k >= 0; k--) {
      bits = bits << 8 | file[start + k] & 0xff;
    }
    return size == 4 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
  }

  @Test
  void filesAreReadByTheSpecificationAlone() throws DataException, IOException {
    for (boolean single : new boolean[] {false, true}) {
      Network network = network(single);
      network.initialize(5);
      byte[] file = Safetensors.read(network.snapshot()).with("a \"note\"", "with ü and \\ and \n").write();
      Map<String, Read> tensors = readBySpecification(file);
      assertEquals(List.of(4, 3), tensors.get("W_H").shape());
      assertEquals(List.of(2, 1), tensors.get("b_P").shape());
      double[] flat = new double[network.parameterCount()];
      network.getParameters(flat);
      int at = 0;
      for (String name : List.of("W_H", "b_H", "W_P", "b_P")) {
        Read tensor = tensors.get(name);
        for (int k = 0; k < tensor.shape().get(0) * tensor.shape().get(1); k++) {
          assertEquals(flat[at++], valueAt(file, tensor, k), name);
        }
      }
      network.restore(file);
    }
  }

  /** Makes a file byte by byte: the tensors in another order than the class writes them, the header in another style. */
  private static byte[] byHand(Map<String, int[]> shapes, Map<String, double[]> values, String metadata) {
    StringBuilder header = new StringBuilder("{ \"__metadata__\": " + metadata);
    int at = 0;
    for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
      int end = at + 8 * values.get(tensor.getKey()).length;
      header.append(" ,\n \"").append(tensor.getKey()).append("\": {\"data_offsets\" : [").append(at).append(", ").append(end)
          .append("], \"shape\":[").append(tensor.getValue()[0]).append(" ,").append(tensor.getValue()[1]).append("],\"dtype\":\"F64\"}");
      at = end;
    }
    byte[] json = header.append("}   ").toString().getBytes(StandardCharsets.UTF_8);
    byte[] file = new byte[8 + json.length + at];
    for (int k = 0; k < 8; k++) {
      file[k] = (byte) ((long) json.length >>> 8 * k);
    }
    System.arraycopy(json, 0, file, 8, json.length);
    int place = 8 + json.length;
    for (String name : shapes.keySet()) {
      for (double value : values.get(name)) {
        long bits = Double.doubleToRawLongBits(value);
        for (int k = 0; k < 8; k++) {
          file[place++] = (byte) (bits >>> 8 * k);
        }
      }
    }
    return file;
  }

  @Test
  void readsFilesMadeByteByByte() throws DataException, IOException {
    Network network = network(false);
    network.initialize(1);
    String fingerprint = Safetensors.read(network.snapshot()).metadata().get("fingerprint");
    Map<String, int[]> shapes = new LinkedHashMap<>();
    Map<String, double[]> values = new LinkedHashMap<>();
    for (String state : List.of(".s", "", ".mo")) {
      shapes.put("b_P" + state, new int[] {2, 1});
      shapes.put("W_P" + state, new int[] {2, 4});
      shapes.put("b_H" + state, new int[] {4, 1});
      shapes.put("W_H" + state, new int[] {4, 3});
    }
    int next = 1;
    for (Map.Entry<String, int[]> shape : shapes.entrySet()) {
      double[] entries = new double[shape.getValue()[0] * shape.getValue()[1]];
      for (int k = 0; k < entries.length; k++) {
        entries[k] = next++ / 7.0;
      }
      values.put(shape.getKey(), entries);
    }
    byte[] file = byHand(shapes, values, "{\"fingerprint\":\"" + fingerprint + "\", \"t\":\"12\", \"extra\": \"\\u00fc\"}");
    network.restore(file);
    double[] flat = new double[network.parameterCount()];
    network.getParameters(flat);
    assertArrayEquals(values.get("W_H"), Arrays.copyOf(flat, 12));
    assertArrayEquals(values.get("b_P"), Arrays.copyOfRange(flat, flat.length - 2, flat.length));
    Safetensors read = Safetensors.read(file);
    values.forEach((name, entries) -> assertArrayEquals(entries, read.tensors().get(name).values(), name));
    assertEquals("ü", read.metadata().get("extra"));

    byte[] shorter = Arrays.copyOf(file, file.length - 8);
    assertThrows(IOException.class, () -> network.restore(shorter));
    shapes.put("W_H", new int[] {3, 4});
    byte[] turned = byHand(shapes, values, "{\"fingerprint\":\"" + fingerprint + "\",\"t\":\"1\"}");
    assertThrows(IOException.class, () -> network.restore(turned));
  }

  @Test
  void damagedHeadersAreRefused() {
    for (String header : List.of("", "[]", "{", "{\"a\":1}", "{\"a\":{\"dtype\":\"F64\",\"shape\":[1,1],\"data_offsets\":[0,800]}}",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[1.5],\"data_offsets\":[0,8]}}", "{\"a\":{},\"a\":{}}")) {
      byte[] json = header.getBytes(StandardCharsets.UTF_8);
      byte[] file = new byte[16 + json.length];
      file[0] = (byte) json.length;
      System.arraycopy(json, 0, file, 8, json.length);
      assertThrows(IOException.class, () -> Safetensors.read(file), header);
    }
    assertThrows(IOException.class, () -> Safetensors.read(new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, '{', '}'}));
  }
}
