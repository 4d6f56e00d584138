package dev.nngen.plan;

import java.util.List;
import java.util.Map;

/** Steps over other tensors. */
final class Substitution implements Scalar.Visitor<Scalar> {

  private final Map<Tensor, Tensor> replaced;

  Substitution(Map<Tensor, Tensor> replaced) {
    this.replaced = replaced;
  }

  Step apply(Step step) {
    if (step instanceof MatrixProduct product) {
      return new MatrixProduct(apply(product.to()), apply(product.scale()), apply(product.left()), product.leftTransposed(),
          apply(product.right()), product.rightTransposed());
    }
    LoopNest nest = (LoopNest) step;
    List<LoopNest.Let> lets = nest.lets().stream()
        .map(let -> new LoopNest.Let(let.id(), let.depth(), apply(let.value()), let.name(), let.at())).toList();
    return new LoopNest(nest.axes(), nest.flat(), lets, nest.effects().stream().map(this::apply).toList());
  }

  private LoopNest.Effect apply(LoopNest.Effect effect) {
    Scalar value = apply(effect.value());
    return effect instanceof LoopNest.Reduce reduce
        ? new LoopNest.Reduce(reduce.reduction(), apply(reduce.to()), reduce.at(), value, apply(reduce.scale()))
        : new LoopNest.Store(apply(effect.to()), effect.at(), value);
  }

  private Tensor apply(Tensor tensor) {
    return replaced.getOrDefault(tensor, tensor);
  }

  private Scalar apply(Scalar scalar) {
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
  public Scalar time(Scalar.Time time) {
    return time;
  }

  @Override
  public Scalar load(Scalar.Load load) {
    return new Scalar.Load(apply(load.tensor()), load.at());
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
