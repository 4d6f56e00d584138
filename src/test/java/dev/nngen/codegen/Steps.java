package dev.nngen.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Interpreter;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Runs the optimizers of a generated class and the reference interpreter on their graphs, and compares all parameters after each step. */
public final class Steps {

  private static final int STEPS = 4;

  private final Program<Phase.Simplified> model;
  private final GeneratedClass.Instance instance;
  private final Object flat;
  private final int count;

  private Steps(Program<Phase.Simplified> model, GeneratedClass generated) {
    this.model = model;
    this.instance = generated.create(1, model.sizes().stream().mapToInt(size -> 1).toArray());
    this.count = model.parameters().stream().mapToInt(Steps::length).sum();
    this.flat = Array.newInstance(model.singlePrecision() ? float.class : double.class, count);
  }

  /** Compares several steps with random gradients. */
  public static void agree(Program<Phase.Simplified> model, GeneratedClass generated) {
    new Steps(model, generated).agree();
  }

  private static int length(Program.Parameter parameter) {
    return parameter.rows() * parameter.columns();
  }

  private void agree() {
    instance.call("initialize", 3L);
    Map<String, double[]> values = new HashMap<>(parameters());
    model.updates().stream().flatMap(update -> update.states().stream()).forEach(state -> {
      double[] entries = new double[values.get(state.parameter()).length];
      Arrays.fill(entries, state.initial());
      values.put(state.name(), entries);
    });
    Random random = new Random(5);
    for (int step = 1; step <= STEPS; step++) {
      for (Program.Loss loss : model.losses()) {
        for (int k = 0; k < count; k++) {
          Array.setFloat(flat, k, random.nextFloat() - 0.5f);
        }
        Map<String, double[]> before = Map.copyOf(values);
        instance.call("applyGradients" + (model.losses().size() == 1 ? "" : loss.name()), flat, 0);
        for (Program.Update update : model.updates()) {
          if (update.loss().equals(loss.name())) {
            Interpreter interpreter = new Interpreter(update.graph(), leaves(update, before, step), Map.of("m", 1));
            update.parameters().forEach(name -> values.put(name, interpreter.value("next " + name)));
            update.states().forEach(state -> values.put(state.name(), interpreter.value("next " + state.name())));
          }
        }
        parameters().forEach((name, actual) -> compare(name, values.get(name), actual));
      }
    }
  }

  private void compare(String name, double[] expected, double[] actual) {
    for (int k = 0; k < expected.length; k++) {
      double scale = Math.max(1, Math.abs(expected[k]));
      assertEquals(expected[k], actual[k], (model.singlePrecision() ? 1e-5 : 1e-12) * scale, name + "[" + k + "]");
    }
  }

  /** Returns the object's arrays. Optimizers work entry by entry, so the order of a tensor's axes does not matter. */
  private Map<String, double[]> parameters() {
    Object all = Array.newInstance(flat.getClass().getComponentType(), count);
    instance.call("getParameters", all, 0);
    Map<String, double[]> parameters = new HashMap<>();
    int at = 0;
    for (Program.Parameter parameter : model.parameters()) {
      parameters.put(parameter.name(), part(all, at, length(parameter)));
      at += length(parameter);
    }
    return parameters;
  }

  private static double[] part(Object all, int from, int length) {
    double[] part = new double[length];
    Arrays.setAll(part, k -> Array.getDouble(all, from + k));
    return part;
  }

  private Map<String, double[]> leaves(Program.Update update, Map<String, double[]> values, int step) {
    Map<String, double[]> leaves = new HashMap<>(values);
    int at = 0;
    for (Program.Parameter parameter : model.parameters()) {
      leaves.put(ValueName.gradient(update.loss(), parameter.name()).text(), part(flat, at, length(parameter)));
      at += length(parameter);
    }
    Graph graph = update.graph();
    for (int id = 0; id < graph.size(); id++) {
      if (graph.node(id) instanceof Node.Leaf leaf && leaf.role() == Node.Role.STEP) {
        leaves.put(leaf.name(), new double[] {step});
      } else if (graph.node(id) instanceof Node.Leaf leaf && leaf.role() == Node.Role.RATE) {
        leaves.put(leaf.name(), new double[] {update.rate().orElseThrow()});
      }
    }
    return leaves;
  }
}
