package dev.nngen.explain;

import dev.nngen.formula.Naming;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Lowered;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Values without a name that the backward pass uses more than once. Each gets a name, such as {@code E2} for what the
 * gradient of Z2 is a multiple of, so that a formula stays short in a deep network.
 */
final class Shared {

  /** How long a value may be that only one other is made of, without a name of its own. */
  private static final int LONGEST_WRITTEN_OUT = 24;

  /**
   * @param node in the simplified graph
   * @param owner the gradient behind which the value is defined: that which is a multiple of it, or that through which it
   *     enters a parameter's gradient; empty where there is none
   * @param negative true where it enters with a minus; the name then stands for minus the node
   */
  record Named(int node, String name, String owner, boolean negative) {}

  private record Multiple(String gradient, boolean negative) {}

  private final Graph graph;
  private final Gradients gradients;
  private final Map<Integer, String> chosen;
  private final boolean[] needed;
  private final Set<String> taken;
  private final Set<Integer> candidates = new TreeSet<>();
  private final Map<String, Named> found = new LinkedHashMap<>();

  private Shared(Graph graph, Lowered lowered, Gradients gradients, Set<String> taken) {
    this.taken = taken;
    this.graph = graph;
    this.gradients = gradients;
    this.chosen = Naming.chosen(graph);
    this.needed = graph.reachable(lowered.gradients().stream().map(gradient -> graph.named(gradient).node()).toList());
  }

  /**
   * The shared values.
   *
   * @param simplified what the code computes, with gradients
   * @param taken names that none of them may have
   */
  static List<Named> of(Lowered lowered, Graph simplified, Gradients gradients, Set<String> taken) {
    Shared shared = new Shared(simplified, lowered, gradients, taken);
    shared.find();
    return new ArrayList<>(shared.found.values());
  }

  private void find() {
    boolean[] forward = graph.reachable(List.of(graph.named(gradients.loss()).node()));
    boolean[] errors = dependOnError();
    int[] users = new int[graph.size()];
    for (int id = 0; id < graph.size(); id++) {
      if (needed[id]) {
        Set<Integer> operands = new LinkedHashSet<>();
        graph.node(id).operands().forEach(operand -> operands.add(operand.node()));
        operands.forEach(operand -> users[operand]++);
      }
    }
    Size size = new Size(graph::node);
    chosen.keySet().forEach(size::named);
    for (int id = 0; id < graph.size(); id++) {
      boolean anonymous = users[id] > 0 && !chosen.containsKey(id) && graph.node(id).rank() > 0;
      boolean worthwhile = errors[id] && !forward[id] ? users[id] > 1 : size.of(id) > LONGEST_WRITTEN_OUT;
      if (anonymous && worthwhile) {
        candidates.add(id);
        size.named(id);
      }
    }
    candidates.forEach(this::name);
  }

  /** Errors are what targets enter; without targets anything may be one. */
  private boolean[] dependOnError() {
    boolean[] depends = new boolean[graph.size()];
    boolean any = false;
    for (int id = 0; id < graph.size(); id++) {
      Node node = graph.node(id);
      depends[id] = node instanceof Node.Leaf leaf && leaf.role() == Node.Role.TARGET
          || node.operands().stream().anyMatch(operand -> depends[operand.node()]);
      any |= depends[id];
    }
    if (!any) {
      java.util.Arrays.fill(depends, true);
    }
    return depends;
  }

  private void name(int id) {
    Multiple multiple = multipleOf(id).or(() -> usedBy(id)).orElse(new Multiple("", false));
    String suffix = multiple.gradient().isEmpty() ? "" : suffix(multiple.gradient());
    String name = "E" + suffix;
    for (int number = 0; graph.names().containsKey(name) || found.containsKey(name) || taken.contains(name) || name.equals("E"); number++) {
      name = "D" + suffix + (number == 0 && !suffix.isEmpty() ? "" : "_" + (number + 1));
    }
    found.put(name, new Named(id, name, multiple.gradient(), multiple.negative()));
  }

  /** The gradient that is the node times a number. */
  private Optional<Multiple> multipleOf(int id) {
    for (Map.Entry<Integer, String> named : chosen.entrySet()) {
      if (gradients.value(named.getValue()) != null) {
        int sign = sign(named.getKey(), id, 1);
        if (sign != 0) {
          return Optional.of(new Multiple(named.getValue(), sign < 0));
        }
      }
    }
    return Optional.empty();
  }

  /** The sign of the number by which {@code id} is a multiple of the other node; 0 where it is none. */
  private int sign(int id, int of, int sign) {
    if (id == of) {
      return sign;
    }
    Node node = graph.node(id);
    List<View> tensors = node.operands().stream().filter(operand -> !operand.axes().isEmpty()).toList();
    if (tensors.size() != 1 || chosen.containsKey(tensors.get(0).node())) {
      return 0;
    }
    if (node instanceof Node.Sum sum && sum.terms().size() == 1 && sum.constant().isZero()) {
      return sign(tensors.get(0).node(), of, sign * sum.terms().get(0).coefficient().signum());
    }
    return node instanceof Node.Product product && !product.isSumming() ? sign(tensors.get(0).node(), of, sign) : 0;
  }

  /** The gradient of the value that a parameter enters, where the node is used for that parameter's gradient. */
  private Optional<Multiple> usedBy(int id) {
    for (Map.Entry<Integer, String> named : chosen.entrySet()) {
      List<String> consumers = gradients.consumers(named.getValue());
      boolean linear = !consumers.isEmpty() && gradients.names().contains(gradients.of(consumers.get(0)));
      int sign = linear && needed[named.getKey()] ? signOfUse(named.getKey(), id) : 0;
      if (sign != 0) {
        return Optional.of(new Multiple(gradients.of(consumers.get(0)), sign < 0));
      }
    }
    return Optional.empty();
  }

  /** The sign with which a node enters another one, other shared values aside; 0 where it does not. */
  private int signOfUse(int id, int used) {
    for (View operand : graph.node(id).operands()) {
      int next = operand.node();
      boolean passes = !chosen.containsKey(next) && !candidates.contains(next) && next > used;
      int sign = next == used ? 1 : passes ? signOfUse(next, used) : 0;
      if (sign != 0) {
        return graph.node(id) instanceof Node.Sum sum ? sign * coefficient(sum, operand) : sign;
      }
    }
    return 0;
  }

  private static int coefficient(Node.Sum sum, View operand) {
    return sum.terms().stream().filter(term -> term.view().equals(operand)).findFirst().orElseThrow().coefficient().signum();
  }

  /** {@code 2} of {@code dJ/dZ2}, {@code _H} of {@code dJ/dZ_H}. */
  private static String suffix(String gradient) {
    String value = gradient.substring(gradient.indexOf("/d") + 2);
    int underscore = value.indexOf('_', 1);
    if (underscore > 0) {
      return value.substring(underscore);
    }
    String digits = value.replaceFirst("^.*?(\\d*)$", "$1");
    return digits.isEmpty() ? "_" + value : digits;
  }
}
