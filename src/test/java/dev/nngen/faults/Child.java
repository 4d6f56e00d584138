package dev.nngen.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Virtual machines with this one's class path. */
final class Child {

  /** The command {@code nngen}. */
  static final String MAIN = "dev.nngen.cli.Main";

  private Child() {}

  /** The results of a child process: its exit status and its output. */
  record Result(int status, String out, String err) {}

  /** The command of a virtual machine that runs a main class. */
  static List<String> command(String java, List<String> options, String main, Object... arguments) {
    List<String> command = new ArrayList<>(List.of(java, "-Xss4m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), main));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Runs the command {@code nngen} to its end. */
  static Result nngen(Path folder, Object... arguments) throws IOException, InterruptedException {
    return run(folder, command(java(), List.of(), MAIN, arguments));
  }

  static Result run(Path folder, List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "child", ".out");
    Path err = Files.createTempFile(folder, "child", ".err");
    Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(300, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " takes too long");
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
