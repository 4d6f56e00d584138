package dev.nngen.plan;

import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What tensors are called: as the user called them, gradients {@code dW}, and otherwise after what they are made of. */
final class ValueNames {

  private final Graph graph;
  private final Map<Integer, String> own = new LinkedHashMap<>();
  private final Map<Integer, Graph.Value> values = new HashMap<>();
  private final Map<Integer, String> multiples = new HashMap<>();

  /** @param loss the name of the loss, whose derivatives are shortened; may be null */
  ValueNames(Graph graph, String loss) {
    this.graph = graph;
    graph.names().forEach((name, value) -> {
      if (name.indexOf(' ') < 0) {
        own.putIfAbsent(value.node(), plain(name, loss));
        values.putIfAbsent(value.node(), value);
      }
    });
    own.forEach((node, name) -> multipleOf(node).ifPresent(other -> multiples.putIfAbsent(other, name)));
  }

  /** The name that the user gave the node, with {@code dJ/dW} as {@code dW}; null where there is none. */
  String own(int node) {
    return own.get(node);
  }

  /** The value that the user named; null where there is none. */
  Graph.Value value(int node) {
    return values.get(node);
  }

  /** All names that the user gave. */
  Set<String> all() {
    return Set.copyOf(own.values());
  }

  /** A name for any node. */
  String of(int node) {
    String name = own.get(node);
    if (name != null) {
      return name;
    }
    String multiple = multiples.get(node);
    return multiple != null ? "error" + (multiple.startsWith("d") ? multiple.substring(1) : multiple) : described(graph.node(node));
  }

  static String plain(String name, String loss) {
    String prefix = "d" + loss + "/d";
    return name.startsWith(prefix) ? "d" + name.substring(prefix.length()) : name.replace('/', '_').replace('.', '_');
  }

  /** The node of which this one is a multiple by scalars. */
  private Optional<Integer> multipleOf(int node) {
    if (!(graph.node(node) instanceof Node.Product product) || product.isSumming() || product.rank() == 0) {
      return Optional.empty();
    }
    var matrices = product.factors().stream().filter(view -> !view.axes().isEmpty()).toList();
    boolean one = matrices.size() == 1 && matrices.get(0).isIdentity(product.rank()) && !own.containsKey(matrices.get(0).node());
    return one ? Optional.of(matrices.get(0).node()) : Optional.empty();
  }

  private String described(Node node) {
    if (node instanceof Node.Max max) {
      return "max" + suffix(max.argument());
    }
    if (node instanceof Node.Product product && product.isSumming()) {
      return Contraction.of(node).isPresent() ? "product" : product.factors().size() == 1 ? "sum" + suffix(product.factors().get(0)) : "sum";
    }
    return node.rank() == 0 ? "scale" : "value";
  }

  private String suffix(View view) {
    String name = own.get(view.node());
    return name == null ? "" : name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
  }
}
