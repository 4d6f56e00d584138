package dev.nngen.codegen;

import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Affine;
import dev.nngen.schedule.Instruction.Multiply;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * The three matrices of a product by a library. A tensor whose rows and columns are other axes than the product's is seen through a matrix of the
 * class that has the same array: an image {@code X[c, y, x, m]} has a row for each pixel, and is a row for each channel in a product with weights.
 */
enum FoldedMatrices {
  LEFT, RIGHT, PRODUCT;

  /** The method that returns such a matrix. */
  static final String METHOD = "folded";

  /** Returns the field that holds the matrix of this role. */
  String field() {
    return METHOD + name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  Tensor tensor(Multiply product) {
    return switch (this) {
      case LEFT -> product.left().tensor();
      case RIGHT -> product.right().tensor();
      case PRODUCT -> product.to().tensor();
    };
  }

  Affine rows(Multiply product) {
    return switch (this) {
      case LEFT -> product.isLeftTransposed() ? product.depth() : product.rows();
      case RIGHT -> product.isRightTransposed() ? product.columns() : product.depth();
      case PRODUCT -> product.rows();
    };
  }

  Affine columns(Multiply product) {
    return switch (this) {
      case LEFT -> product.isLeftTransposed() ? product.rows() : product.depth();
      case RIGHT -> product.isRightTransposed() ? product.depth() : product.columns();
      case PRODUCT -> product.columns();
    };
  }

  /** Whether the tensor's rows and columns are not the product's. */
  boolean isFolded(Multiply product) {
    Tensor tensor = tensor(product);
    return !Affine.size(tensor.rows()).equals(rows(product)) || !Affine.size(tensor.columns()).equals(columns(product));
  }

  /** Adds the matrices that the products need, and the method. */
  static void addTo(TypeSpec.Builder type, Collection<Multiply> products, Types types) {
    List<FoldedMatrices> used = Stream.of(values()).filter(role -> products.stream().anyMatch(role::isFolded)).toList();
    used.forEach(role -> type.addField(FieldSpec.builder(types.matrix(), role.field(), Modifier.PRIVATE, Modifier.FINAL).initializer("new $T(0, 0)", types.matrix())
        .addJavadoc("Shows the array of another matrix with other rows and columns.\n").build()));
    if (!used.isEmpty()) {
      type.addMethod(MethodSpec.methodBuilder(METHOD).addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(types.matrix()).addJavadoc("Returns the matrix {@code to} with the array of another and that number of rows and columns.\n")
          .addParameter(types.matrix(), "to").addParameter(types.matrix(), "of").addParameter(TypeName.INT, "rows").addParameter(TypeName.INT, "columns")
          .addStatement("to.data = of.data").addStatement("to.numRows = rows").addStatement("to.numCols = columns").addStatement("return to").build());
    }
  }
}
