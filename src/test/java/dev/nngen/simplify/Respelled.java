package dev.nngen.simplify;

import dev.nngen.ir.Facts;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import dev.nngen.lower.Phase;
import dev.nngen.lower.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A program with other names, or with its values in another order, as if independent statements had changed places.
 *
 * @param node the new number of each node
 */
record Respelled(Graph graph, Facts facts, int[] node) {

  private static final Pattern IDENTIFIER = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  /** Every leaf of the text and every value gets a name that is sorted otherwise and has another hash. */
  static Respelled renamed(Program<? extends Phase.Differentiated> program, long seed) {
    List<Integer> order = IntStream.range(0, program.graph().size()).boxed().toList();
    return of(program, order, name -> "n" + Long.toHexString(new Random(name.hashCode() + seed).nextLong()));
  }

  /** The nodes in a random order that is still topological. */
  static Respelled permuted(Program<? extends Phase.Differentiated> program, long seed) {
    Random random = new Random(seed);
    Graph graph = program.graph();
    List<Integer> order = new ArrayList<>();
    boolean[] placed = new boolean[graph.size()];
    while (order.size() < graph.size()) {
      List<Integer> ready = new ArrayList<>(IntStream.range(0, graph.size())
          .filter(id -> !placed[id] && graph.node(id).operands().stream().allMatch(operand -> placed[operand.node()])).boxed().toList());
      Collections.shuffle(ready, random);
      ready.subList(0, (ready.size() + 1) / 2).forEach(id -> {
        placed[id] = true;
        order.add(id);
      });
    }
    return of(program, order, name -> name);
  }

  private interface Renaming {
    String of(String identifier);
  }

  private static Respelled of(Program<? extends Phase.Differentiated> program, List<Integer> order, Renaming renaming) {
    Graph graph = program.graph();
    int[] moved = new int[graph.size()];
    Graph.Builder builder = new Graph.Builder();
    for (int id : order) {
      Node node = graph.node(id);
      boolean isNamed = node instanceof Node.Leaf leaf && leaf.role() != Node.Role.EXTENT && !leaf.isConstant();
      Node renamed = isNamed ? renamed((Node.Leaf) node, renaming) : node;
      moved[id] = builder.add(renamed.withOperands(renamed.operands().stream().map(view -> new View(moved[view.node()], view.axes())).toList()));
    }
    graph.names().forEach((name, value) -> builder.name(renamed(name, renaming), value.at(moved[value.node()])));
    Map<Integer, Interval> ranges = new LinkedHashMap<>();
    program.facts().ranges().forEach((node, range) -> ranges.put(moved[node], range));
    Map<Integer, Integer> equalities = new LinkedHashMap<>();
    program.facts().equalities().forEach((left, right) -> equalities.put(moved[left], moved[right]));
    return new Respelled(builder.build(), new Facts(ranges, equalities), moved);
  }

  private static Node renamed(Node.Leaf leaf, Renaming renaming) {
    return new Node.Leaf(renaming.of(leaf.name()), leaf.role(), leaf.shape());
  }

  /** {@code dJ/dW} is renamed in both of its parts, {@code prove 1 left} in none. */
  private static String renamed(String name, Renaming renaming) {
    if (name.indexOf(' ') >= 0) {
      return name;
    }
    return String.join("/", Arrays.stream(name.split("/")).map(part -> {
      String identifier = name.indexOf('/') < 0 ? part : part.substring(1);
      return (name.indexOf('/') < 0 ? "" : "d") + (IDENTIFIER.matcher(identifier).matches() ? renaming.of(identifier) : identifier);
    }).toList());
  }

  Graph.Value value(Graph.Value of) {
    return of.at(node[of.node()]);
  }
}
