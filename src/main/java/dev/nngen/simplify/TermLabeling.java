package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * One form for every sum of a product of entries, whatever its axes are called and in which order its factors stand. Such a term
 * is a hypergraph: axes are its vertices, each factor joins the axes that it names. Axes are told apart by what they are joined to
 * (color refinement); where that leaves some alike, each is tried first in turn, and the least form is taken (McKay, Practical
 * graph isomorphism, 1981).
 */
final class TermLabeling {

  /** After this many complete numberings the least one so far is taken: sound, but equal terms may then look different. */
  private static final int MAX_LEAVES = 720;

  /**
   * The form of a term.
   *
   * @param definition the sum, as an atom over its own axes
   * @param axes the consumer's loop axis of each axis of the atom
   * @param symmetries permutations of the atom's axes that leave it as it is
   */
  record Labeled(Node.Product definition, List<Integer> axes, Set<List<Integer>> symmetries) {}

  private final Symmetries symmetries;
  private final List<Extent> loops;
  private final IntPredicate isBound;
  private final List<Integer> nodes = new ArrayList<>();
  private final List<List<List<Integer>>> variants = new ArrayList<>();
  private final List<Integer> axes;
  private final List<List<Integer>> leaves = new ArrayList<>();
  private final List<List<Integer>> exchanges = new ArrayList<>();
  private List<List<Integer>> least;
  private int visited;

  private TermLabeling(Symmetries symmetries, List<Extent> loops, IntPredicate isBound, Collection<View> factors) {
    this.symmetries = symmetries;
    this.loops = loops;
    this.isBound = isBound;
    Set<Integer> named = new TreeSet<>();
    for (View factor : factors) {
      nodes.add(factor.node());
      variants.add(symmetries.variants(factor));
      named.addAll(factor.axes());
    }
    this.axes = List.copyOf(named);
  }

  /**
   * Numbers the axes of a term.
   *
   * @param loops the extents of the consumer's axes
   * @param isBound tells which of them are summed over
   * @param factors views of classes
   */
  static Labeled of(Symmetries symmetries, List<Extent> loops, IntPredicate isBound, Collection<View> factors) {
    return new TermLabeling(symmetries, loops, isBound, factors).labeled();
  }

  private Labeled labeled() {
    Map<Integer, List<Integer>> initial = new HashMap<>();
    TreeMap<String, Integer> kinds = new TreeMap<>();
    axes.forEach(axis -> kinds.put(kind(axis), 0));
    int color = 0;
    for (Map.Entry<String, Integer> kind : kinds.entrySet()) {
      kind.setValue(color++);
    }
    axes.forEach(axis -> initial.put(axis, List.of(kinds.get(kind(axis)))));
    search(ranked(initial));
    return result();
  }

  /** Free axes come before bound ones. */
  private String kind(int axis) {
    return (isBound.test(axis) ? "1" : "0") + loops.get(axis);
  }

  /** Refines, and tries each of the first axes that are alike, but for those that may be exchanged with one already tried. */
  private void search(Map<Integer, Integer> colors) {
    Map<Integer, Integer> refined = refined(colors);
    List<Integer> alike = firstAlike(refined);
    if (alike.isEmpty()) {
      leaf(refined);
      return;
    }
    List<Integer> tried = new ArrayList<>();
    for (int axis : alike) {
      boolean isNew = tried.stream().noneMatch(other -> isExchangeable(other, axis));
      if (isNew && visited < MAX_LEAVES) {
        Map<Integer, List<Integer>> apart = new HashMap<>();
        refined.forEach((each, color) -> apart.put(each, List.of(color, each == axis ? 0 : 1)));
        search(ranked(apart));
        tried.add(axis);
      }
    }
  }

  private List<Integer> firstAlike(Map<Integer, Integer> colors) {
    TreeMap<Integer, List<Integer>> cells = new TreeMap<>();
    axes.forEach(axis -> cells.computeIfAbsent(colors.get(axis), c -> new ArrayList<>()).add(axis));
    return cells.values().stream().filter(cell -> cell.size() > 1).findFirst().orElse(List.of());
  }

  /** Tells axes apart by the colors of what their factors join them to, until no more can be told apart. */
  private Map<Integer, Integer> refined(Map<Integer, Integer> colors) {
    Map<Integer, Integer> refined = colors;
    for (int before = 0; before < new HashSet<>(refined.values()).size(); ) {
      before = new HashSet<>(refined.values()).size();
      Map<Integer, Integer> last = refined;
      Map<Integer, List<Integer>> signatures = new HashMap<>();
      axes.forEach(axis -> signatures.put(axis, signature(axis, last)));
      refined = ranked(signatures);
    }
    return refined;
  }

  private List<Integer> signature(int axis, Map<Integer, Integer> colors) {
    List<List<Integer>> joined = new ArrayList<>();
    for (int factor = 0; factor < nodes.size(); factor++) {
      if (variants.get(factor).get(0).contains(axis)) {
        List<Integer> seen = new ArrayList<>(List.of(nodes.get(factor)));
        seen.addAll(variants.get(factor).stream()
            .map(order -> order.stream().map(each -> 2 * colors.get(each) + (each == axis ? 1 : 0)).toList()).reduce(Permutations::least).orElseThrow());
        joined.add(seen);
      }
    }
    joined.sort(Permutations::compare);
    List<Integer> signature = new ArrayList<>(List.of(colors.get(axis)));
    joined.forEach(seen -> {
      signature.add(-1);
      signature.addAll(seen);
    });
    return signature;
  }

  /** Numbers for the signatures, in their order. */
  private static Map<Integer, Integer> ranked(Map<Integer, List<Integer>> signatures) {
    TreeMap<List<Integer>, Integer> ranks = new TreeMap<>(Permutations::compare);
    signatures.values().forEach(signature -> ranks.put(signature, 0));
    int rank = 0;
    for (Map.Entry<List<Integer>, Integer> entry : ranks.entrySet()) {
      entry.setValue(rank++);
    }
    Map<Integer, Integer> colors = new HashMap<>();
    signatures.forEach((axis, signature) -> colors.put(axis, ranks.get(signature)));
    return colors;
  }

  /** True where the term stays as it is when the two axes change places. */
  private boolean isExchangeable(int a, int b) {
    Map<Integer, Integer> same = new HashMap<>();
    axes.forEach(axis -> same.put(axis, axis));
    List<List<Integer>> before = form(same);
    same.put(a, b);
    same.put(b, a);
    boolean exchanges = before.equals(form(same));
    if (exchanges && !isBound.test(a)) {
      this.exchanges.add(List.of(a, b));
    }
    return exchanges;
  }

  private void leaf(Map<Integer, Integer> numbers) {
    visited++;
    List<List<Integer>> form = form(numbers);
    int order = least == null ? -1 : compare(form, least);
    if (order < 0) {
      leaves.clear();
      least = form;
    }
    if (order <= 0) {
      List<Integer> sorted = new ArrayList<>(axes);
      sorted.sort((a, b) -> Integer.compare(numbers.get(a), numbers.get(b)));
      leaves.add(sorted);
    }
  }

  /** Every factor with the numbers of its axes, sorted. */
  private List<List<Integer>> form(Map<Integer, Integer> numbers) {
    List<List<Integer>> form = new ArrayList<>();
    for (int factor = 0; factor < nodes.size(); factor++) {
      List<Integer> written = new ArrayList<>(List.of(nodes.get(factor)));
      written.addAll(variants.get(factor).stream().map(order -> order.stream().map(numbers::get).toList()).reduce(Permutations::least).orElseThrow());
      form.add(written);
    }
    form.sort(Permutations::compare);
    return form;
  }

  private static int compare(List<List<Integer>> a, List<List<Integer>> b) {
    for (int k = 0; k < a.size(); k++) {
      int order = Permutations.compare(a.get(k), b.get(k));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private Labeled result() {
    List<Integer> order = leaves.get(0);
    int rank = (int) order.stream().filter(axis -> !isBound.test(axis)).count();
    List<View> views = least.stream().map(factor -> symmetries.least(new View(factor.get(0), factor.subList(1, factor.size())))).toList();
    Node.Product definition = new Node.Product(order.stream().map(loops::get).toList(), rank, views);
    List<Integer> free = order.subList(0, rank);
    Set<List<Integer>> found = new LinkedHashSet<>();
    leaves.forEach(leaf -> found.add(leaf.subList(0, rank).stream().map(free::indexOf).toList()));
    exchanges.forEach(pair -> found.add(free.stream().map(axis -> free.indexOf(
        axis.equals(pair.get(0)) ? pair.get(1) : axis.equals(pair.get(1)) ? pair.get(0) : axis)).toList()));
    found.remove(Permutations.identity(rank));
    return new Labeled(definition, free, found);
  }
}
