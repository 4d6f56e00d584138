package dev.nngen.explain;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Node.Term;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A function of all entries along an axis, through the sum of their exponentials, whose derivative textbooks state as a lemma. */
enum ExponentialSum {
  SOFTMAX("softmax"),
  LOG_SOFTMAX("logsoftmax"),
  LOG_SUM_EXP("logsumexp");

  private final String label;

  ExponentialSum(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** True if the value has an entry for each entry of the argument. */
  boolean keepsAxis() {
    return this != LOG_SUM_EXP;
  }

  /**
   * Adds the function of a value, by its definition.
   *
   * @param shape of the argument
   * @param axis the axis of the sum
   */
  int value(Algebra algebra, List<Extent> shape, int axis, View argument) {
    View exp = algebra.view(algebra.apply(Fn.EXP, shape, argument));
    int sum = sum(algebra, shape, axis, exp);
    List<Extent> others = algebra.graph().node(sum).shape();
    int log = algebra.apply(Fn.LOG, others, View.identity(sum, others.size()));
    return switch (this) {
      case SOFTMAX -> algebra.product(shape, exp, spread(algebra.power(others, View.identity(sum, others.size()), Rational.MINUS_ONE), shape, axis));
      case LOG_SOFTMAX -> algebra.linear(shape, Rational.ZERO, new Term(Rational.ONE, argument), new Term(Rational.MINUS_ONE, spread(log, shape, axis)));
      case LOG_SUM_EXP -> log;
    };
  }

  /**
   * Adds the product of an adjoint and the Jacobian matrix. The Jacobian of softmax is {@code dA_k/dZ_l = A_k (1{k = l} - A_l)}.
   *
   * @param value over the axes of the argument; of the logarithm of the sum, without the axis
   * @param adjoint like the value
   */
  int passedBack(Algebra algebra, List<Extent> shape, int axis, View argument, View value, View adjoint) {
    return switch (this) {
      case SOFTMAX -> {
        View mean = spread(sum(algebra, shape, axis, adjoint, value), shape, axis);
        int difference = algebra.linear(shape, Rational.ZERO, new Term(Rational.ONE, adjoint), new Term(Rational.MINUS_ONE, mean));
        yield algebra.product(shape, value, algebra.view(difference));
      }
      case LOG_SOFTMAX -> {
        int share = algebra.product(shape, spread(sum(algebra, shape, axis, adjoint), shape, axis), algebra.view(algebra.apply(Fn.EXP, shape, value)));
        yield algebra.linear(shape, Rational.ZERO, new Term(Rational.ONE, adjoint), new Term(Rational.MINUS_ONE, algebra.view(share)));
      }
      case LOG_SUM_EXP -> algebra.product(shape, adjoint, algebra.view(SOFTMAX.value(algebra, shape, axis, argument)));
    };
  }

  /** Adds the sum of a product along an axis. */
  private static int sum(Algebra algebra, List<Extent> shape, int axis, View... factors) {
    List<Extent> loops = new ArrayList<>(shape);
    loops.add(loops.remove(axis));
    List<Integer> places = IntStream.range(0, shape.size()).mapToObj(k -> k == axis ? shape.size() - 1 : k < axis ? k : k - 1).toList();
    View[] moved = new View[factors.length];
    for (int k = 0; k < factors.length; k++) {
      moved[k] = factors[k].rewire(places);
    }
    return algebra.graph().add(new Node.Product(loops, shape.size() - 1, List.of(moved)));
  }

  /** Returns a view of a value without the axis, over all axes. */
  private static View spread(int node, List<Extent> shape, int axis) {
    return new View(node, IntStream.range(0, shape.size()).filter(k -> k != axis).boxed().toList());
  }
}
