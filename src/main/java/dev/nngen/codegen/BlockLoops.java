package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Tensor;
import java.util.List;

/** The loops around a nest that runs on the blocks of a product, as {@link VectorProducts} leaves them. */
final class BlockLoops {

  private final ProductEpilogue pair;
  private final boolean flat;
  private final MethodScope scope;
  /** The names for where a run of a block begins and ends in its matrix, and how far from there it lies in the block. */
  private String start;
  private String end;
  private String whole;
  private String shift;

  /** @param flat true where one loop over the entries of a run serves for the nest */
  BlockLoops(ProductEpilogue pair, boolean flat, MethodScope scope) {
    this.pair = pair;
    this.flat = flat;
    this.scope = scope;
  }

  /** Begins the product and the loop over its blocks, and the one over a block's runs; the names that it declares are added. */
  CodeBlock begin(List<String> names) {
    CodeBlock.Builder code = CodeBlock.builder().add(VectorProducts.begin(pair, scope)).beginControlFlow("while (products.next())");
    if (flat) {
      String run = scope.fresh("run");
      start = scope.fresh("start");
      shift = scope.fresh("shift");
      end = scope.fresh("end");
      whole = scope.fresh("whole");
      names.addAll(List.of(run, start, shift, end, whole));
      code.beginControlFlow("for (int $L = 0; $L < products.runs; $L++)", run, run, run)
          .addStatement("final int $L = products.runStart($L)", start, run)
          .addStatement("final int $L = $L + products.runLength", end, start)
          .addStatement("final int $L = $L + SPECIES.loopBound(products.runLength)", whole, start);
      if (!pair.isStored()) {
        code.addStatement("final int $L = $L - $L * products.blockStep", shift, start, run);
      }
    }
    return code.build();
  }

  CodeBlock end() {
    CodeBlock.Builder code = CodeBlock.builder().endControlFlow();
    return (flat ? code.endControlFlow() : code).build();
  }

  /** Where a loop of the nest begins. */
  String first(int depth) {
    return flat ? start : depth == 0 ? "products.firstRow" : "products.firstColumn";
  }

  /** Where a loop of the nest ends. */
  String last(int depth) {
    return flat ? end : depth == 0 ? "products.lastRow" : "products.lastColumn";
  }

  /** Where the whole vectors of a run end. */
  String whole() {
    return whole;
  }

  /** True of the product where it lies in the block alone. */
  boolean holds(Tensor tensor) {
    return !pair.isStored() && tensor.equals(pair.product().to());
  }

  /** The entry at hand of such a product. */
  String entry(List<String> loopNames) {
    return flat ? "products.block[" + loopNames.get(0) + " - " + shift + "]" : VectorProducts.blockEntry(loopNames.get(0), loopNames.get(1));
  }
}
