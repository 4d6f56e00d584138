package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.Slow;
import dev.nngen.autodiff.Autodiff;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import dev.nngen.lower.Lowering;
import dev.nngen.model.ModelText;
import dev.nngen.simplify.Simplifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers over tensors and sequences against libtorch's own, in f64: the loss and all gradients by the interpreter, before anything is simplified, and by
 * a generated class; by the class also the losses of twenty training steps and the running statistics after them. {@code src/bench/run --layers FILE} recorded libtorch's
 * numbers; data and parameters are drawn here as there.
 */
@Slow
class LibtorchLayersTest {

  private static final double TOLERANCE = 1e-10;
  /** Tolerance of the state after twenty steps. */
  private static final double AFTER_STEPS = 1e-9;

  private static Map<String, GeneratedClass> classes;

  /** The results that libtorch computes for a network. */
  record Recorded(String text, int samples, double loss, double[] gradient, double[] losses, double[] state) {

    @Override
    public String toString() {
      return text;
    }
  }

  static List<Recorded> recorded() throws IOException {
    try (var in = LibtorchLayersTest.class.getResourceAsStream("libtorch-layers.txt")) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return IntStream.range(0, lines.size() / 6).mapToObj(k -> lines.subList(6 * k, 6 * k + 6)).map(part -> new Recorded(part.get(0), (int) numbers(part.get(1))[0],
          numbers(part.get(2))[0], numbers(part.get(3)), numbers(part.get(4)), numbers(part.get(5)))).toList();
    }
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
  }

  /** All classes by one call of javac; each set of kernels has a third of them. */
  @BeforeAll
  static void compile() throws IOException {
    List<String> texts = recorded().stream().map(Recorded::text).toList();
    List<JavaText> sources = new ArrayList<>();
    for (int k = 0; k < texts.size(); k++) {
      Program<? extends Phase.Differentiated> simplified = Simplifier.simplify(differentiated(texts.get(k)));
      KernelSet kernels = KernelSets.ALL.get(k % KernelSets.ALL.size());
      sources.add(JavaEmitter.emit(kernels.plan(simplified), Agreement.options(kernels)));
    }
    List<GeneratedClass> compiled = GeneratedClass.compile(sources);
    classes = new LinkedHashMap<>();
    for (int k = 0; k < texts.size(); k++) {
      classes.put(texts.get(k), compiled.get(k));
    }
  }

  private static Program<? extends Phase.Differentiated> differentiated(String text) {
    return Autodiff.differentiate(Lowering.lower(ModelText.model(text)));
  }

  @Test
  void thereIsANetworkForEachLayer() throws IOException {
    String all = String.join("\n", recorded().stream().map(Recorded::text).toList());
    for (String layer : List.of("conv1d", "conv2d", "depthwise2d", "maxpool2d", "avgpool2d", "globalavgpool", "embedding", "layernorm", "rmsnorm", "groupnorm", "batchnorm",
        "attention", "causalattention", "transformer", "rnn", "lstm", "gru", "bidirectional")) {
      assertTrue(all.contains(layer + "("), layer);
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void theInterpreterAgrees(Recorded recorded) {
    Program<? extends Phase.Differentiated> model = differentiated(recorded.text);
    Interpreter interpreter = new Interpreter(model.graph(), leaves(model, recorded.samples), Map.of("m", recorded.samples));
    assertEquals(recorded.loss, interpreter.value(model.loss().orElseThrow())[0], TOLERANCE * Math.abs(recorded.loss));
    agree("gradient", recorded.gradient, model.gradients().stream().flatMapToDouble(name -> Arrays.stream(interpreter.value(name))).toArray(), TOLERANCE);
  }

  /** Data and parameters as libtorch had them; states begin as the model says. */
  private static Map<String, double[]> leaves(Program<? extends Phase.Differentiated> model, int samples) {
    Map<String, double[]> leaves = new LinkedHashMap<>();
    Interpreter sizes = new Interpreter(model.graph(), Map.of(), Map.of("m", samples));
    List<String> data = Stream.concat(model.inputs().stream(), model.targets().stream()).toList();
    for (int k = 0; k < data.size(); k++) {
      Integer below = model.counts().get(data.get(k));
      int entries = entries(model, sizes, data.get(k));
      leaves.put(data.get(k), below == null ? new Random(k).doubles(entries, -2, 2).toArray() : new Random(k).ints(entries, 0, below).asDoubleStream().toArray());
    }
    Random random = new Random(1000);
    model.parameters().forEach(parameter -> leaves.put(parameter.name(), random.doubles(entries(model, sizes, parameter.name()), -1, 1).toArray()));
    model.modelStates().forEach(state -> {
      double[] initial = new double[state.rows() * state.columns()];
      Arrays.fill(initial, ((Program.Initial.Constant) state.initial()).value());
      leaves.put(state.name(), initial);
    });
    return leaves;
  }

  private static int entries(Program<? extends Phase.Differentiated> model, Interpreter sizes, String name) {
    return ((Node.Leaf) model.graph().node(model.graph().named(name).node())).shape().stream().mapToInt(sizes::size).reduce(1, Math::multiplyExact);
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void theGeneratedClassAgrees(Recorded recorded) {
    Program<? extends Phase.Differentiated> model = differentiated(recorded.text);
    Map<String, double[]> leaves = leaves(model, recorded.samples);
    GeneratedClass.Instance net = classes.get(recorded.text).create(recorded.samples);
    net.call("initialize", 1L);
    net.call("setParameters", model.parameters().stream().flatMapToDouble(parameter -> Arrays.stream(leaves.get(parameter.name()))).toArray(), 0);
    Object[] data = Stream.concat(model.inputs().stream(), model.targets().stream()).map(name -> argument(model, name, leaves.get(name), recorded.samples)).toArray();

    assertEquals(recorded.loss, net.<Double>call("gradients", data), TOLERANCE * Math.abs(recorded.loss));
    double[] gradient = new double[recorded.gradient.length];
    net.call("addGradients", gradient, 0);
    agree("gradient", recorded.gradient, gradient, TOLERANCE);

    double[] losses = IntStream.range(0, recorded.losses.length).mapToDouble(step -> net.<Double>call("step", data)).toArray();
    agree("losses", recorded.losses, losses, AFTER_STEPS);
    if (recorded.state.length > 0) {
      double[] state = new double[recorded.state.length];
      net.call("getState", state, 0);
      agree("state", recorded.state, state, AFTER_STEPS);
    }
  }

  private static Object argument(Program<? extends Phase.Differentiated> model, String name, double[] entries, int samples) {
    return model.counts().containsKey(name) ? Arrays.stream(entries).mapToInt(entry -> (int) entry).toArray() : DMatrixRMaj.wrap(entries.length / samples, samples, entries.clone());
  }

  private static void agree(String what, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, what);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int k = 0; k < expected.length; k++) {
      assertEquals(expected[k], actual[k], tolerance * largest, what + " " + k);
    }
  }
}
