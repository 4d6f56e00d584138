package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/**
 * Methods that sum a part of a product in registers, of six rows by up to three vectors: 18 sums, three vectors of the right
 * factor and entries of the left one leave some of AVX-512's 32 registers free. With 24 sums HotSpot runs out of registers in
 * every other compilation, and then is a fifth slower. Machines with shorter vectors have 16 registers, for six rows by two.
 *
 * <p>Where the rows of the left factor are a known number of entries apart, its six entries have one address but for constants,
 * which is 10 % faster than six addresses; so there is a method for each such stride.
 */
final class VectorBlocks {

  static final int ROWS = 6;

  private static final int[] WIDTHS = {3, 2, 1};

  /** How entries of the left factor are addressed. */
  private enum Left { TRANSPOSED, STRIDE, ANY }

  private final Types types;
  private final VectorTypes vectors;
  private final ProductSizes sizes;

  VectorBlocks(Types types, VectorTypes vectors, ProductSizes sizes) {
    this.types = types;
    this.vectors = vectors;
    this.sizes = sizes;
  }

  void addMethods(TypeSpec.Builder type) {
    CodeBlock.Builder choice = CodeBlock.builder();
    for (int width : WIDTHS) {
      choice.beginControlFlow(width == WIDTHS[0] ? "if (width == 3)" : width == 2 ? "if (width == 2)" : "if (width == 1)")
          .addStatement("sumBy$L(factor, at, atDepth, first, height, out, start, step)", width).endControlFlow();
    }
    type.addMethod(part("sum", "Multiplies the rows of the block at hand with a panel of the right factor.\n").addCode(choice.build())
        .build());
    for (int width : WIDTHS) {
      type.addMethod(rows(width));
    }
    for (int width : WIDTHS) {
      if (sizes.hasTransposed()) {
        type.addMethod(block(ROWS, width, Left.TRANSPOSED, 0));
      }
      sizes.strides().forEach(stride -> type.addMethod(block(ROWS, width, Left.STRIDE, stride)));
      type.addMethod(block(ROWS, width, Left.ANY, 0));
      type.addMethod(block(1, width, Left.TRANSPOSED, 0));
    }
  }

  private MethodSpec.Builder part(String name, String text) {
    return ProductMethods.helper(name, text, types).arrays("factor").ints("at", "atDepth", "first", "height").arrays("out")
        .ints("start", "step").method();
  }

  /** All rows of the block at hand. */
  private MethodSpec rows(int width) {
    CodeBlock.Builder code = CodeBlock.builder().addStatement("final int count = lastRow - firstRow")
        .addStatement("final int a = firstRow * leftRow + first * leftDepth").addStatement("int row = 0")
        .beginControlFlow("while (count >= $L && row < count)", ROWS)
        .add("// The last rows may be some that were done before, and are done again.\n")
        .addStatement("row = Math.min(row, count - $L)", ROWS);
    List<String> conditions = new ArrayList<>();
    List<String> calls = new ArrayList<>();
    if (sizes.hasPageStride(types.bytes())) {
      conditions.add("copies");
      calls.add(name(ROWS, width, Left.TRANSPOSED, 0) + "(near, row, nearStep, factor, at, atDepth, height, out, start + row * step, step)");
    }
    if (sizes.hasTransposed()) {
      conditions.add("leftDepth != 1");
      calls.add(call(name(ROWS, width, Left.TRANSPOSED, 0), "leftDepth, "));
    }
    for (int stride : sizes.strides()) {
      conditions.add("leftRow == " + stride);
      calls.add(call(name(ROWS, width, Left.STRIDE, stride), ""));
    }
    calls.add(call(name(ROWS, width, Left.ANY, 0), "leftRow, "));
    for (int k = 0; k < calls.size(); k++) {
      if (k == 0 && !conditions.isEmpty()) {
        code.beginControlFlow("if ($L)", conditions.get(k));
      } else if (k < conditions.size()) {
        code.nextControlFlow("else if ($L)", conditions.get(k));
      } else if (k > 0) {
        code.nextControlFlow("else");
      }
      code.addStatement(calls.get(k));
    }
    if (!conditions.isEmpty()) {
      code.endControlFlow();
    }
    code.addStatement("row += $L", ROWS).endControlFlow().beginControlFlow("for (; row < count; row++)")
        .addStatement(call(name(1, width, Left.TRANSPOSED, 0), "leftDepth, ")).endControlFlow();
    return part("sumBy" + width, "The same for a panel of " + width + (width == 1 ? " vector" : " vectors") + ".\n")
        .addCode(code.build()).build();
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
    };
  }

  private MethodSpec block(int rows, int width, Left left, int stride) {
    String which = switch (left) {
      case TRANSPOSED -> rows == 1 ? "" : ", the left factor transposed";
      case STRIDE -> ", the rows of the left factor " + stride + " long";
      case ANY -> "";
    };
    String text = rows + (rows == 1 ? " row" : " rows") + " by " + width + (width == 1 ? " vector" : " vectors") + " of the product"
        + which + ".\n";
    ProductMethods.Parameters method = ProductMethods.helper(name(rows, width, left, stride), text, types).arrays("left").ints("leftAt");
    return (left == Left.STRIDE ? method : method.ints("leftStep")).arrays("right").ints("rightAt", "rightStep", "depth").arrays("to")
        .ints("toAt", "toStep").method().addModifiers(Modifier.STATIC).addCode(body(rows, width, left, stride)).build();
  }

  private CodeBlock body(int rows, int width, Left left, int stride) {
    CodeBlock.Builder code = CodeBlock.builder();
    each(rows, width, (r, v) -> code.addStatement("$T s$L$L = $T.zero(SPECIES)", vectors.vector(), r, v, vectors.vector()));
    if (left == Left.ANY) {
      IntStream.range(1, rows).forEach(r -> code.addStatement("final int a$L = $L", r, step("leftAt", r, "leftStep")));
    }
    code.addStatement(left == Left.ANY ? "final int a0 = leftAt" : "int a = leftAt");
    code.addStatement("int b = rightAt").beginControlFlow("for (int p = 0; p < depth; p++)");
    for (int v = 0; v < width; v++) {
      code.addStatement("final $T x$L = $T.fromArray(SPECIES, right, $L)", vectors.vector(), v, vectors.vector(), step("b", v, "LANES"));
    }
    for (int r = 0; r < rows; r++) {
      int row = r;
      String entry = left == Left.ANY ? "a" + r + " + p" : r == 0 ? "a" : "a + " + r * (left == Left.STRIDE ? stride : 1);
      code.addStatement("final $T y$L = $T.broadcast(SPECIES, left[$L])", vectors.vector(), r, vectors.vector(), entry);
      IntStream.range(0, width).forEach(v -> code.addStatement("s$L$L = x$L.fma(y$L, s$L$L)", row, v, v, row, row, v));
    }
    if (left != Left.ANY) {
      code.addStatement(left == Left.STRIDE ? "a++" : "a += leftStep");
    }
    code.addStatement("b += rightStep").endControlFlow();
    each(rows, width, (r, v) -> code.addStatement("s$L$L.intoArray(to, $L)", r, v, step(step("toAt", r, "toStep"), v, "LANES")));
    return code.build();
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
