package dev.nngen.codegen;

import dev.nngen.ir.Extent;
import java.util.ArrayList;
import java.util.List;

/** Numbers of entries as Java. */
final class Sizes {

  private Sizes() {}

  /** How many entries so many rows of that shape have. */
  static String entries(String rows, List<Extent> shape) {
    return shape.size() == 1 ? rows : rows + " * " + of(shape.subList(1, shape.size()));
  }

  /** How many entries a shape has: the fixed extents multiplied, then the others. */
  static String of(List<Extent> extents) {
    long fixed = 1;
    List<String> factors = new ArrayList<>();
    for (Extent extent : extents) {
      if (extent instanceof Extent.Fixed f) {
        fixed *= f.size();
      } else {
        factors.add(MethodScope.extent(extent));
      }
    }
    if (fixed > 1 || factors.isEmpty()) {
      factors.add(0, Long.toString(fixed));
    }
    return String.join(" * ", factors);
  }
}
