package dev.nngen.simplify;

import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Permutations of axes that leave a class or an atom unchanged: X' X equals its transpose, and so does every entrywise function of it. One of the
 * equal views represents all. A missed symmetry may leave a claim unproved; proofs stay sound.
 */
final class Symmetries {

  /** Tensors with more axes are not searched. */
  private static final int MAX_RANK = 4;
  private static final int MAX_GROUP = 24;

  private final AtomTable atomTable;
  private final Map<Integer, List<List<Integer>>> ofAtoms = new HashMap<>();
  private final Map<Integer, List<List<Integer>>> ofClasses = new HashMap<>();

  Symmetries(AtomTable atomTable) {
    this.atomTable = atomTable;
  }

  /** Declares permutations that leave an atom unchanged, and the group that they generate. */
  void declare(int atom, int rank, Set<List<Integer>> generators) {
    if (!generators.isEmpty()) {
      ofAtoms.put(atom, Permutations.group(rank, generators, MAX_GROUP));
    }
  }

  /** Finds the symmetries of a new atom other than a sum of products: those of all its operands, and of the equation that defines a relation. */
  void learn(int atom, Node definition) {
    boolean isData = definition instanceof Node.Leaf leaf && leaf.relation().isEmpty();
    if (definition.rank() > 1 && !isData && !(definition instanceof Node.Product)) {
      List<List<Integer>> found = candidates(definition.shape()).stream().filter(order -> isUnchanged(definition, order)).toList();
      if (!found.isEmpty()) {
        ofAtoms.put(atom, found);
      }
    }
  }

  private boolean isUnchanged(Node definition, List<Integer> order) {
    if (definition instanceof Node.Leaf leaf) {
      List<Long> coefficients = leaf.relation().orElseThrow().coefficients();
      return Permutations.applied(order, coefficients).equals(coefficients);
    }
    List<Integer> loops = new ArrayList<>(order);
    IntStream.range(order.size(), definition.loops().size()).forEach(loops::add);
    List<View> before = new ArrayList<>(definition.operands().stream().map(this::least).toList());
    List<View> after = new ArrayList<>(definition.operands().stream().map(view -> least(view.rewire(loops))).toList());
    if (definition instanceof Node.Apply apply && apply.fn() == Fn.EQUAL) {
      Comparator<View> byClass = Comparator.<View>comparingInt(View::node).thenComparing(View::axes, Permutations::compare);
      before.sort(byClass);
      after.sort(byClass);
    }
    return before.equals(after);
  }

  /** Returns the equal entry of an atom with the smallest axes. */
  View leastOfAtom(View atom) {
    return least(atom, ofAtoms.getOrDefault(atom.node(), List.of()));
  }

  /** Returns the equal view of a class with the smallest axes. */
  View least(View view) {
    return least(view, ofClass(view.node()));
  }

  /** Returns the axes of all views that equal this view of a class, its own first. */
  List<List<Integer>> variants(View view) {
    List<List<Integer>> variants = new ArrayList<>(List.of(view.axes()));
    ofClass(view.node()).forEach(order -> variants.add(Permutations.applied(order, view.axes())));
    return variants;
  }

  private static View least(View view, List<List<Integer>> symmetries) {
    if (symmetries.isEmpty()) {
      return view;
    }
    List<Integer> least = view.axes();
    for (List<Integer> order : symmetries) {
      least = Permutations.least(least, Permutations.applied(order, view.axes()));
    }
    return new View(view.node(), least);
  }

  private List<List<Integer>> ofClass(int id) {
    List<List<Integer>> known = ofClasses.get(id);
    if (known == null) {
      known = candidates(atomTable.shape(id)).stream()
          .filter(order -> atomTable.rewire(atomTable.normalForm(id), order).equals(atomTable.normalForm(id))).toList();
      ofClasses.put(id, known);
    }
    return known;
  }

  /** Returns the permutations that exchange axes of equal length only, without the identity. */
  private static List<List<Integer>> candidates(List<Extent> shape) {
    List<Integer> identity = Permutations.identity(shape.size());
    return shape.size() > MAX_RANK ? List.of() : Permutations.of(identity).stream()
        .filter(order -> !order.equals(identity) && Permutations.applied(order, shape).equals(shape)).toList();
  }
}
