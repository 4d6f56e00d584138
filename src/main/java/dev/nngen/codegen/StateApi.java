package dev.nngen.codegen;

import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.lower.Program;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes access to the model's states, like {@link ParameterApi} for parameters; nothing for a model without states. */
final class StateApi {

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final MethodSplitter chunks;

  StateApi(Plan plan, Members members, MethodSplitter chunks) {
    this.plan = plan;
    this.members = members;
    this.types = members.types();
    this.chunks = chunks;
  }

  void write(TypeSpec.Builder type) {
    List<Program.ModelState> states = plan.model().modelStates();
    if (states.isEmpty()) {
      return;
    }
    int count = states.stream().mapToInt(state -> state.rows() * state.columns()).sum();
    type.addField(FieldSpec.builder(int.class, "STATE_COUNT", Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("The total number of entries of all states.\n").initializer("$L", count).build());
    ParameterApi.tables(type, chunks, "STATE", states.stream().map(state -> new Program.Parameter(state.name(), state.rows(), state.columns(), state.initial())).toList());
    for (int k = 0; k < states.size(); k++) {
      Tensor state = plan.modelStates().get(k);
      type.addMethod(MethodSpec.methodBuilder(members.accessor(state)).addModifiers(Modifier.PUBLIC).returns(types.matrix())
          .addJavadoc("{@return the state {@code $L}, $L x $L; changes take effect immediately}\n", states.get(k).name(), states.get(k).rows(), states.get(k).columns())
          .addStatement("return $L", members.name(state)).build());
    }
    type.addMethod(MethodSpec.methodBuilder("stateNames").addModifiers(Modifier.PUBLIC, Modifier.STATIC).returns(ParameterizedTypeName.get(List.class, String.class))
        .addJavadoc("{@return the names of the states in the order of the flat array}\n").addStatement("return $T.of(STATE_NAMES)", List.class).build());
    type.addMethod(flat("getState", "to", "Copies all states to {@code to}, starting at {@code offset}, each row by row.\n", "System.arraycopy(matrix.data, 0, to, at, n)"));
    type.addMethod(flat("setState", "from", "Sets all states from the entries of {@code from}, starting at {@code offset}.\n", "System.arraycopy(from, at, matrix.data, 0, n)"));
    type.addMethod(reset(type));
    if (!plan.nextStates().isEmpty()) {
      type.addMethod(taking());
    }
    type.addMethod(MethodSpec.methodBuilder("likeStates").addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(types.matrices())
        .addJavadoc("Returns new matrices of the states' shapes.\n")
        .addStatement("final $T matrices = new $T[STATE_ROWS.length]", types.matrices(), types.matrix())
        .beginControlFlow("for (int k = 0; k < matrices.length; k++)")
        .addStatement("matrices[k] = new $T(STATE_ROWS[k], STATE_COLUMNS[k])", types.matrix())
        .endControlFlow().addStatement("return matrices").build());
  }

  private static MethodSpec taking() {
    return MethodSpec.methodBuilder("takeNextStates").addModifiers(Modifier.PRIVATE).addJavadoc("Replaces the states by the values after the step.\n")
        .beginControlFlow("for (int k = 0; k < states.length; k++)")
        .addStatement("System.arraycopy(nextStates[k].data, 0, states[k].data, 0, states[k].getNumElements())").endControlFlow().build();
  }

  private MethodSpec flat(String name, String array, String text, String copy) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PUBLIC).addParameter(types.reals(), array).addParameter(TypeName.INT, "offset")
        .addJavadoc("$L\n@param $L the flat array\n@param offset the index of the first entry in it\n"
            + "@throws IllegalArgumentException if {@link #STATE_COUNT} entries do not fit there\n", text, array)
        .beginControlFlow("if (offset < 0 || offset > $L.length - STATE_COUNT)", array)
        .addStatement("throw new IllegalArgumentException(STATE_COUNT + $S + offset\n    + $S + $L.length)", " entries from offset ", " on do not fit an array of length ", array)
        .endControlFlow()
        .addStatement("int at = offset")
        .beginControlFlow("for ($T matrix : states)", types.matrix())
        .addStatement("final int n = matrix.getNumElements()").addStatement(copy).addStatement("at += n").endControlFlow().build();
  }

  private MethodSpec reset(TypeSpec.Builder type) {
    Literals literals = new Literals(types.single());
    List<StatementRerolling.Line> lines = new ArrayList<>();
    for (int k = 0; k < plan.modelStates().size(); k++) {
      Program.Initial.Constant start = (Program.Initial.Constant) plan.model().modelStates().get(k).initial();
      lines.add(new StatementRerolling.Line("$T.fill($L.data, $L)", Arrays.class, plan.modelStates().get(k), literals.real(start.value())));
    }
    return MethodSpec.methodBuilder("resetStates").addModifiers(Modifier.PRIVATE).addJavadoc("Resets the states to their initial values.\n")
        .addCode(chunks.run(type, "resetStates", StatementRerolling.roll(lines, members), List.of())).build();
  }
}
