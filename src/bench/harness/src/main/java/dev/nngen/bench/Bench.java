package dev.nngen.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares peers side by side and prints Markdown tables; {@code ./run --help} describes the options.
 */
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) throws IOException {
    Settings settings = Settings.parse(arguments);
    Path log = settings.home().resolve("target/workers.log");
    Files.createDirectories(log.getParent());
    Files.deleteIfExists(log);
    Path markdown = settings.home().resolve("target/results.md");
    List<PeerModule> modules = PeerModule.below(settings.home());
    List<Comparison> comparisons = new ArrayList<>();
    for (Workload workload : settings.workloads()) {
      for (Precision precision : settings.precisions()) {
        try (Contest contest = Contest.of(modules, settings, workload, precision, log)) {
          comparisons.addAll(contest.run());
        }
        // What there is so far is of use when somebody ends a long run.
        Files.writeString(settings.json(), new Report(settings, comparisons).json());
        Files.writeString(markdown, new Report(settings, comparisons).markdown());
      }
    }
    System.out.println(Files.readString(markdown));
    System.out.println("All numbers: " + settings.json());
  }
}
