package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.schedule.ProductLoops;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** How large the products of a plan are that are worth a call. */
final class ProductSizes {

  /** Terms that are summed at a time; two vectors' columns of so many rows stay in the second-level cache. */
  static final int DEPTH = 1024;

  private static final int PANEL_BYTES = 512 * 1024;

  static final int PAGE_BYTES = 4096;

  /** Vectors have at most so many entries. */
  private static final int LONGEST_VECTOR = 64;

  /** Code for a stride of its own is written for no more strides than that. */
  private static final int MOST_STRIDES = 4;

  private final List<MatrixProduct> products;
  private final boolean strided;

  /**
   * @param isCalled true of the products that count
   * @param strided whether there are products of entries that are any steps apart, too
   */
  ProductSizes(Plan plan, Predicate<MatrixProduct> isCalled, boolean strided) {
    this.strided = strided;
    this.products = plan.kernels().stream().flatMap(kernel -> kernel.steps().stream())
        .filter(step -> step instanceof MatrixProduct product && isCalled.test(product))
        .map(MatrixProduct.class::cast).distinct().toList();
  }

  /** True of a class with products of entries that are any steps apart. */
  boolean isStrided() {
    return strided;
  }

  /** True where a left factor is transposed. */
  boolean hasTransposed() {
    return strided || products.stream().anyMatch(MatrixProduct::leftTransposed);
  }

  /** True where the rows of a transposed left factor are whole pages apart, so that its columns fall into a few sets of the cache. */
  boolean hasPageStride(int bytes) {
    return products.stream().anyMatch(product -> product.leftTransposed() && product(product.left().columns(), 1) * bytes % PAGE_BYTES == 0);
  }

  /** The lengths of the rows of left factors that are not transposed, those with the most work first. */
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

  /** The most terms that an entry is the sum of, as far as they are summed at a time. */
  int mostTerms() {
    return strided ? DEPTH : products.stream().mapToInt(product -> Math.min(DEPTH, product(terms(product), DEPTH))).max().orElse(1);
  }

  /** Room for the largest right factor, or as much of it as is copied at a time. */
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
