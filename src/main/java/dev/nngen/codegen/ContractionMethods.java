package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.model.NestedClass;
import dev.nngen.schedule.FoldedCall;
import java.util.Map;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods of the nested class {@code Products} for products whose rows, columns and terms are several axes each, such as convolutions:
 * methods that take the axes, and tables of the offsets of rows, columns and terms.
 */
final class ContractionMethods {

  static final TypeName INTS = ArrayTypeName.of(TypeName.INT);

  private final Types types;
  private final Templates templates = new Templates("contraction.txt", Map.of());

  ContractionMethods(Types types) {
    this.types = types;
  }

  /**
   * Adds the methods and the tables.
   *
   * @param columns number of columns of a panel
   * @param terms number of terms of a panel
   * @param contract the body of the method that computes sums
   */
  void addTo(TypeSpec.Builder type, String columns, String terms, CodeBlock contract) {
    type.addField(ProductMethods.constant("MOST_AXES", FoldedCall.MOST_AXES, "The maximum number of axes of rows, columns or terms.\n"));
    table(type, "rowAxes", "1 + 3 * MOST_AXES", "The number of axes, then the length and both strides of each.\n");
    table(type, "columnAxes", "1 + 3 * MOST_AXES", "");
    table(type, "termAxes", "1 + 3 * MOST_AXES", "");
    table(type, "rightColumns", columns, "Offsets of the current columns, rows or terms in an array.\n");
    table(type, "toColumns", columns, "");
    table(type, "leftTerms", terms, "");
    table(type, "rightTerms", terms, "");
    table(type, "pieceStarts", columns + " + 1", "The first of each group of contiguous columns.\n");
    axis(type, "row", "Adds an axis to the rows of the next sums, inside the previous ones: its length, and its strides in the left factor and in the result.\n");
    axis(type, "column", "Adds an axis to the columns, with strides in the right factor and in the result.\n");
    axis(type, "term", "Adds an axis to the terms, with strides in the left and the right factor.\n");
    type.addMethod(sums("set", "Sets each entry of the result to a sum over the terms.\n").addStatement("contract(scale, left, leftAt, right, rightAt, to, toAt, false)").build());
    type.addMethod(sums("add", "Adds a sum over the terms to each entry of the result.\n").addStatement("contract(scale, left, leftAt, right, rightAt, to, toAt, true)").build());
    type.addMethod(sums("contract", "Computes or adds sums, for one panel of columns and some rows at a time.\n").addParameter(TypeName.BOOLEAN, "accumulates").addCode(contract).build());
    type.addMethod(onAxes("axis", TypeName.VOID, "Adds an axis.\n").addParameter(TypeName.INT, "length").addParameter(TypeName.INT, "one").addParameter(TypeName.INT, "other").build());
    type.addMethod(onAxes("size", TypeName.INT, "Returns the product of the axes' lengths.\n").build());
    type.addMethod(onAxes("locate", TypeName.VOID, "Computes the offsets of some consecutive entries in both arrays.\n").addParameter(TypeName.INT, "first").addParameter(TypeName.INT, "count")
        .addParameter(INTS, "one").addParameter(INTS, "other").build());
    type.addMethod(method("pieces", "Finds groups of contiguous columns.\n", templates).returns(TypeName.INT).addParameter(INTS, "offsets").addParameter(TypeName.INT, "wide").build());
  }

  static void table(TypeSpec.Builder type, String name, String size, String text) {
    type.addField(FieldSpec.builder(INTS, name, Modifier.PRIVATE, Modifier.FINAL).initializer("new int[$L]", size).addJavadoc(text).build());
  }

  private static void axis(TypeSpec.Builder type, String name, String text) {
    type.addMethod(MethodSpec.methodBuilder(name).addJavadoc(text).returns(ClassName.get("", NestedClass.PRODUCTS.simpleName())).addParameter(TypeName.INT, "length")
        .addParameter(TypeName.INT, "one").addParameter(TypeName.INT, "other").addStatement("axis($LAxes, length, one, other)", name).addStatement("return this").build());
  }

  private MethodSpec.Builder sums(String name, String text) {
    return ProductMethods.helper(name, text, types).reals("scale").arrays("left").ints("leftAt").arrays("right").ints("rightAt").arrays("to").ints("toAt").method();
  }

  private MethodSpec.Builder onAxes(String name, TypeName result, String text) {
    return method(name, text, templates).addModifiers(Modifier.STATIC).returns(result).addParameter(INTS, "axes");
  }

  static MethodSpec.Builder method(String name, String text, Templates bodies) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).addJavadoc(text).addCode(bodies.body(name));
  }
}
