package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pass from a simplified model with gradients to its {@link Plan}. */
public final class Planner {

  private final Lowered model;
  private final Layout layout;
  private final Map<String, Placement> gradients = new LinkedHashMap<>();
  private final Map<String, Tensor> states = new LinkedHashMap<>();
  private Optional<Lowered.Parameter> template = Optional.empty();
  private final List<Tensor> nextStates = new ArrayList<>();
  private Tensor output;
  private Tensor loss;
  private Tensor predictedLoss;

  private Planner(Lowered model) {
    this.model = model;
    this.layout = new Layout(model.samplesInRows());
  }

  /**
   * Plans a model.
   *
   * @param model its graph has no derivatives left, and where there is a loss, a gradient per parameter
   */
  public static Plan plan(Lowered model) {
    return new Planner(model).run();
  }

  private Plan run() {
    Graph graph = model.graph();
    List<Tensor> arguments = new ArrayList<>();
    model.inputs().forEach(name -> arguments.add(leaf(graph, name, Tensor.Kind.ARGUMENT, name)));
    model.targets().forEach(name -> arguments.add(leaf(graph, name, Tensor.Kind.ARGUMENT, name)));
    List<Tensor> parameters = model.parameters().stream()
        .map(parameter -> leaf(graph, parameter.name(), Tensor.Kind.PARAMETER, parameter.name())).toList();

    List<Tensor> modelStates = model.modelStates().stream().map(state -> leaf(graph, state.name(), Tensor.Kind.MODEL_STATE, state.name())).toList();
    List<Tensor> noises = model.noises().stream().map(noise -> leaf(graph, noise.name(), Tensor.Kind.NOISE, noise.name())).toList();

    Preparation.Result prepared = Preparation.prepare(graph, roots(graph));
    ValueNames names = new ValueNames(prepared.graph(), model.loss().orElse(null));
    model.loss().ifPresent(loss -> names.nameErrors(graph, prepared.moved(), loss));
    Map<Integer, Placement> places = new HashMap<>();
    prepared.roots().forEach(root -> places.put(root.value().node(), place(prepared.graph(), root)));
    List<KernelDraft> planned = GraphPlanner.plan(prepared.graph(), prepared.roots(), places, layout, names, Map.of());
    List<KernelDraft> drafts = GradientOrder.run(planned, parametersByGradient(parameters), model.singlePrecision());
    Set<String> own = names.all();
    InPlace.run(drafts, tensor -> tensor.kind() == Tensor.Kind.TEMPORARY && !losses().contains(tensor) && !own.contains(tensor.name()));
    Joining.run(drafts);

    List<KernelDraft> updates = new ArrayList<>();
    Optional<Graph> updateGraph = model.update().map(update -> planUpdate(update, updates));
    Joining.run(updates);

    KernelNames kernelNames = new KernelNames(own);
    List<Buffer> buffers = new ArrayList<>(BufferAssignment.assign(steps(drafts)));
    buffers.addAll(BufferAssignment.assign(steps(updates)));
    drafts.addAll(updates);
    Scalars scalars = new Scalars(drafts, losses());
    List<String> methods = drafts.stream().map(draft -> isTemplate(draft) ? "update" : kernelNames.name(draft)).toList();
    List<Kernel> once = new ArrayList<>();
    List<Kernel> each = new ArrayList<>();
    for (int k = 0; k < drafts.size(); k++) {
      KernelDraft draft = drafts.get(k);
      (isTemplate(draft) ? each : once).add(new Kernel(methods.get(k), draft.needs(), draft.steps(), draft.values(), scalars.locals(k)));
    }
    return new Plan(model, prepared.graph(), updateGraph, arguments, parameters,
        gradients.values().stream().map(Placement::tensor).toList(), List.copyOf(states.values()), modelStates, nextStates, model.loss().isPresent() ? noises : List.of(), Optional.ofNullable(output),
        Optional.ofNullable(loss), Optional.ofNullable(predictedLoss), buffers, scalars.fields(), once, each, template());
  }

  /** The loss in training and in predictions, which are fields whatever reads them. */
  private Set<Tensor> losses() {
    return Stream.of(loss, predictedLoss).filter(Objects::nonNull).collect(Collectors.toSet());
  }

  private Map<Tensor, Tensor> parametersByGradient(List<Tensor> parameters) {
    Map<Tensor, Tensor> result = new HashMap<>();
    parameters.stream().filter(parameter -> gradients.containsKey(parameter.name()))
        .forEach(parameter -> result.put(gradients.get(parameter.name()).tensor(), parameter));
    return result;
  }

  private boolean isTemplate(KernelDraft draft) {
    return template.isPresent() && draft.owner().equals(template.get().name());
  }

  private Optional<Plan.Template> template() {
    return template.map(parameter -> {
      List<Lowered.State> own = model.update().orElseThrow().states().stream()
          .filter(state -> state.parameter().equals(parameter.name())).toList();
      return new Plan.Template(model.parameters().indexOf(parameter),
          own.stream().map(state -> states.get(state.name())).toList(), own.stream().map(UpdateTemplate::role).toList());
    });
  }

  private Tensor leaf(Graph graph, String name, Tensor.Kind kind, String label) {
    return layout.addLeaf(name, graph, graph.named(name), kind, label);
  }

  private static List<Step> steps(List<KernelDraft> drafts) {
    return drafts.stream().flatMap(draft -> draft.steps().stream()).toList();
  }

  private List<Root> roots(Graph graph) {
    List<Root> roots = new ArrayList<>();
    model.output().ifPresent(name -> roots.add(new Root(model.predicted(name), Tensor.Kind.OUTPUT, name, EnumSet.of(Program.PREDICT))));
    model.loss().ifPresent(name -> {
      boolean both = model.predicted(name).equals(graph.named(name));
      roots.add(new Root(graph.named(name), Tensor.Kind.TEMPORARY, name, both ? EnumSet.of(Program.LOSS, Program.GRADIENTS) : EnumSet.of(Program.GRADIENTS)));
      if (!both) {
        roots.add(new Root(model.predicted(name), Tensor.Kind.TEMPORARY, Lowered.predictedName(name), EnumSet.of(Program.LOSS)));
      }
      for (Lowered.Parameter parameter : model.parameters()) {
        Graph.Value value = graph.named(Lowered.gradientName(name, parameter.name()));
        roots.add(new Root(value, Tensor.Kind.GRADIENT, parameter.name(), EnumSet.of(Program.GRADIENTS)));
      }
      for (Lowered.ModelState state : model.modelStates()) {
        roots.add(new Root(graph.named(state.next()), Tensor.Kind.NEXT_STATE, state.next(), EnumSet.of(Program.STATES)));
      }
    });
    return roots;
  }

  private Placement place(Graph graph, Root root) {
    var shape = graph.node(root.value().node()).shape();
    String name = root.kind() == Tensor.Kind.GRADIENT ? "d" + root.name() : root.name().replace(' ', '_');
    Placement placement = layout.visible(shape, root.value(), root.kind(), name);
    switch (root.kind()) {
      case OUTPUT -> output = placement.tensor();
      case GRADIENT -> gradients.put(root.name(), placement);
      case NEXT_STATE -> nextStates.add(placement.tensor());
      default -> {
        loss = root.programs().contains(Program.GRADIENTS) ? placement.tensor() : loss;
        predictedLoss = root.programs().contains(Program.LOSS) ? placement.tensor() : predictedLoss;
      }
    }
    return placement;
  }

  /** Plans the optimiser; parameters and states are changed in place. */
  private Graph planUpdate(Lowered.Update update, List<KernelDraft> drafts) {
    Graph graph = update.graph();
    Map<String, String> owners = new HashMap<>();
    String lossName = model.loss().orElseThrow();
    for (Lowered.Parameter parameter : model.parameters()) {
      String gradient = Lowered.gradientName(lossName, parameter.name());
      layout.aliasLeaf(gradient, gradients.get(parameter.name()));
      owners.put(parameter.name(), parameter.name());
      owners.put(gradient, parameter.name());
    }
    for (Lowered.State state : update.states()) {
      states.put(state.name(), leaf(graph, state.name(), Tensor.Kind.STATE, ValueNames.plain(state.name(), lossName)));
      owners.put(state.name(), state.parameter());
    }
    template = UpdateTemplate.find(model, update);
    Preparation.Result prepared = Preparation.prepare(graph, updateRoots(update));
    Map<Integer, Placement> places = new HashMap<>();
    prepared.roots().forEach(root -> places.put(root.value().node(), layout.leaf(root.name())));
    drafts.addAll(GraphPlanner.plan(prepared.graph(), prepared.roots(), places, layout,
        new ValueNames(prepared.graph(), lossName), owners));
    return prepared.graph();
  }

  /** The new values of the template, or of all parameters and states where there is none. */
  private List<Root> updateRoots(Lowered.Update update) {
    List<Root> roots = new ArrayList<>();
    for (Lowered.Parameter parameter : model.parameters()) {
      if (template.isEmpty() || template.get().equals(parameter)) {
        roots.add(updateRoot(update.graph(), parameter.name()));
        update.states().stream().filter(state -> state.parameter().equals(parameter.name()))
            .forEach(state -> roots.add(updateRoot(update.graph(), state.name())));
      }
    }
    return roots;
  }

  private static Root updateRoot(Graph graph, String name) {
    return new Root(graph.named("next " + name), Tensor.Kind.TEMPORARY, name, EnumSet.of(Program.UPDATE));
  }
}
