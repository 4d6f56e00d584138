package dev.nngen.plan;

import dev.nngen.ir.Rational;
import java.util.List;
import java.util.Optional;

/** Simplifies the expressions of an update for entries whose gradient is 0. */
final class WithoutGradient extends Rewriting {

  private static final Scalar ZERO = new Scalar.Number(Rational.ZERO);

  private final Tensor gradient;
  private final List<LoopNest.Let> lets;

  /** @param lets the locals of the update */
  WithoutGradient(Tensor gradient, List<LoopNest.Let> lets) {
    this.gradient = gradient;
    this.lets = lets;
  }

  @Override
  public Scalar load(Scalar.Load load) {
    return load.tensor().equals(gradient) ? ZERO : load;
  }

  @Override
  public Scalar local(Scalar.Local local) {
    Optional<LoopNest.Let> declared = lets.stream().filter(let -> let.id() == local.id()).findFirst();
    return declared.map(let -> apply(let.value())).orElse(local);
  }

  @Override
  public Scalar sum(Scalar.Sum sum) {
    List<Scalar.Term> terms = sum.terms().stream().map(term -> new Scalar.Term(term.coefficient(), apply(term.value()))).filter(term -> !term.value().equals(ZERO)).toList();
    boolean single = sum.constant().isZero() && terms.size() == 1 && terms.get(0).coefficient().isOne();
    return single ? terms.get(0).value() : terms.isEmpty() ? new Scalar.Number(sum.constant()) : new Scalar.Sum(sum.constant(), terms);
  }

  @Override
  public Scalar product(Scalar.Product product) {
    Scalar.Product inner = (Scalar.Product) super.product(product);
    return inner.factors().contains(ZERO) ? ZERO : inner;
  }

  @Override
  public Scalar power(Scalar.Power power) {
    Scalar base = apply(power.base());
    return base.equals(ZERO) && power.exponent().signum() > 0 ? ZERO : new Scalar.Power(base, power.exponent());
  }

  @Override
  public Scalar apply(Scalar.Apply apply) {
    Scalar.Apply inner = (Scalar.Apply) super.apply(apply);
    boolean known = inner.arguments().stream().allMatch(Scalar.Number.class::isInstance);
    double[] numbers = inner.arguments().stream().filter(Scalar.Number.class::isInstance).mapToDouble(number -> ((Scalar.Number) number).value().doubleValue()).toArray();
    return known && inner.fn().evaluate(numbers) == 0 ? ZERO : inner;
  }
}
