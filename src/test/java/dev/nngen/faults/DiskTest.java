package dev.nngen.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nngen.Slow;
import dev.nngen.cli.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, folders that cannot be written, several commands that write into one folder. */
@Slow
@EnabledOnOs(OS.LINUX)
class DiskTest {

  private static final String MODEL = "model Net { input X[2]; target Y[1]; H = dense(X, UNITS) |> tanh; P = dense(H, 1); "
      + "minimize J = mean(squared(P, Y)); train adam(rate = 0.1); }";

  @TempDir
  private Path folder;
  private Path model;
  private Path data;

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.writeString(folder.resolve("Net.nn"), MODEL.replace("UNITS", "3"));
    data = Files.writeString(folder.resolve("data.csv"), "a,b,y\n" + "0,1,1\n1,0,1\n1,1,0\n0,0,0\n".repeat(5));
  }

  /** The command of a shell that makes conditions worse before it becomes nngen. */
  private static List<String> shell(String script, Object... nngen) {
    List<String> command = new ArrayList<>(List.of("bash", "-c", script + "; exec \"$@\"", "bash"));
    command.addAll(Child.command(Child.java(), List.of(), "dev.nngen.cli.Main", nngen));
    return command;
  }

  private static void assertRefused(Child.Result result, String reason) {
    assertEquals(1, result.status(), result.toString());
    assertEquals("", result.out());
    assertTrue(result.err().contains("cannot write") && result.err().contains(reason), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void withoutAFolderWhatIsWrittenLiesInTheCurrentOne() throws IOException, InterruptedException {
    String here = "cd '" + Files.createDirectory(folder.resolve("here")) + "'";
    assertEquals(new Child.Result(0, "Net.java\n", ""), Child.run(folder, shell(here, model)));
    assertEquals(new Child.Result(0, "Net.java\n", ""), Child.run(folder, shell(here, model, "-d", ".")));
    assertEquals(new Child.Result(0, "../here/sub/Net.java\n", ""), Child.run(folder, shell(here, model, "-d", "../here/./sub/../sub")));
    assertEquals(new Child.Result(0, "", ""), Child.run(folder, shell(here, "explain", model, "-o", "Net.txt")));
    Child.Result trained = Child.run(folder, shell(here, "train", model, "--data", data, "-q", "--epochs", 1));
    assertEquals(0, trained.status(), trained.toString());
    Child.Result predicted = Child.run(folder, shell(here, "predict", model, "--data", data, "--weights", "Net.safetensors", "-o", "Net.csv"));
    assertEquals(0, predicted.status(), predicted.toString());
    assertEquals(List.of("Net.csv", "Net.history.csv", "Net.java", "Net.report.html", "Net.safetensors", "Net.txt", "sub"),
        names(folder.resolve("here")));
  }

  /** A limit on the size of files stops writing half way, as a full disk does, and needs no rights. */
  @Test
  void aFileThatCannotBeFinishedLeavesTheOldOne() throws IOException, InterruptedException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(out.resolve("Net.java"), "old");
    assertRefused(Child.run(folder, shell("ulimit -f 8", model, "-d", out)), "File too large");
    assertEquals("old", Files.readString(out.resolve("Net.java")));
    assertEquals(List.of("Net.java"), names(out));
  }

  @Test
  void trainingThatCannotBeSavedLeavesTheOldWeights() throws IOException, InterruptedException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.writeString(out.resolve("Net.safetensors"), "old");
    Path large = Files.writeString(folder.resolve("Large.nn"), MODEL.replace("UNITS", "3000"));
    Child.Result result = Child.run(folder, shell("ulimit -f 64", "train", large, "--data", data, "-d", out, "-q", "--epochs", 1));
    assertEquals(1, result.status(), result.toString());
    assertFalse(result.err().contains("\tat "), result.err());
    assertTrue(result.err().contains("File too large"), result.err());
    assertEquals("old", Files.readString(out.resolve("Net.safetensors")));
    assertEquals(List.of("Net.safetensors"), names(out));
  }

  /** The real thing, where this process may mount: in a namespace of its own, which its end removes. */
  @Test
  void aFullDiskLeavesTheOldFile() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    String mount = "mount -t tmpfs -o size=16k none " + disk;
    boolean possible = tool("unshare --map-root-user --mount bash -c '" + mount + "'");
    assumeTrue(possible, "skipped: this machine lets nobody mount a small disk");
    List<String> command = new ArrayList<>(List.of("unshare", "--map-root-user", "--mount"));
    command.addAll(shell("set -e; " + mount + "; echo -n old >" + disk + "/Net.java; trap 'cat " + disk + "/Net.java; ls " + disk + " >&2' EXIT",
        model, "-d", disk));
    // The shell has to outlive the command, to look at the disk that goes with it.
    command.replaceAll(word -> word.replace("; exec \"$@\"", "; \"$@\""));
    Child.Result result = Child.run(folder, command);
    assertEquals(1, result.status(), result.toString());
    assertEquals("old", result.out());
    assertTrue(result.err().contains("No space left on device"), result.err());
    assertTrue(result.err().endsWith("Net.java\n"), result.err());
  }

  private static boolean tool(String script) throws IOException, InterruptedException {
    return new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
        .waitFor() == 0;
  }

  @Test
  void foldersThatCannotBeWrittenAreAnError() throws IOException, InterruptedException {
    assertRefused(Child.nngen(folder, model, "-d", "/proc/nngen"), "/proc/nngen");
    assertRefused(Child.nngen(folder, model, "-d", data.resolve("below-a-file")), "data.csv");
    Path out = Files.createDirectory(folder.resolve("read-only"));
    assertTrue(out.toFile().setWritable(false, false));
    assumeTrue(!Files.isWritable(out), "skipped in part: to root every folder is writable");
    assertRefused(Child.nngen(folder, model, "-d", out), "read-only");
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoFault() throws IOException, InterruptedException {
    Child.Result result = Child.run(folder, shell("exec > >(exec true); sleep 0.5", "explain", model));
    assertEquals(0, result.status(), result.err());
    assertEquals("", result.err());
  }

  @Test
  void aStandardOutputThatIsFullIsAnError() throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: there is no /dev/full");
    Child.Result result = Child.run(folder, shell("exec >/dev/full", "explain", model));
    assertEquals(1, result.status());
    assertEquals("nngen: the standard output cannot be written: No space left on device\n", result.err());
  }

  @Test
  void commandsThatRunAtOnceLeaveWholeFiles() throws Exception {
    Path other = Files.writeString(Files.createDirectory(folder.resolve("other")).resolve("Net.nn"), MODEL.replace("UNITS", "40"));
    Path out = folder.resolve("out");
    Commands.quiet(List.of(model, "-d", out));
    String one = Files.readString(out.resolve("Net.java"));
    Commands.quiet(List.of(other, "-d", out));
    List<String> whole = List.of(one, Files.readString(out.resolve("Net.java")));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> runs = new ArrayList<>();
    for (int run = 0; run < 40; run++) {
      Path file = run % 2 == 0 ? model : other;
      runs.add(threads.submit(() -> Commands.quiet(List.of(file, "-d", out))));
    }
    threads.shutdown();
    while (!threads.isTerminated()) {
      assertTrue(whole.contains(Files.readString(out.resolve("Net.java"))));
    }
    for (Future<?> run : runs) {
      run.get();
    }
    assertEquals(List.of("Net.java"), names(out));
  }
}
