package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.schedule.ProductLoops;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Sizes of the plan's products that are computed by calls. */
final class ProductSizes {

  /** Number of terms that are summed at a time; a panel of that many rows and two vectors of columns stays in the second-level cache. */
  static final int DEPTH = 1024;

  private static final int PANEL_BYTES = 512 * 1024;

  static final int PAGE_BYTES = 4096;

  /** Maximum number of entries of a vector. */
  private static final int LONGEST_VECTOR = 64;

  /** Maximum number of strides with code of their own. */
  private static final int MOST_STRIDES = 4;

  private final List<MatrixProduct> products;
  private final boolean strided;

  /**
   * @param isCalled true for the products that count
   * @param strided whether there are products with arbitrary strides, too
   */
  ProductSizes(Plan plan, Predicate<MatrixProduct> isCalled, boolean strided) {
    this.strided = strided;
    this.products = plan.kernels().stream().flatMap(kernel -> kernel.steps().stream())
        .filter(step -> step instanceof MatrixProduct product && isCalled.test(product))
        .map(MatrixProduct.class::cast).distinct().toList();
  }

  /** Whether the class has products with arbitrary strides. */
  boolean isStrided() {
    return strided;
  }

  /** Whether a left factor is transposed. */
  boolean hasTransposed() {
    return strided || products.stream().anyMatch(MatrixProduct::leftTransposed);
  }

  /** Whether the stride of a transposed left factor is a multiple of the page size, so that its columns map to a few cache sets. */
  boolean hasPageStride(int bytes) {
    return products.stream().anyMatch(product -> product.leftTransposed() && product(product.left().columns(), 1) * bytes % PAGE_BYTES == 0);
  }

  /** Returns the row lengths of left factors that are not transposed, those with the most work first. */
  List<Integer> strides() {
    Map<Integer, Long> work = new TreeMap<>();
    for (MatrixProduct product : products) {
      if (!product.leftTransposed() && product.left().columns().size() == 1
          && product.left().columns().get(0) instanceof Extent.Fixed fixed) {
        work.merge(fixed.size(), ProductLoops.operations(product, KernelCost.SUPPOSED_BATCH), Long::sum);
      }
    }
    return work.entrySet().stream().sorted(Map.Entry.<Integer, Long>comparingByValue().reversed()).limit(MOST_STRIDES)
        .map(Map.Entry::getKey).toList();
  }

  /** Returns the maximum number of terms of an entry, up to the number that is summed at a time. */
  int mostTerms() {
    return strided ? DEPTH : products.stream().mapToInt(product -> Math.min(DEPTH, product(terms(product), DEPTH))).max().orElse(1);
  }

  /** Returns the size of the largest right factor, or of the part of it that is copied at a time. */
  int panelEntries(int bytes) {
    int most = PANEL_BYTES / bytes;
    return products.stream().mapToInt(product -> (int) Math.min(most, Math.min(DEPTH, product(terms(product), DEPTH))
        * (long) (product(product.to().columns(), most) + LONGEST_VECTOR))).max().orElse(1);
  }

  private static List<Extent> terms(MatrixProduct product) {
    return product.leftTransposed() ? product.left().rows() : product.left().columns();
  }

  private static int product(List<Extent> extents, int unknown) {
    return extents.stream().mapToInt(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : unknown).reduce(1, (a, b) -> a * b);
  }
}
