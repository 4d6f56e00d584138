package dev.nngen.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.schedule.Target;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;

/** The types of {@code jdk.incubator.vector} for one precision. */
record VectorTypes(ClassName vector, TypeName boxed) {

  static final ClassName OPERATORS = ClassName.get("jdk.incubator.vector", "VectorOperators");

  /** Positions at which a long statement may be wrapped; two such positions enclose at most one operator. */
  private static final Pattern BEFORE_CALLS =
      Pattern.compile("(?=\\.(?:add|sub|mul|div|neg|abs|sqrt|max|min|blend|compare|lanewise|reduceLanes|intoArray)\\()");

  private static final Pattern CLASS = Pattern.compile("\\b(?:DoubleVector|FloatVector|VectorOperators)\\b");

  private static final int WIDEST_BITS = 512;

  static VectorTypes of(Types types) {
    return types.single() ? new VectorTypes(ClassName.get("jdk.incubator.vector", "FloatVector"), ClassName.get(Float.class))
        : new VectorTypes(ClassName.get("jdk.incubator.vector", "DoubleVector"), ClassName.get(Double.class));
  }

  /** Returns the maximum number of lanes of a vector. */
  static int mostLanes(Types types) {
    return WIDEST_BITS / 8 / types.bytes();
  }

  /** Returns the machine for which loops are scheduled. */
  static Target target(Types types) {
    return new Target(mostLanes(types), Target.functions(fn -> fn.vectorOperator().isPresent() || fn.hasOwnVectors() && types.single()));
  }

  /** Adds the constants that all vector code of a class uses. */
  void addConstants(TypeSpec.Builder type) {
    TypeName species = ParameterizedTypeName.get(ClassName.get("jdk.incubator.vector", "VectorSpecies"), boxed);
    type.addField(FieldSpec.builder(species, "SPECIES", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("$T.SPECIES_PREFERRED.vectorBitSize() <= $L\n? $T.SPECIES_PREFERRED : $T.SPECIES_$L", vector,
            WIDEST_BITS, vector, vector, WIDEST_BITS)
        .addJavadoc("The widest vectors of the machine, up to $L bits.\n", WIDEST_BITS).build());
    type.addField(FieldSpec.builder(TypeName.INT, "LANES", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("SPECIES.length()").build());
  }

  /** Returns a statement that may be wrapped before calls; names of vector classes become types: imported, or qualified in a class of that name. */
  static CodeBlock statement(String text) {
    CodeBlock.Builder code = CodeBlock.builder().add("$[");
    for (String part : BEFORE_CALLS.splitAsStream(text).toList()) {
      code.add(part.startsWith(".") ? "$Z" : "");
      addTyped(part, code);
    }
    return code.add(";\n$]").build();
  }

  private static void addTyped(String text, CodeBlock.Builder code) {
    int end = 0;
    for (MatchResult name : CLASS.matcher(text).results().toList()) {
      code.add("$L$T", text.substring(end, name.start()), ClassName.get("jdk.incubator.vector", name.group()));
      end = name.end();
    }
    code.add("$L", text.substring(end));
  }
}
