package dev.nngen.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Measures how long libraries train 784-128-10 until it reaches an accuracy on Fashion-MNIST's test images: {@code FOLDER SHARE ROUNDS NAMES}.
 * In each round every library has its turn, alone, with the round's seed.
 */
public final class TimeToAccuracy {

  /** The result of one turn. */
  private record Run(double epochs, double accuracy, double processorSeconds, double seconds) {}

  private TimeToAccuracy() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path home = Path.of(System.getProperty("bench.home"));
    int rounds = Integer.parseInt(arguments[2]);
    List<String> names = List.of(arguments[3].split(","));
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (PeerModule module : PeerModule.below(home)) {
        for (String name : module.peers().stream().filter(names::contains).toList()) {
          Optional<Run> run = run(home, module, name, arguments[0], round, arguments[1]);
          run.ifPresent(one -> runs.computeIfAbsent(name, any -> new ArrayList<>()).add(one));
          System.err.println("round " + round + " " + name + " " + run.map(Run::toString).orElse("failed, see target/workers.log"));
        }
      }
    }
    print(runs, rounds, arguments[1]);
  }

  private static Optional<Run> run(Path home, PeerModule module, String name, String folder, int seed, String share)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(module.javaOptions());
    command.addAll(List.of("-cp", module.classPath(), LearnerProcess.class.getName(), name, folder, Integer.toString(seed), share));
    Path log = Files.createDirectories(home.resolve("target")).resolve("workers.log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(module.environment(1));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.lines().filter(line -> line.startsWith(Worker.MARK)).findFirst()
        .map(line -> Arrays.stream(line.substring(Worker.MARK.length()).split(" ")).mapToDouble(Double::parseDouble).toArray())
        .map(values -> new Run(values[0], values[1], values[2], values[3]));
  }

  private static void print(Map<String, List<Run>> runs, int rounds, String share) {
    System.out.println("Median of " + rounds + " seeds [least, most] until " + share + " of the test images are right");
    System.out.println();
    System.out.println("| | epochs | accuracy | processor seconds | elapsed seconds | processor seconds an epoch |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    runs.forEach((name, all) -> System.out.println("| " + name + " | " + column(all, Run::epochs, "%.0f") + " | "
        + column(all, Run::accuracy, "%.3f") + " | " + column(all, Run::processorSeconds, "%.2f") + " | " + column(all, Run::seconds, "%.2f")
        + " | " + column(all, run -> run.processorSeconds() / run.epochs(), "%.2f") + " |"));
  }

  private static String column(List<Run> runs, ToDoubleFunction<Run> value, String format) {
    double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
    double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    return String.format(Locale.ROOT, format + " [" + format + ", " + format + "]", median, sorted[0], sorted[sorted.length - 1]);
  }
}
