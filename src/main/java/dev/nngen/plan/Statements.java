package dev.nngen.plan;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Relation;
import dev.nngen.ir.Resolution;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Places every stored value in memory and writes the statement that computes it. */
final class Statements {

  private final Graph graph;
  private final Materialization kept;
  private final Layout layout;
  private final IntFunction<IntFunction<Layout.Place>> places;
  private final IntFunction<String> names;
  private final Map<Integer, Placement> placements = new HashMap<>();
  private final String[] owners;
  private final List<Retiming.Steps> recurrences;

  /**
   * @param places memory places of the axes and loops of each node
   * @param names names of the nodes' tensors
   * @param owners the parameter of each node of an optimizer's update; empty for none
   */
  Statements(Graph graph, Materialization kept, Layout layout, IntFunction<IntFunction<Layout.Place>> places, IntFunction<String> names, String[] owners, List<Retiming.Steps> recurrences) {
    this.recurrences = recurrences;
    this.places = places;
    this.graph = graph;
    this.kept = kept;
    this.layout = layout;
    this.names = names;
    this.owners = owners;
  }

  /** Returns the loops of a node in memory order. */
  private List<Integer> order(int id) {
    return layout.order(graph.node(id).loops(), places.apply(id));
  }

  /** Returns the placement of a stored value or leaf. */
  Placement placement(int node) {
    return graph.node(node) instanceof Node.Leaf leaf ? layout.leaf(leaf.name()) : placements.get(node);
  }

  void place(int node, Placement placement) {
    placements.put(node, placement);
  }

  /** Places the leaf by which other steps of a recurrence read a value in the value's memory. */
  void carry(Retiming.Carried carried) {
    Placement placement = placements.computeIfAbsent(carried.node(), id -> layout.internal(graph.node(id).shape(), places.apply(id), names.apply(id)));
    layout.aliasLeaf(carried.leaf(), new Placement(placement.tensor(), placement.order().stream().map(carried.axes()::indexOf).toList()));
  }

  /** Returns the statements in the order of the schedule; roots are placed first. */
  List<EntryStatement> write(Schedule schedule) {
    List<EntryStatement> statements = new ArrayList<>();
    for (int id : schedule.order()) {
      if (kept.isStatement(id)) {
        statements.add(write(id, schedule.needs().get(id)));
      }
    }
    return statements;
  }

  private EntryStatement write(int id, Set<EntryPoint> needs) {
    Node node = graph.node(id);
    int recurrence = IntStream.range(0, recurrences.size()).filter(k -> recurrences.get(k).axes().containsKey(id)).findFirst().orElse(-1);
    Optional<ProductMatch> match = recurrence >= 0 ? Optional.empty() : Contraction.of(node, graph::node).flatMap(contraction -> match(id, contraction));
    placements.computeIfAbsent(id, i -> layout.internal(node.shape(), places.apply(id), names.apply(i)));
    List<View> uses = new ArrayList<>();
    Set<View> seen = new LinkedHashSet<>();
    operands(node).forEach(operand -> collect(operand, seen, uses));
    List<Integer> nest = new ArrayList<>(node instanceof Node.Scatter scatter ? scatterNest(id, scatter, placements.get(id)) : Materialization.isReduction(node) ? reductionNest(id, node, uses, recurrence >= 0) : placements.get(id).order());
    if (recurrence >= 0) {
      Integer steps = recurrences.get(recurrence).axes().get(id);
      nest.remove(steps);
      nest.add(0, steps);
    }
    List<Extent> extents = nest.stream().map(node.loops()::get).toList();
    List<Integer> positions = IntStream.range(0, node.loops().size()).mapToObj(axis -> node instanceof Node.Scatter scatter && scatter.place(axis) >= 0 ? -1 - scatter.place(axis) : nest.indexOf(axis)).toList();
    return new EntryStatement(id, positions, extents, needs, owners[id], uses, kept.size(id), Materialization.isReduction(node), isContraction(node), recurrence, match);
  }

  /** Returns whether a node adds up products of two matrices' entries in three loops or more. */
  private boolean isContraction(Node node) {
    return node.loops().size() > 2 && Contraction.of(node, graph::node).filter(contraction -> contraction.left().axes().size() > 1 && contraction.right().axes().size() > 1).isPresent();
  }

  /** Returns the operands that a statement evaluates to compute a node. */
  static List<View> operands(Node node) {
    return node instanceof Node.Scatter scatter ? Stream.concat(scatter.factors().stream(), scatter.numbers().stream()).toList() : node.operands();
  }

  /**
   * Orders the loops of a sum into data-dependent places. The axis along which places are contiguous is innermost, because terms along it do not
   * depend on each other.
   */
  private List<Integer> scatterNest(int id, Node.Scatter node, Placement to) {
    List<Integer> kept = to.order().stream().filter(axis -> node.place(axis) < 0).toList();
    boolean along = !kept.isEmpty() && node.place(to.order().get(to.order().size() - 1)) < 0;
    List<Integer> nest = new ArrayList<>(kept);
    nest.addAll(along ? kept.size() - 1 : kept.size(), order(id).stream().filter(axis -> axis >= node.rank()).toList());
    return nest;
  }

  /** Returns the product of matrices that computes a contraction. An internal result may be stored in either order for it. */
  private Optional<ProductMatch> match(int id, Contraction contraction) {
    Placement left = placement(contraction.left().node());
    Placement right = placement(contraction.right().node());
    List<Extent> shape = graph.node(id).shape();
    if (placements.containsKey(id)) {
      return ProductMatch.find(contraction, left, right, placements.get(id));
    }
    Placement usual = layout.internal(shape, places.apply(id), names.apply(id));
    placements.put(id, usual);
    Optional<ProductMatch> match = ProductMatch.find(contraction, left, right, usual);
    if (match.isEmpty() && shape.size() == 2) {
      Placement other = layout.internal(shape, List.of(usual.order().get(1), usual.order().get(0)), names.apply(id));
      match = ProductMatch.find(contraction, left, right, other);
      match.ifPresent(m -> placements.put(id, other));
    }
    return match;
  }

  /** Collects the stored values that an expression reads, through values computed in place. */
  private void collect(View view, Set<View> seen, List<View> uses) {
    if (!seen.add(view)) {
      return;
    }
    if (kept.isStatement(view.node()) || kept.isLeaf(view.node())) {
      uses.add(view);
      return;
    }
    for (View operand : graph.node(view.node()).operands()) {
      collect(operand.rewire(view.axes()), seen, uses);
    }
  }

  /** Orders loops as the largest operand is stored; axes that it does not have are outermost. */
  private List<Integer> reductionNest(int id, Node node, List<View> uses, boolean isStep) {
    int axes = node.loops().size();
    for (View use : isStep ? List.<View>of() : uses) {
      List<Integer> at = placement(use.node()).at(use);
      if (!at.contains(View.COMPUTED) && Set.copyOf(at).size() == axes && at.size() == axes) {
        return at;
      }
    }
    return isStep || WindowRewriter.isWindowed(node, graph::node) ? sumsInside(id, node) : order(id);
  }

  /**
   * Orders the loops of a sum over windows. Usually the free axes come first, in memory order, and the summed ones are inside, so that a local holds
   * the sum. If the operands that have the last free axis are contiguous along it, that axis becomes the innermost loop, and the sum is accumulated
   * in memory: the loop accesses contiguous entries, and its iterations are independent.
   */
  private List<Integer> sumsInside(int id, Node node) {
    List<Integer> nest = new ArrayList<>(layout.order(node.shape(), places.apply(id)));
    boolean along = !nest.isEmpty() && node.operands().stream().map(this::lies).filter(at -> at.contains(nest.get(nest.size() - 1)))
        .map(at -> at.indexOf(nest.get(nest.size() - 1)) == at.size() - 1).reduce(Boolean::logicalAnd).orElse(false);
    int inner = along ? nest.size() - 1 : nest.size();
    nest.addAll(inner, order(id).stream().filter(axis -> axis >= node.rank()).toList());
    return nest;
  }

  /**
   * Returns the loop that runs along each dimension of an operand's memory; {@link View#COMPUTED} if several do; empty if the operand is computed in
   * place.
   */
  private List<Integer> lies(View operand) {
    if (graph.node(operand.node()) instanceof Node.Window window) {
      return !kept.isStatement(window.source()) && !kept.isLeaf(window.source()) ? List.of() : placement(window.source()).order().stream()
          .map(window.positions()::get).map(position -> position instanceof Node.Window.At at ? axis(at.number()).map(operand.axes()::get).orElse(View.COMPUTED) : View.COMPUTED).toList();
    }
    return kept.isStatement(operand.node()) || kept.isLeaf(operand.node()) ? placement(operand.node()).at(operand) : List.of();
  }

  private static Optional<Integer> axis(Resolution.Solved number) {
    List<Relation.Term> terms = number.value().terms();
    boolean alone = terms.size() == 1 && terms.get(0).coefficient() == 1 && number.value().constant().isZero() && number.divisor() == 1 && number.modulus() == 0;
    return alone ? Optional.of(terms.get(0).axis()) : Optional.empty();
  }
}
