package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/**
 * The nested class that multiplies matrices with {@code jdk.incubator.vector}, a block of the product at a time: panels of up
 * to three vectors' columns, and in these some rows. Six rows by three vectors are summed in registers: 18 sums, three vectors
 * of the right factor and entries of the left one leave some of AVX-512's 32 registers free. With 24 sums HotSpot runs out of
 * registers in every other compilation, and then is a fifth slower. Machines with shorter vectors have 16 registers, for six
 * rows by two vectors.
 */
final class VectorProducts {

  private static final int[] ROWS = {6, 1};
  private static final int[] WIDTHS = {3, 2, 1};

  private final Types types;
  private final VectorTypes vectors;
  private final Templates templates;

  VectorProducts(Types types) {
    this.types = types;
    this.vectors = VectorTypes.of(types);
    this.templates = new Templates("vector.txt",
        Map.of("real", types.real(), "vector", vectors.vector(), "operators", VectorTypes.OPERATORS));
  }

  /** The class {@code Products}; its methods go by the names of EJML's. */
  TypeSpec type() {
    TypeSpec.Builder type = TypeSpec.classBuilder("Products").addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("Products of matrices, a block at a time that is summed in vector registers. A product begins with one of the\n"
            + "methods {@code begin}; each call of {@link #next} computes a block.\n");
    constants(type);
    fields(type);
    ProductMethods.addEntries(type, types);
    type.addMethod(ProductMethods.multiply(types).addCode(templates.body("multiply")).build());
    type.addMethod(begin()).addMethod(next()).addMethod(method("nextColumns", "Goes on to the next panel.\n").build());
    type.addMethod(method("compute", "Computes the block at hand.\n").addParameter(types.reals(), "out")
        .addParameter(TypeName.INT, "start").addParameter(TypeName.INT, "step").build());
    type.addMethod(method("add", "Adds what further factors give.\n").addParameter(types.reals(), "out")
        .addParameter(TypeName.INT, "start").addParameter(TypeName.INT, "step").build());
    type.addMethod(method("pack", "Copies a part of the right factor to the panel, where its rows follow each other.\n")
        .addParameter(TypeName.INT, "first").addParameter(TypeName.INT, "height").build());
    type.addMethod(method("transpose", "Copies columns that do not lie together.\n").addParameter(TypeName.INT, "from")
        .addParameter(TypeName.INT, "height").addParameter(TypeName.INT, "count").build());
    type.addMethod(method("dots", "A matrix times a vector, row by row.\n").build());
    type.addMethod(blocks());
    for (boolean transposed : List.of(false, true)) {
      for (int width : WIDTHS) {
        type.addMethod(rowsOf(width, transposed));
      }
    }
    for (boolean transposed : List.of(false, true)) {
      for (int rows : ROWS) {
        for (int width : WIDTHS) {
          type.addMethod(block(rows, width, transposed));
        }
      }
    }
    return type.build();
  }

  private void constants(TypeSpec.Builder type) {
    type.addField(ProductMethods.constant("ROWS", 96, "The most rows of a block.\n"));
    type.addField(FieldSpec.builder(TypeName.INT, "VECTORS", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("SPECIES.vectorBitSize() < 512 ? 2 : 3").addJavadoc("As many vectors make a row of a block: registers hold six rows.\n")
        .build());
    type.addField(FieldSpec.builder(TypeName.INT, "WIDTH", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("VECTORS * LANES").addJavadoc("The columns of a block.\n").build());
    type.addField(ProductMethods.constant("DEPTH", 1024, "How many terms are summed at a time; that much of a panel stays in the "
        + "second-level cache.\n"));
    type.addField(ProductMethods.constant("NEAR", 1024 / types.bytes(), "Rows of the right factor no further apart are read in place.\n"));
    type.addField(ProductMethods.constant("FEW", 8, "For so few rows copying the right factor costs more than it saves.\n"));
  }

  private void fields(TypeSpec.Builder type) {
    array(type, "panel", "DEPTH * WIDTH");
    array(type, "block", "ROWS * WIDTH");
    array(type, "more", "ROWS * WIDTH");
    field(type, types.real(), "scale");
    for (String name : List.of("left", "right", "to")) {
      field(type, types.reals(), name);
    }
    for (String name : List.of("leftRow", "leftDepth", "rightDepth", "rightColumn", "rows", "columns", "depth", "firstRow", "lastRow",
        "firstColumn", "lastColumn", "width", "height")) {
      field(type, TypeName.INT, name);
    }
    field(type, TypeName.BOOLEAN, "inPlace");
  }

  private void array(TypeSpec.Builder type, String name, String size) {
    type.addField(FieldSpec.builder(types.reals(), name, Modifier.PRIVATE, Modifier.FINAL)
        .initializer("new $T[$L]", types.real(), size).build());
  }

  private static void field(TypeSpec.Builder type, TypeName of, String name) {
    type.addField(of, name, Modifier.PRIVATE);
  }

  private MethodSpec.Builder method(String name, String text) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).addJavadoc(text).addCode(templates.body(name));
  }

  private MethodSpec begin() {
    return ProductMethods.helper("begin", "Begins a product. Blocks are written to {@code to}, or where it is null, stay in "
            + "{@link #block}, row by row of\n{@link #WIDTH} columns.\n", types).reals("scale").arrays("left")
        .ints("leftRow", "leftDepth").arrays("right").ints("rightDepth", "rightColumn").arrays("to")
        .ints("rows", "columns", "depth").method().addCode(templates.body("begin")).build();
  }

  private MethodSpec next() {
    return MethodSpec.methodBuilder("next").addModifiers(Modifier.PRIVATE).returns(TypeName.BOOLEAN)
        .addJavadoc("Computes the next block: rows from {@link #firstRow} to {@link #lastRow}, columns from {@link #firstColumn} to\n"
            + "{@link #lastColumn}.\n\n@return false where there is none\n")
        .addCode(templates.body("next")).build();
  }

  private ProductMethods.Parameters part(String name, String text) {
    return ProductMethods.helper(name, text, types).arrays("factor").ints("at", "atDepth", "first", "height").arrays("out")
        .ints("start", "step");
  }

  private MethodSpec blocks() {
    CodeBlock.Builder code = CodeBlock.builder();
    String arguments = "(factor, at, atDepth, first, height, out, start, step)";
    for (int width : WIDTHS) {
      for (boolean transposed : List.of(false, true)) {
        code.beginControlFlow("if (width == $L && leftDepth $L 1)", width, transposed ? "!=" : "==")
            .addStatement("$L" + arguments, rowsName(width, transposed)).endControlFlow();
      }
    }
    return part("blocks", "Multiplies the rows of the block at hand with part of the right factor.\n").method().addCode(code.build())
        .build();
  }

  private static String blockName(int rows, int width, boolean transposed) {
    return (transposed ? "transposedBlock" : "block") + rows + "x" + width;
  }

  private static String rowsName(int width, boolean transposed) {
    return (transposed ? "transposedRows" : "rows") + "By" + width;
  }

  private MethodSpec rowsOf(int width, boolean transposed) {
    String step = transposed ? "leftDepth" : "leftRow";
    CodeBlock.Builder code = CodeBlock.builder().addStatement("final int rows = lastRow - firstRow")
        .addStatement("final int a = firstRow * leftRow + first * leftDepth").beginControlFlow("for (int row = 0; row < rows;)");
    String arguments = "(left, a + row * leftRow, " + step + ", factor, at, atDepth, height, out, start + row * step, step)";
    code.beginControlFlow("if (rows >= $L)", ROWS[0])
        .add("// The last rows may be some that were done before, and are done again.\n")
        .addStatement("row = Math.min(row, rows - $L)", ROWS[0])
        .addStatement("$L" + arguments, blockName(ROWS[0], width, transposed)).addStatement("row += $L", ROWS[0])
        .nextControlFlow("else").addStatement("$L" + arguments, blockName(1, width, transposed)).addStatement("row++")
        .endControlFlow().endControlFlow();
    String text = "The same for " + (width == 1 ? "one vector" : width + " vectors") + " of columns, the left factor "
        + (transposed ? "" : "not ") + "transposed.\n";
    return part(rowsName(width, transposed), text).method().addCode(code.build()).build();
  }

  private MethodSpec block(int rows, int width, boolean transposed) {
    String text = rows + (rows == 1 ? " row" : " rows") + " by " + width + (width == 1 ? " vector" : " vectors") + " of the product"
        + (transposed ? ", the left factor transposed" : "") + ".\n";
    return ProductMethods.helper(blockName(rows, width, transposed), text, types).arrays("left")
        .ints("leftAt", "leftStep").arrays("right").ints("rightAt", "rightStep", "depth").arrays("to").ints("toAt", "toStep")
        .method().addModifiers(Modifier.STATIC).addCode(blockBody(rows, width, transposed)).build();
  }

  private CodeBlock blockBody(int rows, int width, boolean transposed) {
    CodeBlock.Builder code = CodeBlock.builder();
    each(rows, width, (r, v) -> code.addStatement("$T s$L$L = $T.zero(SPECIES)", vectors.vector(), r, v, vectors.vector()));
    IntStream.range(1, transposed ? 1 : rows).forEach(r -> code.addStatement("final int a$L = $L", r, step("leftAt", r, "leftStep")));
    if (transposed) {
      code.addStatement("int a = leftAt");
    }
    code.addStatement("int b = rightAt").beginControlFlow("for (int p = 0; p < depth; p++)");
    for (int v = 0; v < width; v++) {
      code.addStatement("final $T x$L = $T.fromArray(SPECIES, right, $L)", vectors.vector(), v, vectors.vector(), step("b", v, "LANES"));
    }
    for (int r = 0; r < rows; r++) {
      int row = r;
      String entry = transposed ? r == 0 ? "a" : "a + " + r : r == 0 ? "leftAt + p" : "a" + r + " + p";
      code.addStatement("final $T y$L = $T.broadcast(SPECIES, left[$L])", vectors.vector(), r, vectors.vector(), entry);
      IntStream.range(0, width).forEach(v -> code.addStatement("s$L$L = x$L.fma(y$L, s$L$L)", row, v, v, row, row, v));
    }
    code.addStatement("b += rightStep");
    if (transposed) {
      code.addStatement("a += leftStep");
    }
    code.endControlFlow();
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
