package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.Map;
import javax.lang.model.element.Modifier;

/**
 * The nested class that multiplies matrices in plain Java. HotSpot turns a loop into vector instructions where it reads and
 * writes arrays at one and the same index; rows of a flat matrix lie at different offsets, so they are copied to arrays of
 * their own, a panel of the right factor at a time.
 */
final class PlainProducts {

  /** A panel of that many rows stays in the second-level cache, four rows of sums and two of the panel in the first. */
  private static final int DEPTH = 128;

  private static final int COLUMNS = 256;

  private final Types types;
  private final Templates templates;

  PlainProducts(Types types) {
    this.types = types;
    this.templates = new Templates("plain.txt", Map.of("real", types.real()));
  }

  /** The class {@code Products}; its methods go by the names of EJML's. */
  TypeSpec type() {
    return TypeSpec.classBuilder("Products").addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("Products of matrices in loops that HotSpot turns into vector instructions.\n")
        .addField(constant("DEPTH", DEPTH, "How many rows of the right factor are at hand at a time.\n"))
        .addField(constant("COLUMNS", COLUMNS, "How many columns of the product are computed at a time.\n"))
        .addField(rows("panel", "DEPTH"))
        .addField(rows("sums", "4"))
        .addMethod(unscaled("mult", "left * right"))
        .addMethod(entry("mult", "left * right", "left.numCols, 1, right.data, right.numCols, 1, to, left.numCols"))
        .addMethod(unscaled("multTransA", "left' * right"))
        .addMethod(entry("multTransA", "left' * right", "1, left.numCols, right.data, right.numCols, 1, to, left.numRows"))
        .addMethod(unscaled("multTransB", "left * right'"))
        .addMethod(entry("multTransB", "left * right'", "left.numCols, 1, right.data, 1, right.numCols, to, left.numCols"))
        .addMethod(multiply())
        .addMethod(pack())
        .addMethod(accumulate())
        .addMethod(addTwo())
        .addMethod(addOne())
        .addMethod(dots())
        .build();
  }

  private static FieldSpec constant(String name, int value, String text) {
    return FieldSpec.builder(int.class, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("$L", value).addJavadoc(text).build();
  }

  private FieldSpec rows(String name, String count) {
    return FieldSpec.builder(ArrayTypeName.of(types.reals()), name, Modifier.PRIVATE, Modifier.FINAL)
        .initializer("new $T[$L][COLUMNS]", types.real(), count).build();
  }

  private MethodSpec unscaled(String name, String formula) {
    return MethodSpec.methodBuilder(name).addJavadoc("{@code to = $L}\n", formula)
        .addParameter(types.matrix(), "left").addParameter(types.matrix(), "right").addParameter(types.matrix(), "to")
        .addStatement("$L(1, left, right, to)", name).build();
  }

  private MethodSpec entry(String name, String formula, String steps) {
    return MethodSpec.methodBuilder(name).addJavadoc("{@code to = scale * $L}\n", formula)
        .addParameter(types.real(), "scale").addParameter(types.matrix(), "left").addParameter(types.matrix(), "right")
        .addParameter(types.matrix(), "to")
        .addStatement("multiply(scale, left.data, $L)", steps).build();
  }

  private MethodSpec multiply() {
    MethodSpec.Builder method = helper("multiply", "Entry (i, k) of the left factor lies at {@code i * leftRow + k * leftDepth}, "
        + "entry (k, j) of the right one at\n{@code k * rightDepth + j * rightColumn}.\n");
    reals(method, "scale");
    arrays(method, "left");
    ints(method, "leftRow", "leftDepth");
    arrays(method, "right");
    ints(method, "rightDepth", "rightColumn");
    return method.addParameter(types.matrix(), "to").addParameter(int.class, "depth").addCode(templates.body("multiply")).build();
  }

  private MethodSpec pack() {
    MethodSpec.Builder method = helper("pack", "Copies part of the right factor into the rows of the panel.\n");
    arrays(method, "from");
    ints(method, "start", "stepDepth", "stepColumn", "height", "width");
    return method.addCode(templates.body("pack")).build();
  }

  private MethodSpec accumulate() {
    MethodSpec.Builder method = helper("accumulate", "Adds up to four rows of the left factor times the panel to the sums. "
        + "Where there are fewer rows, the first stands for\nthe others, whose sums nobody reads.\n");
    reals(method, "scale");
    arrays(method, "from");
    ints(method, "start", "stepRow", "stepDepth", "count", "height", "width");
    return method.addCode(templates.body("accumulate")).build();
  }

  private MethodSpec addTwo() {
    MethodSpec.Builder method = helper("addTwo", "Four rows by two products: all that HotSpot keeps in registers.\n")
        .addModifiers(Modifier.STATIC);
    reals(method, "scale");
    arrays(method, "from");
    ints(method, "at0", "at1", "at2", "at3", "step");
    arrays(method, "x", "y", "c0", "c1", "c2", "c3");
    ints(method, "width");
    return method.addCode(templates.body("addTwo")).build();
  }

  private MethodSpec addOne() {
    MethodSpec.Builder method = helper("addOne", "{@code c += a * x}\n").addModifiers(Modifier.STATIC);
    reals(method, "a");
    arrays(method, "x", "c");
    ints(method, "width");
    return method.addCode(templates.body("addOne")).build();
  }

  private MethodSpec dots() {
    MethodSpec.Builder method = helper("dots", "For products with few rows or columns: four sums at a time, none of them copied.\n")
        .addModifiers(Modifier.STATIC);
    reals(method, "scale");
    arrays(method, "left");
    ints(method, "leftRow", "leftDepth");
    arrays(method, "right");
    ints(method, "rightDepth", "rightColumn");
    arrays(method, "to");
    ints(method, "toRow", "toColumn", "rows", "columns", "depth");
    return method.addCode(templates.body("dots")).build();
  }

  private static MethodSpec.Builder helper(String name, String text) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).addJavadoc(text);
  }

  private void reals(MethodSpec.Builder method, String... names) {
    for (String name : names) {
      method.addParameter(types.real(), name);
    }
  }

  private void arrays(MethodSpec.Builder method, String... names) {
    for (String name : names) {
      method.addParameter(types.reals(), name);
    }
  }

  private static void ints(MethodSpec.Builder method, String... names) {
    for (String name : names) {
      method.addParameter(TypeName.INT, name);
    }
  }
}
