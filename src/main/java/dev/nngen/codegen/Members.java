package dev.nngen.codegen;

import dev.nngen.ir.Node;
import dev.nngen.lower.Program;
import dev.nngen.plan.Epilogues;
import dev.nngen.plan.Plan;
import dev.nngen.plan.SharedMemory;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.WorkPartitions;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names the members of the class. The model's names take precedence over generated ones. */
final class Members {

  /** Maximum number of matrices with fields of their own; a class can have about ten thousand fields, so further matrices share arrays. */
  private static final int MOST_FIELDS = 3_000;

  private final Epilogues epilogues;
  private final RunningPowers powers;
  private final Types types;
  private final Map<Tensor, String> fields = new LinkedHashMap<>();
  private final SharedMemory memory;
  private final WorkPartitions divisions;
  private final Map<Tensor, String> accessors = new HashMap<>();
  private final ClassNames names;
  private final Map<Tensor, LayerLoop.Place<String>> places = new HashMap<>();
  private final Map<String, MatrixArray> arrays = new LinkedHashMap<>();
  private final Map<Role, String> roles = new LinkedHashMap<>();
  private final DeepLayers layers;
  private final ParameterGroups groups;
  private final List<String> lossNames;
  private final RuntimeSizes sizes;

  Members(Plan plan, Types types, WorkPartitions divisions, RunningPowers powers, ClassNames names) {
    this.names = names;
    this.powers = powers;
    this.divisions = divisions;
    this.epilogues = new Epilogues(plan);
    this.memory = new SharedMemory(plan.buffers());
    this.types = types;
    this.groups = new ParameterGroups(plan);
    this.lossNames = plan.model().losses().stream().map(Program.Loss::name).toList();
    plan.arguments().forEach(tensor -> add(tensor, tensor.name()));
    this.sizes = new RuntimeSizes(plan, names);
    plan.constants().forEach((tensor, leaf) -> add(tensor, constantName(plan, leaf)));
    Map<Tensor, LayerLoop.Place<Role>> states = states(plan);
    this.layers = new DeepLayers(plan, states);
    Set<Tensor> repeated = layers.series().stream().flatMap(series -> series.tensors().stream()).collect(Collectors.toSet());
    List<Tensor> single = matrices(plan).filter(tensor -> !repeated.contains(tensor)).toList();
    single.subList(0, Math.min(MOST_FIELDS, single.size())).forEach(tensor -> add(tensor, tensor.name()));
    plan.scalars().forEach(tensor -> add(tensor, tensor.name()));
    layers.series().forEach(this::add);
    if (single.size() > MOST_FIELDS) {
      add(new MatrixArray("matrices", 0, single.subList(MOST_FIELDS, single.size())));
    }
    states.forEach((state, place) -> place(state, roles.computeIfAbsent(place.array(), role -> names.field(role.name() + "States")), place.index()));
    plan.parameters().forEach(tensor -> accessors.put(tensor, names.accessor(tensor.name())));
    plan.noises().forEach(tensor -> accessors.put(tensor, names.accessor(tensor.name())));
    plan.modelStates().forEach(tensor -> accessors.put(tensor, names.accessor(tensor.name())));
    plan.gradients().forEach((k, gradient) -> accessors.put(gradient, names.accessor("grad" + plan.parameters().get(k).name())));
    if (plan.outputs().size() > 1) {
      plan.outputs().stream().filter(output -> plan.parameters().stream().noneMatch(parameter -> parameter.name().equals(output.name())))
          .forEach(output -> accessors.put(output, names.accessor(output.name())));
    }
  }

  /**
   * A state of an optimizer's parameters.
   *
   * @param update the update's index
   * @param name the optimizer's name of the state
   */
  record Role(int update, String name) {}

  /** Returns all matrices that the class declares, those with the most important names first. */
  private static Stream<Tensor> matrices(Plan plan) {
    return Stream.of(plan.parameters(), plan.gradients().values(), plan.modelStates(), plan.nextStates(), plan.noises(), plan.losses(), plan.predictedLosses(), plan.outputs(),
        plan.buffers().stream().flatMap(buffer -> buffer.tensors().stream()).toList()).flatMap(Collection::stream).distinct();
  }

  /** Returns the text's name for a matrix of literals, if it has one. */
  private static String constantName(Plan plan, Node.Leaf leaf) {
    return plan.model().graph().names().entrySet().stream().filter(named -> plan.model().graph().node(named.getValue().node()).equals(leaf)).map(Map.Entry::getKey)
        .findFirst().orElse("constant");
  }

  private void add(MatrixArray series) {
    String array = names.field(series.suggestion());
    arrays.put(array, series);
    for (int k = 0; k < series.tensors().size(); k++) {
      place(series.tensors().get(k), array, series.first() + k);
    }
  }

  private void place(Tensor tensor, String array, int index) {
    places.put(tensor, new LayerLoop.Place<>(array, index));
    fields.put(tensor, array + "[" + index + "]");
  }

  /** Returns the positions of states in arrays, one array per role, parallel to the parameters. */
  private static Map<Tensor, LayerLoop.Place<Role>> states(Plan plan) {
    Map<Tensor, LayerLoop.Place<Role>> places = new LinkedHashMap<>();
    Map<String, Integer> parameters = new HashMap<>();
    plan.model().parameters().forEach(parameter -> parameters.put(parameter.name(), parameters.size()));
    for (int update = 0; update < plan.updates().size(); update++) {
      for (Program.State state : plan.updates().get(update).of().states()) {
        String role = state.name().substring(state.parameter().length() + 1);
        places.put(plan.states().get(places.size()), new LayerLoop.Place<>(new Role(update, role), parameters.get(state.parameter())));
      }
    }
    return places;
  }

  /** Returns the field that counts the steps for a loss; {@code Scalar.Time} has the same name. */
  String steps(int loss) {
    return suffix(loss).isEmpty() ? "t" : "t_" + suffix(loss);
  }

  /** Returns the sizes known only at run time. */
  RuntimeSizes sizes() {
    return sizes;
  }

  /** Returns the groups of parameters that have constants. */
  ParameterGroups groups() {
    return groups;
  }

  /** Returns the suffix of methods and fields for a loss; empty if it is the only one. */
  String suffix(int loss) {
    return lossNames.size() == 1 ? "" : lossNames.get(loss);
  }

  /** Returns the array of each role of the optimizers' states. */
  Map<Role, String> roles() {
    return roles;
  }

  /** Returns the powers that the class keeps between steps. */
  RunningPowers powers() {
    return powers;
  }

  Epilogues epilogues() {
    return epilogues;
  }

  /** Returns the partition of kernels among threads. */
  WorkPartitions divisions() {
    return divisions;
  }

  /** Whether the tensors share memory. */
  boolean overlap(Tensor one, Tensor other) {
    return memory.overlap(one, other);
  }

  DeepLayers layers() {
    return layers;
  }

  /** Returns the arrays of matrices that one method computes for many layers, by name. */
  Map<String, MatrixArray> arrays() {
    return arrays;
  }

  /** Returns the array that holds the matrix, and its index there; empty if it has a field of its own. */
  Optional<LayerLoop.Place<String>> place(Tensor tensor) {
    return Optional.ofNullable(places.get(tensor));
  }

  /** Returns the name of the array that holds the matrix. */
  String array(Tensor tensor) {
    return places.get(tensor).array();
  }

  Types types() {
    return types;
  }

  /** Returns the methods that do not depend on the model. */
  Helpers helpers() {
    return Helpers.of(types);
  }

  private void add(Tensor tensor, String name) {
    fields.computeIfAbsent(tensor, t -> names.field(name));
  }

  /** Returns the names of the class. */
  ClassNames names() {
    return names;
  }

  /** Returns the variable of loops over rounds and layers. */
  String round() {
    return names.local("k");
  }

  /** Whether the value has a field; false if it is in a matrix of another name or in an array. */
  boolean hasField(Tensor tensor) {
    return fields.containsKey(tensor) && !places.containsKey(tensor);
  }

  /** Returns the field that holds a tensor, or the parameter of methods for inputs and targets. */
  String name(Tensor tensor) {
    String name = fields.get(tensor);
    if (name == null) {
      throw new IllegalStateException("no member holds " + tensor);
    }
    return name;
  }

  /** Returns the public method that returns a parameter, its gradient or one of several outputs; null if there is none. */
  String accessor(Tensor tensor) {
    return accessors.get(tensor);
  }
}
