package dev.nngen.simplify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Permutations of a few axes; place {@code k} of one holds the number that takes the place of {@code k}. */
final class Permutations {

  private Permutations() {}

  static List<Integer> identity(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  /** All orders of the items, that in which they are given first. */
  static <T> List<List<T>> of(List<T> items) {
    if (items.isEmpty()) {
      return List.of(List.of());
    }
    List<List<T>> all = new ArrayList<>();
    for (int first = 0; first < items.size(); first++) {
      List<T> rest = new ArrayList<>(items);
      T head = rest.remove(first);
      for (List<T> tail : of(rest)) {
        List<T> order = new ArrayList<>(List.of(head));
        order.addAll(tail);
        all.add(order);
      }
    }
    return all;
  }

  /** The items in the order of the permutation. */
  static <T> List<T> applied(List<Integer> permutation, List<T> items) {
    return permutation.stream().map(items::get).toList();
  }

  /**
   * The group that the generators make, without the identity.
   *
   * @param most an upper bound of its size; a larger one is left incomplete
   */
  static List<List<Integer>> group(int size, Set<List<Integer>> generators, int most) {
    Set<List<Integer>> known = new LinkedHashSet<>(List.of(identity(size)));
    List<List<Integer>> open = new ArrayList<>(known);
    while (!open.isEmpty() && known.size() <= most) {
      List<Integer> next = open.remove(open.size() - 1);
      for (List<Integer> generator : generators) {
        List<Integer> product = applied(generator, next);
        if (known.add(product)) {
          open.add(product);
        }
      }
    }
    known.remove(identity(size));
    return List.copyOf(known);
  }

  /** The smaller in lexicographic order; lists of one length. */
  static List<Integer> least(List<Integer> a, List<Integer> b) {
    return compare(a, b) <= 0 ? a : b;
  }

  /** Shorter lists come first, equally long ones in lexicographic order. */
  static int compare(List<Integer> a, List<Integer> b) {
    for (int k = 0; k < Math.min(a.size(), b.size()); k++) {
      int order = Integer.compare(a.get(k), b.get(k));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
