package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.MatrixProduct;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Modifier;

/** Writes the members of every nested class {@code Products}: methods with the names of EJML's, and declarations of its helpers. */
final class ProductMethods {

  private static final String MOST = "Integer.MAX_VALUE";

  private ProductMethods() {}

  /**
   * Adds the nested class to the generated class, and a field {@code products} with an instance.
   *
   * @param divided whether each thread has an instance of its own, which the constructor creates
   */
  static void addInstance(TypeSpec.Builder type, TypeSpec products, boolean divided) {
    ClassName name = ClassName.get("", products.name());
    type.addField(divided ? FieldSpec.builder(ArrayTypeName.of(name), "products", Modifier.PRIVATE, Modifier.FINAL)
        .addJavadoc("One instance per thread.\n").build() : FieldSpec.builder(name, "products", Modifier.PRIVATE, Modifier.FINAL).initializer("new $T()", name).build());
    type.addType(products);
  }

  /** Returns the values of the names in the bodies of all templates. */
  static Map<String, Object> names(Types types, boolean divided) {
    Map<String, Object> names = new HashMap<>(Map.of("real", types.real(), "arrays", Arrays.class));
    names.putAll(divided ? Map.of("rowStart", "rowStart", "rowEnd", "rowEnd", "columnStart", "columnStart", "columnEnd", "columnEnd",
        "limit", "\nlimit(rows, columns);")
        : Map.of("rowStart", "0", "rowEnd", "rows", "columnStart", "0", "columnEnd", "columns", "limit", ""));
    return names;
  }

  /** Adds the methods that restrict the next product to a part of its rows or columns. */
  static void addRestrictions(TypeSpec.Builder type) {
    for (String field : List.of("rowStart", "rowEnd", "columnStart", "columnEnd")) {
      type.addField(TypeName.INT, field, Modifier.PRIVATE);
    }
    type.addMethod(restriction("whole", type, "Removes restrictions of the next product.\n", List.of(), "0", MOST, "0", MOST));
    type.addMethod(restriction("rows", type, "Restricts the next product to a range of its rows.\n", List.of("first", "last"), "first", "last", "0", MOST));
    type.addMethod(restriction("columns", type, "Restricts the next product to a range of its columns.\n", List.of("first", "last"), "0", MOST, "first", "last"));
    type.addMethod(MethodSpec.methodBuilder("limit").addModifiers(Modifier.PRIVATE).addParameter(TypeName.INT, "rows")
        .addParameter(TypeName.INT, "columns").addStatement("rowEnd = Math.min(rowEnd, rows)")
        .addStatement("columnEnd = Math.min(columnEnd, columns)").build());
  }

  private static MethodSpec restriction(String name, TypeSpec.Builder type, String text, List<String> parameters, String... bounds) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(name).returns(ClassName.get("", type.build().name())).addJavadoc(text);
    parameters.forEach(parameter -> method.addParameter(TypeName.INT, parameter));
    return method.addStatement("rowStart = $L", bounds[0]).addStatement("rowEnd = $L", bounds[1])
        .addStatement("columnStart = $L", bounds[2]).addStatement("columnEnd = $L", bounds[3]).addStatement("return this").build();
  }

  /** Adds {@code mult}, {@code multTransA} and {@code multTransB}, each with and without a scale, which call {@code multiply}. */
  static void addEntries(TypeSpec.Builder type, Types types) {
    entry(type, types, "mult", "left * right", "left.numCols, 1, right.data, right.numCols, 1, to, left.numCols");
    entry(type, types, "multTransA", "left' * right", "1, left.numCols, right.data, right.numCols, 1, to, left.numRows");
    entry(type, types, "multTransB", "left * right'", "left.numCols, 1, right.data, 1, right.numCols, to, left.numCols");
  }

  private static void entry(TypeSpec.Builder type, Types types, String name, String formula, String steps) {
    type.addMethod(factors(MethodSpec.methodBuilder(name).addJavadoc("Computes {@code to = $L}.\n", formula), types)
        .addStatement("$L(1, left, right, to)", name).build());
    type.addMethod(factors(MethodSpec.methodBuilder(name).addJavadoc("Computes {@code to = scale * $L}.\n", formula)
        .addParameter(types.real(), "scale"), types).addStatement("multiply(scale, left.data, $L)", steps).build());
  }

  private static MethodSpec.Builder factors(MethodSpec.Builder method, Types types) {
    return method.addParameter(types.matrix(), "left").addParameter(types.matrix(), "right").addParameter(types.matrix(), "to");
  }

  /** Returns the method for any layout, without its body. */
  static MethodSpec.Builder multiply(Types types) {
    return helper("multiply", "Multiplies matrices. Entry (i, k) of the left factor is at {@code i * leftRow + k * leftDepth}, "
        + "entry (k, j) of the right one is at\n{@code k * rightDepth + j * rightColumn}.\n", types)
        .reals("scale").arrays("left").ints("leftRow", "leftDepth").arrays("right").ints("rightDepth", "rightColumn").method()
        .addParameter(types.matrix(), "to").addParameter(TypeName.INT, "depth");
  }

  /** Returns the method for the product, by its name in EJML. */
  static String name(MatrixProduct product) {
    return product.leftTransposed() ? "multTransA" : product.rightTransposed() ? "multTransB" : "mult";
  }

  static FieldSpec constant(String name, int value, String text) {
    return FieldSpec.builder(TypeName.INT, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("$L", value).addJavadoc(text).build();
  }

  static Parameters helper(String name, String text, Types types) {
    return new Parameters(MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).addJavadoc(text), types);
  }

  /** A method whose parameters are being declared. */
  record Parameters(MethodSpec.Builder method, Types types) {
    Parameters reals(String... names) {
      return all(types.real(), names);
    }

    Parameters arrays(String... names) {
      return all(types.reals(), names);
    }

    Parameters ints(String... names) {
      return all(TypeName.INT, names);
    }

    private Parameters all(TypeName type, String... names) {
      for (String name : names) {
        method.addParameter(type, name);
      }
      return this;
    }
  }
}
