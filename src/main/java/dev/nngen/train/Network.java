package dev.nngen.train;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.lower.Program;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Signature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/** An instance of a model's generated class, compiled and loaded in memory. Not thread-safe. */
public final class Network implements AutoCloseable {

  private final Program<?> model;
  private final Signature signature;
  private final int maxBatch;
  private final int threads;
  private final Object instance;
  private final MethodHandle predict;
  private final List<MethodHandle> losses;
  private final List<MethodHandle> gradients;
  private final List<MethodHandle> steps;
  private final int parameterCount;
  private final int stateCount;
  private final List<MethodHandle> stateUpdates;

  /**
   * Compiles the generated class.
   *
   * @param file the compiler's output for the model
   * @param maxBatch the maximum number of samples in a batch
   * @param threads the number of threads that share the work, if the class is large enough
   */
  public Network(CompiledModel compiled, GeneratedFile file, int maxBatch, int threads) throws DataException {
    this.model = compiled.simplified();
    this.signature = Signature.of(model);
    this.maxBatch = maxBatch;
    if (!model.sizes().isEmpty()) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "the size `" + model.sizes().get(0) + "` of " + model.name() + " is known only at run time, but a table has one size for all samples")
          .help("set the size of the data: --size " + model.sizes().get(0) + "=24");
    }
    Class<?> type = JavaInMemory.load(file);
    try {
      boolean several = threads > 1 && AutoCloseable.class.isAssignableFrom(type);
      this.threads = several ? threads : 1;
      this.instance = several ? type.getConstructor(int.class, int.class).newInstance(maxBatch, threads)
          : type.getConstructor(int.class).newInstance(maxBatch);
      this.parameterCount = type.getField("PARAMETER_COUNT").getInt(null);
      this.stateCount = model.modelStates().isEmpty() ? 0 : type.getField("STATE_COUNT").getInt(null);
    } catch (ReflectiveOperationException broken) {
      throw DataException.of(ErrorCode.NOT_TRAINABLE, "the class of " + model.name() + " does not take batches of " + maxBatch + " samples: "
          + (broken.getCause() == null ? broken : broken.getCause()).getMessage());
    }
    List<Class<?>> inputs = types(signature.inputs());
    List<Class<?>> all = new ArrayList<>(inputs);
    all.addAll(types(signature.targets()));
    this.predict = handle("predict", inputs, Object.class);
    this.losses = handles("loss", all);
    this.gradients = handles("gradients", all);
    this.steps = handles("step", all);
    this.stateUpdates = handles("updateState", all);
  }

  /** Returns a method for each loss; empty if the model has none such. */
  private List<MethodHandle> handles(String name, List<Class<?>> arguments) {
    Class<?> result = name.equals("updateState") ? void.class : double.class;
    return model.losses().stream().map(loss -> handle(name + suffix(loss.name()), arguments, result)).filter(handle -> handle != null).toList();
  }

  /** Returns the suffix of the names of methods for a loss. */
  private String suffix(String loss) {
    return model.losses().size() == 1 ? "" : loss;
  }

  /** Returns the names of the losses, in declaration order. */
  public List<String> lossNames() {
    return model.losses().stream().map(Program.Loss::name).toList();
  }

  /** Returns the generated class's types of inputs or targets. */
  private List<Class<?>> types(List<Signature.Port> ports) {
    return ports.stream().<Class<?>>map(port -> port.count() > 0 ? int[].class : model.singlePrecision() ? FMatrixRMaj.class : DMatrixRMaj.class).toList();
  }

  /** Returns a method of the instance that takes its matrices as one array; null if the model has none such. */
  private MethodHandle handle(String name, List<Class<?>> arguments, Class<?> result) {
    return Arrays.stream(instance.getClass().getMethods())
        .filter(method -> method.getName().equals(name) && List.of(method.getParameterTypes()).equals(arguments)).findFirst()
        .map(method -> bound(method).asSpreader(Object[].class, arguments.size()).asType(MethodType.methodType(result, Object[].class)))
        .orElse(null);
  }

  private MethodHandle bound(Method method) {
    try {
      return MethodHandles.publicLookup().unreflect(method).bindTo(instance);
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public Program<?> model() {
    return model;
  }

  public Signature signature() {
    return signature;
  }

  public int maxBatch() {
    return maxBatch;
  }

  /** Returns the number of threads that share the work: one if the class is too small for more. */
  public int threads() {
    return threads;
  }

  /** Stops the threads. */
  @Override
  public void close() {
    if (threads > 1) {
      call("close");
    }
  }

  public int parameterCount() {
    return parameterCount;
  }

  /** Whether the model has a loss and an optimizer. */
  public boolean trains() {
    return !steps.isEmpty();
  }

  public boolean hasLoss() {
    return !losses.isEmpty();
  }

  /** Returns the numbers of an output per sample; 0 if there is no prediction for each sample. */
  public int outputSize() throws DataException {
    return lackingPrediction().isEmpty() ? Signature.perSample(model, model.output().orElseThrow()) : 0;
  }

  /** Returns the reason why there is no prediction for each sample; empty if there is one. */
  public Optional<String> lackingPrediction() {
    if (model.output().isEmpty()) {
      return Optional.of("model `" + model.name() + "` has no prediction: all its values depend on targets");
    }
    String name = model.output().get();
    return model.graph().node(model.graph().named(name).node()).shape().contains(Extent.BATCH) ? Optional.empty()
        : Optional.of("model `" + model.name() + "` predicts `" + name + "` for a batch as a whole, and not for each sample");
  }

  /** Returns a sentence about predictions that depend on the other samples of a batch; empty if they do not. */
  public Optional<String> batchDependence() {
    Graph graph = model.graph();
    boolean[] needed = graph.reachable(model.output().stream().map(name -> model.predicted(name).node()).toList());
    boolean mixes = IntStream.range(0, graph.size()).anyMatch(id -> needed[id] && mixesSamples(graph.node(id)));
    return mixes ? Optional.of("`" + model.output().orElseThrow() + "` depends on all samples of a batch, and a batch here has up to " + maxBatch) : Optional.empty();
  }

  private static boolean mixesSamples(Node node) {
    boolean reduces = node.loops().subList(node.rank(), node.loops().size()).contains(Extent.BATCH);
    return reduces || Collections.frequency(node.shape(), Extent.BATCH) > 1 || node instanceof Node.Leaf leaf && leaf.role() == Node.Role.EXTENT;
  }

  Batch batch() {
    return new Batch(model, signature);
  }

  /** Sets the scaling of inputs and the names of classes, as if the class had loaded a file with them. */
  void describe(Recipe recipe) throws DataException {
    try {
      restore(Safetensors.read(snapshot()).with(Recipe.KEY, recipe.write()).write());
    } catch (IOException broken) {
      throw DataException.of(ErrorCode.UNWRITABLE_FILE, "cannot write a temporary file: " + FileFault.reason(broken));
    }
  }

  void initialize(long seed) {
    call("initialize", seed);
  }

  /** Runs a step for each loss in sequence; returns each loss before its step. */
  double[] step(Batch batch) {
    return steps.stream().mapToDouble(step -> number(step, batch)).toArray();
  }

  double[] losses(Batch batch) {
    return losses.stream().mapToDouble(loss -> number(loss, batch)).toArray();
  }

  /** Computes the gradients of the loss with that index, and returns the loss. */
  double gradients(int loss, Batch batch) {
    return number(gradients.get(loss), batch);
  }

  /** Changes the model's states as a step of the loss with that index does, after the gradients for the same batch. */
  void updateState(int loss, Batch batch) {
    if (!stateUpdates.isEmpty()) {
      try {
        stateUpdates.get(loss).invokeExact(batch.all());
      } catch (RuntimeException | Error thrown) {
        throw thrown;
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private static double number(MethodHandle method, Batch batch) {
    try {
      return (double) method.invokeExact(batch.all());
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Copies the outputs, sample by sample, to an array. */
  void predict(Batch batch, double[] to, int from, int outputSize) {
    Matrix output;
    try {
      output = Matrix.of((Object) predict.invokeExact(batch.inputs()));
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
    copy(output, model.output().orElseThrow(), batch.samples(), to, from, outputSize);
  }

  /** Returns the names and sizes of outputs other than the first that have numbers for each sample. */
  Map<String, Integer> furtherOutputs() throws DataException {
    Map<String, Integer> further = new LinkedHashMap<>();
    for (String name : model.outputs().subList(Math.min(1, model.outputs().size()), model.outputs().size())) {
      if (model.graph().node(model.graph().named(name).node()).shape().contains(Extent.BATCH)) {
        further.put(name, Signature.perSample(model, name));
      }
    }
    return further;
  }

  /** Copies an output of the last prediction, sample by sample, to an array. */
  void output(String name, int samples, double[] to, int from, int outputSize) {
    copy(Matrix.of(call(name)), name, samples, to, from, outputSize);
  }

  private void copy(Matrix output, String name, int samples, double[] to, int from, int outputSize) {
    boolean columns = Batch.samplesAreColumns(model, name);
    for (int c = 0; c < samples; c++) {
      for (int k = 0; k < outputSize; k++) {
        to[from + c * outputSize + k] = output.get(columns ? k * samples + c : c * outputSize + k);
      }
    }
  }

  /** Adds the last gradients of a loss to an array. */
  void addGradients(int loss, double[] to) {
    flat("addGradients" + suffix(lossNames().get(loss)), to);
  }

  /** Runs a step of a loss's optimizer with the given gradients. */
  void applyGradients(int loss, double[] from) {
    flat("applyGradients" + suffix(lossNames().get(loss)), from);
  }

  public void getParameters(double[] to) {
    flat("getParameters", to);
  }

  void setParameters(double[] from) {
    flat("setParameters", from);
  }

  /** Returns the noise of a name, as drawn by the last step. */
  Matrix noise(String name) {
    return Matrix.of(call(name));
  }

  /** Returns the number of entries of all states of the model. */
  int stateCount() {
    return stateCount;
  }

  void getState(double[] to) {
    if (stateCount > 0) {
      flat("getState", to);
    }
  }

  /** Calls a method with a flat array in the model's own precision. */
  private void flat(String method, double[] array) {
    if (!model.singlePrecision()) {
      call(method, array, 0);
      return;
    }
    float[] floats = new float[array.length];
    for (int k = 0; k < array.length; k++) {
      floats[k] = (float) array[k];
    }
    call(method, floats, 0);
    for (int k = 0; k < array.length; k++) {
      array[k] = floats[k];
    }
  }

  private Object call(String name, Object... arguments) {
    try {
      Method method = Arrays.stream(instance.getClass().getMethods())
          .filter(m -> m.getName().equals(name) && m.getParameterCount() == arguments.length).findFirst().orElseThrow();
      return method.invoke(instance, arguments);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
      throw new IllegalStateException(thrown.getCause());
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns the complete state of training, as the bytes of the file that the class itself writes. */
  public byte[] snapshot() throws IOException {
    Path file = Files.createTempFile("nngen", ".safetensors");
    try {
      call("save", file);
      return Files.readAllBytes(file);
    } catch (UncheckedIOException broken) {
      throw broken.getCause();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /**
   * Restores a snapshot.
   *
   * @throws IOException if it belongs to another model or is damaged
   */
  public void restore(byte[] snapshot) throws IOException {
    load("load", snapshot);
  }

  /**
   * Sets the parameters from any safetensors file.
   *
   * @throws IOException if it lacks one or is damaged
   */
  void loadParameters(byte[] weights) throws IOException {
    load("loadParameters", weights);
  }

  /** Whether the optimizer keeps an average of parameters. */
  public boolean hasAverage() {
    return Arrays.stream(instance.getClass().getMethods()).anyMatch(method -> method.getName().equals("useAverage"));
  }

  /** Sets the parameters to their average. */
  void useAverage() {
    call("useAverage");
  }

  private void load(String method, byte[] bytes) throws IOException {
    Path file = Files.createTempFile("nngen", ".safetensors");
    try {
      Files.write(file, bytes);
      call(method, file);
    } catch (UncheckedIOException broken) {
      throw broken.getCause();
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
