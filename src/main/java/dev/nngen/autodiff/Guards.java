package dev.nngen.autodiff;

import dev.nngen.ir.Algebra;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Node;
import dev.nngen.ir.Rational;
import dev.nngen.ir.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps adjoints that are {@code where(c, a, 0)} in this form while the chain rule multiplies them by further derivatives. The derivative in the
 * branch not taken may be NaN or infinite, such as that of a root at 0 or of missing data, and must not be multiplied by 0.
 */
final class Guards {

  private final Algebra algebra;

  Guards(Algebra algebra) {
    this.algebra = algebra;
  }

  /**
   * An adjoint of the form {@code where(c, a, 0)}.
   *
   * @param place index index of the value among the arguments of {@code where}; the other branch is 0
   */
  private record Guarded(Node.Apply where, int place) {
    View value() {
      return where.arguments().get(place);
    }

    boolean isAlike(Guarded other) {
      return place == other.place && where.arguments().get(0).equals(other.where.arguments().get(0)) && where.shape().equals(other.where.shape());
    }
  }

  private Optional<Guarded> guarded(int node) {
    if (!(algebra.graph().node(node) instanceof Node.Apply where) || where.fn() != Fn.WHERE) {
      return Optional.empty();
    }
    return isZero(where.arguments().get(2)) ? Optional.of(new Guarded(where, 1))
        : isZero(where.arguments().get(1)) ? Optional.of(new Guarded(where, 2)) : Optional.empty();
  }

  private boolean isZero(View view) {
    return algebra.graph().node(view.node()) instanceof Node.Sum sum && sum.isNumber() && sum.constant().isZero();
  }

  /** Returns the same {@code where} with another value. */
  private int with(Guarded guarded, int value) {
    List<View> arguments = new ArrayList<>(guarded.where().arguments());
    arguments.set(guarded.place(), algebra.view(value));
    return algebra.apply(Fn.WHERE, guarded.where().shape(), arguments.toArray(View[]::new));
  }

  /** The factors of an entrywise product, of which the first is the adjoint; a single one if the adjoint is guarded. */
  List<View> product(List<Extent> loops, List<View> factors) {
    View adjoint = factors.get(0);
    Optional<Guarded> guarded = factors.size() > 1 && adjoint.isIdentity(loops.size()) ? guarded(adjoint.node()) : Optional.empty();
    return guarded.map(choice -> {
      List<View> inside = new ArrayList<>(factors);
      inside.set(0, choice.value());
      List<View> within = product(loops, inside);
      return List.of(algebra.view(with(choice, within.size() == 1 ? within.get(0).node() : algebra.product(loops, within.toArray(View[]::new)))));
    }).orElse(factors);
  }

  int scaled(Rational factor, int adjoint) {
    if (factor.isOne()) {
      return adjoint;
    }
    Optional<Guarded> guarded = guarded(adjoint);
    if (guarded.isEmpty()) {
      return algebra.scaled(factor, adjoint);
    }
    View value = guarded.get().value();
    List<Extent> shape = guarded.get().where().shape();
    return with(guarded.get(), value.isIdentity(shape.size()) ? scaled(factor, value.node())
        : algebra.linear(shape, Rational.ZERO, new Node.Term(factor, value)));
  }

  /** The sum of contributions to one adjoint; guarded if all are by the same condition. */
  int sum(List<Extent> shape, List<Integer> parts) {
    List<Guarded> choices = parts.stream().map(this::guarded).flatMap(Optional::stream).toList();
    boolean alike = choices.size() == parts.size() && choices.stream().allMatch(choices.get(0)::isAlike);
    return alike ? with(choices.get(0), algebra.sum(shape, choices.stream().map(Guarded::value).toList()))
        : algebra.sum(shape, parts.stream().map(algebra::view).toList());
  }
}
