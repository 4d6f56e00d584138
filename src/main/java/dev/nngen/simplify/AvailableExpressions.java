package dev.nngen.simplify;

import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Available expressions: values that the forward pass computes. A value that is a product of others, such as P = E S^-1, is <em>defined</em> by that
 * product. Terms are compared in the factors of definitions, and written with the values.
 */
final class AvailableExpressions {

  /** Longer products are not expanded, so that definitions do not grow from layer to layer. */
  private static final int LONGEST = 12;
  private static final int ROOT = 20;
  private static final int DIVISION = 3;
  private static final int COMPUTED = 6;

  private final IntPredicate isAtHand;
  private final Set<Integer> nodes = new HashSet<>();
  private final Map<Integer, FactoredTerm> definitions = new HashMap<>();
  private final Map<Integer, List<Definition>> byFactor = new HashMap<>();
  /** Values {@code where(c, v, 0)}, by v. */
  private final Map<Integer, Definition> choices = new HashMap<>();

  /** A product that equals a value. A value with several spellings has several. */
  private record Definition(int node, FactoredTerm product) {}

  /**
   * @param isAtHand true for a node that needs no computation, such as a leaf
   */
  AvailableExpressions(IntPredicate isAtHand) {
    this.isAtHand = isAtHand;
  }

  /** True for a value that is available. */
  boolean contains(int node) {
    return nodes.contains(node);
  }

  /**
   * Adds a value.
   *
   * @param node of the value
   * @param product the value as a product of others, over the value's own axes
   * @param rank the number of these axes
   * @param isStored true if the value is available
   */
  void add(int node, FactoredTerm product, int rank, boolean isStored) {
    if (isStored) {
      nodes.add(node);
    }
    if (product.size() > LONGEST || product.isNumber() || product.isSingle() || isMadeOf(product, node, new HashSet<>())) {
      return;
    }
    for (View factor : product.powers().keySet()) {
      if (Set.copyOf(factor.axes()).size() == rank && factor.axes().size() == rank && factor.node() != node) {
        definitions.putIfAbsent(node, product);
        byFactor.computeIfAbsent(factor.node(), f -> new ArrayList<>()).add(new Definition(node, product));
        return;
      }
    }
  }

  /** True if the product depends on the node by definitions, as exp(2 u) / C does on C = exp(u). */
  private boolean isMadeOf(FactoredTerm product, int node, Set<Integer> seen) {
    return product.powers().keySet().stream().map(View::node).filter(seen::add)
        .anyMatch(factor -> factor == node || definitions.containsKey(factor) && isMadeOf(definitions.get(factor), node, seen));
  }

  /** Removes all values except some. */
  void retain(Set<Integer> kept) {
    nodes.retainAll(kept);
    definitions.keySet().retainAll(kept);
    byFactor.values().forEach(known -> known.removeIf(definition -> !kept.contains(definition.node)));
    choices.values().removeIf(choice -> !kept.contains(choice.node));
  }

  /**
   * Adds a value {@code where(c, v, 0)}.
   *
   * @param product the indicator of its condition times the value, over the choice's own axes
   */
  void addChoice(int node, FactoredTerm product, int rank) {
    for (View factor : product.powers().keySet()) {
      if (factor.axes().size() == rank && Set.copyOf(factor.axes()).size() == rank && product.size() > 1) {
        choices.putIfAbsent(factor.node(), new Definition(node, product));
      }
    }
  }

  /** Returns the term with {@code where(c, v, 0)} in place of its factors c and v. The two must be compared where c does not hold. */
  Optional<FactoredTerm> byChoice(FactoredTerm term) {
    for (View factor : term.powers().keySet()) {
      Definition choice = choices.get(factor.node());
      FactoredTerm form = choice == null ? null : with(term, choice, factor);
      if (form != null) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** Returns the product that defines a value, over the value's axes, empty if it has none. */
  Optional<FactoredTerm> definition(int node) {
    return Optional.ofNullable(definitions.get(node));
  }

  /** Replaces products by available values that they define, while the number of factors decreases. */
  FactoredTerm cover(FactoredTerm term) {
    FactoredTerm covered = canonicalSpelling(term);
    for (FactoredTerm next = once(covered); next != null; next = once(covered)) {
      covered = next;
    }
    return covered;
  }

  /** Rewrites second spellings of values to the first spelling, so that both cancel. */
  private FactoredTerm canonicalSpelling(FactoredTerm term) {
    for (View factor : term.powers().keySet()) {
      for (Definition definition : byFactor.getOrDefault(factor.node(), List.of())) {
        FactoredTerm product = isFirst(definition) || !mayHold(term, definition) ? null : wired(definition, factor);
        int copies = product == null ? 0 : copies(term, product);
        if (copies != 0) {
          return canonicalSpelling(canonicalSpelling(term, product, factor, definition, copies));
        }
      }
    }
    return term;
  }

  private boolean isFirst(Definition definition) {
    return definitions.get(definition.node).equals(definition.product);
  }

  private FactoredTerm canonicalSpelling(FactoredTerm term, FactoredTerm product, View factor, Definition definition, int copies) {
    FactoredTerm first = definitions.get(definition.node).rewire(axes(definition.product, factor));
    return term.times(product.power(-copies)).times(first.power(copies));
  }

  private FactoredTerm once(FactoredTerm term) {
    FactoredTerm best = null;
    int least = weight(term);
    for (View factor : term.powers().keySet()) {
      for (Definition definition : byFactor.getOrDefault(factor.node(), List.of())) {
        FactoredTerm form = with(term, definition, factor);
        if (form != null && weight(form) < least) {
          best = form;
          least = weight(form);
        }
      }
    }
    return best;
  }

  /** The cost of a product. Roots and reciprocals cost more than products, and values that are not available more than others. */
  private int weight(FactoredTerm term) {
    int weight = 0;
    for (Map.Entry<View, Rational> factor : term.powers().entrySet()) {
      Rational exponent = factor.getValue();
      weight += !exponent.isInteger() ? ROOT : exponent.abs().intValueExact() + (exponent.signum() < 0 ? DIVISION : 0);
      weight += isAtHand.test(factor.getKey().node()) || nodes.contains(factor.getKey().node()) ? 0 : COMPUTED;
    }
    return weight;
  }

  /** Replaces all occurrences of a value's definition by the value. Returns null if there is none. */
  private static FactoredTerm with(FactoredTerm term, Definition definition, View factor) {
    FactoredTerm product = mayHold(term, definition) ? wired(definition, factor) : null;
    int copies = product == null ? 0 : copies(term, product);
    return copies == 0 ? null : replaced(term, product, factor, definition, copies);
  }

  /** A quick test: false if the term lacks a factor of the definition. */
  private static boolean mayHold(FactoredTerm term, Definition definition) {
    Set<View> factors = term.powers().keySet();
    return definition.product.powers().size() <= factors.size()
        && definition.product.powers().keySet().stream().allMatch(part -> factors.stream().anyMatch(factor -> factor.node() == part.node()));
  }

  /** Returns a value's definition over the axes of a term that has this factor, null if the wiring differs. */
  private static FactoredTerm wired(Definition definition, View factor) {
    FactoredTerm product = definition.product.rewire(axes(definition.product, factor));
    return product.powers().size() < definition.product.powers().size() ? null : product;
  }

  private static List<Integer> axes(FactoredTerm definition, View factor) {
    // A node may be a factor twice, once on its diagonal, which does not determine all axes.
    View key = definition.powers().keySet().stream().filter(view -> view.node() == factor.node() && Set.copyOf(view.axes()).size() == view.axes().size()).findFirst().orElseThrow();
    List<Integer> outer = new ArrayList<>();
    for (int axis = 0; axis < key.axes().size(); axis++) {
      outer.add(factor.axes().get(key.axes().indexOf(axis)));
    }
    return outer;
  }

  /** Puts the value in the position of the first factor that it replaces. */
  private static FactoredTerm replaced(FactoredTerm term, FactoredTerm product, View factor, Definition definition, int copies) {
    View value = new View(definition.node, axes(definition.product, factor));
    FactoredTerm rest = term.times(product.power(-copies));
    FactoredTerm result = FactoredTerm.number(rest.coefficient());
    boolean isPlaced = false;
    for (View base : term.powers().keySet()) {
      boolean isFirst = !product.exponent(base).isZero() && !isPlaced;
      isPlaced |= isFirst;
      result = isFirst ? result.times(value, Rational.of(copies)) : result;
      result = result.times(base, rest.exponent(base));
    }
    for (View base : rest.powers().keySet()) {
      result = term.exponent(base).isZero() ? result.times(base, rest.exponent(base)) : result;
    }
    return result;
  }

  private static int copies(FactoredTerm term, FactoredTerm product) {
    int copies = 0;
    for (Map.Entry<View, Rational> factor : product.powers().entrySet()) {
      Rational ratio = term.exponent(factor.getKey()).over(factor.getValue());
      int whole = ratio.numerator().divide(ratio.denominator()).intValueExact();
      Rational rest = term.exponent(factor.getKey()).minus(factor.getValue().times(Rational.of(whole)));
      if (whole == 0 || !rest.isInteger() || copies != 0 && Integer.signum(whole) != Integer.signum(copies)) {
        return 0;
      }
      copies = copies == 0 || Math.abs(whole) < Math.abs(copies) ? whole : copies;
    }
    return copies;
  }

  /** Writes a factor with an available value if the remaining factors move out of a sum: for P = E / S, sum_k E_k Y_k is S sum_k P_k Y_k. */
  FactoredTerm movedOut(FactoredTerm term, Predicate<View> leaves) {
    for (View factor : term.powers().keySet()) {
      for (Definition definition : byFactor.getOrDefault(factor.node(), List.of())) {
        FactoredTerm product = nodes.contains(definition.node) ? wired(definition, factor) : null;
        boolean isThere = product != null && product.powers().size() > 1 && product.exponent(factor).isOne()
            && term.exponent(factor).isInteger() && term.exponent(factor).signum() > 0 && !leaves.test(factor)
            && product.powers().keySet().stream().allMatch(other -> other.equals(factor)
                || leaves.test(other) && product.exponent(other).signum() < 0);
        if (isThere) {
          int copies = term.exponent(factor).intValueExact();
          return isFirst(definition) ? replaced(term, product, factor, definition, copies) : canonicalSpelling(term, product, factor, definition, copies);
        }
      }
    }
    return term;
  }
}
