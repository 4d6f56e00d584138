package dev.nngen.codegen;

import dev.nngen.plan.Accesses;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds matrices that first hold a product and then a value computed from it, other than the product plus something. */
final class InPlaceProducts {

  private final Map<Tensor, MatrixProduct> products = new HashMap<>();

  InPlaceProducts(Plan plan) {
    for (Kernel kernel : plan.kernels()) {
      for (int s = 0; s < kernel.steps().size(); s++) {
        if (kernel.steps().get(s) instanceof MatrixProduct product && isReplaced(product.to(), kernel.steps().subList(s + 1, kernel.steps().size()))) {
          products.put(product.to(), product);
        }
      }
    }
  }

  private static boolean isReplaced(Tensor tensor, List<Step> later) {
    Optional<Step> writer = later.stream().filter(step -> Accesses.writes(step).contains(tensor)).findFirst();
    return writer.isPresent() && writer.get() instanceof LoopNest nest
        && nest.effects().stream().anyMatch(effect -> effect instanceof LoopNest.Store store && store.to().equals(tensor) && !adds(nest, store));
  }

  /** Whether the stored value is the old entry plus something. */
  private static boolean adds(LoopNest nest, LoopNest.Store store) {
    Scalar value = store.value() instanceof Scalar.Local local
        ? nest.lets().stream().filter(let -> let.id() == local.id()).findFirst().map(LoopNest.Let::value).orElse(local) : store.value();
    return value instanceof Scalar.Sum sum && sum.terms().stream().anyMatch(term -> term.value() instanceof Scalar.Load load && load.tensor().equals(store.to()));
  }

  /** Returns the product that the matrix first holds, such as {@code W_H * X}; empty for other matrices. */
  Optional<String> text(Tensor tensor, Function<Tensor, String> names) {
    return Optional.ofNullable(products.get(tensor)).map(product -> names.apply(product.left()) + (product.leftTransposed() ? "'" : "") + " * "
        + names.apply(product.right()) + (product.rightTransposed() ? "'" : ""));
  }
}
