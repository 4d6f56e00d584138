package dev.nngen.plan;

import dev.nngen.ir.View;
import java.util.List;
import java.util.Optional;

/**
 * How a contraction is a product of two matrices as they lie in memory: perhaps with the factors exchanged, perhaps with
 * one of them transposed. Both transposed is no match.
 */
record ProductMatch(boolean swapped, boolean leftTransposed, boolean rightTransposed) {

  /** The axis of a matrix's rows and columns; {@link #NONE} where it has one. */
  private record Labels(int row, int column) {
    static final int NONE = -1;

    static Labels of(Tensor tensor, List<Integer> axes) {
      return switch (axes.size()) {
        case 0 -> new Labels(NONE, NONE);
        case 1 -> tensor.row() ? new Labels(NONE, axes.get(0)) : new Labels(axes.get(0), NONE);
        default -> new Labels(axes.get(0), axes.get(1));
      };
    }

    boolean is(int wantedRow, int wantedColumn) {
      return row == wantedRow && column == wantedColumn;
    }
  }

  static Optional<ProductMatch> find(Contraction contraction, Placement left, Placement right, Placement result) {
    Labels a = Labels.of(left.tensor(), left.at(contraction.left()));
    Labels b = Labels.of(right.tensor(), right.at(contraction.right()));
    Labels c = Labels.of(result.tensor(), result.at(View.identity(0, result.order().size())));
    return find(a, b, c, contraction.summed(), false)
        .or(() -> find(b, a, c, contraction.summed(), true));
  }

  private static Optional<ProductMatch> find(Labels a, Labels b, Labels c, int k, boolean swapped) {
    boolean plainA = a.is(c.row(), k);
    boolean plainB = b.is(k, c.column());
    boolean fits = (plainA || a.is(k, c.row())) && (plainB || b.is(c.column(), k)) && (plainA || plainB);
    return fits ? Optional.of(new ProductMatch(swapped, !plainA, !plainB)) : Optional.empty();
  }
}
