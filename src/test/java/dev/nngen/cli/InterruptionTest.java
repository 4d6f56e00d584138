package dev.nngen.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Training in a separate process that gets a real signal in the middle, and continues to the same bits as without it. */
@Slow
@DisabledOnOs(OS.WINDOWS)
class InterruptionTest {

  private static final Path SAMPLE = Path.of("generated-samples/iris");
  private static final String CHECKPOINT = "Iris.checkpoint.safetensors";

  @TempDir
  private Path folder;
  private Path data;

  @BeforeEach
  void copyData() throws IOException {
    data = Files.copy(SAMPLE.resolve("iris.csv"), folder.resolve("iris.csv"));
  }

  private List<Object> arguments(Path to, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("train", SAMPLE.resolve("iris.nn"), "--data", data, "--epochs", 1000, "--class-weights",
        "balanced", "-d", to));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private Command train(Path to, Object... more) {
    Command command = Command.run(arguments(to, more).toArray());
    assertEquals(0, command.status(), command.err());
    return command;
  }

  /** Starts the command and ends it with a signal after some epochs; what it said last. */
  private String interrupt(String signal, Path to, Object... more) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-cp", System.getProperty("java.class.path"), Main.class.getName()));
    arguments(to, more).forEach(word -> words.add(word.toString()));
    Process process = new ProcessBuilder(words).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    String last = "";
    try (BufferedReader err = process.errorReader()) {
      boolean sent = false;
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        if (!sent && line.startsWith("epoch 7/")) {
          sent = true;
          assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor());
        }
        last = line;
      }
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertTrue(process.exitValue() > 128, "exit status " + process.exitValue());
    return last;
  }

  /** A process that is started in the background of a shell ignores SIGINT, and so do all that it starts. */
  private static String interruptSignal() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return "INT";
    }
    try (Stream<String> lines = Files.lines(status)) {
      long ignored = lines.filter(line -> line.startsWith("SigIgn:")).mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16)).sum();
      return (ignored & 0b10) == 0 ? "INT" : "TERM";
    }
  }

  private static void assertSameFiles(Path expected, Path actual) throws IOException {
    for (String file : List.of("Iris.safetensors", "Iris.history.csv")) {
      assertArrayEquals(Files.readAllBytes(expected.resolve(file)), Files.readAllBytes(actual.resolve(file)), file);
    }
  }

  @Test
  void resumesToTheSameBits() throws Exception {
    train(folder.resolve("whole"), "-q");
    Path parts = folder.resolve("parts");
    String said = interrupt(interruptSignal(), parts);
    assertTrue(said.startsWith("interrupted in epoch ") && said.contains(CHECKPOINT), said);
    assertFalse(Files.exists(parts.resolve("Iris.safetensors")));
    assertTrue(Files.exists(parts.resolve(CHECKPOINT)));
    train(parts, "-q", "--resume");
    assertSameFiles(folder.resolve("whole"), parts);
    assertFalse(Files.exists(parts.resolve(CHECKPOINT)), "the checkpoint is used up");

    Path killed = folder.resolve("killed");
    interrupt("KILL", killed, "--checkpoint-every", 3);
    train(killed, "-q", "--resume", "--checkpoint-every", 3);
    assertSameFiles(folder.resolve("whole"), killed);
    assertTrue(Files.exists(killed.resolve(CHECKPOINT)));
  }

  @Test
  void otherDataAreRefused() throws Exception {
    interrupt(interruptSignal(), folder);
    Files.writeString(data, Files.readString(data).replaceFirst("5\\.1", "5.2"));
    Command command = Command.run(arguments(folder, "-q", "--resume").toArray());
    assertEquals(1, command.status());
    assertTrue(command.err().contains("error[E211]") && command.err().contains("the data, its split and scaling"), command.err());
    Command none = Command.run(arguments(folder.resolve("empty"), "-q", "--resume").toArray());
    assertTrue(none.err().contains("no checkpoint to continue from"), none.err());
  }
}
