package dev.nngen.lower;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.model.Initial;
import dev.nngen.model.Model;
import dev.nngen.model.Op;
import dev.nngen.model.Shape;
import dev.nngen.model.Size;
import dev.nngen.model.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Lowers a model to a graph. Matrices become tensors without axes of extent one, and operators the graph's primitives. */
public final class Lowering {

  private final Model model;
  private final Matrices matrices = new Matrices(new Algebra(new Graph.Builder()));
  private final List<Graph.Value> data = new ArrayList<>();
  private final List<Graph.Value> parameters = new ArrayList<>();
  private final List<Graph.Value> states = new ArrayList<>();
  private final List<Graph.Value> noises = new ArrayList<>();
  /** The values that predictions compute differently from training. */
  private final BitSet distinguished;
  private final ValueLowering values;
  /** Lowers the values of predictions that differ from training. */
  private final ValueLowering predicted;

  private Lowering(Model model) {
    this.model = model;
    this.distinguished = distinguished(model);
    for (Model.Data datum : model.data()) {
      data.add(leaf(datum.name(), datum.target() ? Node.Role.TARGET : Node.Role.INPUT, datum.shape()));
    }
    for (Model.Parameter parameter : model.parameters()) {
      parameters.add(leaf(parameter.name(), Node.Role.PARAMETER, parameter.shape()));
    }
    for (Model.State state : model.states()) {
      states.add(leaf(state.name(), Node.Role.STATE, state.shape()));
    }
    for (Model.Noise noise : model.noises()) {
      noises.add(leaf(noise.name(), Node.Role.NOISE, noise.shape()));
    }
    this.values = new ValueLowering(model.values(), matrices, new ModelLeaves(false), model.blocks(), named(model), Value::inTraining);
    this.predicted = new ValueLowering(model.values(), matrices, new ModelLeaves(true), model.blocks(), named(model), Value::inPrediction);
  }

  private static Set<Integer> named(Model model) {
    return model.names().stream().map(Model.Named::value).collect(Collectors.toSet());
  }

  /** Lowers a model; {@code grad} becomes {@link Node.Derivative}. */
  public static Program<Phase.Lowered> lower(Model model) {
    return new Lowering(model).lowered();
  }

  private Program<Phase.Lowered> lowered() {
    values.lower(roots());
    Graph.Builder graph = matrices.algebra().graph();
    model.names().forEach(named -> graph.name(named.name(), values.get(named.value())));
    model.recurrences().forEach(recurrence -> graph.name(recurrence.name(), computed(graph.names().get(recurrence.name()))));
    predict(graph);
    model.states().forEach(state -> graph.name(ValueName.next(state.name()).text(), values.get(state.next())));
    List<Program.Claim> claims = claims(graph);
    Facts facts = facts();
    List<String> inputs = model.data().stream().filter(d -> !d.target()).map(Model.Data::name).toList();
    List<String> targets = model.data().stream().filter(Model.Data::target).map(Model.Data::name).toList();
    List<Program.Update> updates = model.updates().stream()
        .flatMap(update -> model.losses().stream().flatMap(loss -> UpdateLowering.lower(model, update, loss).stream())).toList();
    Map<String, Integer> counts = model.data().stream().filter(d -> d.count().isPresent()).collect(Collectors.toMap(Model.Data::name, d -> d.count().getAsInt()));
    return new Program<>(model.name(), model.singlePrecision(), model.samplesInRows(), graph.build(), facts,
        model.losses().stream().map(loss -> new Program.Loss(loss.name(), loss.parameters())).toList(), model.outputs(), inputs, targets, model.parameters().stream().map(Lowering::parameter).toList(), updates, claims, conditions(), counts,
        model.states().stream().map(Lowering::state).toList(), model.noises().stream().map(noise -> new Program.Noise(noise.name(), noise.distribution(), noise.parameter())).toList(), model.sizes(),
        model.axisNames());
  }

  /** Returns the definition's value for a carried value, which is not a leaf itself. */
  private Graph.Value computed(Graph.Value value) {
    Algebra algebra = matrices.algebra();
    Node node = algebra.graph().node(value.node());
    return node instanceof Node.Leaf ? value.at(algebra.sum(node.shape(), List.of(algebra.view(value.node())))) : value;
  }

  /** Names the values that predictions compute differently from training. */
  private void predict(Graph.Builder graph) {
    if (model.values().stream().noneMatch(value -> value.op() == Op.Operator.TRAINING)) {
      return;
    }
    BitSet roots = new BitSet();
    Set<String> wanted = new HashSet<>(model.outputs());
    model.losses().forEach(loss -> wanted.add(loss.name()));
    model.recurrences().stream().map(Model.Recurrence::name).filter(name -> distinguished.get(value(name))).forEach(wanted::add);
    model.names().stream().filter(named -> wanted.contains(named.name())).forEach(named -> roots.set(named.value()));
    predicted.lower(roots);
    model.names().stream().filter(named -> differs(named.value())).forEach(named ->
        graph.name(ValueName.predicted(named.name()).text(), predicted.get(named.value())));
    model.recurrences().stream().map(recurrence -> ValueName.predicted(recurrence.name()).text()).filter(graph.names()::containsKey)
        .forEach(name -> graph.name(name, computed(graph.names().get(name))));
  }

  private int value(String name) {
    return model.names().stream().filter(named -> named.name().equals(name)).findFirst().orElseThrow().value();
  }

  /** Returns the values that training and predictions compute differently, including differences carried from one index of a block to the next. */
  private static BitSet distinguished(Model model) {
    BitSet found = new BitSet();
    Map<Integer, Integer> carried = new HashMap<>();
    Map<String, Integer> named = new HashMap<>();
    model.names().forEach(name -> named.put(name.name(), name.value()));
    model.recurrences().forEach(recurrence -> carried.put(recurrence.number(), named.get(recurrence.name())));
    int known;
    do {
      known = found.cardinality();
      for (int id = 0; id < model.values().size(); id++) {
        Value value = model.values().get(id);
        boolean differs = value.op() == Op.Operator.TRAINING || value.operands().stream().anyMatch(found::get)
            || value.op() instanceof Op.Carried before && found.get(carried.get(before.number()));
        found.set(id, differs);
      }
    } while (found.cardinality() > known && !carried.isEmpty());
    return found;
  }

  /** Whether predictions need a value, and compute it differently from training. */
  private boolean differs(int id) {
    return predicted.ids().contains(id) && !predicted.get(id).equals(values.get(id));
  }

  /** Returns the modes in which all of the values are computed. */
  private List<ValueLowering> modes(Integer... ids) {
    return predicted.ids().containsAll(List.of(ids)) ? List.of(values, predicted) : List.of(values);
  }

  private BitSet roots() {
    BitSet roots = new BitSet();
    model.names().forEach(named -> roots.set(named.value()));
    for (Model.Claim claim : model.claims()) {
      roots.set(claim.left());
      roots.set(claim.right());
    }
    model.conditions().forEach(condition -> roots.set(condition.value()));
    model.states().forEach(state -> roots.set(state.next()));
    for (Model.Fact fact : model.facts()) {
      if (fact instanceof Model.Fact.Equality equality) {
        roots.set(equality.left());
        roots.set(equality.right());
      } else {
        roots.set(((Model.Fact.Range) fact).value());
      }
    }
    return roots;
  }

  private List<Program.Claim> claims(Graph.Builder graph) {
    List<Program.Claim> claims = new ArrayList<>();
    for (Model.Claim claim : model.claims()) {
      String left = ValueName.claim(claims.size() + 1, "left").text();
      String right = ValueName.claim(claims.size() + 1, "right").text();
      graph.name(left, values.get(claim.left())).name(right, values.get(claim.right()));
      claims.add(new Program.Claim(left, right, claim.text(), claim.span()));
    }
    return claims;
  }

  private List<Program.Condition> conditions() {
    return model.conditions().stream().flatMap(condition -> modes(condition.value()).stream().map(mode -> mode.get(condition.value()).node()).distinct()
        .map(node -> new Program.Condition(node, condition.interval(), condition.declared(), condition.need()))).toList();
  }

  private Facts facts() {
    Map<Integer, Interval> ranges = new LinkedHashMap<>();
    Map<Integer, Integer> equalities = new LinkedHashMap<>();
    for (Model.Fact fact : model.facts()) {
      if (fact instanceof Model.Fact.Range range) {
        modes(range.value()).forEach(mode -> ranges.merge(mode.get(range.value()).node(), range.interval(), Interval::and));
      } else {
        Model.Fact.Equality equality = (Model.Fact.Equality) fact;
        modes(equality.left(), equality.right()).forEach(mode -> {
          Graph.Value left = mode.get(equality.left());
          equalities.put(left.node(), alignAxes(mode.get(equality.right()), left));
        });
      }
    }
    return new Facts(ranges, equalities);
  }

  /** Returns the node of the matrix with its axes in the order of the other one's; scalars are unchanged. */
  private int alignAxes(Graph.Value matrix, Graph.Value other) {
    if (matrix.axes().isEmpty()) {
      return matrix.node();
    }
    Algebra algebra = matrices.algebra();
    List<Extent> shape = algebra.graph().node(other.node()).shape();
    return algebra.materialize(shape, Matrices.wired(matrix, other.rows(), other.columns()));
  }

  private Graph.Value leaf(String name, Node.Role role, Shape shape) {
    return matrices.leaf(name, role, ExpressionLowering.nest(shape));
  }

  private static Program.Parameter parameter(Model.Parameter parameter) {
    Shape shape = parameter.shape();
    int rows = shape.axes().get(0).number();
    return new Program.Parameter(parameter.name(), rows, (int) (shape.entries() / rows),
        initial(parameter.initial()));
  }

  private static Program.ModelState state(Model.State state) {
    int rows = state.shape().axes().get(0).number();
    return new Program.ModelState(state.name(), rows, (int) (state.shape().entries() / rows), initial(state.initial()));
  }

  private static Program.Initial initial(Initial initial) {
    return switch (initial.kind()) {
      case CONSTANT -> new Program.Initial.Constant(initial.center());
      case UNIFORM -> new Program.Initial.Uniform(initial.center(), initial.scale());
      case NORMAL -> new Program.Initial.Normal(initial.center(), initial.scale());
    };
  }

  private final class ModelLeaves implements ExpressionLowering.Leaves {
    private final boolean predicting;

    ModelLeaves(boolean predicting) {
      this.predicting = predicting;
    }

    @Override
    public Graph.Value data(int index) {
      return data.get(index);
    }

    @Override
    public Graph.Value param(int index) {
      return parameters.get(index);
    }

    @Override
    public Graph.Value quantity(Op.Quantity quantity) {
      throw new IllegalStateException(quantity + " is only known in optimizers");
    }

    @Override
    public Graph.Value count(Size size) {
      return matrices.leaf(size.name(), Node.Role.EXTENT);
    }

    @Override
    public Graph.Value state(int index) {
      return states.get(index);
    }

    @Override
    public Graph.Value noise(int index) {
      return noises.get(index);
    }

    @Override
    public Graph.Value carried(int number, Shape shape) {
      Model.Recurrence recurrence = model.recurrences().stream().filter(r -> r.number() == number).findFirst().orElseThrow();
      Matrices.Nest nest = ExpressionLowering.nest(shape);
      String name = predicting && distinguished.get(value(recurrence.name())) ? ValueName.predicted(recurrence.name()).text() : recurrence.name();
      return nest.value(matrices.algebra().graph().add(Node.Leaf.carried(name, nest.loops(), nest.all().get(recurrence.axis()))));
    }

    @Override
    public Graph.Value norm(Graph.Value value) {
      throw new IllegalStateException("norms of parameters are only known in optimizers");
    }

    @Override
    public List<Graph.Value> weightMatrices() {
      List<Graph.Value> weights = new ArrayList<>();
      for (int k = 0; k < parameters.size(); k++) {
        if (model.parameters().get(k).matrix()) {
          weights.add(parameters.get(k));
        }
      }
      return weights;
    }
  }
}
