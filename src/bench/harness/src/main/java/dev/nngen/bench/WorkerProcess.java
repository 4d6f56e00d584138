package dev.nngen.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The client of a {@link Worker} process. */
final class WorkerProcess implements AutoCloseable {

  private final String peer;
  private final String name;
  private final Process process;
  private final BufferedReader answers;

  /** Starts a process; other output than answers goes to the log. */
  WorkerProcess(PeerModule module, String peer, String name, int threads, Path log) throws IOException {
    this.peer = peer;
    this.name = name;
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(module.javaOptions());
    command.add("-D" + Peer.THREADS + "=" + threads);
    command.addAll(List.of("-cp", module.classPath(), Worker.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(module.environment(threads));
    process = builder.start();
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** The peer's name in this run. */
  String name() {
    return name;
  }

  /** Requests a network without waiting. */
  void prepare(Workload workload, Precision precision) throws IOException {
    send("prepare " + peer + " " + workload + " " + precision.label());
  }

  /** Waits for the requested network; returns whether the peer supports it. */
  boolean prepared() throws IOException {
    return !answer().equals("unsupported");
  }

  Prepared.Gradient gradient() throws IOException {
    File file = File.createTempFile("gradient", null);
    try {
      send("gradient " + file);
      double loss = Double.parseDouble(answer());
      var values = java.nio.ByteBuffer.wrap(Files.readAllBytes(file.toPath())).asDoubleBuffer();
      double[] gradient = new double[values.remaining()];
      values.get(gradient);
      return new Prepared.Gradient(loss, gradient);
    } finally {
      Files.delete(file.toPath());
    }
  }

  /** Runs for about the given time. */
  Turn run(String what, long nanoseconds) {
    try {
      send("run " + what + " " + nanoseconds);
      String[] answer = answer().split(" ");
      double count = Double.parseDouble(answer[0]);
      return new Turn(Double.parseDouble(answer[1]) / count, Double.parseDouble(answer[2]) / count);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private void send(String command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  private String answer() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(Worker.MARK + "failed ")) {
        throw new IOException(peer + ": " + line.substring(Worker.MARK.length()));
      }
      if (line.startsWith(Worker.MARK)) {
        return line.substring(Worker.MARK.length());
      }
    }
    throw new IOException(peer + ": the process ended");
  }

  /** Ends the process, by force if it does not respond. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException fault) {
      process.destroyForcibly();
    } catch (InterruptedException interruption) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
