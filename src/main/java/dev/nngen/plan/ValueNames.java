package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.ValueName;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Names tensors: with the user's names, gradients as {@code dW}, and all others after their operands. */
final class ValueNames {

  /** Prefix of errors: the error at Z is errorZ. */
  static final String ERROR = "error";
  /** Maximum length of a generated name. */
  private static final int LONGEST = 28;

  private final Graph graph;
  private final Map<Integer, String> own = new LinkedHashMap<>();
  private final Map<Integer, Graph.Value> values = new HashMap<>();
  private final Map<Integer, String> errors = new HashMap<>();
  private final Set<String> bland = new HashSet<>();

  /**
   * @param losses the names of the losses, whose derivatives are shortened
   */
  ValueNames(Graph graph, List<String> losses) {
    this.graph = graph;
    graph.names().forEach((name, value) -> {
      if (isOfTraining(ValueName.parse(name))) {
        own.putIfAbsent(value.node(), plain(name, losses));
        values.putIfAbsent(value.node(), value);
      }
    });
    graph.names().forEach((name, value) -> {
      if (ValueName.parse(name).is(ValueName.Role.PREDICTED)) {
        own.putIfAbsent(value.node(), plain(name, losses).replace(' ', '_'));
        values.putIfAbsent(value.node(), value);
      }
    });
  }

  /**
   * Names unnamed values after gradients that are their multiples by scalars, or multiples of columns: if {@code dJ/dZ} is {@code E / m}, the value
   * is the error at {@code Z}.
   *
   * @param original the graph before preparation, which still has gradients that nothing needs
   * @param moved the prepared graph's node of each node of the original
   */
  void nameErrors(Graph original, Map<Integer, Integer> moved, String loss) {
    original.names().forEach((text, value) -> {
      ValueName name = ValueName.parse(text);
      if (name.isGradientOf(loss)) {
        int node = value.node();
        for (Optional<Integer> inner = multipleOf(original, node); inner.isPresent(); inner = multipleOf(original, node)) {
          node = inner.get();
          if (moved.containsKey(node)) {
            errors.putIfAbsent(moved.get(node), ERROR + name.by());
          }
        }
      }
    });
  }

  /** Returns the user's name of the node, with {@code dJ/dW} as {@code dW}; null if there is none. */
  String own(int node) {
    return own.get(node);
  }

  /** Returns the value that the user named; null if there is none. */
  Graph.Value value(int node) {
    return values.get(node);
  }

  /** Returns all of the user's names, and the names of gradients with respect to them. */
  Set<String> all() {
    return Set.copyOf(own.values());
  }

  /** Whether a node without a name of its own is the error at a value. */
  boolean isError(int node) {
    return own.get(node) == null && errors.containsKey(node);
  }

  /** Returns a name for any node. */
  String of(int node) {
    String name = own.get(node);
    if (name != null) {
      return name;
    }
    String error = errors.get(node);
    return error != null ? error : described(graph.node(node));
  }

  private static boolean isOfTraining(ValueName name) {
    return name.is(ValueName.Role.VALUE) || name.is(ValueName.Role.GRADIENT);
  }

  static String plain(String name, List<String> losses) {
    ValueName parsed = ValueName.parse(name);
    return losses.stream().anyMatch(parsed::isGradientOf) ? "d" + parsed.by() : withoutSigns(name);
  }

  private static String withoutSigns(String name) {
    return name.replace('/', '_').replace('.', '_');
  }

  /** Returns the node that this one is a scalar multiple of. */
  private static Optional<Integer> multipleOf(Graph graph, int id) {
    Node node = graph.node(id);
    List<View> tensors = node.operands().stream().filter(view -> !view.axes().isEmpty()).toList();
    boolean multiple = node instanceof Node.Product product && !product.isSumming()
        || node instanceof Node.Sum sum && sum.constant().isZero() && sum.terms().size() == 1;
    boolean one = multiple && node.rank() > 0 && tensors.size() == 1 && tensors.get(0).isIdentity(node.rank());
    return one ? Optional.of(tensors.get(0).node()) : Optional.empty();
  }

  private String described(Node node) {
    if (node instanceof Node.Max max) {
      return "max" + suffix(max.argument());
    }
    if (node instanceof Node.Product product && product.isSumming()) {
      boolean isNamedSum = product.factors().size() == 1 && own.containsKey(product.factors().get(0).node());
      return Contraction.of(node, graph::node).isPresent() ? composed("product", "productOf", product.factors())
          : isNamedSum ? "sum" + suffix(product.factors().get(0)) : composed("sum", "sumOf", product.factors());
    }
    if (node instanceof Node.Scatter scatter) {
      return composed("sum", "sumOf", scatter.sum().factors());
    }
    if (node instanceof Node.Apply apply && apply.fn().arity() == 1) {
      String argument = of(apply.arguments().get(0).node());
      String function = apply.fn().name().toLowerCase(Locale.ROOT);
      return argument.equals("value") || argument.length() > LONGEST ? function : function + capitalised(argument);
    }
    if (node.rank() == 0) {
      return "scale";
    }
    return node instanceof Node.Window window ? composed("value", window.numbers().isEmpty() ? "reindexed" : "gathered", window.operands().subList(0, 1))
        : node instanceof Node.Apply apply && apply.fn().isIndicator() ? composed("value", "indicatorOf", apply.arguments()) : composed("value", "", List.of());
  }

  /** Returns the prefix followed by the names of the operands with axes, if these have names that are short enough, otherwise the plain name. */
  private String composed(String plain, String prefix, List<View> operands) {
    List<String> names = operands.stream().filter(view -> !view.axes().isEmpty() && !(graph.node(view.node()) instanceof Node.Leaf && own.get(view.node()) == null))
        .map(view -> Optional.ofNullable(own.get(view.node())).orElse(errors.getOrDefault(view.node(), ""))).toList();
    String composed = prefix + names.stream().map(ValueNames::capitalised).collect(Collectors.joining("And"));
    String name = names.isEmpty() || names.contains("") || composed.length() > LONGEST ? plain : composed;
    bland.add(name);
    return name;
  }

  private String suffix(View view) {
    String name = own.get(view.node());
    return name == null ? "" : capitalised(name);
  }

  private static String capitalised(String name) {
    return name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** Whether a name is composed of other names, so that another value's name may replace it. */
  boolean isBland(String name) {
    return bland.contains(name);
  }
}
