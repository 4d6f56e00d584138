package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of generated classes: training goes on from them exactly, and nothing damaged is let in. */
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
