package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans the kernels of one prepared graph: stored values, fusion and order. */
final class GraphPlanner {

  /** Maximum number of operations in a method; an operation has about 15 bytes of bytecode. */
  private static final int LARGEST_KERNEL = 300;

  private final Graph graph;
  private final ValueNames names;
  private final Statements memory;
  private final Materialization kept;
  private final Fusion fusion;
  private final List<Retiming.Steps> recurrences;
  private final Set<Integer> stored = new HashSet<>();
  private final Set<Integer> documented = new HashSet<>();

  private GraphPlanner(Preparation.Result prepared, boolean rootsLast, Map<Integer, Placement> rootPlaces, Layout layout, ValueNames names, Map<String, String> leafOwners) {
    this.graph = prepared.graph();
    this.names = names;
    this.recurrences = prepared.recurrences();
    String[] owners = owners(graph, leafOwners);
    this.kept = Materialization.decide(graph, prepared.roots(), prepared.carried().stream().map(Retiming.Carried::node).toList(), owners);
    this.memory = new Statements(graph, kept, layout, layout.places(graph), names::of, owners, recurrences);
    rootPlaces.forEach(memory::place);
    prepared.carried().forEach(memory::carry);
    this.fusion = Fusion.fuse(memory.write(Schedule.of(prepared, rootsLast)), rootsLast ? replaced(rootPlaces) : Map.of());
    findStored();
  }

  /** Returns the leaf whose memory each root overwrites, if there is one. */
  private Map<Integer, Integer> replaced(Map<Integer, Placement> rootPlaces) {
    Map<Tensor, Integer> leaves = new HashMap<>();
    for (int id = 0; id < graph.size(); id++) {
      if (kept.isLeaf(id)) {
        leaves.put(memory.placement(id).tensor(), id);
      }
    }
    Map<Integer, Integer> replaced = new HashMap<>();
    rootPlaces.forEach((root, place) -> {
      if (leaves.containsKey(place.tensor())) {
        replaced.put(root, leaves.get(place.tensor()));
      }
    });
    return replaced;
  }

  /** Whether no old value is read after it is overwritten. This holds for all values that are computed entry by entry. */
  private boolean readsBeforeItWrites() {
    Map<Tensor, EntryStatement> writers = new HashMap<>();
    for (Fusion.Group group : fusion.groups()) {
      group.statements.forEach(statement -> writers.put(memory.placement(statement.node()).tensor(), statement));
    }
    for (Fusion.Group group : fusion.groups()) {
      for (EntryStatement statement : group.statements) {
        for (View use : statement.uses()) {
          boolean isGiven = kept.isLeaf(use.node()) && !((Node.Leaf) graph.node(use.node())).isCarried();
          EntryStatement writer = isGiven ? writers.get(memory.placement(use.node()).tensor()) : null;
          if (writer != null && isTooLate(statement, use, writer)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean isTooLate(EntryStatement reader, View use, EntryStatement writer) {
    int read = fusion.groupOf(reader.node());
    int written = fusion.groupOf(writer.node());
    boolean samePoint = use.rewire(reader.positions()).axes().equals(writer.positions());
    return read > written || read == written && !samePoint;
  }

  /**
   * Plans a model's graph.
   *
   * @param prepared its roots are distinct nodes that are not leaves
   * @param rootPlaces the memory of the roots' values
   */
  static List<KernelDraft> plan(Preparation.Result prepared, Map<Integer, Placement> rootPlaces, Layout layout, ValueNames names) {
    return new GraphPlanner(prepared, false, rootPlaces, layout, names, Map.of()).kernels();
  }

  /**
   * Plans an optimizer's graph, whose roots overwrite its leaves; empty if an old value would be read too late.
   *
   * @param rootsLast whether roots, which then have no readers, are computed after all other nodes
   * @param leafOwners the parameter of each leaf
   */
  static Optional<List<KernelDraft>> planUpdate(Preparation.Result prepared, boolean rootsLast, Map<Integer, Placement> rootPlaces, Layout layout,
      ValueNames names, Map<String, String> leafOwners) {
    GraphPlanner planner = new GraphPlanner(prepared, rootsLast, rootPlaces, layout, names, leafOwners);
    return planner.readsBeforeItWrites() ? Optional.of(planner.kernels()) : Optional.empty();
  }

  /** Selects the values to store: those that must be, and those that another group or another loop point reads. */
  private void findStored() {
    for (int g = 0; g < fusion.groups().size(); g++) {
      for (EntryStatement statement : fusion.groups().get(g).statements) {
        if (kept.mustStore(statement.node())) {
          stored.add(statement.node());
        }
        for (View use : statement.uses()) {
          if (fusion.groupOf(use.node()) != g || !fusion.isAtSamePoint(statement, use)) {
            stored.add(use.node());
          }
        }
      }
    }
  }

  private List<KernelDraft> kernels() {
    List<KernelDraft> kernels = new ArrayList<>();
    KernelDraft current = null;
    Set<Integer> members = new HashSet<>();
    int size = 0;
    for (int g = 0; g < fusion.groups().size(); g++) {
      Fusion.Group group = fusion.groups().get(g);
      EntryStatement first = group.first();
      if (first.recurrence() >= 0) {
        current = sequence(g, current);
        if (kernels.isEmpty() || kernels.get(kernels.size() - 1) != current) {
          kernels.add(current);
        }
        members.clear();
        size = LARGEST_KERNEL;
        continue;
      }
      boolean joins = current != null && current.needs().equals(first.needs()) && current.owner().equals(first.owner())
          && size + group.size() <= LARGEST_KERNEL && !group.isProduct()
          && (readsFrom(group, members) || !EntryPoint.areUpdates(first.needs()) && areNameless(members));
      if (!joins) {
        current = new KernelDraft(first.needs(), first.owner());
        kernels.add(current);
        members.clear();
        size = 0;
      }
      members.add(g);
      size += group.size();
      current.steps().add(step(group));
      for (EntryStatement statement : group.statements) {
        document(statement, current.values());
      }
    }
    return kernels;
  }

  /** Returns the kernel with the loop over the steps of a recurrence, to which another nest of the step is added. */
  private KernelDraft sequence(int group, KernelDraft current) {
    Fusion.Group nests = fusion.groups().get(group);
    EntryStatement first = nests.first();
    Retiming.Steps steps = recurrences.get(first.recurrence());
    boolean goesOn = group > 0 && fusion.groups().get(group - 1).first().recurrence() == first.recurrence();
    KernelDraft kernel = goesOn ? current : new KernelDraft(first.needs(), first.owner());
    List<LoopNest> all = new ArrayList<>(goesOn ? ((Sequence) kernel.steps().remove(0)).nests() : List.of());
    all.add((LoopNest) step(nests));
    kernel.steps().add(new Sequence(steps.extent(), steps.backward(), all));
    nests.statements.forEach(statement -> document(statement, kernel.values()));
    return kernel;
  }

  /** Records what the statement computes: first the named values within it, then its own. */
  private void document(EntryStatement statement, List<Kernel.Value> values) {
    for (View operand : graph.node(statement.node()).operands()) {
      documentInline(operand.node(), memory.placement(statement.node()).tensor(), values);
    }
    boolean named = names.own(statement.node()) != null;
    if ((stored.contains(statement.node()) || named) && documented.add(statement.node())) {
      values.add(memory.placement(statement.node()).value(statement.node()));
    }
  }

  private void documentInline(int node, Tensor tensor, List<Kernel.Value> values) {
    if (kept.isStatement(node) || graph.node(node) instanceof Node.Leaf || !documented.add(node)) {
      return;
    }
    graph.node(node).operands().forEach(operand -> documentInline(operand.node(), tensor, values));
    Graph.Value value = names.value(node);
    if (value != null) {
      values.add(new Kernel.Value(tensor, value));
    }
  }

  /** Whether no value of the groups has a name for a method, for example because they are parts of a loss. */
  private boolean areNameless(Set<Integer> groups) {
    return groups.stream().flatMap(group -> fusion.groups().get(group).statements.stream())
        .allMatch(statement -> names.own(statement.node()) == null && !names.isError(statement.node()));
  }

  private boolean readsFrom(Fusion.Group group, Set<Integer> groups) {
    return group.statements.stream().flatMap(statement -> statement.uses().stream())
        .anyMatch(use -> groups.contains(fusion.groupOf(use.node())));
  }

  private Step step(Fusion.Group group) {
    if (!group.isProduct()) {
      return NestBuilder.build(graph, fusion, memory, names::own, group, stored::contains);
    }
    EntryStatement statement = group.first();
    Node node = graph.node(statement.node());
    Contraction contraction = Contraction.of(node, graph::node).orElseThrow();
    ProductMatch match = statement.product().orElseThrow();
    Tensor left = memory.placement(contraction.left().node()).tensor();
    Tensor right = memory.placement(contraction.right().node()).tensor();
    Scalar scale = NestBuilder.scale(graph, fusion, memory, names::own, group, contraction.scalars());
    Tensor to = memory.placement(statement.node()).tensor();
    return new MatrixProduct(to, scale, match.swapped() ? right : left, match.leftTransposed(), match.swapped() ? left : right,
        match.rightTransposed());
  }

  /**
   * Returns the parameter of each node of an optimizer's update; empty if it belongs to none or several. A number computed from sums over gradients,
   * such as their norm, belongs to none, even if a scalar parameter is part of it.
   */
  private static String[] owners(Graph graph, Map<String, String> leafOwners) {
    String[] owners = new String[graph.size()];
    boolean[] global = new boolean[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      Set<String> below = new LinkedHashSet<>();
      for (View operand : node.operands()) {
        below.add(owners[operand.node()]);
        global[id] |= node.rank() == 0 && global[operand.node()];
      }
      below.remove("");
      global[id] |= node.rank() == 0 && Materialization.isReduction(node) && !below.isEmpty();
      String derived = below.size() == 1 && !global[id] ? below.iterator().next() : "";
      owners[id] = node instanceof Node.Leaf leaf ? leafOwners.getOrDefault(leaf.name(), "") : derived;
    }
    return owners;
  }
}
