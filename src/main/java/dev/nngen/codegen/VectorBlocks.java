package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/**
 * Writes methods that sum a part of a product in registers, of eight rows by up to two vectors: 16 sums, two vectors of the right factor and an entry
 * of the left one leave some of AVX-512's 32 registers free. Batches are mostly multiples of eight, and the numbers of columns mostly multiples of
 * 32. Six rows by three vectors are as fast, but leave remainders; with 24 sums HotSpot runs out of registers in every other compilation. Machines
 * with shorter vectors have 16 registers, for six rows by two.
 *
 * <p>If the row length of the left factor is a compile-time constant, its eight entries have one base address with constant offsets, which is 10 %
 * faster than eight addresses. There is a method for each such length.
 */
final class VectorBlocks {

  static final int ROWS = 8;

  static final int ROWS_OF_SHORT_VECTORS = 6;

  static final int VECTORS = 2;

  /** Addressing of entries of the left factor. */
  private enum Left { TRANSPOSED, STRIDE, ANY, SCATTERED }

  private final Types types;
  private final VectorTypes vectors;
  private final ProductSizes sizes;

  VectorBlocks(Types types, VectorTypes vectors, ProductSizes sizes) {
    this.types = types;
    this.vectors = vectors;
    this.sizes = sizes;
  }

  void addMethods(TypeSpec.Builder type) {
    type.addMethod(part("sum", "Multiplies the rows of the current block with a panel of the right factor.\n").addCode(CodeBlock.builder()
        .beginControlFlow("if (width == $L)", VECTORS).addStatement("sumBy2(factor, at, atDepth, first, height, out, start, step)")
        .nextControlFlow("else").addStatement("sumBy1(factor, at, atDepth, first, height, out, start, step)").endControlFlow().build()).build());
    for (int width = VECTORS; width > 0; width--) {
      type.addMethod(rows(width));
    }
    for (int width = VECTORS; width > 0; width--) {
      for (int stride : sizes.strides()) {
        type.addMethod(block(ROWS, width, Left.STRIDE, stride));
      }
      for (int rows : new int[] {ROWS, ROWS_OF_SHORT_VECTORS}) {
        if (sizes.hasTransposed()) {
          type.addMethod(block(rows, width, Left.TRANSPOSED, 0));
        }
        type.addMethod(block(rows, width, Left.ANY, 0));
        if (sizes.isStrided()) {
          type.addMethod(block(rows, width, Left.SCATTERED, 0));
        }
      }
      type.addMethod(block(1, width, Left.TRANSPOSED, 0));
    }
  }

  private MethodSpec.Builder part(String name, String text) {
    return ProductMethods.helper(name, text, types).arrays("factor").ints("at", "atDepth", "first", "height").arrays("out")
        .ints("start", "step").method();
  }

  /** Writes the loop over all rows of the current block. */
  private MethodSpec rows(int width) {
    CodeBlock.Builder code = CodeBlock.builder().addStatement("final int count = lastRow - firstRow")
        .addStatement("final int a = $LfirstRow * leftRow + first * leftDepth", sizes.isStrided() ? "leftAt + " : "").addStatement("int row = 0")
        .beginControlFlow("while (count >= ROWS && row < count)")
        .add("// The last rows may overlap the previous ones, and are then computed twice.\n")
        .addStatement("row = Math.min(row, count - ROWS)");
    code.beginControlFlow("if (ROWS == $L)", ROWS);
    choose(ROWS, width, sizes.strides(), code);
    code.nextControlFlow("else");
    choose(ROWS_OF_SHORT_VECTORS, width, List.of(), code);
    code.endControlFlow();
    code.addStatement("row += ROWS").endControlFlow().beginControlFlow("for (; row < count; row++)")
        .addStatement(call(name(1, width, Left.TRANSPOSED, 0), "leftDepth, ")).endControlFlow();
    return part("sumBy" + width, "Multiplies the rows of the current block with a panel of " + width + (width == 1 ? " vector" : " vectors") + ".\n")
        .addCode(code.build()).build();
  }

  /** Calls the method for the layout of the left factor. */
  private void choose(int rows, int width, List<Integer> strides, CodeBlock.Builder code) {
    Map<String, String> calls = new LinkedHashMap<>();
    if (sizes.hasPageStride(types.bytes())) {
      calls.put("copies", name(rows, width, Left.TRANSPOSED, 0)
          + "(near, firstRow - nearFirst + row, nearStep, factor, at, atDepth, height, out, start + row * step, step)");
    }
    if (sizes.hasTransposed()) {
      calls.put("leftDepth != 1", call(name(rows, width, Left.TRANSPOSED, 0), "leftDepth, "));
    }
    strides.forEach(stride -> calls.put("leftRow == " + stride, call(name(rows, width, Left.STRIDE, stride), "")));
    String any = call(name(rows, width, Left.ANY, 0), "leftRow, ");
    if (calls.isEmpty()) {
      code.addStatement(any);
      return;
    }
    boolean first = true;
    for (Map.Entry<String, String> choice : calls.entrySet()) {
      if (first) {
        code.beginControlFlow("if ($L)", choice.getKey());
      } else {
        code.nextControlFlow("else if ($L)", choice.getKey());
      }
      code.addStatement(choice.getValue());
      first = false;
    }
    code.nextControlFlow("else").addStatement(any).endControlFlow();
  }

  private static String call(String name, String step) {
    return name + "(left, a + row * leftRow, " + step + "factor, at, atDepth, height, out, start + row * step, step)";
  }

  private static String name(int rows, int width, Left left, int stride) {
    String size = rows + "x" + width;
    return switch (left) {
      case TRANSPOSED -> rows == 1 ? "block" + size : "transposedBlock" + size;
      case STRIDE -> "block" + size + "Of" + stride;
      case ANY -> "block" + size;
      case SCATTERED -> "scatteredBlock" + size;
    };
  }

  private MethodSpec block(int rows, int width, Left left, int stride) {
    String which = switch (left) {
      case TRANSPOSED -> rows == 1 ? "" : ", the left factor transposed";
      case STRIDE -> ", the rows of the left factor " + stride + " long";
      case ANY -> "";
      case SCATTERED -> ", with any rows of the left factor";
    };
    String text = rows + (rows == 1 ? " row" : " rows") + " by " + width + (width == 1 ? " vector" : " vectors") + " of the product"
        + which + ".\n";
    ProductMethods.Parameters method = ProductMethods.helper(name(rows, width, left, stride), text, types).arrays("left").ints("leftAt");
    if (left == Left.SCATTERED) {
      method.method().addParameter(ArrayTypeName.of(TypeName.INT), "rowsAt");
    }
    return (left == Left.STRIDE ? method : method.ints(left == Left.SCATTERED ? "row" : "leftStep")).arrays("right").ints("rightAt", "rightStep", "depth").arrays("out")
        .ints("toAt", "toStep").method().addModifiers(Modifier.STATIC).addCode(body(rows, width, left, stride)).build();
  }

  private CodeBlock body(int rows, int width, Left left, int stride) {
    CodeBlock.Builder code = CodeBlock.builder();
    each(rows, width, (r, v) -> code.addStatement("$T s$L$L = $T.zero(SPECIES)", vectors.vector(), r, v, vectors.vector()));
    if (left == Left.ANY) {
      IntStream.range(1, rows).forEach(r -> code.addStatement("final int a$L = $L", r, step("leftAt", r, "leftStep")));
    }
    if (left == Left.SCATTERED) {
      IntStream.range(0, rows).forEach(r -> code.addStatement("final int a$L = leftAt + rowsAt[$L]", r, r == 0 ? "row" : "row + " + r));
    } else {
      code.addStatement(left == Left.ANY ? "final int a0 = leftAt" : "int a = leftAt");
    }
    code.addStatement("int b = rightAt").beginControlFlow("for (int p = 0; p < depth; p++)");
    for (int v = 0; v < width; v++) {
      code.addStatement("final $T x$L = $T.fromArray(SPECIES, right, $L)", vectors.vector(), v, vectors.vector(), step("b", v, "LANES"));
    }
    terms(rows, width, r -> isAnywhere(left) ? "a" + r + " + p" : r == 0 ? "a" : "a + " + r * (left == Left.STRIDE ? stride : 1), code);
    if (!isAnywhere(left)) {
      code.addStatement(left == Left.STRIDE ? "a++" : "a += leftStep");
    }
    code.addStatement("b += rightStep").endControlFlow();
    store(rows, width, code);
    return code.build();
  }

  /** Whether each row of the left factor has an address of its own. */
  private static boolean isAnywhere(Left left) {
    return left == Left.ANY || left == Left.SCATTERED;
  }

  /** Adds a term to each sum: an entry of the left factor times the vectors of the right one. */
  private void terms(int rows, int width, IntFunction<String> entry, CodeBlock.Builder code) {
    for (int r = 0; r < rows; r++) {
      code.addStatement("final $T y$L = $T.broadcast(SPECIES, left[$L])", vectors.vector(), r, vectors.vector(), entry.apply(r));
      for (int v = 0; v < width; v++) {
        code.addStatement("s$L$L = x$L.fma(y$L, s$L$L)", r, v, v, r, r, v);
      }
    }
  }

  private static void store(int rows, int width, CodeBlock.Builder code) {
    each(rows, width, (r, v) -> code.addStatement("s$L$L.intoArray(out, $L)", r, v, step(step("toAt", r, "toStep"), v, "LANES")));
  }

  private interface Cell {
    void accept(int row, int vector);
  }

  private static void each(int rows, int width, Cell cell) {
    IntStream.range(0, rows).forEach(r -> IntStream.range(0, width).forEach(v -> cell.accept(r, v)));
  }

  private static String step(String start, int count, String step) {
    return count == 0 ? start : start + " + " + (count == 1 ? "" : count + " * ") + step;
  }
}
