package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.Map;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/**
 * The nested class that multiplies matrices with {@code jdk.incubator.vector}: blocks of the product, up to four rows by four
 * vectors, are summed in registers. A right factor whose columns do not lie together is transposed into a panel first.
 */
final class VectorProducts {

  private static final int DEPTH = 128;
  private static final int COLUMNS = 256;
  private static final int[] ROWS = {4, 1};
  private static final int[] WIDTHS = {4, 2, 1};

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
        .addJavadoc("Products of matrices in blocks that stay in vector registers.\n")
        .addField(ProductMethods.constant("DEPTH", DEPTH, "The rows of the panel.\n"))
        .addField(ProductMethods.constant("COLUMNS", COLUMNS, "The columns of the panel.\n"))
        .addField(FieldSpec.builder(types.reals(), "panel", Modifier.PRIVATE, Modifier.FINAL)
            .initializer("new $T[DEPTH * COLUMNS]", types.real()).build());
    ProductMethods.addEntries(type, types);
    type.addMethod(ProductMethods.multiply(types).addCode(templates.body("multiply")).build());
    type.addMethod(strided("panels", "The product a panel at a time, or at once where the right factor needs none.\n", false)
        .addCode(templates.body("panels")).build());
    type.addMethod(blocks());
    for (int rows : ROWS) {
      for (int width : WIDTHS) {
        type.addMethod(block(rows, width));
      }
    }
    return type.addMethod(transpose()).addMethod(dots())
        .addMethod(strided("scalars", "The columns from {@code firstColumn} on, one entry at a time.\n", true)
            .addCode(templates.body("scalars")).build()).build();
  }

  private MethodSpec.Builder strided(String name, String text, boolean partial) {
    ProductMethods.Parameters method = ProductMethods.helper(name, text, types).reals("scale").arrays("left")
        .ints("leftRow", "leftDepth").arrays("right").ints("rightDepth", "rightColumn").arrays("to").ints("rows");
    return (partial ? method.ints("firstColumn", "columns", "toRow", "depth") : method.ints("columns", "depth")).method();
  }

  private MethodSpec blocks() {
    return ProductMethods.helper("blocks", "Computes the product block by block; {@code width} is a multiple of a vector's "
            + "length.\n", types)
        .reals("scale").arrays("left").ints("leftStart", "leftRow", "leftDepth").arrays("right").ints("rightStart", "rightDepth")
        .arrays("to").ints("toStart", "toRow", "rows", "width", "depth").method().addModifiers(Modifier.STATIC)
        .addParameter(TypeName.BOOLEAN, "add").addCode(templates.body("blocks")).build();
  }

  private MethodSpec transpose() {
    return ProductMethods.helper("transpose", "Copies part of the right factor to the panel, its columns side by side.\n", types)
        .arrays("from").ints("start", "stepDepth", "stepColumn", "height", "width").method()
        .addCode(templates.body("transpose")).build();
  }

  private MethodSpec dots() {
    return ProductMethods.helper("dots", "A matrix times a vector, row by row.\n", types).reals("scale").arrays("left")
        .ints("leftRow").arrays("right", "to").ints("rows", "depth").method().addModifiers(Modifier.STATIC)
        .addCode(templates.body("dots")).build();
  }

  private MethodSpec block(int rows, int width) {
    String text = rows + (rows == 1 ? " row" : " rows") + " by " + width + (width == 1 ? " vector" : " vectors") + " of the product.\n";
    return ProductMethods.helper("block" + rows + "x" + width, text, types).reals("scale").arrays("left")
        .ints("leftStart", "leftRow", "leftDepth").arrays("right").ints("rightStart", "rightDepth").arrays("to")
        .ints("toStart", "toRow", "depth").method().addModifiers(Modifier.STATIC).addParameter(TypeName.BOOLEAN, "add")
        .addCode(blockBody(rows, width)).build();
  }

  private CodeBlock blockBody(int rows, int width) {
    CodeBlock.Builder code = CodeBlock.builder().addStatement("int a = leftStart").addStatement("int b = rightStart");
    each(rows, width, (r, v) -> code.addStatement("$T s$L$L = $T.zero(SPECIES)", vectors.vector(), r, v, vectors.vector()));
    code.beginControlFlow("for (int p = 0; p < depth; p++)");
    for (int v = 0; v < width; v++) {
      code.addStatement("final $T x$L = $T.fromArray(SPECIES, right, $L)", vectors.vector(), v, vectors.vector(), lanes("b", v));
    }
    for (int r = 0; r < rows; r++) {
      int row = r;
      code.addStatement("final $T a$L = $T.broadcast(SPECIES, left[$L])", vectors.vector(), r, vectors.vector(), step("a", r, "leftRow"));
      IntStream.range(0, width).forEach(v -> code.addStatement("s$L$L = x$L.fma(a$L, s$L$L)", row, v, v, row, row, v));
    }
    code.addStatement("a += leftDepth").addStatement("b += rightDepth").endControlFlow();
    each(rows, width, (r, v) -> code.addStatement("s$L$L = s$L$L.mul(scale)", r, v, r, v));
    code.beginControlFlow("if (add)");
    each(rows, width, (r, v) -> code.addStatement("s$L$L = s$L$L.add($T.fromArray(SPECIES, to, $L))", r, v, r, v,
        vectors.vector(), lanes(step("toStart", r, "toRow"), v)));
    code.endControlFlow();
    each(rows, width, (r, v) -> code.addStatement("s$L$L.intoArray(to, $L)", r, v, lanes(step("toStart", r, "toRow"), v)));
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

  private static String lanes(String start, int count) {
    return step(start, count, "LANES");
  }
}
