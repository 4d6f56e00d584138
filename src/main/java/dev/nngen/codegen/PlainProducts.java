package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.model.NestedClass;
import javax.lang.model.element.Modifier;

/**
 * Writes the nested class that multiplies matrices in plain Java. HotSpot vectorizes a loop if it accesses arrays at one index. Rows of a flat matrix
 * have different offsets, so they are copied to arrays of their own, one panel of the right factor at a time.
 */
final class PlainProducts {

  /** Number of rows of a panel. The panel stays in the second-level cache, four rows of sums and two of the panel in the first. */
  private static final int DEPTH = 128;

  private static final int COLUMNS = 256;

  /**
   * Minimum number of columns for which copying pays for one row. For 784 x 128 in f64, copying takes 13 us and dot products 24; with 32 columns both
   * take the same.
   */
  private static final int WIDE = 64;

  private final Types types;
  private final boolean divided;
  private final boolean strided;
  private final Templates templates;

  /**
   * @param strided whether there are products whose rows, columns and terms are several axes each
   * @param divided whether a product can be restricted to a part of its rows or columns
   */
  PlainProducts(Types types, boolean strided, boolean divided) {
    this.types = types;
    this.strided = strided;
    this.divided = divided;
    this.templates = new Templates("plain.txt", ProductMethods.names(types, divided));
  }

  /** Returns the class {@code Products}; its methods have the names of EJML's. */
  TypeSpec type() {
    TypeSpec.Builder type = TypeSpec.classBuilder(NestedClass.PRODUCTS.simpleName()).addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("Products of matrices in loops that HotSpot vectorizes.\n")
        .addField(ProductMethods.constant("DEPTH", DEPTH, "The number of rows of the right factor in a panel.\n"))
        .addField(ProductMethods.constant("COLUMNS", COLUMNS, "The number of columns of the product that are computed at a time.\n"))
        .addField(ProductMethods.constant("WIDE", WIDE, "The minimum number of columns for which copying the right factor pays for a single row of the left one.\n"))
        .addField(rows("panel", "DEPTH"))
        .addField(rows("sums", "4"));
    ProductMethods.addEntries(type, types);
    if (divided) {
      ProductMethods.addRestrictions(type);
    }
    if (strided) {
      new PlainContractions(types).addTo(type);
    }
    return type.addMethod(ProductMethods.multiply(types).addCode(templates.body("multiply")).build())
        .addMethod(pack()).addMethod(accumulate()).addMethod(addTwo()).addMethod(addOne()).addMethod(addPair())
        .addMethod(fewRows()).addMethod(dots()).build();
  }

  private FieldSpec rows(String name, String count) {
    return FieldSpec.builder(ArrayTypeName.of(types.reals()), name, Modifier.PRIVATE, Modifier.FINAL)
        .initializer("new $T[$L][COLUMNS]", types.real(), count).build();
  }

  private ProductMethods.Parameters helper(String name, String text) {
    return ProductMethods.helper(name, text, types);
  }

  private MethodSpec pack() {
    return helper("pack", "Copies a part of the right factor to the rows of the panel.\n")
        .arrays("from").ints("start", "stepDepth", "stepColumn", "height", "width").method()
        .addCode(templates.body("pack")).build();
  }

  private MethodSpec accumulate() {
    return helper("accumulate", "Adds up to four rows of the left factor times the panel to the sums. If there are fewer rows, "
            + "the first replaces\nthe others, whose sums are not used.\n")
        .reals("scale").arrays("from").ints("start", "stepRow", "stepDepth", "count", "height", "width").method()
        .addCode(templates.body("accumulate")).build();
  }

  private MethodSpec addTwo() {
    return helper("addTwo", "Adds two products to each of four rows, the most that HotSpot vectorizes.\n")
        .reals("scale").arrays("from").ints("at0", "at1", "at2", "at3", "step").arrays("x", "y", "c0", "c1", "c2", "c3")
        .ints("width").method().addModifiers(Modifier.STATIC).addCode(templates.body("addTwo")).build();
  }

  private MethodSpec addOne() {
    return helper("addOne", "Computes {@code c += a * x}.\n").reals("a").arrays("x", "c").ints("width").method()
        .addModifiers(Modifier.STATIC).addCode(templates.body("addOne")).build();
  }

  private MethodSpec addPair() {
    return helper("addPair", "Computes {@code c += a * x + b * y}.\n").reals("a", "b").arrays("x", "y", "c").ints("width").method()
        .addModifiers(Modifier.STATIC).addCode(templates.body("addPair")).build();
  }

  private MethodSpec fewRows() {
    return helper("fewRows", "Computes up to three rows, adding two rows of the right factor at a time.\n").reals("scale")
        .arrays("left").ints("leftRow", "leftDepth").arrays("right").ints("rightDepth").arrays("to")
        .ints("toRow", "toColumn", "firstRow", "lastRow", "firstColumn", "lastColumn", "depth").method()
        .addCode(templates.body("fewRows")).build();
  }

  private MethodSpec dots() {
    return helper("dots", "Computes products with few rows or columns: four sums at a time, without copies if both are few.\n").reals("scale")
        .arrays("left").ints("leftRow", "leftDepth").arrays("right").ints("rightDepth", "rightColumn").arrays("to")
        .ints("toRow", "toColumn", "firstRow", "lastRow", "firstColumn", "lastColumn", "depth", "width").method().addCode(templates.body("dots")).build();
  }
}
