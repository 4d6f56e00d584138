package dev.nngen.schedule;

import dev.nngen.ir.Extent;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What runs along what in a small product, {@code to[r, v] = scale * sum_p broadcast[r, p] * lanes[p, v]}; empty rows or depth mean a single
 * one. Vectors run along {@code v}: along the rows of the product, or else its columns.
 *
 * @param broadcast the factor whose entries are the same in all lanes
 * @param lanes the factor along which vectors run
 * @param copied true where that factor is copied to a panel first
 * @param staged true where a vector of the product is not consecutive, or is longer than its row
 */
public record SmallShape(Place broadcast, Place lanes, Place to, Optional<Extent> rows, Extent width, Optional<Extent> depth,
    boolean copied, boolean staged) {

  /** The most rows that are written next to each other. */
  static final int MOST_ROWS = 8;

  /** Vectors on their way to places that are not consecutive. */
  public static final Tensor STAGED = new Tensor(-1, "staged", Tensor.Kind.SCRATCH, List.of(Extent.of(MOST_ROWS), Target.LANES), 1);

  /** A tensor of which {@code [row, other]} is {@code row * rowStep + other * otherStep} entries from the first. */
  record Place(Tensor tensor, List<Extent> rowStep, List<Extent> otherStep) {
    Entry at(Affine row, Affine other) {
      return new Entry(tensor, row.times(rowStep).plus(other.times(otherStep)));
    }
  }

  /** Empty where nothing of the product fills a vector, or what would be copied has no fixed size. */
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

  /** True where at least one of the widest vectors fits. */
  private static boolean fills(Extent extent, Target target) {
    return !(extent instanceof Extent.Fixed fixed) || fixed.size() >= target.lanes();
  }

  private static boolean isUnknown(Optional<Extent> extent) {
    return extent.isPresent() && !(extent.get() instanceof Extent.Fixed);
  }

  /** The entries of the largest of the three matrices, if only fixed axes count. */
  public long mostEntries() {
    long columns = size(Optional.of(width));
    return Math.max(size(rows) * size(depth), Math.max(size(depth) * columns, size(rows) * columns));
  }

  /** How many terms an entry is the sum of; empty where that is known at run time only. */
  public OptionalLong terms() {
    return isUnknown(depth) ? OptionalLong.empty() : OptionalLong.of(size(depth));
  }

  private static long size(Optional<Extent> extent) {
    return extent.map(e -> e instanceof Extent.Fixed fixed ? (long) fixed.size() : 1).orElse(1L);
  }

  /** True where vectors run along the product's rows and are consecutive there. */
  boolean isAlongRows() {
    return !staged && to.otherStep().isEmpty();
  }

  /** True where the last vector of a row runs beyond its end, since the panel has room for it. */
  boolean isPadded() {
    return copied && staged;
  }

  /** How many entries a copy of the lanes' factor takes; 0 where it is not copied. */
  public int panelSize(Target target) {
    return copied ? Math.toIntExact(size(depth) * panelWidth(target)) : 0;
  }

  /** How many entries {@link #STAGED} has. */
  public static int stagedSize(Target target) {
    return MOST_ROWS * target.lanes();
  }

  private long panelWidth(Target target) {
    return staged ? target.lanes() : size(Optional.of(width));
  }

  /** Where the factor along which vectors run is copied to, a row for each step of the sum. */
  Place panel(Target target) {
    List<Extent> row = List.of(Extent.of(Math.toIntExact(panelWidth(target))));
    return new Place(new Tensor(-2, "panel", Tensor.Kind.SCRATCH, Stream.concat(depth.stream(), row.stream()).toList(), Math.min(1, (int) Stream.concat(depth.stream(), row.stream()).count())), List.of(), row);
  }
}
