package dev.nngen.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.nngen.codegen.GeneratedClass;
import dev.nngen.codegen.JavaText;
import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.Compiler;
import dev.nngen.compiler.Options;
import dev.nngen.diag.DiagnosticRenderer;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.lower.Program;
import dev.nngen.model.SourceLoader;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A model as a generated class and as an ONNX file, both with the same parameters. */
final class Exported {

  /** The largest size that is known at run time only. */
  private static final int LONGEST = 12;

  final CompiledModel model;
  final GeneratedClass.Instance network;
  final byte[] bytes;
  private final boolean single;

  private Exported(CompiledModel model, GeneratedClass type) throws NotExportable {
    this.model = model;
    this.single = model.simplified().singlePrecision();
    this.network = type.create(8, model.simplified().sizes().stream().mapToInt(size -> LONGEST).toArray());
    double[] parameters = parameters(new Random(7));
    if (single) {
      float[] narrow = new float[parameters.length];
      for (int k = 0; k < narrow.length; k++) {
        narrow[k] = (float) parameters[k];
        parameters[k] = narrow[k];
      }
      network.call("setParameters", narrow, 0);
    } else {
      network.call("setParameters", parameters, 0);
    }
    Map<String, double[]> entries = new LinkedHashMap<>();
    int from = 0;
    for (Program.Parameter parameter : model.simplified().parameters()) {
      int size = parameter.rows() * parameter.columns();
      entries.put(parameter.name(), Arrays.copyOfRange(parameters, from, from + size));
      from += size;
    }
    entries.putAll(states());
    this.bytes = OnnxExport.export(model.simplified(), new OnnxExport.Trained(entries, new double[0], new double[0], Map.of("about", "a test")), "test");
  }

  /** Gives the network positive states, as variances are, and returns them by name. */
  private Map<String, double[]> states() {
    Map<String, double[]> states = new LinkedHashMap<>();
    Random random = new Random(11);
    List<Double> all = new ArrayList<>();
    for (Program.ModelState state : model.simplified().modelStates()) {
      double[] entries = random.doubles((long) state.rows() * state.columns()).map(u -> (float) (0.5 + u)).toArray();
      states.put(state.name(), entries);
      Arrays.stream(entries).forEach(all::add);
    }
    double[] wide = all.stream().mapToDouble(Double::doubleValue).toArray();
    float[] narrow = new float[wide.length];
    for (int k = 0; k < wide.length; k++) {
      narrow[k] = (float) wide[k];
    }
    if (wide.length > 0) {
      network.call("setState", single ? narrow : wide, 0);
    }
    return states;
  }

  /** Positive and negative numbers as weights are, the smaller the more of them are added up. */
  private double[] parameters(Random random) {
    return model.simplified().parameters().stream().flatMap(parameter -> random.doubles((long) parameter.rows() * parameter.columns())
        .map(u -> (2 * u - 0.9) / Math.sqrt(parameter.columns())).boxed()).mapToDouble(Double::doubleValue).toArray();
  }

  /** The models of a text. */
  static List<CompiledModel> compiled(Source source, Options options) {
    Diagnostics diagnostics = new Diagnostics();
    List<CompiledModel> models = new Compiler(options, SourceLoader.NONE).derive(source, diagnostics);
    assertFalse(models.isEmpty() && diagnostics.hasErrors(), () -> new DiagnosticRenderer(false).render(diagnostics));
    return models;
  }

  static Options options(Options.Precision precision) {
    return new Options(precision == Options.Precision.F32 ? "f32" : "f64", Options.Kernels.PLAIN, Optional.of(precision));
  }

  static Exported of(CompiledModel model, Options options) throws NotExportable {
    return new Exported(model, GeneratedClass.compile(java(model, options)));
  }

  private static JavaText java(CompiledModel model, Options options) {
    return new JavaText(options.packageName(), model.simplified().name(), new Compiler(options, SourceLoader.NONE).generate(model).text());
  }

  /** The model of a text in every precision, whose classes one call of javac compiles. */
  static Map<Options.Precision, Exported> inEachPrecision(String text) throws NotExportable {
    Map<Options.Precision, CompiledModel> models = new EnumMap<>(Options.Precision.class);
    for (Options.Precision precision : Options.Precision.values()) {
      models.put(precision, compiled(new Source("net.nn", text), options(precision)).get(0));
    }
    Iterator<GeneratedClass> classes = GeneratedClass.compile(models.entrySet().stream().map(model -> java(model.getValue(), options(model.getKey()))).toList()).iterator();
    Map<Options.Precision, Exported> exported = new EnumMap<>(Options.Precision.class);
    for (Map.Entry<Options.Precision, CompiledModel> model : models.entrySet()) {
      exported.put(model.getKey(), new Exported(model.getValue(), classes.next()));
    }
    return exported;
  }

  static Exported of(String text, Options.Precision precision) throws NotExportable {
    return of(compiled(new Source("net.nn", text), options(precision)).get(0), options(precision));
  }

  /** The types of the operators, in order. */
  List<String> operators() {
    return OnnxReader.operators(bytes);
  }

  /** A size of the model that is known at run time only: 5, 6, .. with as many samples, and less with fewer. */
  private int size(String name, int samples) {
    return name.equals("batch") ? samples : samples + model.simplified().sizes().indexOf(name);
  }

  /** Sizes come before the data where these do not tell them. */
  private Object[] arguments(Object[] data, int samples) {
    boolean isTold = Arrays.stream(network.object().getClass().getMethods()).anyMatch(method -> method.getName().equals("predict") && method.getParameterCount() == data.length);
    return isTold ? data : Stream.concat(model.simplified().sizes().stream().map(name -> (Object) size(name, samples)), Arrays.stream(data)).toArray();
  }

  /**
   * Compares what the runtime and the class make of random samples.
   *
   * @return the largest difference, relative to outputs above 1; -1 if the runtime has no kernel for the precision
   */
  double difference(int samples) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(bytes)) {
      Random random = new Random(samples);
      Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
      Object[] arrays = new Object[session.getInputNames().size()];
      for (NodeInfo input : session.getInputInfo().values()) {
        TensorInfo info = (TensorInfo) input.getInfo();
        long[] shape = IntStream.range(0, info.getShape().length).mapToLong(k -> info.getShape()[k] < 0 ? size(info.getDimensionNames()[k], samples) : info.getShape()[k]).toArray();
        double[][] rows = rows(shape, model.simplified().counts().getOrDefault(input.getName(), 0), random);
        arrays[tensors.size()] = info.type == OnnxJavaType.INT64 ? whole(rows) : rows;
        tensors.put(input.getName(), tensor(environment, info.type, rows, shape));
      }
      double[][] expected = network.call("predict", arguments(arrays, samples));
      try (OrtSession.Result result = session.run(tensors)) {
        OnnxTensor output = (OnnxTensor) result.get(0);
        assertEquals(expected.length, output.getInfo().getShape()[0]);
        return difference(Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray(), entries(output));
      }
    } catch (OrtException fault) {
      if (fault.getCode() == OrtException.OrtErrorCode.ORT_NOT_IMPLEMENTED) {
        return -1;
      }
      throw new AssertionError(fault.getMessage() + "\n" + operators(), fault);
    }
  }

  /** The input as the class takes it: a row for each index of the first side. */
  private static double[][] rows(long[] shape, int count, Random random) {
    long columns = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    return random.doubles(shape[0]).mapToObj(u -> random.doubles(columns).map(v -> count > 0 ? Math.floor(v * count) : (float) (3 * v - 1.5)).toArray()).toArray(double[][]::new);
  }

  private static int[][] whole(double[][] rows) {
    return Arrays.stream(rows).map(row -> Arrays.stream(row).mapToInt(entry -> (int) entry).toArray()).toArray(int[][]::new);
  }

  private static OnnxTensor tensor(OrtEnvironment environment, OnnxJavaType type, double[][] rows, long[] shape) throws OrtException {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    if (type == OnnxJavaType.DOUBLE) {
      return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(flat), shape);
    }
    if (type == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(Arrays.stream(flat).mapToLong(entry -> (long) entry).toArray()), shape);
    }
    float[] narrow = new float[flat.length];
    for (int k = 0; k < flat.length; k++) {
      narrow[k] = (float) flat[k];
    }
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(narrow), shape);
  }

  /** The entries of an output, row by row. */
  private double[] entries(OnnxTensor output) {
    double[] entries = new double[Math.toIntExact(output.getInfo().getNumElements())];
    FloatBuffer narrow = single ? output.getFloatBuffer() : null;
    DoubleBuffer wide = single ? null : output.getDoubleBuffer();
    Arrays.setAll(entries, k -> single ? narrow.get(k) : wide.get(k));
    return entries;
  }

  private static double difference(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    double largest = 0;
    for (int k = 0; k < expected.length; k++) {
      double apart = actual[k] == expected[k] || Double.isNaN(actual[k]) && Double.isNaN(expected[k]) ? 0 : Math.abs(actual[k] - expected[k]) / Math.max(1, Math.abs(expected[k]));
      largest = Math.max(largest, apart >= 0 ? apart : Double.POSITIVE_INFINITY);
    }
    return largest;
  }

  @Override
  public String toString() {
    return model.name() + " " + operators().stream().collect(Collectors.joining(" "));
  }
}
