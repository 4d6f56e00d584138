package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks whether an optimizer treats every entry of every parameter alike, so that one method serves all parameters: the new values must be the same
 * expressions of the parameter, its gradient and its states, entry by entry.
 */
final class UpdateTemplate {

  private final Graph graph;
  private final Map<String, String> roles;
  /** Numbers structures; equal numbers mean equal updates. */
  private final Map<String, Integer> structures = new HashMap<>();
  private final int[] structure;
  private final boolean[] owned;
  /** Marks nodes that depend on a weight or a state, and those that depend on a sum of these over entries. */
  private final boolean[] varies;
  private final boolean[] mixes;

  private UpdateTemplate(Graph graph, Map<String, String> roles) {
    this.graph = graph;
    this.roles = roles;
    this.structure = new int[graph.size()];
    this.owned = new boolean[graph.size()];
    this.varies = new boolean[graph.size()];
    this.mixes = new boolean[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      structure[id] = structures.computeIfAbsent(describe(id), key -> structures.size());
    }
  }

  /** Returns a parameter whose update represents all; empty if updates differ or read more than corresponding entries. */
  static Optional<Program.Parameter> find(Program<? extends Phase.Differentiated> model, Program.Update update) {
    Map<String, String> roles = new HashMap<>();
    for (String parameter : update.parameters()) {
      roles.put(parameter, "w");
      roles.put(ValueName.gradient(update.loss(), parameter).text(), "g");
    }
    update.states().forEach(state -> roles.put(state.name(), role(state)));
    UpdateTemplate template = new UpdateTemplate(update.graph(), roles);
    List<Program.Parameter> parameters = model.parameters(update);
    long kinds = parameters.stream().map(parameter -> template.structureOf(update, parameter)).distinct().count();
    return kinds != 1 || parameters.stream().anyMatch(parameter -> template.mixesEntries(update, parameter)) ? Optional.empty()
        : parameters.stream().filter(p -> p.rows() * (long) p.columns() > 1).findFirst();
  }

  /** Whether a new value depends on a sum over entries of old ones, which each parameter's kernels compute in between. */
  private boolean mixesEntries(Program.Update update, Program.Parameter parameter) {
    return names(update, parameter).stream().anyMatch(name -> mixes[graph.named(name).node()]);
  }

  /** Returns the state's name without the parameter's. */
  static String role(Program.State state) {
    return state.name().substring(state.parameter().length() + 1);
  }

  private List<Integer> structureOf(Program.Update update, Program.Parameter parameter) {
    return names(update, parameter).stream().map(name -> structure[graph.named(name).node()]).toList();
  }

  /** Returns the names of the new values of a parameter and its states. */
  private static List<String> names(Program.Update update, Program.Parameter parameter) {
    List<String> names = new ArrayList<>(List.of(ValueName.next(parameter.name()).text()));
    update.states().stream().filter(state -> state.parameter().equals(parameter.name()))
        .forEach(state -> names.add(ValueName.next(state.name()).text()));
    return names;
  }

  /** Describes the node's structure without shapes. A node that belongs to no parameter or mixes entries describes only itself. */
  private String describe(int id) {
    Node node = graph.node(id);
    owned[id] = node instanceof Node.Leaf leaf && roles.containsKey(leaf.name())
        || node.operands().stream().anyMatch(operand -> owned[operand.node()]);
    varies[id] = owned[id] && node instanceof Node.Leaf leaf && leaf.role() != Node.Role.GRADIENT
        || node.operands().stream().anyMatch(operand -> varies[operand.node()]);
    mixes[id] = varies[id] && Materialization.isReduction(node) || node.operands().stream().anyMatch(operand -> mixes[operand.node()]);
    if (node instanceof Node.Leaf leaf && owned[id]) {
      return roles.get(leaf.name());
    }
    boolean entrywise = !Materialization.isReduction(node)
        && node.operands().stream().allMatch(view -> view.axes().isEmpty() || view.isIdentity(node.rank()));
    if (!owned[id] && node.rank() == 0 || !entrywise) {
      return "%" + id;
    }
    StringBuilder text = new StringBuilder(node.accept(new Operation()));
    for (View operand : node.operands()) {
      text.append(' ').append(structure[operand.node()]);
    }
    return text.toString();
  }

  private static final class Operation implements Node.Visitor<String> {
    @Override
    public String leaf(Node.Leaf leaf) {
      return leaf.role() + leaf.name();
    }

    @Override
    public String sum(Node.Sum sum) {
      List<Rational> coefficients = sum.terms().stream().map(Node.Term::coefficient).toList();
      return "sum " + sum.constant() + coefficients;
    }

    @Override
    public String product(Node.Product product) {
      return "product";
    }

    @Override
    public String power(Node.Power power) {
      return "power " + power.exponent();
    }

    @Override
    public String apply(Node.Apply apply) {
      return apply.fn().name();
    }

    @Override
    public String max(Node.Max max) {
      return "max";
    }
  }
}
