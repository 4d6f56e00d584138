package dev.nngen.train;

import dev.nngen.compiler.CompiledModel;
import dev.nngen.compiler.GeneratedFile;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.FileFault;
import dev.nngen.ir.Extent;
import dev.nngen.lower.Program;
import dev.nngen.train.data.DataException;
import dev.nngen.train.data.Scaling;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The contents of a file of weights, for use outside of a network.
 *
 * @param entries of each parameter and each state of the model by its name, row by row
 * @param scaling of the features; none if the file does not describe it
 * @param description texts about the training data, lists as JSON; empty if the file has none
 */
public record TrainedParameters(Map<String, double[]> entries, Scaling scaling, Map<String, String> description) {

  /**
   * Reads any safetensors file that has the model's parameters by name and shape.
   *
   * @param isAverage whether to use the average of the weights, which only files of a class that keeps one have
   * @throws DataException if the file cannot be read, or lacks a parameter
   */
  public static TrainedParameters read(CompiledModel model, GeneratedFile file, Path weights, boolean isAverage) throws DataException {
    try {
      Map<String, double[]> all = parameters(model, file, weights, isAverage);
      Safetensors tensors = Safetensors.read(Files.readAllBytes(weights));
      int features = features(model.simplified());
      boolean described = tensors.metadata().containsKey(Recipe.KEY);
      return described ? of(all, Recipe.read(tensors, weights.toString(), features), tensors.metadata().get(Recipe.KEY))
          : new TrainedParameters(all, Scaling.none(features), Map.of());
    } catch (IOException mismatch) {
      throw DataException.of(ErrorCode.WEIGHTS_MISMATCH, weights + ": " + FileFault.reason(mismatch));
    }
  }

  /** Returns all parameters as the generated class reads them. A {@link Network} would also require inputs that a table can fill. */
  private static Map<String, double[]> parameters(CompiledModel model, GeneratedFile file, Path weights, boolean isAverage) throws DataException, IOException {
    Class<?> type = JavaInMemory.load(file);
    if (isAverage && Arrays.stream(type.getMethods()).noneMatch(method -> method.getName().equals("useAverage"))) {
      throw TrainedNetwork.noAverage(model);
    }
    try {
      Object network = type.getConstructor(int.class).newInstance(1);
      type.getMethod(isAverage ? "load" : "loadParameters", Path.class).invoke(network, weights);
      if (isAverage) {
        type.getMethod("useAverage").invoke(network);
      }
      Class<?> real = model.simplified().singlePrecision() ? float.class : double.class;
      Map<String, double[]> entries = new LinkedHashMap<>();
      double[] parameters = flat(network, "getParameters", real, type.getField("PARAMETER_COUNT").getInt(null));
      int from = 0;
      for (Program.Parameter parameter : model.simplified().parameters()) {
        int to = from + parameter.rows() * parameter.columns();
        entries.put(parameter.name(), Arrays.copyOfRange(parameters, from, to));
        from = to;
      }
      if (!model.simplified().modelStates().isEmpty()) {
        double[] states = flat(network, "getState", real, type.getField("STATE_COUNT").getInt(null));
        from = 0;
        for (Program.ModelState state : model.simplified().modelStates()) {
          int to = from + state.rows() * state.columns();
          entries.put(state.name(), Arrays.copyOfRange(states, from, to));
          from = to;
        }
      }
      return entries;
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof IOException unreadable) {
        throw unreadable;
      }
      throw new IllegalStateException(thrown.getCause());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static double[] flat(Object network, String getter, Class<?> real, int count) throws ReflectiveOperationException {
    Object flat = Array.newInstance(real, count);
    network.getClass().getMethod(getter, flat.getClass(), int.class).invoke(network, flat, 0);
    return IntStream.range(0, count).mapToDouble(k -> Array.getDouble(flat, k)).toArray();
  }

  /** Returns the number of features that may be scaled: those of inputs with one sample in each row or column. */
  private static int features(Program<?> model) {
    return model.inputs().stream().map(name -> model.graph().node(model.graph().named(name).node()).shape())
        .filter(shape -> Collections.frequency(shape, Extent.BATCH) == 1)
        .mapToInt(shape -> shape.stream().mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).reduce(1, (a, b) -> a * b)).sum();
  }

  private static TrainedParameters of(Map<String, double[]> all, Recipe recipe, String text) {
    Map<String, String> description = new LinkedHashMap<>();
    description.put("features", Json.write(recipe.columns().features()));
    description.put("targets", Json.write(recipe.columns().targets()));
    if (!recipe.task().classes().isEmpty()) {
      description.put("classes", Json.write(recipe.task().classes()));
    }
    description.put(Recipe.KEY, text);
    return new TrainedParameters(all, recipe.scaling(), description);
  }
}
