package dev.nngen.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import javax.lang.model.element.Modifier;

/** What every nested class {@code Products} has: methods that go by the names of EJML's, and how its helpers are declared. */
final class ProductMethods {

  private ProductMethods() {}

  /** Adds the nested class to the generated class, and a field {@code products} with an instance. */
  static void addInstance(TypeSpec.Builder type, TypeSpec products) {
    ClassName name = ClassName.get("", products.name());
    type.addField(FieldSpec.builder(name, "products", Modifier.PRIVATE, Modifier.FINAL).initializer("new $T()", name).build());
    type.addType(products);
  }

  /** {@code mult}, {@code multTransA} and {@code multTransB}, each with a scale and without, which call {@code multiply}. */
  static void addEntries(TypeSpec.Builder type, Types types) {
    entry(type, types, "mult", "left * right", "left.numCols, 1, right.data, right.numCols, 1, to, left.numCols");
    entry(type, types, "multTransA", "left' * right", "1, left.numCols, right.data, right.numCols, 1, to, left.numRows");
    entry(type, types, "multTransB", "left * right'", "left.numCols, 1, right.data, 1, right.numCols, to, left.numCols");
  }

  private static void entry(TypeSpec.Builder type, Types types, String name, String formula, String steps) {
    type.addMethod(factors(MethodSpec.methodBuilder(name).addJavadoc("{@code to = $L}\n", formula), types)
        .addStatement("$L(1, left, right, to)", name).build());
    type.addMethod(factors(MethodSpec.methodBuilder(name).addJavadoc("{@code to = scale * $L}\n", formula)
        .addParameter(types.real(), "scale"), types).addStatement("multiply(scale, left.data, $L)", steps).build());
  }

  private static MethodSpec.Builder factors(MethodSpec.Builder method, Types types) {
    return method.addParameter(types.matrix(), "left").addParameter(types.matrix(), "right").addParameter(types.matrix(), "to");
  }

  /** The method for any layout, without its body. */
  static MethodSpec.Builder multiply(Types types) {
    return helper("multiply", "Entry (i, k) of the left factor lies at {@code i * leftRow + k * leftDepth}, "
        + "entry (k, j) of the right one at\n{@code k * rightDepth + j * rightColumn}.\n", types)
        .reals("scale").arrays("left").ints("leftRow", "leftDepth").arrays("right").ints("rightDepth", "rightColumn").method()
        .addParameter(types.matrix(), "to").addParameter(TypeName.INT, "depth");
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
