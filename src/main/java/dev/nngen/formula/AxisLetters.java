package dev.nngen.formula;

import dev.nngen.ir.AxisNames;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Graph;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The letters of indices. Letters of the text's index equations come first, then letters of operands or users. Other letters follow a convention: c
 * for samples, i, j, k, ... for features.
 */
public final class AxisLetters {

  private static final List<String> FEATURES = List.of("i", "j", "k", "l", "p", "q", "r", "s", "u", "v");
  private static final List<String> SAMPLES = List.of("c", "d", "e", "f");
  /** Letters of samples if the text uses c for other axes. */
  private static final List<String> OTHER_SAMPLES = List.of("s", "n", "d", "e");

  /** No letters of the text; for formulas about entries of tensors. */
  public static final AxisLetters NONE = new AxisLetters(Map.of(), Map.of(), Set.of(), Set.of(), false);

  private final Map<Integer, List<String>> byNode;
  /** The indices bound by reductions in the equations of named values. */
  private final Map<String, List<String>> bound;
  private final Set<String> blocks;
  private final boolean matrices;
  private final List<String> features;
  private final List<String> samples;

  /**
   * @param written letters of the text
   * @param blocks letters of blocks
   * @param matrices true if formulas of tensors are about the matrix of each index of some axes
   */
  private AxisLetters(Map<Integer, List<String>> byNode, Map<String, List<String>> bound, Set<String> written, Set<String> blocks, boolean matrices) {
    this.byNode = byNode;
    this.bound = bound;
    this.blocks = blocks;
    this.matrices = matrices;
    this.features = freeFirst(FEATURES, written);
    this.samples = freeFirst(written.contains("c") ? OTHER_SAMPLES : SAMPLES, written);
  }

  private static List<String> freeFirst(List<String> letters, Set<String> written) {
    return Stream.concat(letters.stream().filter(letter -> !written.contains(letter)), letters.stream().filter(written::contains)).toList();
  }

  /**
   * Returns the letters of a graph.
   *
   * @param names names of axes in the text, by value
   * @param alike values with the letters of another value of the same layout
   */
  public static AxisLetters of(Graph graph, Map<String, AxisNames> names, Map<Graph.Value, Graph.Value> alike) {
    return new Finder(graph, names, alike).letters();
  }

  /** Gives letters to nodes. */
  private static final class Finder {
    private final Graph graph;
    private final Map<String, AxisNames> names;
    private final Map<Integer, List<String>> byNode = new LinkedHashMap<>();
    private final Map<String, List<String>> bound = new LinkedHashMap<>();
    private final Set<String> written = new LinkedHashSet<>();
    private final Set<String> blocks = new LinkedHashSet<>();

    Finder(Graph graph, Map<String, AxisNames> names, Map<Graph.Value, Graph.Value> alike) {
      this.graph = graph;
      this.names = names;
      names.forEach((name, axes) -> {
        bound.put(name, axes.bound());
        Stream.of(axes.defined(), axes.read(), axes.bound()).forEach(written::addAll);
        blocks.addAll(axes.blocks());
      });
      if (written.isEmpty()) {
        return;
      }
      graph.names().forEach(this::text);
      spread();
      alike.forEach((value, like) -> byNode.put(value.node(), counterpart(value, like)));
      spread();
    }

    AxisLetters letters() {
      return new AxisLetters(byNode, bound, written, blocks, true);
    }

    /** A gradient's formula has the users of its value as factors, so their letters apply. */
    private void text(String name, Graph.Value value) {
      Optional<String> of = ValueNaming.differentiated(name);
      AxisNames axes = names.getOrDefault(of.orElse(name), AxisNames.NONE);
      List<String> first = of.isPresent() || axes.defined().isEmpty() ? axes.read() : axes.defined();
      List<String> known = first.isEmpty() ? axes.defined() : first;
      if (known.size() == value.allAxes().size()) {
        List<String> letters = byNode.computeIfAbsent(value.node(), this::open);
        for (int place = 0; place < known.size(); place++) {
          set(letters, value.allAxes().get(place), known.get(place));
        }
      }
    }

    private List<String> open(int node) {
      return new ArrayList<>(graph.node(node).shape().stream().map(axis -> "").toList());
    }

    private static void set(List<String> letters, int axis, String letter) {
      if (axis != Graph.Value.NONE && letters.get(axis).isEmpty() && !letters.contains(letter)) {
        letters.set(axis, letter);
      }
    }

    private List<String> counterpart(Graph.Value value, Graph.Value like) {
      List<String> letters = open(value.node());
      List<String> others = byNode.getOrDefault(like.node(), List.of());
      for (int axis = 0; axis < letters.size() && !others.isEmpty(); axis++) {
        int other = value.counterpart(axis, like);
        letters.set(axis, other == Graph.Value.NONE ? "" : others.get(other));
      }
      return letters;
    }

    /** Propagates letters from operands to users and back, until nothing changes. */
    private void spread() {
      forward();
      for (int id = graph.size() - 1; id >= 0; id--) {
        List<String> letters = byNode.get(id);
        for (View operand : letters == null ? List.<View>of() : graph.node(id).operands()) {
          List<String> own = byNode.computeIfAbsent(operand.node(), this::open);
          for (int axis = 0; axis < own.size(); axis++) {
            int outer = operand.axes().get(axis);
            set(own, axis, outer < letters.size() && isPlain(graph.node(operand.node())) ? letters.get(outer) : "");
          }
        }
      }
      forward();
    }

    private void forward() {
      for (int id = 0; id < graph.size(); id++) {
        for (View operand : graph.node(id).operands()) {
          List<String> others = byNode.get(operand.node());
          for (int axis = 0; others != null && axis < others.size(); axis++) {
            if (operand.axes().get(axis) < graph.node(id).rank()) {
              set(byNode.computeIfAbsent(id, this::open), operand.axes().get(axis), others.get(axis));
            }
          }
        }
      }
    }

    /** True for all nodes except relations, whose axes are indices of any kind. */
    private static boolean isPlain(Node node) {
      return !(node instanceof Node.Leaf leaf && leaf.isPositional());
    }
  }

  /** Returns the letter of a node's axis, empty if the text has none. */
  private Optional<String> known(int node, int axis) {
    List<String> letters = byNode.getOrDefault(node, List.of());
    return axis < letters.size() ? Optional.of(letters.get(axis)).filter(letter -> !letter.isEmpty()) : Optional.empty();
  }

  /**
   * Returns one letter for each axis of a node, all different.
   *
   * @param order the axes in the order in which letters are chosen
   */
  List<String> of(Graph graph, int node, List<Integer> order) {
    List<Extent> shape = graph.node(node).shape();
    Set<String> taken = new LinkedHashSet<>();
    order.forEach(axis -> known(node, axis).ifPresent(taken::add));
    String[] letters = new String[shape.size()];
    for (int axis : order) {
      letters[axis] = known(node, axis).orElseGet(() -> next(shape.get(axis), taken));
      taken.add(letters[axis]);
    }
    return List.of(letters);
  }

  /** Returns the text's letter of the first factor's axis along a loop, empty if there is none. */
  String read(List<View> factors, int loop) {
    return factors.stream().filter(factor -> factor.axes().contains(loop)).flatMap(factor -> known(factor.node(), factor.axes().indexOf(loop)).stream()).findFirst().orElse("");
  }

  /**
   * True if matrix notation writes a value for each index of an axis: the axis of a block, or samples of a value with more axes than a matrix.
   *
   * @param axes the number of the value's axes, including those with one entry
   */
  boolean isForEach(Graph graph, int node, int axis, int axes) {
    if (!matrices) {
      return false;
    }
    int around = (int) Stream.iterate(0, k -> k < graph.node(node).rank(), k -> k + 1).filter(k -> isBlock(node, k)).count();
    return isBlock(node, axis) || graph.node(node).shape().get(axis).equals(Extent.BATCH) && axes - around > 2;
  }

  private boolean isBlock(int node, int axis) {
    return known(node, axis).filter(blocks::contains).isPresent();
  }

  /** Returns the letters bound by reductions of the named value's equation. */
  List<String> bound(String name) {
    return bound.getOrDefault(name, List.of());
  }

  /**
   * Returns a letter for a reduced axis of a node.
   *
   * @param loop of the node
   * @param written letters the text's letters for reduced axes, in its order
   */
  String inner(Node node, int loop, List<String> written, Collection<String> taken) {
    List<String> known = node.operands().stream().filter(operand -> operand.axes().contains(loop))
        .flatMap(operand -> known(operand.node(), operand.axes().indexOf(loop)).stream()).filter(letter -> !taken.contains(letter)).toList();
    List<String> open = written.stream().filter(letter -> !taken.contains(letter)).toList();
    return known.stream().filter(letter -> open.isEmpty() || open.contains(letter)).findFirst().or(() -> open.stream().findFirst())
        .orElseGet(() -> next(node.loops().get(loop), taken));
  }

  /** Returns the position of a letter among an entry's letters, for the order of factors. Letters of samples come last. */
  int place(String letter, List<String> entry) {
    int place = byNode.isEmpty() ? features.indexOf(letter) + 1 : entry.indexOf(letter);
    return samples.contains(letter.substring(0, 1)) ? place + 100 : place;
  }

  /** Returns an unused letter for the axis, with a number once the alphabet is used up. */
  String next(Extent axis, Collection<String> taken) {
    List<String> alphabet = axis.equals(Extent.BATCH) ? samples : features;
    for (int round = 0; ; round++) {
      for (String letter : alphabet) {
        String candidate = round == 0 ? letter : letter + round;
        if (!taken.contains(candidate)) {
          return candidate;
        }
      }
    }
  }
}
