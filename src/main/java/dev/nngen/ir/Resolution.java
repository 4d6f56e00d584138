package dev.nngen.ir;

import dev.nngen.ir.Relation.Affine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The loops of a summing product that its {@linkplain Relation relations} leave: a summed axis that an equation determines is computed from the
 * others and needs no loop.
 *
 * @param solved how each axis that needs no loop is computed, from axes that have one
 * @param relations the factors that still have to be multiplied, over axes with loops
 * @param factors the other factors
 */
public record Resolution(Map<Integer, Solved> solved, List<Condition> relations, List<View> factors) {

  /**
   * An axis as {@code floor(value / divisor)}, of which the remainder by {@code modulus} is taken unless that is 0.
   *
   * @param isInside whether the result is always within the axis; otherwise the product is 0 where it is not
   */
  public record Solved(Affine value, long divisor, long modulus, boolean isInside) {

    /** The number, given those of the axes with loops. */
    public long at(int[] index) {
      long number = value.constant();
      for (Relation.Term term : value.terms()) {
        number += term.coefficient() * index[term.axis()];
      }
      long quotient = Math.floorDiv(number, divisor);
      return modulus == 0 ? quotient : Math.floorMod(quotient, modulus);
    }
  }

  /** A relation over the loops of the product. */
  public record Condition(Relation.Kind kind, Affine affine) {}

  /** The resolution of a product; without relations it is the product's own factors and all of its loops. */
  public static Resolution of(Node.Product product, IntFunction<Node> nodes) {
    List<Condition> conditions = new ArrayList<>();
    List<View> factors = new ArrayList<>();
    for (View factor : product.factors()) {
      if (nodes.apply(factor.node()) instanceof Node.Leaf leaf && leaf.relation().isPresent()) {
        Relation relation = leaf.relation().get();
        conditions.add(new Condition(relation.kind(), relation.over(factor.axes())));
      } else {
        factors.add(factor);
      }
    }
    return new Solver(product).solve(conditions, factors);
  }

  /** True of a product that has relations among its factors. */
  public static boolean isNeeded(Node node, IntFunction<Node> nodes) {
    return node instanceof Node.Product product && product.factors().stream()
        .anyMatch(factor -> nodes.apply(factor.node()) instanceof Node.Leaf leaf && leaf.relation().isPresent());
  }

  private static final class Solver {
    private final Node.Product product;
    private final List<Extent> loops;
    private final Map<Integer, Solved> solved = new LinkedHashMap<>();

    Solver(Node.Product product) {
      this.product = product;
      this.loops = product.loops();
    }

    Resolution solve(List<Condition> conditions, List<View> factors) {
      List<Condition> open = new ArrayList<>(conditions);
      List<Condition> left = new ArrayList<>();
      while (!open.isEmpty()) {
        Condition condition = open.remove(0);
        if (condition.affine().terms().isEmpty() || condition.kind() != Relation.Kind.ZERO || !resolve(condition.affine(), open, left)) {
          left.add(condition);
        }
      }
      return new Resolution(solved, left.stream().filter(condition -> !isAlways(condition)).toList(), factors);
    }

    private boolean isAlways(Condition condition) {
      return condition.kind() == Relation.Kind.NOT_NEGATIVE ? condition.affine().least(loops) >= 0
          : condition.affine().terms().isEmpty() && condition.affine().constant() == 0;
    }

    private boolean isOpen(int axis) {
      return axis >= product.rank() && !solved.containsKey(axis);
    }

    private boolean resolve(Affine equation, List<Condition> open, List<Condition> left) {
      if (digits(equation, open, left)) {
        return true;
      }
      Optional<Relation.Term> unknown = equation.terms().stream().filter(term -> isOpen(term.axis()) && Math.abs(term.coefficient()) == 1)
          .max(Comparator.comparing((Relation.Term term) -> size(term.axis())).thenComparing(term -> -term.axis()));
      unknown.ifPresent(term -> {
        Affine value = equation.replace(term.axis(), Affine.constant(0)).times(-term.coefficient());
        boolean inside = value.least(loops) >= 0 && value.greatest(loops) < size(term.axis());
        put(term.axis(), new Solved(value, 1, 0, inside), open, left);
      });
      return unknown.isPresent();
    }

    /**
     * Solves an equation for several axes at once where each is a digit of a number in a system of mixed radices, as in {@code p == 2 y + i} with i
     * below 2. Only axes that appear in no other equation are taken for digits, since a digit is not affine.
     */
    private boolean digits(Affine equation, List<Condition> open, List<Condition> left) {
      List<Relation.Term> unknowns = equation.terms().stream().filter(term -> isOpen(term.axis()))
          .sorted(Comparator.comparing(term -> Math.abs(term.coefficient()))).toList();
      long radix = 1;
      for (Relation.Term term : unknowns) {
        boolean elsewhere = open.stream().anyMatch(other -> other.affine().coefficient(term.axis()) != 0)
            || left.stream().anyMatch(other -> other.affine().coefficient(term.axis()) != 0);
        if (elsewhere || Math.abs(term.coefficient()) != radix || term.coefficient() * unknowns.get(0).coefficient() < 0) {
          return false;
        }
        radix *= size(term.axis());
      }
      if (unknowns.size() < 2) {
        return false;
      }
      Affine rest = equation;
      for (Relation.Term term : unknowns) {
        rest = rest.replace(term.axis(), Affine.constant(0));
      }
      Affine number = rest.times(unknowns.get(0).coefficient() < 0 ? 1 : -1);
      boolean inside = number.least(loops) >= 0 && number.greatest(loops) < radix;
      for (int k = 0; k < unknowns.size(); k++) {
        boolean last = k == unknowns.size() - 1;
        solved.put(unknowns.get(k).axis(), new Solved(number, Math.abs(unknowns.get(k).coefficient()), last ? 0 : size(unknowns.get(k).axis()), !last || inside));
      }
      return true;
    }

    private void put(int axis, Solved value, List<Condition> open, List<Condition> left) {
      solved.replaceAll((other, known) -> new Solved(known.value().replace(axis, value.value()), known.divisor(), known.modulus(), known.isInside()));
      for (List<Condition> conditions : List.of(open, left)) {
        conditions.replaceAll(condition -> new Condition(condition.kind(), condition.affine().replace(axis, value.value())));
      }
      solved.put(axis, value);
    }

    private long size(int axis) {
      return loops.get(axis) instanceof Extent.Fixed fixed ? fixed.size() : Integer.MAX_VALUE;
    }
  }

  /** The loops that are left, in the order of the product's. */
  public List<Integer> free(int loops) {
    return IntStream.range(0, loops).filter(axis -> !solved.containsKey(axis)).boxed().toList();
  }
}
