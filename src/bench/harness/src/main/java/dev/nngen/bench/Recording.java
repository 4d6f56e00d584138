package dev.nngen.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A peer's losses and gradients of small networks in a text file, for the compiler's own tests. A network has a line for its name, then
 * one each for batch, parameters, x, y, loss and gradient; the order of numbers is that of {@link Data}.
 */
final class Recording {

  private static final int LARGEST = 1200;

  private Recording() {}

  /** Adds a network, unless it is too large for a file of that kind. */
  static void append(Path file, Workload workload, Prepared.Gradient gradient) throws IOException {
    if (workload.parameters() > LARGEST) {
      return;
    }
    Data data = Data.of(workload);
    String text = "model " + workload + " " + workload.description() + "\nbatch " + workload.batch() + "\nparameters " + line(data.parameters())
        + "\nx " + line(data.x()) + "\ny " + line(data.y()) + "\nloss " + gradient.loss() + "\ngradient " + line(gradient.values()) + "\n";
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String line(double[] values) {
    return Arrays.stream(values).mapToObj(value -> value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value))
        .collect(Collectors.joining(" "));
  }
}
