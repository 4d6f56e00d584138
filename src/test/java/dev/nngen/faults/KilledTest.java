package dev.nngen.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.cli.Commands;
import dev.nngen.codegen.GeneratedClass;
import dev.nngen.compiler.Options;
import dev.nngen.fuzz.Hostile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes another state over the one on disk is killed at random moments from its first change of the folder on: on disk is
 * one or the other, and never half of one.
 */
@Slow
class KilledTest {

  /** Of each test; together there are at least 50. */
  private static final int KILLS = Integer.getInteger("nngen.kills", 17);
  private static final String MODEL = "model Net { input X[2]; target Y[1]; H = dense(X, UNITS) |> tanh; P = dense(H, 1); "
      + "minimize J = mean(squared(P, Y)); train adam(rate = 0.1); }";

  @TempDir
  private Path folder;
  private Path first;
  private Path second;
  private final Random random = new Random(20261122);

  @BeforeEach
  void writeModels() throws IOException {
    first = Files.writeString(Files.createDirectory(folder.resolve("1")).resolve("Net.nn"), MODEL.replace("UNITS", "3"));
    second = Files.writeString(Files.createDirectory(folder.resolve("2")).resolve("Net.nn"), MODEL.replace("UNITS", "40"));
  }

  @Test
  void whileGenerating() throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    outlivesKills(out, List.of(first, "-d", out), List.of(second, "-d", out), 5_000);
  }

  @Test
  void whileTraining() throws IOException, InterruptedException {
    Path data = folder.resolve("data.csv");
    Files.writeString(data, "a,b,y\n" + "0,1,1\n1,0,1\n1,1,0\n0,0,0\n".repeat(5));
    Path out = folder.resolve("out");
    List<Object> train = List.of("train", first, "--data", data, "-d", out, "-q", "--epochs", 2, "--kernels", "ejml", "--seed");
    outlivesKills(out, with(train, 1), with(train, 2), 100_000);
  }

  @Test
  void whileSaving() throws IOException, InterruptedException {
    Path file = folder.resolve("Net.safetensors");
    GeneratedClass net = Hostile.compile(MODEL.replace("UNITS", "3000"), Options.DEFAULT);
    GeneratedClass.Instance reader = net.create(1);
    List<String> command = Child.command(Child.java(), List.of(), Saving.class.getName(), Saving.write(net, folder.resolve("classes")), file);
    for (int kill = 0; kill < KILLS; kill++) {
      saveAndKill(command);
      reader.call("load", file);
      assertEquals(List.of(), leftovers(folder).stream().filter(name -> !name.endsWith(".tmp")).toList());
      removeTemporaries(folder);
    }
  }

  private static List<Object> with(List<Object> words, Object last) {
    List<Object> all = new ArrayList<>(words);
    all.add(last);
    return all;
  }

  /** @param micros how long writing may take */
  private void outlivesKills(Path out, List<?> one, List<?> other, int micros) throws IOException, InterruptedException {
    Commands.quiet(one);
    Map<String, byte[]> before = contents(out);
    Commands.quiet(other);
    Map<String, byte[]> after = contents(out);
    assertEquals(before.keySet(), after.keySet());
    for (int kill = 0; kill < KILLS; kill++) {
      boolean isBefore = contents(out).entrySet().stream().allMatch(file -> Arrays.equals(file.getValue(), before.get(file.getKey())));
      changeAndKill(out, isBefore ? other : one, micros);
      Map<String, byte[]> now = contents(out);
      assertEquals(before.keySet(), now.keySet(), "kill " + kill);
      now.forEach((name, bytes) -> assertTrue(Arrays.equals(bytes, before.get(name)) || Arrays.equals(bytes, after.get(name)), name));
      removeTemporaries(out);
    }
  }

  /** Kills the command at a random moment after it began to change the folder. */
  private void changeAndKill(Path out, List<?> words, int micros) throws IOException, InterruptedException {
    try (WatchService changes = out.getFileSystem().newWatchService()) {
      out.register(changes, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_DELETE);
      Process process = new ProcessBuilder(Child.command(Child.java(), List.of(), Child.MAIN, words.toArray()))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        assertNotNull(changes.poll(300, TimeUnit.SECONDS), "nothing is written");
        TimeUnit.MICROSECONDS.sleep(random.nextInt(micros));
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private void saveAndKill(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var out = process.inputReader()) {
      assertEquals("ready", out.readLine(), () -> "ended with " + process.exitValue());
      TimeUnit.MICROSECONDS.sleep(random.nextInt(100_000));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** The files by name, but for temporary ones, which a killed process may leave. */
  private static Map<String, byte[]> contents(Path folder) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (Path file : files(folder)) {
      if (!file.toString().endsWith(".tmp")) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static List<String> leftovers(Path folder) throws IOException {
    return files(folder).stream().map(file -> file.getFileName().toString()).filter(name -> !name.equals("Net.safetensors")).toList();
  }

  private static void removeTemporaries(Path folder) throws IOException {
    for (Path file : files(folder)) {
      if (file.toString().endsWith(".tmp")) {
        Files.delete(file);
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
