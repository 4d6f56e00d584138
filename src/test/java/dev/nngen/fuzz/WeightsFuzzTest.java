package dev.nngen.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import dev.nngen.codegen.GeneratedClass;
import dev.nngen.compiler.Options;
import dev.nngen.train.Safetensors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile weights: an IOException, soon, little memory, and an object that is what it was. */
class WeightsFuzzTest {

  /** In a package whose branches Jazzer observes. */
  private static final GeneratedClass NET = Hostile.compile("model Net { input X[2]; target Y[1]; P = dense(X, 1); "
      + "minimize J = mean(squared(P, Y)); train heavyball(rate = 0.1); }",
      new Options("dev.nngen.fuzz.net", Options.Kernels.EJML, Optional.empty()));
  private static final Path FILE = Hostile.temporaryFile();

  static Stream<byte[]> files() {
    return Stream.concat(Stream.of(sound()), Corpus.read("weights.txt").stream());
  }

  /** What an object of the class saves. */
  static byte[] sound() {
    return Hostile.saved(trained(), FILE);
  }

  private static GeneratedClass.Instance trained() {
    GeneratedClass.Instance instance = NET.create(1);
    instance.call("initialize", 7L);
    return instance;
  }

  @MethodSource("files")
  @FuzzTest(maxDuration = "5m")
  void load(byte[] bytes) throws IOException {
    load("load", bytes);
  }

  @MethodSource("files")
  @FuzzTest(maxDuration = "5m")
  void loadParameters(byte[] bytes) throws IOException {
    load("loadParameters", bytes);
  }

  private static void load(String method, byte[] bytes) throws IOException {
    GeneratedClass.Instance instance = trained();
    byte[] before = sound();
    Files.write(FILE, bytes);
    long allocated = allocated();
    try {
      instance.call(method, FILE);
    } catch (GeneratedClass.CheckedException thrown) {
      assertInstanceOf(IOException.class, thrown.getCause());
      assertTrue(thrown.getCause().getMessage().length() < 200 + 4 * bytes.length, thrown.getCause().getMessage());
      assertTrue(allocated() - allocated < Hostile.allowance(bytes.length), () -> "allocated " + (allocated() - allocated));
      assertArrayEquals(before, Hostile.saved(instance, FILE));
      return;
    }
    byte[] after = Hostile.saved(instance, FILE);
    if (method.equals("load")) {
      assertArrayEquals(Hostile.entries(bytes), Hostile.entries(after));
    }
  }

  /** What reads weights for reports and for going on after an interruption. */
  @MethodSource("files")
  @FuzzTest(maxDuration = "5m")
  void safetensors(byte[] bytes) {
    // What is read for the first time may load classes, which Jazzer changes on this thread.
    read(bytes);
    long allocated = allocated();
    read(bytes);
    assertTrue(allocated() - allocated < Hostile.allowance(bytes.length), () -> "allocated " + (allocated() - allocated));
  }

  private static void read(byte[] bytes) {
    try {
      Safetensors read = Safetensors.read(bytes);
      long held = read.tensors().values().stream().mapToLong(tensor -> tensor.bytes().length).sum();
      assertTrue(held <= bytes.length, () -> held + " bytes out of " + bytes.length);
    } catch (IOException refused) {
      assertTrue(refused.getMessage().length() < 200 + 4 * bytes.length, refused.getMessage());
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
