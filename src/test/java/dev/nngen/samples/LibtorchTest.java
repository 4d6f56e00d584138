package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.codegen.GeneratedClass;
import dev.nngen.diag.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses and gradients of networks against those that libtorch computes in f64. They were recorded by the benchmarks' check, which builds
 * the same networks with libtorch and feeds both the same numbers: {@code src/bench/README.md} has the command.
 */
class LibtorchTest {

  private static final double TOLERANCE = 1e-10;

  /** A network, with a layer's weights as units x inputs, row by row, each followed by its bias. */
  record Recorded(String name, int[] sizes, int batch, double[] parameters, double[] x, double[] y, double loss, double[] gradient) {

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Recorded> recorded() throws IOException {
    try (var in = LibtorchTest.class.getResourceAsStream("libtorch-gradients.txt")) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      List<Recorded> recorded = new ArrayList<>();
      for (int at = 0; at < lines.size(); at += 7) {
        recorded.add(recorded(lines.subList(at, at + 7)));
      }
      return recorded;
    }
  }

  private static Recorded recorded(List<String> lines) {
    String[] model = lines.get(0).split("[ ,]+");
    int[] sizes = Stream.of(model[2].split("-")).mapToInt(Integer::parseInt).toArray();
    return new Recorded(model[1], sizes, (int) numbers(lines.get(1))[0], numbers(lines.get(2)), numbers(lines.get(3)), numbers(lines.get(4)),
        numbers(lines.get(5))[0], numbers(lines.get(6)));
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void agrees(Recorded recorded) {
    Source source = Texts.source(Texts.BENCHMARKS.resolve(recorded.name() + ".nn"));
    Net net = new Net(GeneratedClass.compile(Programs.generated(source)), recorded.batch()).initialize(1);
    net.setParameters(transposed(recorded.parameters(), recorded.sizes(), true));
    double loss = net.gradients(matrix(recorded.x(), recorded.batch()), matrix(recorded.y(), recorded.batch()));
    assertEquals(recorded.loss(), loss, TOLERANCE * Math.abs(recorded.loss()));
    double[] gradient = transposed(net.flatGradients(), recorded.sizes(), false);
    double largest = Arrays.stream(recorded.gradient()).map(Math::abs).max().orElseThrow();
    for (int k = 0; k < gradient.length; k++) {
      assertEquals(recorded.gradient()[k], gradient[k], TOLERANCE * largest, "entry " + k);
    }
  }

  private static DMatrixRMaj matrix(double[] values, int rows) {
    return DMatrixRMaj.wrap(rows, values.length / rows, values);
  }

  /** Between units x inputs, as recorded, and inputs x units, which models of rows hold. */
  private static double[] transposed(double[] parameters, int[] sizes, boolean fromRecorded) {
    double[] result = parameters.clone();
    int at = 0;
    for (int k = 1; k < sizes.length; k++) {
      int rows = fromRecorded ? sizes[k] : sizes[k - 1];
      int columns = fromRecorded ? sizes[k - 1] : sizes[k];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          result[at + j * rows + i] = parameters[at + i * columns + j];
        }
      }
      at += rows * columns + sizes[k];
    }
    return result;
  }
}
