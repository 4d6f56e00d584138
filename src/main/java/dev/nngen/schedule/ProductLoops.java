package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Writes a product of matrices as the three loops that define it, for factors too small for other methods. */
public final class ProductLoops {

  private static final int ROW = 0;
  private static final int COLUMN = 1;
  private static final int SUMMED = 2;

  private final MatrixProduct product;
  /** First axes of the rows, of the columns and of the summed dimensions in the nest; -1 if there are none. */
  private final int[] position = {-1, -1, -1};
  private final List<Extent> axes = new ArrayList<>();

  private ProductLoops(MatrixProduct product) {
    this.product = product;
    add(ROW, product.to().rows());
    add(COLUMN, product.to().columns());
    add(SUMMED, product.leftTransposed() ? product.left().rows() : product.left().columns());
  }

  /** Returns the plan with the chosen products as loops. */
  public static Plan inPlaceOf(Plan plan, Predicate<MatrixProduct> chosen) {
    return plan.withSteps(step -> step instanceof MatrixProduct product && chosen.test(product) ? List.of(of(product)) : List.of(step));
  }

  /** Returns the loops that define the product. */
  public static LoopNest of(MatrixProduct product) {
    return new ProductLoops(product).nest();
  }

  /** Returns the number of multiplications of the product. */
  public static long operations(MatrixProduct product, int batch) {
    return new ProductLoops(product).axes.stream().mapToLong(axis -> axis instanceof Extent.Fixed fixed ? fixed.size() : batch)
        .reduce(1, Math::multiplyExact);
  }

  private void add(int axis, List<Extent> extents) {
    if (!extents.isEmpty()) {
      position[axis] = axes.size();
      axes.addAll(extents);
    }
  }

  private LoopNest nest() {
    Scalar left = product.leftTransposed() ? load(product.left(), SUMMED, ROW) : load(product.left(), ROW, SUMMED);
    Scalar right = product.rightTransposed() ? load(product.right(), COLUMN, SUMMED) : load(product.right(), SUMMED, COLUMN);
    LoopNest.Reduce sum = new LoopNest.Reduce(LoopNest.Reduction.SUM, product.to(), at(product.to(), ROW, COLUMN),
        new Scalar.Product(List.of(left, right)), product.scale());
    return new LoopNest(axes, false, List.of(), List.of(sum));
  }

  private Scalar load(Tensor tensor, int row, int column) {
    return new Scalar.Load(tensor, at(tensor, row, column));
  }

  private List<Integer> at(Tensor tensor, int row, int column) {
    List<Integer> at = new ArrayList<>();
    for (int k = 0; k < tensor.rows().size(); k++) {
      at.add(position[row] + k);
    }
    for (int k = 0; k < tensor.columns().size(); k++) {
      at.add(position[column] + k);
    }
    return at;
  }
}
