package dev.nngen.plan;

import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An optimizer's update of one parameter as a nest: the plan's template with the parameter's tensors. It exists only for an optimizer that treats
 * every entry of every parameter alike and reads nothing else, such as a norm of all gradients.
 */
public final class EntrywiseUpdate {

  private final Plan plan;
  private final Plan.Template of;
  private final LoopNest template;

  private EntrywiseUpdate(Plan plan, Plan.Template of, LoopNest template) {
    this.plan = plan;
    this.of = of;
    this.template = template;
  }

  /** Returns the plan's update with that index; empty if the optimizer is of another kind. */
  public static Optional<EntrywiseUpdate> of(Plan plan, int index) {
    boolean looksAround = plan.kernels(EntryPoint.update(index)).stream().flatMap(kernel -> kernel.steps().stream())
        .flatMap(step -> Accesses.reads(step).stream()).anyMatch(tensor -> tensor.kind() == Tensor.Kind.GRADIENT);
    Plan.Update update = plan.updates().get(index);
    List<Step> steps = update.kernels().stream().flatMap(kernel -> kernel.steps().stream()).toList();
    boolean entrywise = update.template().isPresent() && steps.size() == 1 && steps.get(0) instanceof LoopNest nest
        && nest.effects().stream().allMatch(LoopNest.Store.class::isInstance);
    return entrywise && !looksAround ? Optional.of(new EntrywiseUpdate(plan, update.template().get(), (LoopNest) steps.get(0))) : Optional.empty();
  }

  /** Whether an entry whose gradient is 0 stays as it is, with its states. */
  boolean keepsEntriesWithoutGradient() {
    Tensor gradient = plan.gradients().get(of.parameter());
    WithoutGradient folding = new WithoutGradient(gradient, template.lets());
    return template.effects().stream().allMatch(effect -> folding.apply(effect.value()) instanceof Scalar.Load load && load.tensor().equals(effect.to()));
  }

  /** Returns the nest that updates the parameter with that index from its stored gradient. */
  public LoopNest nest(int parameter) {
    Tensor gradient = plan.gradients().get(parameter);
    return nest(parameter, List.of(), gradient.rank() > 1, new Scalar.Load(gradient, entry(gradient)));
  }

  /**
   * Returns the nest that computes an entry of the gradient and then updates the parameter.
   *
   * @param before locals of the nest that computes the gradient
   * @param flat whether one loop over all entries serves for that nest
   */
  LoopNest nest(int parameter, List<LoopNest.Let> before, boolean flat, Scalar gradient) {
    Tensor weights = plan.parameters().get(parameter);
    List<Integer> entry = entry(weights);
    int innermost = flat ? 1 : entry.size();
    Relocation relocation = new Relocation(tensors(parameter), entry, gradient, before.size());
    List<LoopNest.Let> lets = new ArrayList<>(before);
    template.lets().forEach(let -> lets.add(new LoopNest.Let(relocation.number(let.id()), let.depth() == 0 ? 0 : innermost,
        relocation.apply(let.value()), name(let.name()), let.at().isEmpty() ? List.of() : entry)));
    List<LoopNest.Effect> effects = new ArrayList<>();
    for (LoopNest.Effect effect : template.effects()) {
      effects.add(new LoopNest.Store(relocation.remap(effect.to()), entry, relocation.apply(effect.value())));
    }
    return new LoopNest(weights.dims(), flat, lets, effects);
  }

  /** Returns a local's name: the template's tensors are named by their role. */
  private String name(String given) {
    for (int k = 0; k < of.roles().size(); k++) {
      if (of.states().get(k).name().equals(given)) {
        return of.roles().get(k);
      }
    }
    return plan.parameters().get(of.parameter()).name().equals(given) ? "w"
        : plan.gradients().get(of.parameter()).name().equals(given) ? "g" : given;
  }

  private static List<Integer> entry(Tensor tensor) {
    return IntStream.range(0, tensor.rank()).boxed().toList();
  }

  /** Maps the template's tensors to the parameter and its states. */
  private Map<Tensor, Tensor> tensors(int parameter) {
    Map<Tensor, Tensor> tensors = new HashMap<>();
    tensors.put(plan.parameters().get(of.parameter()), plan.parameters().get(parameter));
    List<Program.State> states = plan.model().updates().stream().flatMap(update -> update.states().stream()).toList();
    String name = plan.model().parameters().get(parameter).name();
    for (int k = 0; k < states.size(); k++) {
      int role = states.get(k).parameter().equals(name) ? of.roles().indexOf(UpdateTemplate.role(states.get(k))) : -1;
      if (role >= 0) {
        tensors.put(of.states().get(role), plan.states().get(k));
      }
    }
    return tensors;
  }

  /** Rewrites expressions of the template's update for another parameter. */
  private final class Relocation extends Rewriting {

    private final Map<Tensor, Tensor> tensors;
    private final List<Integer> entry;
    private final Scalar gradient;
    private final int firstLocal;

    Relocation(Map<Tensor, Tensor> tensors, List<Integer> entry, Scalar gradient, int firstLocal) {
      this.tensors = tensors;
      this.entry = entry;
      this.gradient = gradient;
      this.firstLocal = firstLocal;
    }

    int number(int id) {
      return id + firstLocal;
    }

    Tensor remap(Tensor tensor) {
      return tensors.getOrDefault(tensor, tensor);
    }

    @Override
    public Scalar load(Scalar.Load load) {
      return load.tensor().equals(plan.gradients().get(of.parameter())) ? gradient
          : new Scalar.Load(remap(load.tensor()), load.at().isEmpty() ? List.of() : entry);
    }

    @Override
    public Scalar local(Scalar.Local local) {
      return new Scalar.Local(number(local.id()));
    }
  }
}
