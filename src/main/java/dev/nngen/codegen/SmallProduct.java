package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Scalar;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * A small product of matrices as straight code for its shape: sums of a few rows at a time stay in vectors, which run along the
 * axis that lies side by side in one factor, while the other factor's entries are the same in all lanes. Written
 * {@code to[r, v] = scale * sum_p left[r, p] * right[p, v]}; where vectors run along the rows of the product, the two factors
 * change places. A right factor that is used transposed, or has fewer columns than a vector, is copied to {@code panel} first. All
vectors are of one length: HotSpot learns about vectors in methods that all lengths share, and a second one makes it slow.
 */
final class SmallProduct {

  /** The entries of each matrix, if only fixed axes count. */
  private static final long MOST_ENTRIES = 4096;
  private static final int ROWS = 4;
  private static final int MOST_ROWS = 8;
  private static final int FEWEST_TERMS = 8;

  /** Where an entry lies: {@code array[row * rowStep + other * otherStep]}. */
  private record Place(Tensor tensor, String rowStep, String otherStep) {
    String at(String row, String other) {
      String index = Stream.of(times(row, rowStep), times(other, otherStep)).filter(part -> !part.isEmpty()).collect(Collectors.joining(" + "));
      return index.isEmpty() ? "0" : index;
    }

    private static String times(String index, String step) {
      return index.isEmpty() || index.equals("0") || step.equals("0") ? "" : step.equals("1") ? index
          : index.equals("1") ? step : (index.contains(" ") ? "(" + index + ")" : index) + " * " + step;
    }
  }

  /**
   * What runs along what; empty rows or depth mean a single one.
   *
   * @param broadcast the factor whose entries are the same in all lanes
   * @param lanes the factor along which vectors run
   * @param copied true where that factor is copied to the panel first
   * @param staged true where a vector of the product does not lie side by side, or is longer than its row
   */
  private record Shape(Place broadcast, Place lanes, Place to, Optional<Extent> rows, Extent width, Optional<Extent> depth,
      boolean copied, boolean staged) {

    static Optional<Shape> of(MatrixProduct product, Types types) {
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
        return Optional.of(new Shape(byColumn, byRow, new Place(to, "1", step(to)), columns, rows.get(), depth, false, columns.isPresent()));
      }
      boolean copied = product.rightTransposed() || thin;
      if (columns.isEmpty() || copied && isUnknown(depth) || copied && isUnknown(columns)) {
        return Optional.empty();
      }
      return Optional.of(new Shape(byRow, byColumn, new Place(to, step(to), "1"), rows, columns.get(), depth, copied, thin));
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

    boolean isSmall() {
      return size(depth) * size(Optional.of(width)) <= MOST_ENTRIES && size(rows) * size(Optional.of(width)) <= MOST_ENTRIES
          && size(rows) * size(depth) <= MOST_ENTRIES;
    }

    private static long size(Optional<Extent> extent) {
      return extent.map(e -> e instanceof Extent.Fixed fixed ? (long) fixed.size() : 1).orElse(1L);
    }

    /** The length of the panel's rows, as Java. */
    int panelWidth(Types types) {
      return staged ? VectorTypes.mostLanes(types) : Math.toIntExact(size(Optional.of(width)));
    }

    int panelSize(Types types) {
      return copied ? Math.toIntExact(size(depth) * panelWidth(types)) : 0;
    }

    /** True where vectors save more than it takes to copy or to stage: for that, an entry must be a sum of some terms. */
    boolean pays() {
      return !staged || isUnknown(depth) || size(depth) >= FEWEST_TERMS;
    }
  }

  private final Shape shape;
  private final MethodScope scope;
  private final VectorTypes types;
  private final CodeBlock.Builder code = CodeBlock.builder();
  private final String scale;

  private SmallProduct(Shape shape, MatrixProduct product, MethodScope scope) {
    this.shape = shape;
    this.scope = scope;
    this.types = VectorTypes.of(scope.types());
    boolean scaled = !(product.scale() instanceof Scalar.Number number) || !number.value().equals(Rational.ONE);
    this.scale = scaled ? LoopWriter.expression(product.scale(), scope) : "";
  }

  /** The loops; empty where the product is too large, or nothing of it fills a vector. */
  static Optional<CodeBlock> write(MatrixProduct product, MethodScope scope) {
    return shape(product, scope.types()).map(shape -> new SmallProduct(shape, product, scope).run());
  }

  /** True where the product is small enough, and fills vectors. */
  static boolean isBest(MatrixProduct product, Types types) {
    return shape(product, types).isPresent();
  }

  private static Optional<Shape> shape(MatrixProduct product, Types types) {
    return Shape.of(product, types).filter(shape -> shape.isSmall() && shape.pays());
  }

  /** Adds the memory that the plan's small products need. */
  static void addMemory(TypeSpec.Builder type, Plan plan, Types types) {
    List<Shape> shapes = plan.kernels().stream().flatMap(kernel -> kernel.steps().stream())
        .flatMap(step -> step instanceof MatrixProduct product ? shape(product, types).stream() : Stream.empty()).toList();
    int panel = shapes.stream().mapToInt(shape -> shape.panelSize(types)).max().orElse(0);
    if (panel > 0) {
      type.addField(memory("panel", panel, types, "A factor whose rows are too short for vectors, or which is used transposed.\n"));
    }
    if (shapes.stream().anyMatch(Shape::staged)) {
      type.addField(memory("staged", MOST_ROWS * VectorTypes.mostLanes(types), types, "Vectors on their way to places that do not lie side by side.\n"));
    }
  }

  private static FieldSpec memory(String name, int size, Types types, String text) {
    return FieldSpec.builder(types.reals(), name, Modifier.PRIVATE, Modifier.FINAL).initializer("new $T[$L]", types.real(), size)
        .addJavadoc(text).build();
  }

  private CodeBlock run() {
    if (shape.copied) {
      copy();
    }
    String column = scope.fresh("v");
    String whole = MethodScope.extent(shape.width);
    String bound = shape.copied && shape.staged ? whole : VectorTypes.bound(shape.width, scope.types());
    code.beginControlFlow("for (int $L = 0; $L < $L; $L += LANES)", column, column, bound, column);
    rowBlocks(true, column);
    code.endControlFlow();
    if (!bound.equals(whole)) {
      code.beginControlFlow("for (int $L = $L; $L < $L; $L++)", column, bound, column, whole, column);
      rowBlocks(false, column);
      code.endControlFlow();
    }
    scope.release(column);
    return code.build();
  }

  /** Copies the right factor to the panel, a row for each step of the sum. */
  private void copy() {
    String p = open(shape.depth, "p");
    String v = open(Optional.of(shape.width), "v");
    code.addStatement("panel[$L] = $L.data[$L]", panelPlace(v, p), scope.name(shape.lanes.tensor()), shape.lanes.at(v, p));
    close(v);
    close(p);
  }

  private String open(Optional<Extent> extent, String hint) {
    if (extent.isEmpty()) {
      return "";
    }
    String name = scope.fresh(hint);
    code.beginControlFlow("for (int $L = 0; $L < $L; $L++)", name, name, MethodScope.extent(extent.get()), name);
    return name;
  }

  private void close(String name) {
    if (!name.isEmpty()) {
      code.endControlFlow();
      scope.release(name);
    }
  }

  private String panelPlace(String v, String p) {
    return new Place(shape.lanes.tensor(), "1", Integer.toString(shape.panelWidth(scope.types()))).at(v, p);
  }

  /** All rows for the columns of a vector, or for one column where there is no vector. */
  private void rowBlocks(boolean inVectors, String column) {
    if (shape.rows.isEmpty()) {
      block(inVectors, List.of(""), column);
    } else if (shape.rows.get() instanceof Extent.Fixed fixed && fixed.size() <= MOST_ROWS) {
      block(inVectors, IntStream.range(0, fixed.size()).mapToObj(Integer::toString).toList(), column);
    } else {
      String row = scope.fresh("r");
      String count = MethodScope.extent(shape.rows.get());
      code.addStatement("int $L = 0", row);
      code.beginControlFlow("for (; $L + $L <= $L; $L += $L)", row, ROWS, count, row, ROWS);
      block(inVectors, IntStream.range(0, ROWS).mapToObj(k -> k == 0 ? row : row + " + " + k).toList(), column);
      code.endControlFlow();
      if (!(shape.rows.get() instanceof Extent.Fixed fixed && fixed.size() % ROWS == 0)) {
        code.beginControlFlow("for (; $L < $L; $L++)", row, count, row);
        block(inVectors, List.of(row), column);
        code.endControlFlow();
      }
      scope.release(row);
    }
  }

  private void block(boolean inVectors, List<String> rowIndices, String column) {
    List<String> sums = new ArrayList<>();
    String type = inVectors ? types.vector().simpleName() : scope.types().real().toString();
    for (int k = 0; k < rowIndices.size(); k++) {
      sums.add(scope.fresh("s" + k));
      code.addStatement("$L $L = $L", type, sums.get(k), inVectors ? type + ".zero(SPECIES)" : "0");
    }
    String p = open(shape.depth, "p");
    String x = scope.fresh("x");
    String array = shape.copied ? "panel" : scope.name(shape.lanes.tensor()) + ".data";
    String at = shape.copied ? panelPlace(column, p) : shape.lanes.at(column, p);
    code.addStatement("final $L $L = $L", type, x, inVectors ? type + ".fromArray(SPECIES, " + array + ", " + at + ")" : array + "[" + at + "]");
    for (int k = 0; k < rowIndices.size(); k++) {
      String factor = scope.name(shape.broadcast.tensor()) + ".data[" + shape.broadcast.at(rowIndices.get(k), p) + "]";
      code.addStatement("$L = $L", sums.get(k), inVectors
          ? x + ".fma(" + type + ".broadcast(SPECIES, " + factor + "), " + sums.get(k) + ")"
          : "Math.fma(" + x + ", " + factor + ", " + sums.get(k) + ")");
    }
    scope.release(x);
    close(p);
    store(inVectors, rowIndices, column, sums);
    sums.forEach(scope::release);
  }

  private void store(boolean inVectors, List<String> rowIndices, String column, List<String> sums) {
    String to = scope.name(shape.to.tensor()) + ".data";
    for (int k = 0; k < sums.size(); k++) {
      String place = shape.to.at(rowIndices.get(k), column);
      if (inVectors) {
        code.addStatement("$L$L.intoArray($L, $L)", sums.get(k), scale.isEmpty() ? "" : ".mul(" + scale + ")",
            shape.staged ? "staged" : to, shape.staged ? staged(k, "0") : place);
      } else {
        code.addStatement("$L[$L] = $L$L", to, place, scale.isEmpty() ? "" : scale + " * ", sums.get(k));
      }
    }
    if (inVectors && shape.staged) {
      unstage(rowIndices, column, to);
    }
  }

  private static String staged(int vector, String lane) {
    return new Place(null, "LANES", "1").at(Integer.toString(vector), lane);
  }

  /** Entries of staged vectors go where they belong, without those beyond the end of a row. */
  private void unstage(List<String> rowIndices, String column, String to) {
    String q = scope.fresh("q");
    code.beginControlFlow("for (int $L = 0; $L < $L; $L++)", q, q, shape.copied ? "Math.min(LANES, " + MethodScope.extent(shape.width) + " - " + column + ")" : "LANES", q);
    for (int k = 0; k < rowIndices.size(); k++) {
      code.addStatement("$L[$L] = staged[$L]", to, shape.to.at(rowIndices.get(k), column + " + " + q), staged(k, q));
    }
    code.endControlFlow();
    scope.release(q);
  }
}
