package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The vectorization of a small product, {@code to[r, v] = scale * sum_p broadcast[r, p] * lanes[p, v]}; without rows or depth, these loops have one
 * iteration. Vectors run along {@code v}, which is the rows of the product or else its columns.
 *
 * @param broadcast the factor that is equal in all lanes
 * @param lanes the factor along which vectors run
 * @param copied whether that factor is first copied to a panel
 * @param staged whether a vector of the product is not contiguous, or is longer than its row
 */
public record SmallShape(Place broadcast, Place lanes, Place to, Optional<Extent> rows, Extent width, Optional<Extent> depth,
    boolean copied, boolean staged) {

  /** Maximum number of rows that are written next to each other. */
  static final int MOST_ROWS = 8;

  /** Temporary array for vectors whose targets are not contiguous. */
  public static final Tensor STAGED = new Tensor(-1, "staged", Tensor.Kind.SCRATCH, List.of(Extent.of(MOST_ROWS), Target.LANES), 1);

  /** A tensor whose entry {@code [row, other]} is at offset {@code row * rowStep + other * otherStep}. */
  record Place(Tensor tensor, List<Extent> rowStep, List<Extent> otherStep) {
    Entry at(Affine row, Affine other) {
      return new Entry(tensor, row.times(rowStep).plus(other.times(otherStep)));
    }
  }

  /** Returns the shape of a product; empty if no side of the product fills a vector, or if the factor to copy has no fixed size. */
  public static Optional<SmallShape> of(MatrixProduct product, Target target) {
    Tensor left = product.left();
    Tensor right = product.right();
    Tensor to = product.to();
    if (Stream.of(left, right, to).anyMatch(tensor -> tensor.rows().size() > 1 || tensor.columns().size() > 1)) {
      return Optional.empty();
    }
    Optional<Extent> rows = to.rows().stream().findFirst();
    Optional<Extent> columns = to.columns().stream().findFirst();
    Optional<Extent> depth = (product.leftTransposed() ? left.rows() : left.columns()).stream().findFirst();
    Place byRow = product.leftTransposed() ? transposed(left) : straight(left);
    Place byColumn = product.rightTransposed() ? straight(right) : transposed(right);
    boolean thin = columns.isPresent() && !fills(columns.get(), target);
    if (rows.isPresent() && product.leftTransposed() && (columns.isEmpty() || thin) && fills(rows.get(), target)) {
      return Optional.of(new SmallShape(byColumn, byRow, transposed(to), columns, rows.get(), depth, false, columns.isPresent()));
    }
    boolean copied = product.rightTransposed() || thin;
    if (columns.isEmpty() || copied && isUnknown(depth) || copied && isUnknown(columns)) {
      return Optional.empty();
    }
    return Optional.of(new SmallShape(byRow, byColumn, straight(to), rows, columns.get(), depth, copied, thin));
  }

  private static Place straight(Tensor tensor) {
    return new Place(tensor, tensor.columns(), List.of());
  }

  private static Place transposed(Tensor tensor) {
    return new Place(tensor, List.of(), tensor.columns());
  }

  /** Whether at least one of the widest vectors fits. */
  private static boolean fills(Extent extent, Target target) {
    return !(extent instanceof Extent.Fixed fixed) || fixed.size() >= target.lanes();
  }

  private static boolean isUnknown(Optional<Extent> extent) {
    return extent.isPresent() && !(extent.get() instanceof Extent.Fixed);
  }

  /** Returns the number of entries of the largest of the three matrices, counting fixed axes only. */
  public long mostEntries() {
    long columns = size(Optional.of(width));
    return Math.max(size(rows) * size(depth), Math.max(size(depth) * columns, size(rows) * columns));
  }

  /** Returns the number of terms of an entry; empty if it is known only at run time. */
  public OptionalLong terms() {
    return isUnknown(depth) ? OptionalLong.empty() : OptionalLong.of(size(depth));
  }

  private static long size(Optional<Extent> extent) {
    return extent.map(e -> e instanceof Extent.Fixed fixed ? (long) fixed.size() : 1).orElse(1L);
  }

  /** Whether vectors run along the product's rows and are contiguous there. */
  boolean isAlongRows() {
    return !staged && to.otherStep().isEmpty();
  }

  /** Whether the last vector of a row may run beyond its end, because the panel is large enough. */
  boolean isPadded() {
    return copied && staged;
  }

  /** Returns the size of the copy of the lanes' factor; 0 if it is not copied. */
  public int panelSize(Target target) {
    return copied ? Math.toIntExact(size(depth) * panelWidth(target)) : 0;
  }

  /** Returns the size of {@link #STAGED}. */
  public static int stagedSize(Target target) {
    return MOST_ROWS * target.lanes();
  }

  private long panelWidth(Target target) {
    return staged ? target.lanes() : size(Optional.of(width));
  }

  /** Returns the copy of the factor along which vectors run: one row per term of the sum. */
  Place panel(Target target) {
    List<Extent> row = List.of(Extent.of(Math.toIntExact(panelWidth(target))));
    return new Place(new Tensor(-2, "panel", Tensor.Kind.SCRATCH, Stream.concat(depth.stream(), row.stream()).toList(), Math.min(1, (int) Stream.concat(depth.stream(), row.stream()).count())), List.of(), row);
  }
}
