package dev.nngen.lower;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Matrices.Nest;
import dev.nngen.model.Model;
import dev.nngen.model.Op;
import dev.nngen.model.Shape;
import dev.nngen.model.Size;
import dev.nngen.model.Update;
import dev.nngen.model.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Expands an optimizer, which is typed for one entry, for each parameter of a loss that it changes: stage by stage, because a stage may use all
 * gradients.
 */
final class UpdateLowering {

  private final Model model;
  private final Update update;
  private final String loss;
  private final boolean isSettable;
  private final Matrices matrices = new Matrices(new Algebra(new Graph.Builder()));
  private final Arithmetic arithmetic = new Arithmetic(matrices);
  private final List<Slot> slots = new ArrayList<>();

  /** A parameter between two stages. */
  private final class Slot {
    final Model.Parameter parameter;
    final Nest nest;
    Graph.Value weight;
    Graph.Value gradient;
    final Map<Integer, Graph.Value> states = new LinkedHashMap<>();
    final Map<Integer, Graph.Value> next = new LinkedHashMap<>();

    Slot(Model.Parameter parameter) {
      this.parameter = parameter;
      Shape shape = parameter.shape();
      this.nest = ExpressionLowering.nest(shape);
      this.weight = leaf(parameter.name(), Node.Role.PARAMETER);
      this.gradient = leaf(ValueName.gradient(loss, parameter.name()).text(), Node.Role.GRADIENT);
      for (int k = 0; k < update.states().size(); k++) {
        Graph.Value state = leaf(state(parameter, update.states().get(k)), Node.Role.STATE);
        states.put(k, update.states().get(k).startsAsParameter() ? started(state) : state);
        next.put(k, states.get(k));
      }
    }

    /** Returns a state that equals the parameter in the first step. */
    private Graph.Value started(Graph.Value state) {
      Graph.Value isFirst = arithmetic.apply(Fn.EQUAL, List.of(step(), matrices.number(Rational.ONE)));
      return arithmetic.apply(Fn.WHERE, List.of(isFirst, weight, state));
    }

    private Graph.Value leaf(String name, Node.Role role) {
      Graph.Value leaf = nest.value(matrices.algebra().graph().add(new Node.Leaf(name, role, nest.loops())));
      matrices.algebra().graph().name(name, leaf);
      return leaf;
    }
  }

  private UpdateLowering(Model model, Update update, Model.Loss loss) {
    this.model = model;
    this.update = update;
    this.loss = loss.name();
    this.isSettable = isOnlyOne(model, loss);
    Set<String> changed = new HashSet<>(update.parameters());
    changed.retainAll(Set.copyOf(loss.parameters()));
    model.parameters().stream().filter(p -> changed.contains(p.name()))
        .forEach(p -> slots.add(new Slot(p)));
  }

  /** Whether one optimizer changes all trained parameters of the loss. */
  private static boolean isOnlyOne(Model model, Model.Loss loss) {
    return model.updates().stream().filter(any -> !Collections.disjoint(any.parameters(), loss.parameters())).count() == 1;
  }

  /** Lowers an update; empty if it changes no parameter of the loss. */
  static Optional<Program.Update> lower(Model model, Update update, Model.Loss loss) {
    UpdateLowering lowering = new UpdateLowering(model, update, loss);
    return lowering.slots.isEmpty() ? Optional.empty() : Optional.of(lowering.lowered());
  }

  private Program.Update lowered() {
    Graph.Builder graph = matrices.algebra().graph();
    graph.name("t", step());
    update.stages().forEach(this::stage);
    List<Program.State> states = new ArrayList<>();
    for (Slot slot : slots) {
      graph.name(ValueName.next(slot.parameter.name()).text(), slot.weight);
      slot.next.forEach((k, value) -> {
        Update.State state = update.states().get(k);
        states.add(new Program.State(state(slot.parameter, state), slot.parameter.name(), state.initial()));
        graph.name(ValueName.next(state(slot.parameter, state)).text(), value);
      });
    }
    return new Program.Update(loss, slots.stream().map(slot -> slot.parameter.name()).toList(), graph.build(), states, update.formula(),
        isSettable && update.rate().isPresent() ? OptionalDouble.of(update.rate().get().doubleValue()) : OptionalDouble.empty());
  }

  private void stage(Update.Stage stage) {
    BitSet roots = new BitSet();
    stage.weight().ifPresent(roots::set);
    stage.gradient().ifPresent(roots::set);
    stage.next().forEach(n -> roots.set(n.value()));
    Supplier<Graph.Value> norm = gradientNorm();
    for (Slot slot : slots) {
      ValueLowering values = new ValueLowering(model.values(), matrices, new StageLeaves(slot, norm), List.of(), Set.of(), Value::inTraining);
      values.lower(roots);
      slot.weight = stage.weight().map(id -> matrices.spread(values.get(id), slot.nest)).orElse(slot.weight);
      slot.gradient = stage.gradient().map(id -> matrices.spread(values.get(id), slot.nest)).orElse(slot.gradient);
      stage.next().forEach(n -> slot.next.put(n.state(), matrices.spread(values.get(n.value()), slot.nest)));
    }
  }

  /** Returns the Euclidean norm of all gradients at the start of the stage. It is built at its first use and has a name there. */
  private Supplier<Graph.Value> gradientNorm() {
    List<Graph.Value> gradients = slots.stream().map(s -> s.gradient).toList();
    Graph.Builder graph = matrices.algebra().graph();
    return () -> {
      Graph.Value norm = arithmetic.power(gradients.stream().map(g -> arithmetic.sum(arithmetic.power(g, Rational.TWO)))
          .reduce((a, b) -> arithmetic.add(a, Rational.ONE, b)).orElseThrow(), Rational.HALF);
      if (!graph.names().containsKey("gradnorm")) {
        graph.name("gradnorm", norm);
      }
      return norm;
    };
  }

  private Graph.Value step() {
    return leaf("t", Node.Role.STEP);
  }

  private Graph.Value rate() {
    return isSettable ? leaf("rate", Node.Role.RATE) : matrices.number(update.rate().orElseThrow());
  }

  private Graph.Value leaf(String name, Node.Role role) {
    return matrices.leaf(model.losses().size() == 1 ? name : name + "." + loss, role);
  }

  private static String state(Model.Parameter parameter, Update.State state) {
    return parameter.name() + "." + state.name();
  }

  private final class StageLeaves implements ExpressionLowering.Leaves {
    private final Slot slot;
    private final Supplier<Graph.Value> norm;
    private final Graph.Value weight;
    private final Graph.Value gradient;

    StageLeaves(Slot slot, Supplier<Graph.Value> norm) {
      this.slot = slot;
      this.norm = norm;
      this.weight = slot.weight;
      this.gradient = slot.gradient;
    }

    @Override
    public Graph.Value quantity(Op.Quantity quantity) {
      return switch (quantity) {
        case WEIGHT -> weight;
        case GRADIENT -> gradient;
        case STEP -> step();
        case RATE -> rate();
        case GRADIENT_NORM -> norm.get();
      };
    }

    @Override
    public Graph.Value count(Size size) {
      throw new IllegalStateException(size + " is not known in optimizers");
    }

    @Override
    public Graph.Value noise(int index) {
      throw new IllegalStateException("an optimizer has no noise");
    }

    @Override
    public Graph.Value state(int index) {
      return slot.states.get(index);
    }

    @Override
    public Graph.Value data(int index) {
      throw new IllegalStateException("data are not known in optimizers");
    }

    @Override
    public Graph.Value param(int index) {
      throw new IllegalStateException("in optimizers a parameter is only known as w");
    }

    @Override
    public Graph.Value carried(int number, Shape shape) {
      throw new IllegalStateException("an optimizer has no carried values");
    }

    @Override
    public Graph.Value norm(Graph.Value value) {
      return arithmetic.power(arithmetic.sum(arithmetic.power(matrices.spread(value, slot.nest), Rational.TWO)), Rational.HALF);
    }

    @Override
    public List<Graph.Value> weightMatrices() {
      return List.of();
    }
  }
}
