package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.model.NestedClass;
import dev.nngen.plan.MatrixProduct;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Modifier;

/**
 * Writes the nested class that multiplies matrices with {@code jdk.incubator.vector}, one block of the product at a time, so that other loops can run
 * on each block while it is in the cache. {@link VectorBlocks} writes the sums in registers.
 */
final class VectorProducts {

  /** The method that begins a product block by block, for each method that computes it at once. */
  private static final Map<String, String> BEGIN =
      Map.of("mult", "beginMult", "multTransA", "beginMultTransA", "multTransB", "beginMultTransB");

  private final Types types;
  private final boolean divided;
  private final boolean copies;
  private final ProductSizes sizes;
  private final VectorBlocks blocks;
  private final Templates templates;

  /** @param divided whether a product can be restricted to a part of its rows or columns */
  VectorProducts(Types types, ProductSizes sizes, boolean divided) {
    this.divided = divided;
    this.types = types;
    this.sizes = sizes;
    VectorTypes vectors = VectorTypes.of(types);
    this.blocks = new VectorBlocks(types, vectors, sizes);
    this.copies = sizes.hasPageStride(types.bytes());
    Map<String, Object> names = ProductMethods.names(types, divided);
    names.putAll(Map.of("vector", vectors.vector(), "operators", VectorTypes.OPERATORS,
        "copies", copies ? "copies = leftDepth != 1 && leftDepth % PAGE == 0 && depth <= DEPTH && columns > WIDTH;\nnearLast = 0;\n" : "",
        "mostRows", copies ? "copies ? near.length / depth / LANES * LANES : MOST_ROWS" : "MOST_ROWS",
        "copy", copies ? "if (copies && (firstRow < nearFirst || lastRow > nearLast)) {\n  copyLeft();\n}\n" : ""));
    names.putAll(Map.of("turn", divided ? "turn();\n  " : "", "count", divided ? "count" : "rows",
        "counted", divided ? "\nfinal int count = rowEnd - rowStart;" : "", "strips", divided ? "Math.max(1, strips)" : "strips",
        "firstColumn", divided ? "rowStart == rowEnd ? columnEnd : columnStart" : "0"));
    boolean strided = sizes.isStrided();
    names.putAll(Map.of("leftAt", strided ? "leftAt + " : "", "rightAt", strided ? "rightAt + " : "",
        "whereItIs", strided ? "strided = false;\nleftAt = 0;\nrightAt = 0;\n" : "", "notStrided", strided ? "!strided && " : "",
        "place", strided ? "} else if (strided) {\n  place(column, at);\n" : ""));
    this.templates = new Templates("vector.txt", names);
  }

  /** Returns the class {@code Products}; its methods have the names of EJML's. */
  TypeSpec type() {
    TypeSpec.Builder type = TypeSpec.classBuilder(NestedClass.PRODUCTS.simpleName()).addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("Products of matrices, one block at a time, with sums in vector registers. A product begins with one of the\n"
            + "methods {@code begin}; each call of {@link #next} computes a block.\n");
    constants(type);
    fields(type);
    ProductMethods.addEntries(type, types);
    if (divided) {
      ProductMethods.addRestrictions(type);
      type.addMethod(method("turn", "Transposes the product, exchanging its factors.\n").build());
    }
    type.addMethod(ProductMethods.multiply(types).addCode(templates.body("multiply")).build());
    type.addMethod(begin("mult", "left * right",
        "left.numCols, 1, right.data, right.numCols, 1, to, left.numRows, right.numCols, left.numCols"));
    type.addMethod(begin("multTransA", "left' * right",
        "1, left.numCols, right.data, right.numCols, 1, to, left.numCols, right.numCols, left.numRows"));
    type.addMethod(begin("multTransB", "left * right'",
        "left.numCols, 1, right.data, 1, right.numCols, to, left.numRows, right.numRows, left.numCols"));
    type.addMethod(begin()).addMethod(next());
    if (sizes.isStrided()) {
      addStrided(type);
      new VectorContractions(types).addTo(type);
    }
    type.addMethod(method("packAll", "Copies the right factor's columns of the current strip.\n").build());
    type.addMethod(ints(method("compute", "Computes the panel of the current strip that begins with the column.\n"), "column", "at")
        .addParameter(types.reals(), "out").addParameter(TypeName.INT, "start").addParameter(TypeName.INT, "step").build());
    type.addMethod(method("add", "Adds the sums of the remaining terms.\n").addParameter(types.reals(), "out")
        .addParameter(TypeName.INT, "start").addParameter(TypeName.INT, "step").build());
    type.addMethod(ints(method("pack", "Copies a panel of the right factor to contiguous rows, padded with zeros.\n"),
        "column", "first", "height", "at").build());
    type.addMethod(ints(method("packTwo", "Copies two panels, to read longer pieces of the right factor's rows.\n"), "column", "at").build());
    type.addMethod(ints(method("transpose", "Copies columns that are not contiguous.\n"), "from", "start", "end", "count").build());
    type.addMethod(method("dots", "Multiplies a matrix with a vector, row by row.\n").build());
    type.addMethod(ints(method("vectors", "Returns the width of the panel that begins with the column, in vectors.\n"), "column")
        .returns(TypeName.INT).build());
    type.addMethod(ints(method("isInPlace", "Returns whether the panel that begins with the column is read in place.\n"), "column")
        .returns(TypeName.BOOLEAN).build());
    type.addMethod(ints(method("runStart", "Returns the offset of a range of the current block in the whole matrix; contiguous rows are one range.\n"),
        "run").returns(TypeName.INT).build());
    type.addMethod(ints(method("padded", "Returns the number of columns, rounded up to whole vectors.\n"), "count")
        .addModifiers(Modifier.STATIC).returns(TypeName.INT).build());
    if (copies) {
      type.addMethod(method("copyLeft", "Copies rows of the left factor, from the current block on, whose entries are whole pages apart.\n").build());
    }
    blocks.addMethods(type);
    return type.build();
  }

  /** Adds the methods for products with arbitrary strides. */
  private void addStrided(TypeSpec.Builder type) {
    field(type, TypeName.BOOLEAN, "strided");
    field(type, TypeName.BOOLEAN, "accumulates");
    List.of("leftAt", "rightAt", "toAt", "toRow").forEach(name -> field(type, TypeName.INT, name));
    // A thread's part of a small batch may have no entries.
    CodeBlock ofPart = divided ? CodeBlock.builder().beginControlFlow("if (rows == 0 || columns == 0)").addStatement("return").endControlFlow().build() : CodeBlock.of("");
    type.addMethod(strided("setProduct", "Computes entry (i, j) of the product, at {@code toAt + i * toRow + j}. Entry (i, k) of the left factor is at\n{@code leftAt + i * leftRow + k * leftDepth}, "
        + "and entry (k, j) of the right one at {@code rightAt + k * rightDepth + j * rightColumn}.\n").addCode(ofPart).addStatement("accumulates = false").addCode(templates.body("strided")).build());
    type.addMethod(strided("addProduct", "Adds the product to the entries that {@link #setProduct} would set.\n").addCode(ofPart).addStatement("accumulates = true").addCode(templates.body("strided")).build());
    type.addMethod(ints(method("place", "Computes the panel that begins with the column, and stores it in the result.\n"), "column", "at").build());
  }

  private MethodSpec.Builder strided(String name, String text) {
    return ProductMethods.helper(name, text, types).reals("scale").arrays("left").ints("leftAt", "leftRow", "leftDepth").arrays("right").ints("rightAt", "rightDepth", "rightColumn")
        .arrays("to").ints("toAt", "toRow", "rows", "columns", "depth").method();
  }

  /** Returns the method that begins a product on whose blocks other code runs. */
  static String begin(MatrixProduct product) {
    return BEGIN.get(ProductMethods.name(product));
  }

  /** Returns the index of an entry in a block that stays in the class. */
  static String blockIndex(String row, String column) {
    return "(" + row + " - products.firstRow) * products.blockStep + " + column + " - products.firstColumn";
  }

  private void constants(TypeSpec.Builder type) {
    type.addField(FieldSpec.builder(TypeName.INT, "ROWS", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("SPECIES.vectorBitSize() < 512 ? $L : $L", VectorBlocks.ROWS_OF_SHORT_VECTORS, VectorBlocks.ROWS)
        .addJavadoc("The number of rows summed in registers; machines with shorter vectors have fewer registers.\n").build());
    type.addField(FieldSpec.builder(TypeName.INT, "WIDTH", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("$L * LANES", VectorBlocks.VECTORS).addJavadoc("The number of columns of a panel.\n").build());
    type.addField(ProductMethods.constant("DEPTH", ProductSizes.DEPTH, "The number of terms that are summed at a time.\n"));
    type.addField(ProductMethods.constant("MOST_ROWS", 96, "The maximum number of rows of a block.\n"));
    type.addField(ProductMethods.constant("NEAR", 1024 / types.bytes(), "The maximum distance between rows of the right factor that are read in place.\n"));
    type.addField(ProductMethods.constant("FEW", 8, "The maximum number of rows for which copying the right factor costs more than it saves.\n"));
  }

  private void fields(TypeSpec.Builder type) {
    if (copies) {
      type.addField(ProductMethods.constant("PAGE", ProductSizes.PAGE_BYTES / types.bytes(), "The distance at which rows of the left factor map to a few sets of the cache.\n"));
      array(type, "near", Integer.toString(131_072 / types.bytes()), "A copy of some rows of the left factor.\n");
      List.of("nearStep", "nearFirst", "nearLast").forEach(name -> field(type, TypeName.INT, name));
      field(type, TypeName.BOOLEAN, "copies");
    }
    int room = sizes.panelEntries(types.bytes());
    array(type, "panel", "Math.max(" + room + ", " + sizes.mostTerms() + " * WIDTH)",
        "A copy of columns of the right factor, at most half a megabyte, which stays in the second-level cache.\n");
    array(type, "block", Integer.toString(32_768 / types.bytes()), "A block of a product that is not stored elsewhere.\n");
    array(type, "more", "MOST_ROWS * WIDTH", "Sums of the remaining terms.\n");
    field(type, types.real(), "scale");
    for (String name : List.of("left", "right", "to")) {
      field(type, types.reals(), name);
    }
    for (String name : List.of("leftRow", "leftDepth", "rightDepth", "rightColumn", "rows", "columns", "depth", "firstRow", "lastRow",
        "firstColumn", "lastColumn", "width", "stripRows", "stripWidth", "blockStep", "runs", "runLength")) {
      field(type, TypeName.INT, name);
    }
    field(type, TypeName.BOOLEAN, "inPlace");
  }

  private void array(TypeSpec.Builder type, String name, String size, String text) {
    type.addField(FieldSpec.builder(types.reals(), name, Modifier.PRIVATE, Modifier.FINAL)
        .initializer("new $T[$L]", types.real(), size).addJavadoc(text).build());
  }

  private static void field(TypeSpec.Builder type, TypeName of, String name) {
    type.addField(of, name, Modifier.PRIVATE);
  }

  private MethodSpec.Builder method(String name, String text) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).addJavadoc(text).addCode(templates.body(name));
  }

  private static MethodSpec.Builder ints(MethodSpec.Builder method, String... names) {
    for (String name : names) {
      method.addParameter(TypeName.INT, name);
    }
    return method;
  }

  private MethodSpec begin(String method, String formula, String arguments) {
    return MethodSpec.methodBuilder(BEGIN.get(method)).addModifiers(Modifier.PRIVATE)
        .addJavadoc("Begins {@code scale * $L}, whose blocks are stored in {@code to}, or in {@link #block} if that is null.\n", formula)
        .addParameter(types.real(), "scale").addParameter(types.matrix(), "left").addParameter(types.matrix(), "right")
        .addParameter(types.reals(), "to").addStatement("begin(scale, left.data, $L)", arguments).build();
  }

  private MethodSpec begin() {
    return ProductMethods.helper("begin", "Begins a product: selects the factors that are read in place, and the size of blocks.\n", types)
        .reals("scale").arrays("left").ints("leftRow", "leftDepth").arrays("right").ints("rightDepth", "rightColumn").arrays("to")
        .ints("rows", "columns", "depth").method().addCode(templates.body("begin")).build();
  }

  private MethodSpec next() {
    return MethodSpec.methodBuilder("next").addModifiers(Modifier.PRIVATE).returns(TypeName.BOOLEAN)
        .addJavadoc("Computes the next block: rows from {@link #firstRow} to {@link #lastRow}, columns from {@link #firstColumn} to\n"
            + "{@link #lastColumn}. Blocks go down one strip of columns, then the next.\n\n@return false if there is none\n")
        .addCode(templates.body("next")).build();
  }
}
