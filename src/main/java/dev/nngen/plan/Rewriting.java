package dev.nngen.plan;

/** Replaces parts of expressions; this base class replaces none. */
public abstract class Rewriting implements Scalar.Visitor<Scalar> {

  /** Returns the expression with its parts replaced. */
  public Scalar apply(Scalar scalar) {
    return scalar.accept(this);
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
  public Scalar rate(Scalar.Rate rate) {
    return rate;
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
  public Scalar address(Scalar.Address address) {
    return address;
  }

  @Override
  public Scalar position(Scalar.Position position) {
    return position;
  }

  @Override
  public Scalar count(Scalar.Count count) {
    return count;
  }

  @Override
  public Scalar local(Scalar.Local local) {
    return local;
  }

  @Override
  public Scalar sum(Scalar.Sum sum) {
    return new Scalar.Sum(sum.constant(),
        sum.terms().stream().map(term -> new Scalar.Term(term.coefficient(), apply(term.value()))).toList());
  }

  @Override
  public Scalar product(Scalar.Product product) {
    return new Scalar.Product(product.factors().stream().map(this::apply).toList());
  }

  @Override
  public Scalar power(Scalar.Power power) {
    return new Scalar.Power(apply(power.base()), power.exponent());
  }

  @Override
  public Scalar apply(Scalar.Apply apply) {
    return new Scalar.Apply(apply.fn(), apply.arguments().stream().map(this::apply).toList());
  }
}
