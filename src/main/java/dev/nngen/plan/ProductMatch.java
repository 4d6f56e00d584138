package dev.nngen.plan;

import dev.nngen.ir.View;
import java.util.List;
import java.util.Optional;

/** A contraction as a product of two stored matrices: the factors may be exchanged, and one of them transposed. Two transposed factors do not match. */
record ProductMatch(boolean swapped, boolean leftTransposed, boolean rightTransposed) {

  /** The axes of a matrix's rows and columns. */
  private record Labels(List<Integer> rows, List<Integer> columns) {

    static Labels of(Tensor tensor, List<Integer> axes) {
      return new Labels(axes.subList(0, tensor.split()), axes.subList(tensor.split(), axes.size()));
    }

    boolean is(List<Integer> wantedRows, List<Integer> wantedColumns) {
      return rows.equals(wantedRows) && columns.equals(wantedColumns);
    }
  }

  static Optional<ProductMatch> find(Contraction contraction, Placement left, Placement right, Placement result) {
    Labels a = Labels.of(left.tensor(), left.at(contraction.left()));
    Labels b = Labels.of(right.tensor(), right.at(contraction.right()));
    Labels c = Labels.of(result.tensor(), result.at(View.identity(0, result.order().size())));
    return find(a, b, c, false)
        .or(() -> find(b, a, c, true));
  }

  private static Optional<ProductMatch> find(Labels a, Labels b, Labels c, boolean swapped) {
    boolean plainA = a.rows.equals(c.rows);
    List<Integer> summed = plainA ? a.columns : a.rows;
    boolean plainB = b.is(summed, c.columns);
    boolean fits = a.is(plainA ? c.rows : summed, plainA ? summed : c.rows) && (plainB || b.is(c.columns, summed)) && (plainA || plainB);
    return fits ? Optional.of(new ProductMatch(swapped, !plainA, !plainB)) : Optional.empty();
  }
}
