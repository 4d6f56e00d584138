package dev.nngen.plan;

import java.util.List;
import java.util.Map;

/** Replaces tensors in steps. */
final class Substitution extends Rewriting {

  private final Map<Tensor, Tensor> replaced;

  Substitution(Map<Tensor, Tensor> replaced) {
    this.replaced = replaced;
  }

  Step apply(Step step) {
    if (step instanceof MatrixProduct product) {
      return new MatrixProduct(apply(product.to()), apply(product.scale()), apply(product.left()), product.leftTransposed(),
          apply(product.right()), product.rightTransposed());
    }
    if (step instanceof Sequence sequence) {
      return new Sequence(sequence.steps(), sequence.backward(), sequence.nests().stream().map(nest -> (LoopNest) apply(nest)).toList());
    }
    LoopNest nest = (LoopNest) step;
    List<LoopNest.Let> lets = nest.lets().stream()
        .map(let -> new LoopNest.Let(let.id(), let.depth(), apply(let.value()), let.name(), let.at())).toList();
    return new LoopNest(nest.axes(), nest.derived(), nest.flat(), lets, nest.effects().stream().map(effect -> effect.with(apply(effect.to()), this::apply)).toList());
  }

  private Tensor apply(Tensor tensor) {
    return replaced.getOrDefault(tensor, tensor);
  }

  @Override
  public Scalar load(Scalar.Load load) {
    return new Scalar.Load(apply(load.tensor()), load.at(), load.numbers().stream().map(this::apply).toList());
  }
}
