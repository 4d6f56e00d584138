package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The pass from a simplified model with gradients to its {@link Plan}. */
public final class Planner {

  private final Program<? extends Phase.Differentiated> model;
  private final Layout layout;
  private final Map<String, Integer> parameterIndices = new HashMap<>();
  private final Map<Integer, Tensor> gradients = new TreeMap<>();
  private final Map<String, Placement> gradientsByName = new HashMap<>();
  private final Map<String, Tensor> states = new LinkedHashMap<>();
  private final List<Tensor> nextStates = new ArrayList<>();
  private final List<Tensor> outputs = new ArrayList<>();
  private final List<Tensor> losses = new ArrayList<>();
  private final List<Tensor> predictedLosses = new ArrayList<>();

  private Planner(Program<? extends Phase.Differentiated> model, boolean stepsFirst) {
    this.model = model;
    this.layout = new Layout(model.samplesInRows(), stepsFirst);
    model.parameters().forEach(parameter -> parameterIndices.put(parameter.name(), parameterIndices.size()));
  }

  /**
   * Plans a model.
   *
   * @param model its graph has no derivatives left; if there is a loss, it has a gradient for each parameter
   * @param stepsFirst whether the values of one step of a recurrence are contiguous in memory ({@link StepAxes})
   */
  public static Plan plan(Program<? extends Phase.Differentiated> model, boolean stepsFirst) {
    return new Planner(model, stepsFirst).run();
  }

  /** Plans a model whose recurrences keep the axis order of the text. */
  public static Plan plan(Program<? extends Phase.Differentiated> model) {
    return plan(model, false);
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

    graph.leaves(Node.Role.CONSTANT).forEach(layout::addConstant);
    Preparation.Result prepared = Preparation.prepare(graph, roots(graph), model.counts(), model.samplesInRows());
    ValueNames names = new ValueNames(prepared.graph(), lossNames());
    lossNames().forEach(loss -> names.nameErrors(graph, prepared.moved(), loss));
    Map<Integer, Placement> places = new HashMap<>();
    prepared.roots().forEach(root -> places.put(root.value().node(), place(prepared.graph(), root)));
    List<KernelDraft> drafts = GradientOrder.run(
        GraphPlanner.plan(prepared, places, layout, names), parametersByGradient(parameters),
        model.singlePrecision());
    Set<String> own = names.all();
    List<Tensor> lossFields = Stream.concat(losses.stream(), predictedLosses.stream()).distinct().toList();
    ResultAliasing.run(drafts, tensor -> tensor.kind() == Tensor.Kind.TEMPORARY && !lossFields.contains(tensor) && !own.contains(tensor.name()),
        names::isBland);
    StepLocals.run(drafts, tensor -> tensor.kind() == Tensor.Kind.TEMPORARY && !lossFields.contains(tensor));
    KernelMerger.run(drafts);

    List<DraftedUpdate> updates = IntStream.range(0, model.updates().size()).mapToObj(this::draft).toList();

    KernelNames kernelNames = new KernelNames(own);
    List<Buffer> buffers = new ArrayList<>(BufferAssignment.assign(steps(drafts)));
    updates.forEach(update -> buffers.addAll(BufferAssignment.assign(steps(update.drafts()))));
    updates.forEach(update -> drafts.addAll(update.drafts()));
    KernelLocals scalars = new KernelLocals(drafts, lossFields);
    Set<KernelDraft> templates = updates.stream().flatMap(update -> update.drafts().stream().filter(update::isTemplate)).collect(Collectors.toSet());
    Map<KernelDraft, Kernel> kernels = new LinkedHashMap<>();
    for (int k = 0; k < drafts.size(); k++) {
      KernelDraft draft = drafts.get(k);
      String method = templates.contains(draft) ? "update" : kernelNames.name(draft);
      kernels.put(draft, new Kernel(method, draft.needs(), draft.steps(), draft.values(), scalars.locals(k)));
    }
    return new Plan(model, prepared.graph(), arguments, parameters, gradients, List.copyOf(states.values()),
        modelStates, nextStates, model.losses().isEmpty() ? List.of() : noises, outputs, losses, predictedLosses, buffers, scalars.fields(),
        drafts.stream().filter(draft -> !templates.contains(draft)).map(kernels::get).toList(),
        updates.stream().map(update -> planned(update, kernels)).toList());
  }

  private List<String> lossNames() {
    return model.losses().stream().map(Program.Loss::name).toList();
  }

  private Map<Tensor, Tensor> parametersByGradient(List<Tensor> parameters) {
    Map<Tensor, Tensor> result = new HashMap<>();
    gradients.forEach((k, gradient) -> result.put(gradient, parameters.get(k)));
    return result;
  }

  /**
   * An update with drafted kernels.
   *
   * @param graph the prepared graph
   * @param template the parameter whose kernels represent those of all; empty if each has its own
   */
  private record DraftedUpdate(Program.Update update, Graph graph, Optional<Program.Parameter> template, List<KernelDraft> drafts) {
    boolean isTemplate(KernelDraft draft) {
      return template.isPresent() && draft.owner().equals(template.get().name());
    }
  }

  private Plan.Update planned(DraftedUpdate drafted, Map<KernelDraft, Kernel> kernels) {
    Optional<Plan.Template> template = drafted.template().map(parameter -> {
      List<Program.State> own = drafted.update().states().stream().filter(state -> state.parameter().equals(parameter.name())).toList();
      return new Plan.Template(parameterIndices.get(parameter.name()),
          own.stream().map(state -> states.get(state.name())).toList(), own.stream().map(UpdateTemplate::role).toList());
    });
    return new Plan.Update(drafted.update(), drafted.graph(), drafted.update().parameters().stream().map(parameterIndices::get).toList(),
        drafted.drafts().stream().filter(drafted::isTemplate).map(kernels::get).toList(), template);
  }

  private Tensor leaf(Graph graph, String name, Tensor.Kind kind, String label) {
    return layout.addLeaf(name, graph, graph.named(name), kind, label);
  }

  private static List<Step> steps(List<KernelDraft> drafts) {
    return drafts.stream().flatMap(draft -> draft.steps().stream()).toList();
  }

  private List<Root> roots(Graph graph) {
    List<Root> roots = new ArrayList<>();
    model.outputs().forEach(name -> roots.add(new Root(model.predicted(name), Tensor.Kind.OUTPUT, name, Set.of(EntryPoint.PREDICT))));
    for (int k = 0; k < model.losses().size(); k++) {
      Program.Loss loss = model.losses().get(k);
      EntryPoint gradients = EntryPoint.gradients(k);
      boolean both = model.predicted(loss.name()).equals(graph.named(loss.name()));
      roots.add(new Root(graph.named(loss.name()), Tensor.Kind.TEMPORARY, loss.name(), both ? Set.of(EntryPoint.loss(k), gradients) : Set.of(gradients)));
      if (!both) {
        roots.add(new Root(model.predicted(loss.name()), Tensor.Kind.TEMPORARY, ValueName.predicted(loss.name()).text(), Set.of(EntryPoint.loss(k))));
      }
      loss.parameters().forEach(parameter -> roots.add(
          new Root(graph.named(ValueName.gradient(loss.name(), parameter).text()), Tensor.Kind.GRADIENT, parameter, Set.of(gradients))));
    }
    Set<EntryPoint> steps = IntStream.range(0, model.losses().size()).mapToObj(EntryPoint::states).collect(Collectors.toSet());
    model.modelStates().stream().filter(state -> !steps.isEmpty()).forEach(state -> roots.add(
        new Root(graph.named(state.next()), Tensor.Kind.NEXT_STATE, state.next(), steps)));
    return roots;
  }

  private Placement place(Graph graph, Root root) {
    var shape = graph.node(root.value().node()).shape();
    String name = root.kind() == Tensor.Kind.GRADIENT ? "d" + root.name() : root.name().replace(' ', '_');
    Placement placement = layout.visible(shape, root.value(), root.kind(), name);
    switch (root.kind()) {
      case OUTPUT -> outputs.add(placement.tensor());
      case GRADIENT -> {
        gradients.put(parameterIndices.get(root.name()), placement.tensor());
        gradientsByName.put(root.name(), placement);
      }
      case NEXT_STATE -> nextStates.add(placement.tensor());
      default -> {
        List<EntryPoint.Kind> kinds = root.programs().stream().map(EntryPoint::kind).toList();
        if (kinds.contains(EntryPoint.Kind.GRADIENTS)) {
          losses.add(placement.tensor());
        }
        if (kinds.contains(EntryPoint.Kind.LOSS)) {
          predictedLosses.add(placement.tensor());
        }
      }
    }
    return placement;
  }

  /** Plans an optimizer, which changes parameters and states in place. */
  private DraftedUpdate draft(int index) {
    Program.Update update = model.updates().get(index);
    Graph graph = update.graph();
    Map<String, String> owners = new HashMap<>();
    for (String parameter : update.parameters()) {
      String gradient = ValueName.gradient(update.loss(), parameter).text();
      layout.aliasLeaf(gradient, gradientsByName.get(parameter));
      owners.put(parameter, parameter);
      owners.put(gradient, parameter);
    }
    for (Program.State state : update.states()) {
      states.put(state.name(), leaf(graph, state.name(), Tensor.Kind.STATE, ValueNames.plain(state.name(), List.of(update.loss()))));
      owners.put(state.name(), state.parameter());
    }
    Optional<Program.Parameter> template = UpdateTemplate.find(model, update);
    List<Root> roots = updateRoots(update, template, EntryPoint.update(index));
    return drafted(update, template, roots, owners, false).or(() -> drafted(update, template, roots, owners, true)).orElseThrow(() -> new IllegalStateException(
            "an optimizer reads what it has changed: " + update.formula()));
  }

  /**
   * Drafts an update; empty if an old value would be read after it is overwritten.
   *
   * @param copied whether new values are written last, which takes a copy of those with other readers
   */
  private Optional<DraftedUpdate> drafted(Program.Update update, Optional<Program.Parameter> template, List<Root> roots, Map<String, String> owners, boolean copied) {
    Preparation.Result prepared = Preparation.prepare(update.graph(), roots, copied);
    Map<Integer, Placement> places = new HashMap<>();
    prepared.roots().forEach(root -> places.put(root.value().node(), layout.leaf(root.name())));
    return GraphPlanner.planUpdate(prepared, copied, places, layout, new ValueNames(prepared.graph(), List.of(update.loss())), owners)
        .map(planned -> {
          List<KernelDraft> drafts = new ArrayList<>(planned);
          KernelMerger.run(drafts);
          return new DraftedUpdate(update, prepared.graph(), template, drafts);
        });
  }

  /** Returns the new values of the template, or of all parameters and states without one. */
  private static List<Root> updateRoots(Program.Update update, Optional<Program.Parameter> template, EntryPoint program) {
    Map<String, List<String>> changed = new LinkedHashMap<>();
    update.parameters().forEach(parameter -> changed.put(parameter, new ArrayList<>(List.of(parameter))));
    update.states().forEach(state -> changed.get(state.parameter()).add(state.name()));
    return changed.entrySet().stream().filter(entry -> template.isEmpty() || template.get().name().equals(entry.getKey()))
        .flatMap(entry -> entry.getValue().stream())
        .map(name -> new Root(update.graph().named(ValueName.next(name).text()), Tensor.Kind.TEMPORARY, name, Set.of(program))).toList();
  }
}
