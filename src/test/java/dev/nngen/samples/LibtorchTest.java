package dev.nngen.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.codegen.GeneratedClass;
import dev.nngen.diag.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses and gradients of networks against those that libtorch computes in f64. They were recorded by the benchmarks' check, which builds
 * the same networks with libtorch and feeds both the same numbers, and by a program beside it: {@code src/bench/README.md} has the commands.
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
    return recorded("libtorch-gradients.txt");
  }

  /** Networks of the library's functions, whose first line is their text and whose parameters are in the order of their declarations. */
  static List<Recorded> library() throws IOException {
    return recorded("libtorch-library.txt");
  }

  private static List<Recorded> recorded(String file) throws IOException {
    try (var in = LibtorchTest.class.getResourceAsStream(file)) {
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
    boolean text = model[0].equals("text");
    int[] sizes = text ? new int[0] : Stream.of(model[2].split("-")).mapToInt(Integer::parseInt).toArray();
    return new Recorded(text ? lines.get(0).substring("text ".length()) : model[1], sizes, (int) numbers(lines.get(1))[0], numbers(lines.get(2)), numbers(lines.get(3)), numbers(lines.get(4)),
        numbers(lines.get(5))[0], numbers(lines.get(6)));
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void agrees(Recorded recorded) {
    agrees(Texts.source(Texts.BENCHMARKS.resolve(recorded.name() + ".nn")), recorded);
  }

  @ParameterizedTest
  @MethodSource("library")
  void agreesOnTheLibrary(Recorded recorded) {
    agrees(new Source("library.nn", recorded.name()), recorded);
  }

  @Test
  void thereAreThirty() throws IOException {
    assertTrue(recorded().size() + library().size() >= 30);
  }

  private static void agrees(Source source, Recorded recorded) {
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
