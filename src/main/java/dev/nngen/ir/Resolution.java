package dev.nngen.ir;

import dev.nngen.ir.Relation.Affine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * A summing product with its {@linkplain Relation relations} solved: a summed axis that an equation determines is computed from the others and needs
 * no loop.
 *
 * @param solved the axes that need no loop, computed from axes that have one
 * @param relations relations that remain as factors, over axes with loops
 * @param factors the other factors
 */
public record Resolution(Map<Integer, Solved> solved, List<Condition> relations, List<View> factors) {

  /**
   * An axis as {@code floor(value / divisor)}, modulo {@code modulus} unless that is 0.
   *
   * @param isInside true if the result is always within the axis; otherwise the product is 0 where it is out of range
   */
  public record Solved(Affine value, long divisor, long modulus, boolean isInside) {}

  /** A relation over the loops of the product. */
  public record Condition(Relation.Kind kind, Affine affine) {

    public boolean holds(int[] index, ToIntFunction<Extent> sizes) {
      return kind.holds(affine.at(index, sizes));
    }
  }

  /** Returns the resolution of a product. Without relations it has the product's factors and all its loops. */
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

  /**
   * Returns the sum with nested products replaced by their factors. Their summed axes become its own, so that their relations can determine axes.
   *
   * @param opens the products to replace
   */
  public static Node.Product flattened(Node.Product product, IntFunction<Node> nodes, Predicate<Node.Product> opens) {
    List<Extent> loops = new ArrayList<>(product.loops());
    List<View> factors = new ArrayList<>();
    product.factors().forEach(factor -> open(factor, nodes, opens, loops, factors));
    return new Node.Product(loops, product.rank(), factors);
  }

  private static void open(View factor, IntFunction<Node> nodes, Predicate<Node.Product> opens, List<Extent> loops, List<View> factors) {
    if (!(nodes.apply(factor.node()) instanceof Node.Product product) || !opens.test(product)) {
      factors.add(factor);
      return;
    }
    List<Integer> wired = new ArrayList<>(factor.axes());
    for (Extent extent : product.loops().subList(product.rank(), product.loops().size())) {
      wired.add(loops.size());
      loops.add(extent);
    }
    product.factors().forEach(inner -> open(inner.rewire(wired), nodes, opens, loops, factors));
  }

  /** True for a product that has relations among its factors. */
  public static boolean isNeeded(Node node, IntFunction<Node> nodes) {
    if (node instanceof Node.Product product) {
      for (View factor : product.factors()) {
        if (nodes.apply(factor.node()) instanceof Node.Leaf leaf && leaf.relation().isPresent()) {
          return true;
        }
      }
    }
    return false;
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
      // The values now depend on axes with loops only, whose ranges are known.
      solved.replaceAll((axis, known) -> new Solved(known.value(), known.divisor(), known.modulus(), isInside(axis, known)));
      return new Resolution(solved, left.stream().filter(condition -> !isAlways(condition)).toList(), factors);
    }

    private boolean isInside(int axis, Solved known) {
      Affine beyond = known.value().minus(Affine.constant(Offset.of(loops.get(axis)).times(known.divisor())));
      return known.modulus() > 0 || known.value().isNeverNegative(loops) && beyond.isAlwaysNegative(loops);
    }

    private boolean isAlways(Condition condition) {
      return condition.kind() == Relation.Kind.NOT_NEGATIVE ? condition.affine().isNeverNegative(loops)
          : condition.affine().terms().isEmpty() && condition.affine().constant().isZero();
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
        put(term.axis(), new Solved(value, 1, 0, false), open, left);
      });
      return unknown.isPresent();
    }

    /**
     * Solves an equation for several axes at once if they are the digits of a number in mixed radix, as in {@code p == 2 y + i} with i below 2. A
     * digit is not affine in the number, so another equation may contain these axes only as a multiple of the number.
     */
    private boolean digits(Affine equation, List<Condition> open, List<Condition> left) {
      List<Relation.Term> unknowns = equation.terms().stream().filter(term -> isOpen(term.axis()))
          .sorted(Comparator.comparing(term -> Math.abs(term.coefficient()))).toList();
      long radix = 1;
      for (Relation.Term term : unknowns) {
        if (Math.abs(term.coefficient()) != radix || term.coefficient() * unknowns.get(0).coefficient() < 0) {
          return false;
        }
        radix *= size(term.axis());
      }
      if (unknowns.size() < 2 || !eliminate(equation, unknowns, open, left)) {
        return false;
      }
      Affine rest = equation;
      for (Relation.Term term : unknowns) {
        rest = rest.replace(term.axis(), Affine.constant(0));
      }
      Affine number = rest.times(unknowns.get(0).coefficient() < 0 ? 1 : -1);
      for (int k = 0; k < unknowns.size(); k++) {
        boolean last = k == unknowns.size() - 1;
        solved.put(unknowns.get(k).axis(), new Solved(number, Math.abs(unknowns.get(k).coefficient()), last ? 0 : size(unknowns.get(k).axis()), false));
      }
      return true;
    }

    /**
     * Eliminates the unknowns of the equation from all others by subtracting multiples of it. Returns false, and changes nothing, if that is
     * impossible.
     */
    private boolean eliminate(Affine equation, List<Relation.Term> unknowns, List<Condition> open, List<Condition> left) {
      boolean can = Stream.of(open.stream().map(Condition::affine), left.stream().map(Condition::affine), solved.values().stream().map(Solved::value))
          .flatMap(each -> each).allMatch(other -> isWithout(unknowns, without(other, equation, unknowns)));
      if (can) {
        solved.replaceAll((axis, known) -> new Solved(without(known.value(), equation, unknowns), known.divisor(), known.modulus(), known.isInside()));
        List.of(open, left).forEach(conditions -> conditions.replaceAll(condition -> new Condition(condition.kind(), without(condition.affine(), equation, unknowns))));
      }
      return can;
    }

    private static boolean isWithout(List<Relation.Term> unknowns, Affine value) {
      return unknowns.stream().allMatch(term -> value.coefficient(term.axis()) == 0);
    }

    /** Returns an expression minus the multiple of the equation that eliminates its smallest unknown. */
    private static Affine without(Affine value, Affine equation, List<Relation.Term> unknowns) {
      Relation.Term first = unknowns.get(0);
      return value.minus(equation.times(value.coefficient(first.axis()) * first.coefficient()));
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
}
