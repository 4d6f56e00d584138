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
 * The letters of indices: those of the text where it has index equations, and of values that it has none for, those of the values that they are made
 * of or that are made of them. Other letters are chosen as the lecture notes have them: c for samples, i, j, k, ... for features.
 */
public final class AxisLetters {

  private static final List<String> FEATURES = List.of("i", "j", "k", "l", "p", "q", "r", "s", "u", "v");
  private static final List<String> SAMPLES = List.of("c", "d", "e", "f");
  /** Where the text calls other axes c. */
  private static final List<String> OTHER_SAMPLES = List.of("s", "n", "d", "e");

  /** No letters of the text, for formulas about entries of tensors. */
  public static final AxisLetters NONE = new AxisLetters(Map.of(), Map.of(), Set.of(), Set.of(), false);

  private final Map<Integer, List<String>> byNode;
  /** What reductions bind in the equations of named values. */
  private final Map<String, List<String>> bound;
  private final Set<String> blocks;
  private final boolean matrices;
  private final List<String> features;
  private final List<String> samples;

  /**
   * @param written letters of the text
   * @param blocks those of blocks
   * @param matrices whether formulas of tensors are about the matrices of each index of some axes
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
   * The letters of a graph.
   *
   * @param names how the text calls the axes of values
   * @param alike values that have the letters of others, laid out alike
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

    /** Formulas of a gradient are by what reads its value. */
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

    /** From operands to what is made of them, then back to operands, and on again. */
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

    /** Relations are over indices of any kind. */
    private static boolean isPlain(Node node) {
      return !(node instanceof Node.Leaf leaf && leaf.isPositional());
    }
  }

  /** What the axis of a node is called; empty if the text does not say. */
  private Optional<String> known(int node, int axis) {
    List<String> letters = byNode.getOrDefault(node, List.of());
    return axis < letters.size() ? Optional.of(letters.get(axis)).filter(letter -> !letter.isEmpty()) : Optional.empty();
  }

  /**
   * One letter for each axis of a node, all different.
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

  /** What the text calls the axis of the first factor that is read along a loop; empty if it does not say. */
  String read(List<View> factors, int loop) {
    return factors.stream().filter(factor -> factor.axes().contains(loop)).flatMap(factor -> known(factor.node(), factor.axes().indexOf(loop)).stream()).findFirst().orElse("");
  }

  /**
   * Whether matrix notation writes a value for each index of an axis: that of a block, or samples of a value with more axes than a matrix.
   *
   * @param axes how many axes the value has, those with one entry too
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

  /** The letters that reductions of the named value's equation bind. */
  List<String> bound(String name) {
    return bound.getOrDefault(name, List.of());
  }

  /**
   * A letter for what a node sums over or takes the largest of.
   *
   * @param loop of the node
   * @param written letters that the text has for such, in its order
   */
  String inner(Node node, int loop, List<String> written, Collection<String> taken) {
    List<String> known = node.operands().stream().filter(operand -> operand.axes().contains(loop))
        .flatMap(operand -> known(operand.node(), operand.axes().indexOf(loop)).stream()).filter(letter -> !taken.contains(letter)).toList();
    List<String> open = written.stream().filter(letter -> !taken.contains(letter)).toList();
    return known.stream().filter(letter -> open.isEmpty() || open.contains(letter)).findFirst().or(() -> open.stream().findFirst())
        .orElseGet(() -> next(node.loops().get(loop), taken));
  }

  /** Where a letter stands among an entry's, for the order of factors; those of samples are last. */
  int place(String letter, List<String> entry) {
    int place = byNode.isEmpty() ? features.indexOf(letter) + 1 : entry.indexOf(letter);
    return samples.contains(letter.substring(0, 1)) ? place + 100 : place;
  }

  /** A letter for the axis that is not taken; numbered once the alphabet is used up. */
  private String next(Extent axis, Collection<String> taken) {
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
