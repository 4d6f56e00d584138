package dev.nngen.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import javax.lang.model.element.Modifier;

/** The types of {@code jdk.incubator.vector} for one precision. */
record VectorTypes(ClassName vector, TypeName boxed) {

  static final ClassName OPERATORS = ClassName.get("jdk.incubator.vector", "VectorOperators");

  static VectorTypes of(Types types) {
    return types.single() ? new VectorTypes(ClassName.get("jdk.incubator.vector", "FloatVector"), ClassName.get(Float.class))
        : new VectorTypes(ClassName.get("jdk.incubator.vector", "DoubleVector"), ClassName.get(Double.class));
  }

  /** The constants that all vector code of a class uses. */
  void addConstants(TypeSpec.Builder type) {
    TypeName species = ParameterizedTypeName.get(ClassName.get("jdk.incubator.vector", "VectorSpecies"), boxed);
    type.addField(FieldSpec.builder(species, "SPECIES", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("$T.SPECIES_PREFERRED", vector).addJavadoc("The widest vectors that the machine has.\n").build());
    type.addField(FieldSpec.builder(TypeName.INT, "LANES", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("SPECIES.length()").build());
  }
}
