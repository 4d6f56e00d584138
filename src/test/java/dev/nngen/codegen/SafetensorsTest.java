package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of generated classes: training continues from them exactly, and damaged files are rejected. */
class SafetensorsTest {

  private static final String MODEL = """
      model Saved {
        input X[3]; target Y[2];
        P = dense(X, 2);
        minimize J = mean(squared(P, Y));
        train TRAIN;
      }
      """;

  private static final GeneratedClass SAVED = EntryPointTest.compile(MODEL.replace("TRAIN", "adam"));

  @TempDir
  Path folder;

  private Path file;
  private GeneratedClass.Instance instance;

  @BeforeEach
  void train() {
    file = folder.resolve("model.safetensors");
    instance = SAVED.create(4);
    instance.call("initialize", 5L);
    steps(instance, 3);
    instance.call("save", file);
  }

  private static void steps(GeneratedClass.Instance instance, int count) {
    for (int k = 0; k < count; k++) {
      instance.call("step", EntryPointTest.random(3, 4, 1), EntryPointTest.random(2, 4, 2));
    }
  }

  private static double[] parameters(GeneratedClass.Instance instance) {
    double[] all = new double[8];
    instance.call("getParameters", all, 0);
    return all;
  }

  @Test
  void trainingGoesOnExactly() {
    GeneratedClass.Instance other = SAVED.create(4);
    other.call("initialize", 99L);
    steps(other, 1);
    other.call("load", file);
    steps(other, 5);
    steps(instance, 5);
    assertArrayEquals(parameters(instance), parameters(other));
  }

  @Test
  void aFileIsReplacedAndNothingElseIsLeft() throws IOException {
    byte[] before = Files.readAllBytes(file);
    steps(instance, 1);
    instance.call("save", file);
    assertEquals(before.length, Files.size(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void theFormatIsWhatOthersRead() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong());
    assertEquals(0, length % 8);
    String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
    assertTrue(header.contains("\"W_P\":{\"dtype\":\"F64\",\"shape\":[2,3],\"data_offsets\":[0,48]}"), header);
    assertTrue(header.contains("\"b_P.s\":") && header.contains("\"t\":\"3\""), header);
    assertEquals(parameters(instance)[1], bytes.getDouble(8 + length + 8));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "\"F64\" | \"F32\"",
      "[2,3] | [3,2]",
      "[0,48] | [8,56]",
      "[0,48] | [0,47]",
      "\"W_P\" | \"V_P\"",
      "\"b_P\" | \"W_P\"",
      "\"t\":\"3\" | \"t\":\"x\"",
      "\"t\":\"3\" | \"u\":\"3\"",
      "\"fingerprint\":\" | \"fingerprint\":\"0",
      "\"__metadata__\" | \"__metadatb__\"",
      "{\"dtype\" | {{\"dtype\"",
      "[2,3] | [[[[[[[2]]]]]]]",
      "[2,3] | [2,99999999999999999999]",
      "[2,3] | [2,-3]",
  })
  void damagedHeadersAreRefused(String from, String to) throws IOException {
    refuse(edited(header -> header.replaceFirst(java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to))));
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    byte[] good = Files.readAllBytes(file);
    refuse(new byte[0]);
    refuse(java.util.Arrays.copyOf(good, 7));
    refuse(java.util.Arrays.copyOf(good, good.length - 1));
    refuse(java.util.Arrays.copyOf(good, good.length + 1));
    for (long length : new long[] {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, good.length, 1L << 31}) {
      byte[] bytes = good.clone();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
      refuse(bytes);
    }
  }

  @Test
  void randomDamageNeverDoesHarm() throws IOException {
    byte[] good = Files.readAllBytes(file);
    int header = Math.toIntExact(ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong());
    Random random = new Random(1);
    double[] before = parameters(instance);
    int refused = 0;
    for (int k = 0; k < 2000; k++) {
      byte[] bytes = good.clone();
      bytes[random.nextInt(8 + header)] = (byte) random.nextInt(256);
      Files.write(file, bytes);
      try {
        instance.call("load", file);
      } catch (GeneratedClass.CheckedException thrown) {
        assertInstanceOf(IOException.class, thrown.getCause());
        refused++;
      }
      assertArrayEquals(before, parameters(instance));
    }
    assertTrue(refused > 1500, "refused " + refused);
  }

  @Test
  void filesOfOtherModelsAreRefused() throws IOException {
    GeneratedClass.Instance other = EntryPointTest.compile(MODEL.replace("TRAIN", "momentum")).create(1);
    Path foreign = folder.resolve("other.safetensors");
    other.call("initialize", 1L);
    other.call("save", foreign);
    refuse(Files.readAllBytes(foreign));
  }

  // --- loadParameters -------------------------------------------------------------------------------------------------

  /** A file as other programs write it: these tensors one after the other, and perhaps metadata. */
  private byte[] foreign(Map<String, Object[]> tensors) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    tensors.forEach((name, tensor) -> {
      int from = data.size();
      for (double number : (double[]) tensor[2]) {
        data.writeBytes(bytes((String) tensor[0], number));
      }
      header.append(",\"").append(name).append("\":{\"dtype\":\"").append(tensor[0]).append("\",\"shape\":").append(tensor[1])
          .append(",\"data_offsets\":[").append(from).append(',').append(data.size()).append("]}");
    });
    byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.size()).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text).put(data.toByteArray()).array();
  }

  private static byte[] bytes(String type, double number) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case "F64" -> bytes.putDouble(number);
      case "F32" -> bytes.putFloat((float) number);
      case "BF16" -> bytes.putShort((short) (Float.floatToIntBits((float) number) >>> 16));
      default -> bytes.putShort(half(number));
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Returns the number by search in the definition: sign, five bits of exponent, ten of mantissa. */
  private static short half(double number) {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double size = exponent == 31 ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
          : exponent == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, exponent - 15);
      if (Double.compare(bits >> 15 == 0 ? size : -size, number) == 0) {
        return (short) bits;
      }
    }
    throw new AssertionError(number + " has no place in 16 bits");
  }

  private static final double[] WEIGHTS = {1, -2.5, 0.25, 65504 / 1024.0, -0.0, 0x1p-14};

  private static Map<String, Object[]> both(String type, String weights, String biases) {
    Map<String, Object[]> tensors = new LinkedHashMap<>();
    tensors.put("b_P", new Object[] {type, biases, new double[] {0.5, -8}});
    tensors.put("W_P", new Object[] {type, weights, WEIGHTS});
    return tensors;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"F64 | [2,3] | [2,1]", "F32 | [2,3] | [2]", "F16 | [2,3] | [1,2]", "BF16 | [2,1,3] | [2]"})
  void parametersFromElsewhereFitByNameAndShape(String type, String weights, String biases) throws IOException {
    Map<String, Object[]> tensors = both(type, weights, biases);
    tensors.put("head.weight", new Object[] {"I64", "[0]", new double[0]});
    tensors.put("running", new Object[] {type, "[]", new double[] {3}});
    double[] expected = {1, -2.5, 0.25, type.equals("BF16") ? 63.75 : 65504 / 1024.0, -0.0, 0x1p-14, 0.5, -8};
    for (boolean single : new boolean[] {false, true}) {
      GeneratedClass.Instance other = single ? EntryPointTest.compile("precision f32;" + MODEL.replace("TRAIN", "adam")).create(4) : instance;
      assertEquals(List.of("head.weight", "running"), other.call("loadParameters", Files.write(file, foreign(tensors))));
      float[] floats = new float[8];
      if (single) {
        other.call("getParameters", floats, 0);
      }
      double[] read = single ? IntStream.range(0, 8).mapToDouble(k -> floats[k]).toArray() : parameters(other);
      assertArrayEquals(expected, read);
    }
  }

  /** Training starts from them as from initialize: nothing of earlier steps is left. */
  @Test
  void theOptimizerStartsAfreshFromParametersFromElsewhere() throws IOException {
    GeneratedClass.Instance fresh = SAVED.create(4);
    Files.write(file, foreign(both("F64", "[2,3]", "[2]")));
    fresh.call("loadParameters", file);
    instance.call("loadParameters", file);
    steps(fresh, 2);
    steps(instance, 2);
    assertArrayEquals(parameters(fresh), parameters(instance));
  }

  @Test
  void everySixteenBitNumberIsRead() throws IOException {
    for (int exponent = -24; exponent <= 15; exponent++) {
      Map<String, Object[]> tensors = both("F16", "[2,3]", "[2]");
      tensors.put("b_P", new Object[] {"F16", "[2]", new double[] {Math.scalb(1.0, exponent), -Math.scalb(exponent < -14 ? 1.0 : 1.5, exponent)}});
      instance.call("loadParameters", Files.write(file, foreign(tensors)));
      assertEquals(Math.scalb(1.0, exponent), parameters(instance)[6]);
      assertEquals(-Math.scalb(exponent < -14 ? 1.0 : 1.5, exponent), parameters(instance)[7]);
    }
  }

  @Test
  void parametersThatDoNotFitAreRefused() throws IOException {
    Map<String, Object[]> tensors = both("F32", "[2,3]", "[2]");
    refuseParameters(foreign(both("F32", "[3,2]", "[2]")), "W_P must be 2 x 3");
    refuseParameters(foreign(both("I32", "[2,3]", "[2]")), "W_P must be 2 x 3 of F64, F32, F16, BF16");
    tensors.put("b_P", new Object[] {"F32", "[2]", new double[] {1, Double.NaN}});
    refuseParameters(foreign(tensors), "b_P contains NaN");
    tensors.put("b_P", new Object[] {"F32", "[2]", new double[] {1, Double.NEGATIVE_INFINITY}});
    refuseParameters(foreign(tensors), "b_P has an entry that is infinite");
    tensors.remove("b_P");
    tensors.put("bias", new Object[] {"F32", "[2]", new double[] {1, 2}});
    refuseParameters(foreign(tensors), "the file lacks [b_P]; it also has [bias]");
    refuseParameters(new byte[3], "ends too early");
    refuse(foreign(both("F64", "[2,3]", "[2,1]")));
    assertTrue(assertThrows(GeneratedClass.CheckedException.class, () -> instance.call("load", file)).getCause().getMessage().contains("loadParameters"));
  }

  private void refuseParameters(byte[] bytes, String reason) throws IOException {
    double[] before = parameters(instance);
    Files.write(file, bytes);
    Throwable cause = assertThrows(GeneratedClass.CheckedException.class, () -> instance.call("loadParameters", file)).getCause();
    assertInstanceOf(IOException.class, cause);
    assertTrue(cause.getMessage().contains(reason), cause.getMessage());
    assertArrayEquals(before, parameters(instance));
  }

  /** A file's description of data is validated like its numbers. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{'shift':[1,2,3],'divisor':[1,2]}", "{'shift':[1,2],'divisor':[1,2]}", "{'shift':[1,2,3],'divisor':[1,2,0]}",
      "{'shift':[1,2,3],'divisor':[1,2,-1]}", "{'shift':[1,2,3],'divisor':[1,2,1e999]}", "{'shift':[1,'x',3],'divisor':[1,2,1]}",
      "{'shift':[1,1e999,3],'divisor':[1,2,1]}", "{'shift':[1,2,3]}", "{'shift':[1,2,3],'divisor':[1,2,3]", "[]", "''"})
  void damagedDescriptionsOfDataAreRefused(String about) throws IOException {
    String json = about.replace("'", "\\\"");
    refuse(edited(header -> header.replace("\"t\":", "\"nngen.data\":\"" + json + "\",\"t\":")));
  }

  private byte[] edited(UnaryOperator<String> edit) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong());
    byte[] before = java.util.Arrays.copyOfRange(bytes.array(), 8, 8 + length);
    byte[] header = edit.apply(new String(before, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    assertTrue(!java.util.Arrays.equals(before, header), "the edit changes nothing");
    ByteBuffer result = ByteBuffer.allocate(8 + header.length + bytes.remaining() - length).order(ByteOrder.LITTLE_ENDIAN);
    return result.putLong(header.length).put(header).put(bytes.position(8 + length)).array();
  }

  /** The file is refused with an IOException, and nothing has changed. */
  private void refuse(byte[] contents) throws IOException {
    Files.write(file, contents);
    double[] before = parameters(instance);
    assertInstanceOf(IOException.class,
        assertThrows(GeneratedClass.CheckedException.class, () -> instance.call("load", file)).getCause());
    assertArrayEquals(before, parameters(instance));
  }
}
