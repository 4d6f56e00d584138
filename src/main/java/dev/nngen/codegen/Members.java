package dev.nngen.codegen;

import dev.nngen.plan.Buffer;
import dev.nngen.plan.Divisions;
import dev.nngen.plan.Epilogues;
import dev.nngen.plan.Plan;
import dev.nngen.plan.SharedMemory;
import dev.nngen.plan.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the members of the class are called. Names of the model win over names that nngen makes up. */
final class Members {

  private static final Set<String> METHODS = Set.of("hashCode", "toString", "getClass", "notify", "notifyAll", "wait", "clone",
      "finalize", "parameterNames", "parameterOffset", "parameterRows", "parameterColumns", "initialize", "predict", "loss",
      "gradients", "step", "epoch", "shuffled", "copyColumn", "copyRow", "getParameters", "setParameters", "addGradients", "applyGradients", "save", "load", "update",
      "prepare", "resize", "close", "inParts", "share", "updateAll", "saved", "header", "steps", "read", "write", "readEntries", "writeEntries", "place", "likeParameters", "erf", "fillUniform", "fillNormal", "requireRoom", "requireShape", "parameterIndex", "parameter");

  private final Epilogues epilogues;
  private final Types types;
  private final Map<Tensor, String> fields = new LinkedHashMap<>();
  private final SharedMemory memory;
  private final Divisions divisions;
  private final Map<Tensor, String> accessors = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  /** The next number to try behind each name: a deep network has thousands of one name. */
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Set<String> methods = new HashSet<>(METHODS);

  Members(Plan plan, Types types, Divisions divisions) {
    this.divisions = divisions;
    this.epilogues = new Epilogues(plan);
    this.memory = new SharedMemory(plan.buffers());
    this.types = types;
    plan.arguments().forEach(tensor -> add(tensor, tensor.name()));
    plan.parameters().forEach(tensor -> add(tensor, tensor.name()));
    plan.gradients().forEach(tensor -> add(tensor, tensor.name()));
    List<Tensor> temporaries = plan.buffers().stream().map(Buffer::tensors).flatMap(List::stream).toList();
    plan.loss().ifPresent(loss -> add(loss, loss.name()));
    add(plan.output(), plan.output().name());
    temporaries.forEach(tensor -> add(tensor, tensor.name()));
    plan.scalars().forEach(tensor -> fields.computeIfAbsent(tensor, s -> unique(s.name())));
    states(plan);
    plan.parameters().forEach(tensor -> accessors.put(tensor, method(tensor.name())));
    for (int k = 0; k < plan.gradients().size(); k++) {
      accessors.put(plan.gradients().get(k), method("grad" + plan.parameters().get(k).name()));
    }
  }

  /** States are kept in an array per role, parallel to the parameters. */
  private void states(Plan plan) {
    plan.model().update().ifPresent(update -> {
      Map<String, String> arrays = new HashMap<>();
      Map<String, Integer> places = new HashMap<>();
      plan.model().parameters().forEach(parameter -> places.put(parameter.name(), places.size()));
      for (int k = 0; k < update.states().size(); k++) {
        var state = update.states().get(k);
        String role = state.name().substring(state.parameter().length() + 1);
        String array = arrays.computeIfAbsent(role, r -> unique(r + "States"));
        roles.putIfAbsent(role, array);
        fields.put(plan.states().get(k), array + "[" + places.get(state.parameter()) + "]");
      }
    });
  }

  private final Map<String, String> roles = new LinkedHashMap<>();

  /** The array of each role of the optimiser's states. */
  Map<String, String> roles() {
    return roles;
  }

  Epilogues epilogues() {
    return epilogues;
  }

  /** How kernels are divided among threads. */
  Divisions divisions() {
    return divisions;
  }

  /** True of tensors that lie in the same memory. */
  boolean overlap(Tensor one, Tensor other) {
    return memory.overlap(one, other);
  }

  Types types() {
    return types;
  }

  private void add(Tensor tensor, String name) {
    fields.computeIfAbsent(tensor, t -> unique(name));
  }

  private String unique(String wanted) {
    String name = Identifiers.sanitised(wanted);
    String unique = name;
    int number = numbers.getOrDefault(name, 2);
    while (Identifiers.isReserved(unique) || !taken.add(unique)) {
      unique = name + (Character.isDigit(name.charAt(name.length() - 1)) ? "_" : "") + number++;
    }
    numbers.put(name, number);
    return unique;
  }

  /** A name for a further field, which no other member has. */
  String made(String wanted) {
    return unique(wanted);
  }

  /** A name for a method without parameters. */
  String method(String wanted) {
    String name = Identifiers.sanitised(wanted);
    while (!methods.add(name)) {
      name += "_";
    }
    return name;
  }

  boolean isTaken(String name) {
    return taken.contains(name);
  }

  /** False for a value that lies in a matrix of another name. */
  boolean holds(Tensor tensor) {
    return fields.containsKey(tensor);
  }

  /** The field that holds a tensor, or the parameter of methods for inputs and targets. */
  String name(Tensor tensor) {
    String name = fields.get(tensor);
    if (name == null) {
      throw new IllegalStateException("no member holds " + tensor);
    }
    return name;
  }

  /** The public method that returns a parameter or its gradient. */
  String accessor(Tensor tensor) {
    return accessors.get(tensor);
  }
}
