package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Canonical labeling of a sum of a product of entries, independent of the numbering of axes and the order of factors. The term is a hypergraph: axes
 * are vertices, and each factor is an edge over its axes. Color refinement distinguishes axes by their edges. If some stay alike, each is
 * individualized in turn, and the least form is chosen (McKay, Practical graph isomorphism, 1981). Colors are hashes: a collision may cost time or a
 * proof, but never makes different terms equal.
 */
final class TermLabeling {

  /** After this many complete labelings the least one so far is used: sound, but equal terms may get different forms. */
  private static final int MAX_LEAVES = 720;

  private static final Comparator<int[]> LEXICOGRAPHIC = Arrays::compare;

  /**
   * The canonical form of a term.
   *
   * @param definition the sum, as an atom over its own axes
   * @param axes the consumer's loop axis of each axis of the atom
   * @param symmetries permutations of the atom's axes that leave it unchanged
   */
  record Labeled(Node.Product definition, List<Integer> axes, Set<List<Integer>> symmetries) {}

  /** A view of a class: all equal lists of the term's axes. */
  private record Factor(int classId, int[][] variants) {
    boolean names(int axis) {
      return Arrays.stream(variants[0]).anyMatch(each -> each == axis);
    }

    /** Returns the class and the least of the equal lists of its axes' numbers. */
    int[] row(int[] numbers) {
      int[] least = null;
      for (int[] variant : variants) {
        int[] row = new int[variant.length + 1];
        row[0] = classId;
        for (int k = 0; k < variant.length; k++) {
          row[k + 1] = numbers[variant[k]];
        }
        least = least == null || Arrays.compare(row, least) < 0 ? row : least;
      }
      return least;
    }

    /** Returns a hash of the factor relative to an axis: the colors in order, and the axis's own positions. */
    long seenFrom(int axis, long[] colors) {
      long least = Long.MAX_VALUE;
      for (int[] variant : variants) {
        long hash = mixed(classId, variant.length);
        for (int each : variant) {
          hash = mixed(hash, 2 * colors[each] + (each == axis ? 1 : 0));
        }
        least = Math.min(least, hash);
      }
      return least;
    }
  }

  private final List<Extent> loops;
  private final IntPredicate isBound;
  /** The loop axes of the term, and the factors over indices into this list. */
  private final List<Integer> axes;
  private final List<Factor> factors = new ArrayList<>();
  private final List<List<Integer>> leaves = new ArrayList<>();
  private final List<int[]> exchanges = new ArrayList<>();
  private int[][] least;
  private int visited;

  private TermLabeling(Symmetries symmetries, List<Extent> loops, IntPredicate isBound, List<View> views) {
    this.loops = loops;
    this.isBound = isBound;
    Set<Integer> named = new TreeSet<>();
    views.forEach(view -> named.addAll(view.axes()));
    this.axes = List.copyOf(named);
    for (View view : views) {
      factors.add(new Factor(view.node(), symmetries.variants(view).stream()
          .map(variant -> variant.stream().mapToInt(axes::indexOf).toArray()).toArray(int[][]::new)));
    }
  }

  /**
   * Labels the axes of a term.
   *
   * @param loops the extents of the consumer's axes
   * @param isBound true for a summed axis
   * @param factors views of classes
   */
  static Labeled of(Symmetries symmetries, List<Extent> loops, IntPredicate isBound, List<View> factors) {
    TermLabeling labeling = new TermLabeling(symmetries, loops, isBound, factors);
    labeling.search(axesByKind(labeling));
    return labeling.result(symmetries);
  }

  private static long[] axesByKind(TermLabeling term) {
    return term.axes.stream().mapToLong(axis -> mixed(term.isBound.test(axis) ? 1 : 0, term.loops.get(axis).toString().hashCode())).toArray();
  }

  /** A bijection of the second argument that depends on the first (the finalizer of MurmurHash3). */
  private static long mixed(long seed, long value) {
    long hash = seed * 0x9E3779B97F4A7C15L ^ value;
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }

  /** Refines, then tries each axis of the first class of equal color, except those exchangeable with one already tried. */
  private void search(long[] colors) {
    long[] refined = refined(colors);
    int[] alike = firstAlike(refined);
    if (alike.length == 0) {
      leaf(refined);
      return;
    }
    List<Integer> tried = new ArrayList<>();
    for (int axis : alike) {
      boolean isNew = tried.stream().noneMatch(other -> isExchangeable(other, axis));
      if (isNew && visited < MAX_LEAVES) {
        long[] apart = refined.clone();
        apart[axis] = mixed(apart[axis], 1);
        search(apart);
        tried.add(axis);
      }
    }
  }

  /** Returns the axes of the least color that several axes have. */
  private static int[] firstAlike(long[] colors) {
    long[] sorted = colors.clone();
    Arrays.sort(sorted);
    for (int k = 1; k < sorted.length; k++) {
      if (sorted[k] == sorted[k - 1]) {
        long color = sorted[k];
        return IntStream.range(0, colors.length).filter(axis -> colors[axis] == color).toArray();
      }
    }
    return new int[0];
  }

  /** Refines colors by the colors of neighbors until they are stable. */
  private long[] refined(long[] colors) {
    long[] refined = colors;
    long count = 0;
    for (long next = distinct(refined); next > count && next <= refined.length; ) {
      count = next;
      long[] seen = new long[refined.length];
      for (Factor factor : factors) {
        int[] names = factor.variants[0];
        for (int k = 0; k < names.length; k++) {
          seen[names[k]] += factor.seenFrom(names[k], refined);
        }
      }
      for (int axis = 0; axis < seen.length; axis++) {
        seen[axis] = mixed(refined[axis], seen[axis]);
      }
      refined = seen;
      next = distinct(refined);
    }
    return refined;
  }

  private static long distinct(long[] colors) {
    return Arrays.stream(colors).distinct().count();
  }

  /** True if exchanging the two axes leaves the term unchanged. */
  private boolean isExchangeable(int a, int b) {
    if (isBound.test(axes.get(a)) != isBound.test(axes.get(b))) {
      return false;
    }
    List<Factor> concerned = factors.stream().filter(factor -> factor.names(a) || factor.names(b)).toList();
    int[] numbers = IntStream.range(0, axes.size()).toArray();
    int[][] before = rows(concerned, numbers);
    numbers[a] = b;
    numbers[b] = a;
    boolean isExchangeable = compare(before, rows(concerned, numbers)) == 0;
    if (isExchangeable && !isBound.test(axes.get(a))) {
      exchanges.add(new int[] {axes.get(a), axes.get(b)});
    }
    return isExchangeable;
  }

  private static int[][] rows(List<Factor> factors, int[] numbers) {
    int[][] rows = factors.stream().map(factor -> factor.row(numbers)).toArray(int[][]::new);
    Arrays.sort(rows, LEXICOGRAPHIC);
    return rows;
  }

  private static int compare(int[][] a, int[][] b) {
    return Arrays.compare(a, b, LEXICOGRAPHIC);
  }

  /** Numbers the axes in the order of their colors, free axes first. */
  private void leaf(long[] colors) {
    visited++;
    List<Integer> order = IntStream.range(0, colors.length).boxed().sorted(
        Comparator.<Integer, Boolean>comparing(axis -> isBound.test(axes.get(axis))).thenComparing(axis -> colors[axis])).toList();
    int[] numbers = new int[colors.length];
    for (int k = 0; k < numbers.length; k++) {
      numbers[order.get(k)] = k;
    }
    int[][] form = rows(factors, numbers);
    int comparison = least == null ? -1 : compare(form, least);
    if (comparison < 0) {
      leaves.clear();
      least = form;
    }
    if (comparison <= 0) {
      leaves.add(order.stream().map(axes::get).toList());
    }
  }

  private Labeled result(Symmetries symmetries) {
    List<Integer> order = leaves.get(0);
    int rank = (int) order.stream().filter(axis -> !isBound.test(axis)).count();
    List<View> views = Arrays.stream(least).map(row ->
        symmetries.least(new View(row[0], Arrays.stream(row).skip(1).boxed().toList()))).toList();
    Node.Product definition = new Node.Product(order.stream().map(loops::get).toList(), rank, views);
    List<Integer> free = order.subList(0, rank);
    Set<List<Integer>> found = new LinkedHashSet<>();
    leaves.forEach(leaf -> found.add(leaf.subList(0, rank).stream().map(free::indexOf).toList()));
    exchanges.forEach(pair -> found.add(free.stream().map(axis -> free.indexOf(
        axis == pair[0] ? Integer.valueOf(pair[1]) : axis == pair[1] ? Integer.valueOf(pair[0]) : axis)).toList()));
    found.remove(Permutations.identity(rank));
    return new Labeled(definition, free, found);
  }
}
