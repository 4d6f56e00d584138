package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;

/** The Java types of one precision. */
record Types(boolean single, TypeName real, ClassName matrix, ClassName operations) {

  private static final Types F64 = new Types(false, TypeName.DOUBLE, ClassName.get("org.ejml.data", "DMatrixRMaj"),
      ClassName.get("org.ejml.dense.row", "CommonOps_DDRM"));
  private static final Types F32 = new Types(true, TypeName.FLOAT, ClassName.get("org.ejml.data", "FMatrixRMaj"),
      ClassName.get("org.ejml.dense.row", "CommonOps_FDRM"));

  static Types of(boolean single) {
    return single ? F32 : F64;
  }

  TypeName reals() {
    return ArrayTypeName.of(real);
  }

  TypeName matrices() {
    return ArrayTypeName.of(matrix);
  }

  /** {@code Double} or {@code Float}. */
  String box() {
    return single ? "Float" : "Double";
  }

  int bytes() {
    return single ? 4 : 8;
  }

  /** Returns the safetensors name of the type. */
  String dtype() {
    return single ? "F32" : "F64";
  }
}
