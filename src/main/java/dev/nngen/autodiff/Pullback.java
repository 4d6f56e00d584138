package dev.nngen.autodiff;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.Relation;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The vector-Jacobian product of each primitive: given the adjoint of a node, its contributions to the adjoints of the operands (Griewank and
 * Walther, Evaluating Derivatives, 2nd edition, section 3.2).
 *
 * <p>In index notation all rules have one shape: multiply the adjoint by the partial derivative over the node's loop axes, and sum over the axes that
 * the operand does not have.
 */
final class Pullback implements Node.Visitor<List<OptionalInt>> {

  /** Less than the negative of any position, and exact in single precision. */
  private static final Rational NOWHERE = Rational.of(-(1L << 31));

  private final Algebra algebra;
  private final Partials partials;
  private final Guards guards;
  private final int self;
  private final View adjoint;

  /**
   * @param self the node to differentiate
   * @param adjoint the node that holds its adjoint, of the same shape
   */
  Pullback(Algebra algebra, int self, int adjoint) {
    this.algebra = algebra;
    this.partials = new Partials(algebra);
    this.guards = new Guards(algebra);
    this.self = self;
    this.adjoint = algebra.view(adjoint);
  }

  /** Returns the contribution to each operand in order, empty if it is zero. */
  List<OptionalInt> contributions() {
    return algebra.graph().node(self).accept(this);
  }

  @Override
  public List<OptionalInt> leaf(Node.Leaf leaf) {
    return List.of();
  }

  @Override
  public List<OptionalInt> sum(Node.Sum sum) {
    List<OptionalInt> result = new ArrayList<>();
    for (Node.Term term : sum.terms()) {
      int pulled = pull(sum.shape(), term.view(), List.of(adjoint));
      result.add(OptionalInt.of(guards.scaled(term.coefficient(), pulled)));
    }
    return result;
  }

  @Override
  public List<OptionalInt> product(Node.Product product) {
    List<OptionalInt> result = new ArrayList<>();
    for (int i = 0; i < product.factors().size(); i++) {
      List<View> others = new ArrayList<>(product.factors());
      View factor = others.remove(i);
      others.add(0, adjoint);
      result.add(OptionalInt.of(pull(product.loops(), factor, others)));
    }
    return result;
  }

  /** d(x^p) = p x^(p-1) dx. */
  @Override
  public List<OptionalInt> power(Node.Power power) {
    Rational exponent = power.exponent();
    int lower = algebra.power(power.shape(), power.base(), exponent.minus(Rational.ONE));
    int pulled = pull(power.shape(), power.base(), List.of(adjoint, algebra.view(lower)));
    return List.of(OptionalInt.of(guards.scaled(exponent, pulled)));
  }

  @Override
  public List<OptionalInt> apply(Node.Apply apply) {
    if (apply.fn() == Fn.WHERE) {
      return where(apply);
    }
    List<OptionalInt> result = new ArrayList<>();
    for (int i = 0; i < apply.arguments().size(); i++) {
      OptionalInt partial = partials.partial(apply, self, i);
      result.add(partial.isEmpty() ? partial : OptionalInt.of(
          pull(apply.shape(), apply.arguments().get(i), List.of(adjoint, algebra.view(partial.getAsInt())))));
    }
    return result;
  }

  /** The branch that is taken gets the adjoint. The other gets 0, even if the adjoint or a later derivative is NaN. */
  private List<OptionalInt> where(Node.Apply where) {
    View condition = where.arguments().get(0);
    View zero = algebra.numberView(Rational.ZERO);
    int first = algebra.apply(Fn.WHERE, where.shape(), condition, adjoint, zero);
    int second = algebra.apply(Fn.WHERE, where.shape(), condition, zero, adjoint);
    return List.of(OptionalInt.empty(), OptionalInt.of(pull(where.shape(), where.arguments().get(1), List.of(algebra.view(first)))),
        OptionalInt.of(pull(where.shape(), where.arguments().get(2), List.of(algebra.view(second)))));
  }

  /** The adjoint goes to the largest entry. Among equal largest entries it goes to the first, or to each in equal shares. */
  @Override
  public List<OptionalInt> max(Node.Max max) {
    List<Extent> loops = max.loops();
    View largest = algebra.view(self);
    View hit = algebra.view(algebra.apply(Fn.EQUAL, loops, max.argument(), largest));
    if (max.isOfFirst()) {
      return List.of(OptionalInt.of(pull(loops, max.argument(), List.of(adjoint, first(max, hit)))));
    }
    int count = algebra.contraction(loops, max.rank(), hit);
    int share = algebra.power(max.shape(), algebra.view(count), Rational.MINUS_ONE);
    return List.of(OptionalInt.of(pull(loops, max.argument(), List.of(adjoint, hit, algebra.view(share)))));
  }

  /** Returns 1 for the first entry equal to the maximum, in the order of the maximum's loops, and 0 for others. */
  private View first(Node.Max max, View hit) {
    List<Extent> inner = max.loops().subList(max.rank(), max.loops().size());
    List<Integer> axes = IntStream.range(max.rank(), max.loops().size()).boxed().toList();
    int position = algebra.position(inner);
    int before = algebra.linear(max.loops(), Rational.ZERO, new Node.Term(Rational.MINUS_ONE, new View(position, axes)));
    int reached = algebra.apply(Fn.WHERE, max.loops(), hit, algebra.view(before), algebra.numberView(NOWHERE));
    int least = algebra.graph().add(new Node.Max(max.loops(), max.rank(), algebra.view(reached)));
    int index = algebra.scaled(Rational.MINUS_ONE, least);
    return algebra.view(algebra.apply(Fn.EQUAL, max.loops(), new View(position, axes), algebra.view(index)));
  }

  /**
   * Returns the product of the factors over a node's loop axes, as an operand's contribution: axis k of the result is the loop axis that the operand
   * wires to its axis k. All other loop axes are summed. Entries of the operand that are not on a diagonal get 0.
   */
  private int pull(List<Extent> loops, View operand, List<View> factors) {
    Integer[] renamed = new Integer[loops.size()];
    List<Extent> reordered = new ArrayList<>();
    List<Relation.Affine> diagonals = new ArrayList<>();
    for (int axis : operand.axes()) {
      if (renamed[axis] != null) {
        diagonals.add(Relation.Affine.axis(renamed[axis]).minus(Relation.Affine.axis(reordered.size())));
      } else {
        renamed[axis] = reordered.size();
      }
      reordered.add(loops.get(axis));
    }
    int rank = reordered.size();
    for (int axis = 0; axis < loops.size(); axis++) {
      if (renamed[axis] == null) {
        renamed[axis] = reordered.size();
        reordered.add(loops.get(axis));
      }
    }
    List<Integer> outer = Arrays.asList(renamed);
    List<View> wired = new ArrayList<>(guards.product(loops, factors).stream().map(factor -> factor.rewire(outer)).toList());
    diagonals.forEach(diagonal -> wired.add(Relation.view(algebra, Relation.Kind.ZERO, diagonal, reordered)));
    boolean same = wired.size() == 1 && reordered.size() == rank && wired.get(0).isIdentity(rank);
    return same ? wired.get(0).node() : algebra.contraction(reordered, rank, wired.toArray(View[]::new));
  }
}
