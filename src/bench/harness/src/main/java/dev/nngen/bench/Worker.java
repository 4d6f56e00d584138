package dev.nngen.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ServiceLoader;

/**
 * The process of one peer. Peers need class paths, options and environments that exclude each other, and share no compiled code, so
 * each has a process of its own; it sleeps until a command arrives, so peers take turns in each round.
 *
 * <p>Commands come as lines, answers go as lines that begin with {@link #MARK}; libraries print what they like in between.
 * <pre>
 * prepare PEER WORKLOAD PRECISION    ok, or unsupported
 * gradient FILE                      the loss; writes the gradient to the file
 * run step|predict NANOSECONDS       the number of runs, elapsed nanoseconds, and processor time of all threads
 * </pre>
 */
public final class Worker {

  /** The prefix of answers. */
  static final String MARK = "@@ ";

  private final PrintStream out;
  private Prepared prepared;

  private Worker(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    Worker worker = new Worker(System.out);
    // What libraries print must not look like an answer.
    System.setOut(System.err);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      worker.answer(line.split(" "));
    }
    // Native libraries leave threads behind that would keep the process alive.
    Runtime.getRuntime().halt(0);
  }

  private void answer(String[] command) {
    String answer;
    try {
      answer = switch (command[0]) {
        case "prepare" -> prepare(command[1], Workload.valueOf(command[2]), Precision.of(command[3]));
        case "gradient" -> gradient(Path.of(command[1]));
        case "run" -> run(command[1], Long.parseLong(command[2]));
        default -> throw new IllegalArgumentException(command[0]);
      };
    } catch (Exception | LinkageError fault) {
      fault.printStackTrace();
      answer = "failed " + fault.toString().replace('\n', ' ');
    }
    out.println(MARK + answer);
    out.flush();
  }

  private String prepare(String name, Workload workload, Precision precision) throws Exception {
    Peer peer = peer(name);
    if (!peer.supports(workload, precision)) {
      return "unsupported";
    }
    prepared = peer.prepare(workload, precision);
    return "ok";
  }

  /** The peer of that name on this class path. */
  static Peer peer(String name) {
    return ServiceLoader.load(Peer.class).stream().map(ServiceLoader.Provider::get).filter(peer -> peer.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no peer " + name));
  }

  private String gradient(Path file) throws Exception {
    Prepared.Gradient gradient = prepared.gradient();
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * gradient.values().length);
    bytes.asDoubleBuffer().put(gradient.values());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    return Double.toString(gradient.loss());
  }

  private String run(String what, long nanoseconds) throws Exception {
    long before = ProcessorTime.now();
    Stopwatch stopwatch = new Stopwatch(nanoseconds);
    if (what.equals("step")) {
      while (stopwatch.goesOn()) {
        prepared.step();
      }
    } else {
      while (stopwatch.goesOn()) {
        prepared.predict();
      }
    }
    return stopwatch.count() + " " + stopwatch.elapsed() + " " + (ProcessorTime.now() - before);
  }
}
