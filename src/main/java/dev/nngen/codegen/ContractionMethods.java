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
 * What every nested class {@code Products} has for products whose rows, columns and terms are several axes each, such as convolutions: methods that take the axes,
 * and tables of where rows, columns and terms are.
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
   * @param columns how many columns are at hand at a time
   * @param terms how many terms
   * @param contract the body of the method that computes sums
   */
  void addTo(TypeSpec.Builder type, String columns, String terms, CodeBlock contract) {
    type.addField(ProductMethods.constant("MOST_AXES", FoldedCall.MOST_AXES, "The most axes of rows, columns or terms.\n"));
    table(type, "rowAxes", "1 + 3 * MOST_AXES", "The number of axes, then the length and both steps of each.\n");
    table(type, "columnAxes", "1 + 3 * MOST_AXES", "");
    table(type, "termAxes", "1 + 3 * MOST_AXES", "");
    table(type, "rightColumns", columns, "Where the columns at hand are in the right factor, and so on.\n");
    table(type, "toColumns", columns, "");
    table(type, "leftTerms", terms, "");
    table(type, "rightTerms", terms, "");
    table(type, "pieceStarts", columns + " + 1", "Where columns begin that follow each other.\n");
    axis(type, "row", "Adds an axis to the rows of the next sums, inside of those before: how long it is, and how far apart its entries are in the left factor and in the result.\n");
    axis(type, "column", "The same for the columns, with steps in the right factor and in the result.\n");
    axis(type, "term", "The same for the terms, with steps in the left factor and in the right one.\n");
    type.addMethod(sums("set", "Each entry of the result becomes a sum over the terms.\n").addStatement("contract(scale, left, leftAt, right, rightAt, to, toAt, false)").build());
    type.addMethod(sums("add", "A sum over the terms is added to each entry of the result.\n").addStatement("contract(scale, left, leftAt, right, rightAt, to, toAt, true)").build());
    type.addMethod(sums("contract", "Computes sums, or adds them, a panel of columns and some rows at a time.\n").addParameter(TypeName.BOOLEAN, "accumulates").addCode(contract).build());
    type.addMethod(onAxes("axis", TypeName.VOID, "Adds an axis.\n").addParameter(TypeName.INT, "length").addParameter(TypeName.INT, "one").addParameter(TypeName.INT, "other").build());
    type.addMethod(onAxes("size", TypeName.INT, "The product of the axes' lengths.\n").build());
    type.addMethod(onAxes("locate", TypeName.VOID, "Finds where some consecutive entries are in both arrays.\n").addParameter(TypeName.INT, "first").addParameter(TypeName.INT, "count")
        .addParameter(INTS, "one").addParameter(INTS, "other").build());
    type.addMethod(method("pieces", "Finds columns that follow each other.\n", templates).returns(TypeName.INT).addParameter(INTS, "offsets").addParameter(TypeName.INT, "wide").build());
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
