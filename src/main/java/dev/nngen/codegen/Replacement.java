package dev.nngen.codegen;

import dev.nngen.plan.Scalar;

/** An expression with one part replaced wherever it occurs. */
final class Replacement implements Scalar.Visitor<Scalar> {

  private final Scalar part;
  private final Scalar by;

  private Replacement(Scalar part, Scalar by) {
    this.part = part;
    this.by = by;
  }

  static Scalar of(Scalar expression, Scalar part, Scalar by) {
    return new Replacement(part, by).in(expression);
  }

  private Scalar in(Scalar scalar) {
    return scalar.equals(part) ? by : scalar.accept(this);
  }

  @Override
  public Scalar number(Scalar.Number number) {
    return number;
  }

  @Override
  public Scalar size(Scalar.Size size) {
    return size;
  }

  @Override
  public Scalar time(Scalar.Time time) {
    return time;
  }

  @Override
  public Scalar load(Scalar.Load load) {
    return load;
  }

  @Override
  public Scalar local(Scalar.Local local) {
    return local;
  }

  @Override
  public Scalar sum(Scalar.Sum sum) {
    return new Scalar.Sum(sum.constant(), sum.terms().stream().map(term -> new Scalar.Term(term.coefficient(), in(term.value()))).toList());
  }

  @Override
  public Scalar product(Scalar.Product product) {
    return new Scalar.Product(product.factors().stream().map(this::in).toList());
  }

  @Override
  public Scalar power(Scalar.Power power) {
    return new Scalar.Power(in(power.base()), power.exponent());
  }

  @Override
  public Scalar apply(Scalar.Apply apply) {
    return new Scalar.Apply(apply.fn(), apply.arguments().stream().map(this::in).toList());
  }
}
