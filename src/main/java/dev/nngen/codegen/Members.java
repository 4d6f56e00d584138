package dev.nngen.codegen;

import dev.nngen.ir.Node;
import dev.nngen.lower.Lowered;
import dev.nngen.plan.Divisions;
import dev.nngen.plan.Epilogues;
import dev.nngen.plan.Plan;
import dev.nngen.plan.SharedMemory;
import dev.nngen.plan.Tensor;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the members of the class are called. Names of the model win over names that nngen makes up. */
final class Members {

  /** A class can name some ten thousand fields; matrices beyond so many share an array. */
  private static final int MOST_FIELDS = 3_000;

  private final Epilogues epilogues;
  private final RunningPowers powers;
  private final Types types;
  private final Map<Tensor, String> fields = new LinkedHashMap<>();
  private final SharedMemory memory;
  private final Divisions divisions;
  private final Map<Tensor, String> accessors = new HashMap<>();
  private final ClassNames names;
  private final Map<Tensor, RunLoop.Place<String>> places = new HashMap<>();
  private final Map<String, Series> arrays = new LinkedHashMap<>();
  private final Map<Role, String> roles = new LinkedHashMap<>();
  private final DeepLayers layers;
  private final ParameterGroups groups;
  private final List<String> lossNames;
  private final OpenSizes sizes;

  Members(Plan plan, Types types, Divisions divisions, RunningPowers powers, ClassNames names) {
    this.names = names;
    this.powers = powers;
    this.divisions = divisions;
    this.epilogues = new Epilogues(plan);
    this.memory = new SharedMemory(plan.buffers());
    this.types = types;
    this.groups = new ParameterGroups(plan);
    this.lossNames = plan.model().losses().stream().map(Lowered.Loss::name).toList();
    plan.arguments().forEach(tensor -> add(tensor, tensor.name()));
    this.sizes = new OpenSizes(plan, names);
    plan.constants().forEach((tensor, leaf) -> add(tensor, constantName(plan, leaf)));
    Map<Tensor, RunLoop.Place<Role>> states = states(plan);
    this.layers = new DeepLayers(plan, states);
    Set<Tensor> repeated = layers.series().stream().flatMap(series -> series.tensors().stream()).collect(Collectors.toSet());
    List<Tensor> single = matrices(plan).filter(tensor -> !repeated.contains(tensor)).toList();
    single.subList(0, Math.min(MOST_FIELDS, single.size())).forEach(tensor -> add(tensor, tensor.name()));
    plan.scalars().forEach(tensor -> add(tensor, tensor.name()));
    layers.series().forEach(this::add);
    if (single.size() > MOST_FIELDS) {
      add(new Series("matrices", 0, single.subList(MOST_FIELDS, single.size())));
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
   * What an optimizer remembers of each of its parameters.
   *
   * @param update the update's index
   * @param name what the optimizer calls it
   */
  record Role(int update, String name) {}

  /** All matrices that the class itself declares, those with the most important names first. */
  private static Stream<Tensor> matrices(Plan plan) {
    return Stream.of(plan.parameters(), plan.gradients().values(), plan.modelStates(), plan.nextStates(), plan.noises(), plan.losses(), plan.predictedLosses(), plan.outputs(),
        plan.buffers().stream().flatMap(buffer -> buffer.tensors().stream()).toList()).flatMap(Collection::stream).distinct();
  }

  /** What the text calls a matrix that it writes out, if it has a name. */
  private static String constantName(Plan plan, Node.Leaf leaf) {
    return plan.model().graph().names().entrySet().stream().filter(named -> plan.model().graph().node(named.getValue().node()).equals(leaf)).map(Map.Entry::getKey)
        .findFirst().orElse("constant");
  }

  private void add(Series series) {
    String array = names.field(series.wanted());
    arrays.put(array, series);
    for (int k = 0; k < series.tensors().size(); k++) {
      place(series.tensors().get(k), array, series.first() + k);
    }
  }

  private void place(Tensor tensor, String array, int index) {
    places.put(tensor, new RunLoop.Place<>(array, index));
    fields.put(tensor, array + "[" + index + "]");
  }

  /** States are kept in an array per role, parallel to the parameters. */
  private static Map<Tensor, RunLoop.Place<Role>> states(Plan plan) {
    Map<Tensor, RunLoop.Place<Role>> places = new LinkedHashMap<>();
    Map<String, Integer> parameters = new HashMap<>();
    plan.model().parameters().forEach(parameter -> parameters.put(parameter.name(), parameters.size()));
    for (int update = 0; update < plan.updates().size(); update++) {
      for (Lowered.State state : plan.updates().get(update).of().states()) {
        String role = state.name().substring(state.parameter().length() + 1);
        places.put(plan.states().get(places.size()), new RunLoop.Place<>(new Role(update, role), parameters.get(state.parameter())));
      }
    }
    return places;
  }

  /** The field that counts the steps for a loss; {@code Scalar.Time} has the same name. */
  String steps(int loss) {
    return suffix(loss).isEmpty() ? "t" : "t_" + suffix(loss);
  }

  /** The sizes that are known at run time only. */
  OpenSizes sizes() {
    return sizes;
  }

  /** The groups of parameters that have constants. */
  ParameterGroups groups() {
    return groups;
  }

  /** What follows the names of methods and fields for a loss: nothing if it is the only one. */
  String suffix(int loss) {
    return lossNames.size() == 1 ? "" : lossNames.get(loss);
  }

  /** The array of each role of the optimizers' states. */
  Map<Role, String> roles() {
    return roles;
  }

  /** The powers that the class keeps from step to step. */
  RunningPowers powers() {
    return powers;
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

  DeepLayers layers() {
    return layers;
  }

  /** The arrays of matrices that one method computes for many layers, by name. */
  Map<String, Series> arrays() {
    return arrays;
  }

  /** The array that holds the matrix, and its index there; empty where it has a field of its own. */
  Optional<RunLoop.Place<String>> place(Tensor tensor) {
    return Optional.ofNullable(places.get(tensor));
  }

  /** The name of the array that holds the matrix. */
  String array(Tensor tensor) {
    return places.get(tensor).array();
  }

  Types types() {
    return types;
  }

  /** Methods that do not depend on the model. */
  Helpers helpers() {
    return Helpers.of(types);
  }

  private void add(Tensor tensor, String name) {
    fields.computeIfAbsent(tensor, t -> names.field(name));
  }

  /** The names of the class. */
  ClassNames names() {
    return names;
  }

  /** The variable of loops over rounds and layers. */
  String round() {
    return names.local("k");
  }

  /** False for a value that lies in a matrix of another name, or in an array. */
  boolean hasField(Tensor tensor) {
    return fields.containsKey(tensor) && !places.containsKey(tensor);
  }

  /** The field that holds a tensor, or the parameter of methods for inputs and targets. */
  String name(Tensor tensor) {
    String name = fields.get(tensor);
    if (name == null) {
      throw new IllegalStateException("no member holds " + tensor);
    }
    return name;
  }

  /** The public method that returns a parameter, its gradient or one of several outputs; null if there is none. */
  String accessor(Tensor tensor) {
    return accessors.get(tensor);
  }
}
