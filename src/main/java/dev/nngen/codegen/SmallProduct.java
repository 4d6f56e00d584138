package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Rational;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.Plan;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/**
 * A small product of matrices as straight code for its shape: sums of a few rows at a time stay in vectors, which run along the
 * axis that lies side by side in one factor, while the other factor's entries are the same in all lanes. Written
 * {@code to[r, v] = scale * sum_p left[r, p] * right[p, v]}; where vectors run along the rows of the product, the two factors
 * change places. A right factor that is used transposed, or has fewer columns than a vector, is copied to {@code panel} first. All
 * vectors are of one length: HotSpot learns about vectors in methods that all lengths share, and a second one makes it slow.
 */
final class SmallProduct {

  /** Rows that are summed at a time. */
  private static final int ROWS = 4;

  /** The same where rows fill no vector, and the most rows that are written one by one: a step of W4 takes 325 ns, by fours 341. */
  private static final int MOST_ROWS = 8;

  private final SmallShape shape;
  private final MethodScope scope;
  private final VectorTypes types;
  private final CodeBlock.Builder code = CodeBlock.builder();
  private final Optional<SmallEpilogue> epilogue;
  private final String scale;

  private SmallProduct(SmallShape shape, MatrixProduct product, Optional<SmallEpilogue> epilogue, MethodScope scope) {
    this.shape = shape;
    this.epilogue = epilogue;
    this.scope = scope;
    this.types = VectorTypes.of(scope.types());
    boolean scaled = !(product.scale() instanceof Scalar.Number number) || !number.value().equals(Rational.ONE);
    this.scale = scaled ? LoopJava.expression(product.scale(), scope) : "";
  }

  /** The loops of a product that fills vectors. */
  static CodeBlock write(MatrixProduct product, MethodScope scope) {
    return new SmallProduct(SmallShape.of(product, scope.types()).orElseThrow(), product, Optional.empty(), scope).run();
  }

  /** The loops with the nest behind them, which runs on each vector of the product; empty where it cannot. */
  static Optional<CodeBlock> write(ProductEpilogue pair, MethodScope scope) {
    return SmallShape.of(pair.product(), scope.types()).filter(shape -> SmallEpilogue.fits(shape, pair, scope.types()))
        .map(shape -> new SmallProduct(shape, pair.product(), Optional.of(new SmallEpilogue(pair, shape.to(), scope)), scope).run());
  }

  /** Adds the memory that such products of the plan need. */
  static void addMemory(TypeSpec.Builder type, Plan plan, Predicate<MatrixProduct> isSmall, Types types) {
    List<SmallShape> shapes = plan.kernels().stream().flatMap(kernel -> kernel.steps().stream())
        .filter(step -> step instanceof MatrixProduct product && isSmall.test(product))
        .map(step -> SmallShape.of((MatrixProduct) step, types).orElseThrow()).toList();
    int panel = shapes.stream().mapToInt(shape -> shape.panelSize(types)).max().orElse(0);
    if (panel > 0) {
      type.addField(memory("panel", panel, types, "A factor whose rows are too short for vectors, or which is used transposed.\n"));
    }
    if (shapes.stream().anyMatch(SmallShape::staged)) {
      type.addField(memory("staged", MOST_ROWS * VectorTypes.mostLanes(types), types, "Vectors on their way to places that do not lie side by side.\n"));
    }
  }

  private static FieldSpec memory(String name, int size, Types types, String text) {
    return FieldSpec.builder(types.reals(), name, Modifier.PRIVATE, Modifier.FINAL).initializer("new $T[$L]", types.real(), size)
        .addJavadoc(text).build();
  }

  private CodeBlock run() {
    if (shape.copied()) {
      copy();
    }
    epilogue.ifPresent(e -> code.add(e.begin()));
    String column = scope.fresh("v");
    String whole = MethodScope.extent(shape.width());
    String bound = shape.copied() && shape.staged() ? whole : VectorTypes.bound(shape.width(), scope.types());
    code.beginControlFlow("for (int $L = 0; $L < $L; $L += LANES)", column, column, bound, column);
    rows(true, column);
    code.endControlFlow();
    if (!bound.equals(whole)) {
      code.beginControlFlow("for (int $L = $L; $L < $L; $L++)", column, bound, column, whole, column);
      rows(false, column);
      code.endControlFlow();
    }
    scope.release(column);
    return code.build();
  }

  private void rows(boolean inVectors, String column) {
    epilogue.ifPresent(e -> code.add(e.beginColumn(inVectors, column)));
    rowBlocks(inVectors, column);
    epilogue.ifPresent(e -> code.add(e.endColumn(inVectors)));
  }

  /** Copies the right factor to the panel, a row for each step of the sum. */
  private void copy() {
    String p = open(shape.depth(), "p");
    String v = open(Optional.of(shape.width()), "v");
    code.addStatement("panel[$L] = $L.data[$L]", panelPlace(v, p), scope.name(shape.lanes().tensor()), shape.lanes().at(v, p));
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
    return new SmallShape.Place(shape.lanes().tensor(), "1", Integer.toString(shape.panelWidth(scope.types()))).at(v, p);
  }

  /** All rows for the columns of a vector, or for one column where there is no vector. */
  private void rowBlocks(boolean inVectors, String column) {
    if (shape.rows().isEmpty()) {
      block(inVectors, List.of(""), column);
    } else if (shape.rows().get() instanceof Extent.Fixed fixed && fixed.size() <= MOST_ROWS) {
      block(inVectors, IntStream.range(0, fixed.size()).mapToObj(Integer::toString).toList(), column);
    } else {
      String row = scope.fresh("r");
      String count = MethodScope.extent(shape.rows().get());
      int rows = shape.staged() ? MOST_ROWS : ROWS;
      code.addStatement("int $L = 0", row);
      code.beginControlFlow("for (; $L + $L <= $L; $L += $L)", row, rows, count, row, rows);
      block(inVectors, IntStream.range(0, rows).mapToObj(k -> k == 0 ? row : row + " + " + k).toList(), column);
      code.endControlFlow();
      if (!(shape.rows().get() instanceof Extent.Fixed fixed && fixed.size() % rows == 0)) {
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
    String p = open(shape.depth(), "p");
    String x = scope.fresh("x");
    String array = shape.copied() ? "panel" : scope.name(shape.lanes().tensor()) + ".data";
    String at = shape.copied() ? panelPlace(column, p) : shape.lanes().at(column, p);
    code.addStatement("final $L $L = $L", type, x, inVectors ? type + ".fromArray(SPECIES, " + array + ", " + at + ")" : array + "[" + at + "]");
    for (int k = 0; k < rowIndices.size(); k++) {
      String factor = scope.name(shape.broadcast().tensor()) + ".data[" + shape.broadcast().at(rowIndices.get(k), p) + "]";
      code.addStatement("$L = $L", sums.get(k), inVectors
          ? x + ".fma(" + type + ".broadcast(SPECIES, " + factor + "), " + sums.get(k) + ")"
          : "Math.fma(" + x + ", " + factor + ", " + sums.get(k) + ")");
    }
    scope.release(x);
    close(p);
    if (epilogue.isPresent()) {
      epilogue(inVectors, rowIndices, sums);
    } else {
      store(inVectors, rowIndices, column, sums);
    }
    sums.forEach(scope::release);
  }

  private void epilogue(boolean inVectors, List<String> rowIndices, List<String> sums) {
    List<String> declared = new ArrayList<>();
    for (int k = 0; k < sums.size(); k++) {
      if (!scale.isEmpty()) {
        code.addStatement(inVectors ? "$L = $L.mul($L)" : "$L = $L * $L", sums.get(k), sums.get(k), scale);
      }
      code.add(epilogue.get().entry(inVectors, rowIndices.get(k), sums.get(k), declared));
    }
    declared.forEach(scope::release);
  }

  private void store(boolean inVectors, List<String> rowIndices, String column, List<String> sums) {
    String to = scope.name(shape.to().tensor()) + ".data";
    for (int k = 0; k < sums.size(); k++) {
      String place = shape.to().at(rowIndices.get(k), column);
      if (inVectors) {
        code.addStatement("$L$L.intoArray($L, $L)", sums.get(k), scale.isEmpty() ? "" : ".mul(" + scale + ")",
            shape.staged() ? "staged" : to, shape.staged() ? staged(k, "0") : place);
      } else {
        code.addStatement("$L[$L] = $L$L", to, place, scale.isEmpty() ? "" : scale + " * ", sums.get(k));
      }
    }
    if (inVectors && shape.staged()) {
      unstage(rowIndices, column, to);
    }
  }

  private static String staged(int vector, String lane) {
    return new SmallShape.Place(null, "LANES", "1").at(Integer.toString(vector), lane);
  }

  /** Entries of staged vectors go where they belong, without those beyond the end of a row. */
  private void unstage(List<String> rowIndices, String column, String to) {
    String q = scope.fresh("q");
    code.beginControlFlow("for (int $L = 0; $L < $L; $L++)", q, q, shape.copied() ? "Math.min(LANES, " + MethodScope.extent(shape.width()) + " - " + column + ")" : "LANES", q);
    for (int k = 0; k < rowIndices.size(); k++) {
      code.addStatement("$L[$L] = staged[$L]", to, shape.to().at(rowIndices.get(k), column + " + " + q), staged(k, q));
    }
    code.endControlFlow();
    scope.release(q);
  }
}
