package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Tensor;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What runs along what in a {@link SmallProduct}; empty rows or depth mean a single one.
 *
 * @param broadcast the factor whose entries are the same in all lanes
 * @param lanes the factor along which vectors run
 * @param copied true where that factor is copied to the panel first
 * @param staged true where a vector of the product does not lie side by side, or is longer than its row
 */
record SmallShape(Place broadcast, Place lanes, Place to, Optional<Extent> rows, Extent width, Optional<Extent> depth,
    boolean copied, boolean staged) {

  /** Where an entry lies: {@code array[row * rowStep + other * otherStep]}. */
  record Place(Tensor tensor, String rowStep, String otherStep) {
    String at(String row, String other) {
      String index = Stream.of(times(row, rowStep), times(other, otherStep)).filter(part -> !part.isEmpty()).collect(Collectors.joining(" + "));
      return index.isEmpty() ? "0" : index;
    }

    private static String times(String index, String step) {
      return index.isEmpty() || index.equals("0") || step.equals("0") ? "" : step.equals("1") ? index
          : index.equals("1") ? step : (index.contains(" ") ? "(" + index + ")" : index) + " * " + step;
    }
  }

  /** Empty where nothing of the product fills a vector, or what would be copied has no fixed size. */
  static Optional<SmallShape> of(MatrixProduct product, Types types) {
    Tensor left = product.left();
    Tensor right = product.right();
    Tensor to = product.to();
    if (Stream.of(left, right, to).anyMatch(tensor -> tensor.rows().size() > 1 || tensor.columns().size() > 1)) {
      return Optional.empty();
    }
    Optional<Extent> rows = to.rows().stream().findFirst();
    Optional<Extent> columns = to.columns().stream().findFirst();
    Optional<Extent> depth = (product.leftTransposed() ? left.rows() : left.columns()).stream().findFirst();
    Place byRow = product.leftTransposed() ? new Place(left, "1", step(left)) : new Place(left, step(left), "1");
    Place byColumn = product.rightTransposed() ? new Place(right, step(right), "1") : new Place(right, "1", step(right));
    boolean thin = columns.isPresent() && !fills(columns.get(), types);
    if (rows.isPresent() && product.leftTransposed() && (columns.isEmpty() || thin) && fills(rows.get(), types)) {
      return Optional.of(new SmallShape(byColumn, byRow, new Place(to, "1", step(to)), columns, rows.get(), depth, false, columns.isPresent()));
    }
    boolean copied = product.rightTransposed() || thin;
    if (columns.isEmpty() || copied && isUnknown(depth) || copied && isUnknown(columns)) {
      return Optional.empty();
    }
    return Optional.of(new SmallShape(byRow, byColumn, new Place(to, step(to), "1"), rows, columns.get(), depth, copied, thin));
  }

  /** True where at least one of the widest vectors fits. */
  private static boolean fills(Extent extent, Types types) {
    return !(extent instanceof Extent.Fixed fixed) || fixed.size() >= VectorTypes.mostLanes(types);
  }

  private static boolean isUnknown(Optional<Extent> extent) {
    return extent.isPresent() && !(extent.get() instanceof Extent.Fixed);
  }

  /** How far apart rows lie. */
  private static String step(Tensor tensor) {
    return tensor.columns().isEmpty() ? "1" : MethodScope.extent(tensor.columns().get(0));
  }

  /** The entries of the largest of the three matrices, if only fixed axes count. */
  long mostEntries() {
    long columns = size(Optional.of(width));
    return Math.max(size(rows) * size(depth), Math.max(size(depth) * columns, size(rows) * columns));
  }

  /** How many terms an entry is the sum of; empty where that is a batch's size. */
  OptionalLong terms() {
    return isUnknown(depth) ? OptionalLong.empty() : OptionalLong.of(size(depth));
  }

  private static long size(Optional<Extent> extent) {
    return extent.map(e -> e instanceof Extent.Fixed fixed ? (long) fixed.size() : 1).orElse(1L);
  }

  /** True where vectors run along the product's rows, side by side. */
  boolean isAlongRows() {
    return !staged && to.otherStep().equals("1");
  }

  /** The length of the panel's rows, as Java. */
  int panelWidth(Types types) {
    return staged ? VectorTypes.mostLanes(types) : Math.toIntExact(size(Optional.of(width)));
  }

  int panelSize(Types types) {
    return copied ? Math.toIntExact(size(depth) * panelWidth(types)) : 0;
  }
}
