package dev.nngen.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Options;
import dev.nngen.diag.Source;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.lower.Program;
import dev.nngen.samples.Texts;
import dev.nngen.train.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of the library and index equations compute what the ONNX project's own tests of operators say, an oracle from outside of this project. */
@Slow
class OnnxOperatorsTest {

  private static final Path FOLDER = Path.of("src/test/resources/dev/nngen/onnx/operators");
  private static final Map<String, Map<?, ?>> TESTS = tests();

  /**
   * An operator in the language.
   *
   * @param test its test among those of ONNX
   * @param output which of the test's outputs Y is
   * @param data the test's input of each leaf, or a number that fills the leaf; of other leaves it has the same name
   */
  record Operator(String test, int output, Map<String, String> data, String statements) {

    static Operator parse(String line) {
      String[] parts = line.split(" *\\| *", 3);
      Map<String, String> data = Arrays.stream(parts[1].split(" +")).filter(pair -> !pair.isEmpty()).map(pair -> pair.split("=")).collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
      String[] name = parts[0].split("#");
      return new Operator(name[0], name.length == 1 ? 0 : Integer.parseInt(name[1]), data, parts[2]);
    }

    @Override
    public String toString() {
      return test + " " + statements;
    }
  }

  static List<Operator> operators() {
    return Texts.read(FOLDER.resolve("models.txt")).lines().filter(line -> !line.startsWith("#")).map(Operator::parse).toList();
  }

  private static Map<String, Map<?, ?>> tests() {
    Map<String, Map<?, ?>> tests = new HashMap<>();
    try (var files = Files.list(FOLDER)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".json.gz")).toList()) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
          ((List<?>) Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8))).forEach(test -> tests.put((String) ((Map<?, ?>) test).get("name"), (Map<?, ?>) test));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return tests;
  }

  /** As it is written, and simplified. */
  @ParameterizedTest
  @MethodSource("operators")
  void valuesAreThoseOfOnnx(Operator operator) {
    CompiledModel model = Exported.compiled(new Source("t.nn", "model T { " + operator.statements() + " output Y; }"), Options.DEFAULT).get(0);
    for (Program<?> lowered : List.of(model.lowered(), model.simplified())) {
      Map<String, double[]> leaves = new HashMap<>();
      int samples = 1;
      for (String name : names(lowered)) {
        samples = Math.max(samples, samples(lowered.graph(), name, data(operator, name)));
      }
      Map<String, Integer> extents = Map.of("m", samples);
      for (String name : names(lowered)) {
        leaves.put(name, entries(lowered.graph(), name, data(operator, name), extents, false));
      }
      double[] actual = entries(lowered.graph(), "Y", new Interpreter(lowered.graph(), leaves, extents).value("Y"), extents, true);
      assertClose(output(operator), actual);
    }
  }

  private static List<String> names(Program<?> model) {
    List<String> names = new ArrayList<>(model.inputs());
    model.parameters().forEach(parameter -> names.add(parameter.name()));
    return names;
  }

  private static double[] data(Operator operator, String leaf) {
    String name = operator.data().getOrDefault(leaf, leaf);
    List<?> inputs = (List<?>) TESTS.get(operator.test()).get("inputs");
    return inputs.stream().map(input -> (Map<?, ?>) input).filter(input -> name.equals(input.get("name")) || name.equals(input.get("formal"))).findFirst().map(OnnxOperatorsTest::values)
        .orElseGet(() -> new double[] {Double.parseDouble(name)});
  }

  private static double[] output(Operator operator) {
    return values((Map<?, ?>) ((List<?>) TESTS.get(operator.test()).get("outputs")).get(operator.output()));
  }

  private static double[] values(Map<?, ?> tensor) {
    return ((List<?>) tensor.get("values")).stream().mapToDouble(value -> ((Number) value).doubleValue()).toArray();
  }

  private static int samples(Graph graph, String name, double[] entries) {
    List<Extent> shape = graph.node(graph.named(name).node()).shape();
    int perSample = shape.stream().mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b);
    return shape.contains(Extent.BATCH) ? entries.length / perSample : 1;
  }

  /** Entries in ONNX's order, samples first, as those of the graph's tensor; or the other way round. */
  private static double[] entries(Graph graph, String name, double[] given, Map<String, Integer> extents, boolean back) {
    Graph.Value value = graph.named(name);
    Node node = graph.node(value.node());
    List<Integer> order = new ArrayList<>(value.axes());
    Integer samples = node.shape().indexOf(Extent.BATCH);
    if (order.remove(samples)) {
      order.add(0, samples);
    }
    int[] sizes = node.shape().stream().mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : extents.get("m")).toArray();
    double[] result = new double[Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    for (int at = 0; at < result.length; at++) {
      int[] index = new int[sizes.length];
      int rest = at;
      for (int k = order.size() - 1; k >= 0; k--) {
        index[order.get(k)] = rest % sizes[order.get(k)];
        rest /= sizes[order.get(k)];
      }
      int own = IntStream.range(0, sizes.length).reduce(0, (offset, axis) -> offset * sizes[axis] + index[axis]);
      result[back ? at : own] = given[given.length == 1 ? 0 : back ? own : at];
    }
    return result;
  }

  /** The data are in single precision. */
  private static void assertClose(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int k = 0; k < expected.length; k++) {
      double apart = Math.abs(actual[k] - expected[k]);
      assertTrue(apart <= 2e-6 * Math.max(1, Math.abs(expected[k])), "entry " + k + ": " + actual[k] + " instead of " + expected[k]);
    }
  }

  @Test
  void everyTestIsUsed() {
    List<String> used = operators().stream().map(Operator::test).toList();
    assertEquals(List.of(), TESTS.keySet().stream().filter(test -> !used.contains(test)).sorted().toList());
  }
}
