package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.lower.Program;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/** Writes access to parameters, one by one and as one flat array, and their initialization. */
final class ParameterApi {

  private static final String NAMED = "@param name one of {@link #parameterNames}\n@throws IllegalArgumentException if there is no such parameter\n";

  private static final Modifier[] CONSTANT = {Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL};

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final Literals literals;
  private final MethodSplitter chunks;
  private final String random;

  ParameterApi(Plan plan, Members members, MethodSplitter chunks) {
    this.plan = plan;
    this.members = members;
    this.types = members.types();
    this.literals = new Literals(types.single());
    this.chunks = chunks;
    this.random = members.names().local("random");
  }

  void write(TypeSpec.Builder type) {
    List<Program.Parameter> parameters = plan.model().parameters();
    long count = parameters.stream().mapToLong(p -> (long) p.rows() * p.columns()).sum();
    type.addField(FieldSpec.builder(int.class, "PARAMETER_COUNT", Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("The total number of entries of all parameters.\n").initializer("$L", Math.toIntExact(count)).build());
    tables(type, chunks, "PARAMETER", parameters);
    accessors(type);
    statics(type);
    type.addMethod(initialize(type));
    type.addMethod(create());
    requirement(type);
    flat(type);
  }

  /**
   * Writes the names and shapes of all parameters or states. Short methods fill in very long tables.
   *
   * @param prefix of the tables' names, such as {@code PARAMETER}
   */
  static void tables(TypeSpec.Builder type, MethodSplitter chunks, String prefix, List<Program.Parameter> parameters) {
    boolean many = parameters.size() > MethodSplitter.STATEMENTS;
    CodeBlock size = CodeBlock.of("[$L]", parameters.size());
    type.addField(table(prefix + "_NAMES", String.class, many ? CodeBlock.of("new String$L", size) : strings(parameters)));
    type.addField(table(prefix + "_ROWS", int.class,
        many ? CodeBlock.of("new int$L", size) : numbers(parameters.stream().map(p -> p.rows()).toList())));
    type.addField(table(prefix + "_COLUMNS", int.class,
        many ? CodeBlock.of("new int$L", size) : numbers(parameters.stream().map(p -> p.columns()).toList())));
    if (many) {
      List<CodeBlock> entries = new ArrayList<>();
      for (int k = 0; k < parameters.size(); k++) {
        Program.Parameter p = parameters.get(k);
        entries.add(CodeBlock.builder().addStatement("$L($L, $S, $L, $L)", prefix.toLowerCase(Locale.ROOT), k, p.name(), p.rows(), p.columns()).build());
      }
      type.addStaticBlock(chunks.runStatic(type, prefix.toLowerCase(Locale.ROOT) + "s", entries));
      type.addMethod(MethodSpec.methodBuilder(prefix.toLowerCase(Locale.ROOT)).addModifiers(Modifier.PRIVATE, Modifier.STATIC)
          .addParameter(int.class, "index").addParameter(String.class, "name").addParameter(int.class, "rows").addParameter(int.class, "columns")
          .addStatement("$L_NAMES[index] = name", prefix).addStatement("$L_ROWS[index] = rows", prefix)
          .addStatement("$L_COLUMNS[index] = columns", prefix).build());
    }
  }

  private static FieldSpec table(String name, Class<?> entry, CodeBlock initial) {
    return FieldSpec.builder(com.palantir.javapoet.ArrayTypeName.of(entry), name, CONSTANT).initializer(initial).build();
  }

  private static CodeBlock strings(List<Program.Parameter> parameters) {
    return parameters.stream().map(p -> CodeBlock.of("$S", p.name())).collect(CodeBlock.joining(",$W", "{", "}"));
  }

  private static CodeBlock numbers(List<Integer> numbers) {
    return numbers.stream().map(n -> CodeBlock.of("$L", n)).collect(CodeBlock.joining(",$W", "{", "}"));
  }

  private void accessors(TypeSpec.Builder type) {
    for (int k = 0; k < plan.parameters().size(); k++) {
      Tensor parameter = plan.parameters().get(k);
      Program.Parameter declared = plan.model().parameters().get(k);
      String shape = declared.rows() + " x " + declared.columns();
      boolean frozen = !plan.losses().isEmpty() && !plan.gradients().containsKey(k);
      accessor(type, parameter, "{@return the parameter {@code " + parameter.name() + "}, " + shape + (frozen ? ", which training does not change" : "")
          + "; changes take effect immediately}\n");
      if (plan.gradients().containsKey(k)) {
        String suffix = members.suffix(lossOf(parameter.name()));
        accessor(type, plan.gradients().get(k), "{@return the gradient of the loss " + (suffix.isEmpty() ? "" : "{@code " + suffix + "} ") + "with respect to {@code "
            + parameter.name() + "}, " + shape + ", as of the last {@link #gradients" + suffix + "}}\n");
      }
    }
  }

  private int lossOf(String parameter) {
    return IntStream.range(0, plan.losses().size()).filter(k -> plan.model().losses().get(k).parameters().contains(parameter)).findFirst().orElseThrow();
  }

  private void accessor(TypeSpec.Builder type, Tensor tensor, String text) {
    type.addMethod(MethodSpec.methodBuilder(members.accessor(tensor)).addModifiers(Modifier.PUBLIC).returns(types.matrix())
        .addJavadoc("$L", text).addStatement("return $L", members.name(tensor)).build());
  }

  private void statics(TypeSpec.Builder type) {
    Modifier[] modifiers = {Modifier.PUBLIC, Modifier.STATIC};
    type.addMethod(MethodSpec.methodBuilder("parameterNames").addModifiers(modifiers)
        .returns(com.palantir.javapoet.ParameterizedTypeName.get(List.class, String.class))
        .addJavadoc("{@return the names of the parameters in the order of the flat array}\n")
        .addStatement("return $T.of(PARAMETER_NAMES)", List.class).build());
    type.addMethod(MethodSpec.methodBuilder("parameterRows").addModifiers(modifiers).returns(int.class)
        .addParameter(String.class, "name").addJavadoc("{@return the number of rows of a parameter}\n\n" + NAMED)
        .addStatement("return PARAMETER_ROWS[parameterIndex(name)]").build());
    type.addMethod(MethodSpec.methodBuilder("parameterColumns").addModifiers(modifiers).returns(int.class)
        .addParameter(String.class, "name").addJavadoc("{@return the number of columns of a parameter}\n\n" + NAMED)
        .addStatement("return PARAMETER_COLUMNS[parameterIndex(name)]").build());
    type.addMethod(MethodSpec.methodBuilder("parameterOffset").addModifiers(modifiers).returns(int.class)
        .addParameter(String.class, "name")
        .addJavadoc("{@return the index of a parameter's first entry in the flat array; entries are stored row by row}\n\n" + NAMED)
        .addStatement("int offset = 0")
        .beginControlFlow("for (int k = parameterIndex(name) - 1; k >= 0; k--)")
        .addStatement("offset += PARAMETER_ROWS[k] * PARAMETER_COLUMNS[k]").endControlFlow()
        .addStatement("return offset").build());
    type.addMethod(MethodSpec.methodBuilder("parameterIndex").addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(int.class)
        .addParameter(String.class, "name")
        .beginControlFlow("for (int k = 0; k < PARAMETER_NAMES.length; k++)")
        .beginControlFlow("if (PARAMETER_NAMES[k].equals(name))").addStatement("return k").endControlFlow()
        .endControlFlow()
        .addStatement("throw new IllegalArgumentException($S + name)", "there is no parameter ").build());
  }

  private MethodSpec initialize(TypeSpec.Builder type) {
    List<StatementRerolling.Line> draws = new ArrayList<>();
    boolean[] drawn = new boolean[2];
    for (int k = 0; k < plan.parameters().size(); k++) {
      draws.add(draw(plan.parameters().get(k), plan.model().parameters().get(k).initial(), drawn));
    }
    boolean draw = drawn[0] || drawn[1];
    String seed = members.names().local("seed");
    MethodSpec.Builder method = MethodSpec.methodBuilder("initialize").addModifiers(Modifier.PUBLIC)
        .returns(com.palantir.javapoet.ClassName.get("", plan.model().name()))
        .addParameter(long.class, seed)
        .addJavadoc("Draws the parameters and resets the optimizer's state. The same seed gives the same\n"
            + "parameters, bit for bit. The description of data from a loaded file is kept.\n\n@param $L of the random numbers\n@return this\n", seed);
    if (draw) {
      method.addStatement("final $T $L = new $T($L)", Random.class, random, Random.class, seed);
    }
    method.addCode(chunks.run(type, "initialize", StatementRerolling.roll(draws, members),
        draw ? List.of(new MethodSplitter.Argument(TypeName.get(Random.class), random)) : List.of()));
    if (!plan.modelStates().isEmpty()) {
      method.addStatement("resetStates()");
    }
    method.addCode(NoiseWriter.start(plan, seed));
    if (!plan.updates().isEmpty()) {
      method.addStatement("forgetSteps()");
      type.addMethod(forgetSteps());
    }
    if (drawn[0]) {
      type.addMethod(filler("fillUniform", "center + scale * u, u uniform in [-1, 1)", "2 * random.next" + types.box() + "() - 1"));
    }
    if (drawn[1]) {
      type.addMethod(filler("fillNormal", "center + scale * n, n from the standard normal distribution",
          (types.single() ? "(float) " : "") + "random.nextGaussian()"));
    }
    return method.addCode(set()).addStatement("return this").build();
  }

  private MethodSpec create() {
    com.palantir.javapoet.ClassName own = com.palantir.javapoet.ClassName.get("", plan.model().name());
    String seed = members.names().local("seed");
    return members.sizes().addDocumentedCapacities(MethodSpec.methodBuilder("create").addModifiers(Modifier.PUBLIC, Modifier.STATIC).returns(own)
        .addParameter(int.class, "maxBatch")
        .addJavadoc("Creates a network and initializes its parameters with {@link #initialize}.\n\n@param maxBatch the maximum number of samples in a batch\n"))
        .addParameter(long.class, seed).addJavadoc("@param $L the same seed gives the same parameters\n@return the network\n", seed)
        .addStatement("return new $T(maxBatch$L).initialize($L)", own, members.sizes().capacities(""), seed).build();
  }

  /** Returns documentation for methods that need parameters. */
  static String unset(Plan plan) {
    return plan.parameters().isEmpty() ? "" : "@throws IllegalStateException if the parameters were never set\n";
  }

  /** Writes the check that parameters are set. They may also be written through accessors, which no flag notices, so only all zeros count as unset. */
  private void requirement(TypeSpec.Builder type) {
    if (plan.parameters().isEmpty()) {
      return;
    }
    type.addField(FieldSpec.builder(boolean.class, "parametersAreSet", Modifier.PRIVATE).build());
    type.addMethod(MethodSpec.methodBuilder("requireParameters").addModifiers(Modifier.PRIVATE)
        .addJavadoc("Throws an exception if no parameter was set. Nonzero parameters were set through their accessors.\n")
        .beginControlFlow("if (!parametersAreSet)")
        .beginControlFlow("for ($T matrix : parameters)", types.matrix()).beginControlFlow("for ($T entry : matrix.data)", types.real())
        .addStatement("parametersAreSet |= entry != 0").endControlFlow().endControlFlow()
        .beginControlFlow("if (!parametersAreSet)")
        .addStatement("throw new IllegalStateException($S)", "the parameters of " + plan.model().name()
            + " were never set: call initialize(seed), load(path) or setParameters(from, offset) first")
        .endControlFlow().endControlFlow().build());
  }

  /** Sets the flag that parameters are set. */
  CodeBlock set() {
    return plan.parameters().isEmpty() ? CodeBlock.of("") : CodeBlock.builder().addStatement("parametersAreSet = true").build();
  }

  private MethodSpec forgetSteps() {
    MethodSpec.Builder method = MethodSpec.methodBuilder("forgetSteps").addModifiers(Modifier.PRIVATE)
        .addJavadoc("Resets the optimizer's state.\n");
    String matrix = members.names().local("state");
    String k = members.names().local("k");
    members.roles().forEach((role, array) -> {
      Plan.Update update = plan.updates().get(role.update());
      String initial = literals.real(initial(update.of(), role.name()));
      boolean all = members.groups().constant(update.parameters()).isEmpty();
      if (all) {
        method.beginControlFlow("for ($T $L : $L)", types.matrix(), matrix, array).addStatement("$T.fill($L.data, $L)", Arrays.class, matrix, initial);
      } else {
        method.beginControlFlow("$L", members.groups().loop(k, update.parameters())).addStatement("$T.fill($L[$L].data, $L)", Arrays.class, array, k, initial);
      }
      method.endControlFlow();
    });
    for (int loss = 0; loss < plan.losses().size(); loss++) {
      method.addStatement("$L = 0", members.steps(loss));
    }
    return method.build();
  }

  /** Writes the method that sets parameters to the average that an optimizer keeps of them, if one does. */
  private Optional<MethodSpec> average() {
    List<Members.Role> averages = members.roles().keySet().stream().filter(role -> role.name().equals("average")).toList();
    if (averages.isEmpty()) {
      return Optional.empty();
    }
    MethodSpec.Builder method = MethodSpec.methodBuilder("useAverage").addModifiers(Modifier.PUBLIC)
        .addJavadoc("Sets parameters to the average that the optimizer keeps of them, which often predicts better. To continue training afterwards, copy the\n"
            + "parameters with {@link #getParameters} before and restore them.\n\n@throws IllegalStateException if there is no average, because no step has been made\n");
    String steps = IntStream.range(0, plan.losses().size()).mapToObj(loss -> members.steps(loss) + " == 0").collect(Collectors.joining(" && "));
    method.beginControlFlow("if ($L)", steps).addStatement("throw new $T($S)", IllegalStateException.class, "no step has been made, so there is no average").endControlFlow();
    String k = members.names().local("k");
    for (Members.Role role : averages) {
      Plan.Update update = plan.updates().get(role.update());
      method.beginControlFlow("$L", members.groups().loop(k, update.parameters()))
          .addStatement("$T.arraycopy($L[$L].data, 0, parameters[$L].data, 0, parameters[$L].getNumElements())", System.class, members.roles().get(role), k, k, k).endControlFlow();
    }
    return Optional.of(method.build());
  }

  private static double initial(Program.Update update, String role) {
    return update.states().stream().filter(state -> state.name().endsWith("." + role)).findFirst().orElseThrow().initial();
  }

  private StatementRerolling.Line draw(Tensor matrix, Program.Initial initial, boolean[] drawn) {
    if (initial instanceof Program.Initial.Uniform uniform) {
      drawn[0] = true;
      return new StatementRerolling.Line("fillUniform($L, $L, $L, $L)", matrix, literals.real(uniform.center()), literals.real(uniform.scale()), random);
    }
    if (initial instanceof Program.Initial.Normal normal) {
      drawn[1] = true;
      return new StatementRerolling.Line("fillNormal($L, $L, $L, $L)", matrix, literals.real(normal.center()), literals.real(normal.scale()), random);
    }
    Program.Initial.Constant constant = (Program.Initial.Constant) initial;
    return new StatementRerolling.Line("$T.fill($L.data, $L)", Arrays.class, matrix, literals.real(constant.value()));
  }

  private MethodSpec filler(String name, String text, String draw) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .addJavadoc("Sets every entry to $L.\n", text)
        .addParameter(types.matrix(), "matrix").addParameter(types.real(), "center").addParameter(types.real(), "scale")
        .addParameter(Random.class, "random")
        .addStatement("final int n = matrix.getNumElements()")
        .beginControlFlow("for (int k = 0; k < n; k++)")
        .addStatement("matrix.data[k] = center + scale * ($L)", draw).endControlFlow().build();
  }

  private void flat(TypeSpec.Builder type) {
    type.addMethod(flatMethod("getParameters", "to", "Copies all parameters to {@code to}, starting at {@code offset}.\n")
        .addCode(copy("parameters", "$T.arraycopy(matrix.data, 0, to, at, n)", System.class)).build());
    type.addMethod(flatMethod("setParameters", "from", "Sets all parameters from the entries of {@code from}, starting at {@code offset}.\n")
        .addCode(copy("parameters", "$T.arraycopy(from, at, matrix.data, 0, n)", System.class)).addCode(set()).build());
    average().ifPresent(type::addMethod);
    for (int k = 0; k < plan.losses().size(); k++) {
      gradients(type, members.groups().ofLoss(k), members.suffix(k));
    }
    type.addMethod(MethodSpec.methodBuilder("likeParameters").addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(types.matrices())
        .addJavadoc("Returns new matrices of the parameters' shapes.\n")
        .addStatement("final $T matrices = new $T[PARAMETER_ROWS.length]", types.matrices(), types.matrix())
        .beginControlFlow("for (int k = 0; k < matrices.length; k++)")
        .addStatement("matrices[k] = new $T(PARAMETER_ROWS[k], PARAMETER_COLUMNS[k])", types.matrix())
        .endControlFlow().addStatement("return matrices").build());
    if (members.groups().isAsked()) {
      type.addMethod(MethodSpec.methodBuilder("likeParameters").addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(types.matrices())
          .addParameter(int[].class, "places").addJavadoc("Returns new matrices of some parameters' shapes at their indices, and null at others.\n")
          .addStatement("final $T matrices = new $T[PARAMETER_ROWS.length]", types.matrices(), types.matrix())
          .beginControlFlow("for (int k : places)")
          .addStatement("matrices[k] = new $T(PARAMETER_ROWS[k], PARAMETER_COLUMNS[k])", types.matrix())
          .endControlFlow().addStatement("return matrices").build());
    }
    type.addMethod(MethodSpec.methodBuilder("requireRoom").addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .addParameter(int.class, "length").addParameter(int.class, "offset")
        .beginControlFlow("if (offset < 0 || offset > length - PARAMETER_COUNT)")
        .addStatement("throw new IllegalArgumentException(PARAMETER_COUNT + $S + offset\n    + $S + length)",
            " entries from offset ", " on do not fit an array of length ")
        .endControlFlow().build());
  }

  /** Writes access to the gradients of a loss. */
  private void gradients(TypeSpec.Builder type, List<Integer> own, String suffix) {
    String which = suffix.isEmpty() ? "" : " of {@code " + Documentation.safe(suffix) + "}";
    String others = members.groups().constant(own).isEmpty() ? "" : "\nEntries of other parameters are left out.";
    CodeBlock add = CodeBlock.builder().beginControlFlow("for (int k = 0; k < n; k++)").addStatement("to[at + k] += matrix.data[k]").endControlFlow().build();
    type.addMethod(flatMethod("addGradients" + suffix, "to",
            "Adds the last gradients" + which + " to {@code to}, starting at {@code offset}, to sum them over several workers." + others + "\n")
        .addCode(own.isEmpty() ? CodeBlock.of("") : each(own, add)).build());
    if (!plan.updates().isEmpty()) {
      CodeBlock copy = CodeBlock.builder().addStatement("$T.arraycopy(from, at, matrix.data, 0, n)", System.class).build();
      type.addMethod(flatMethod("applyGradients" + suffix, "from",
              "Runs one optimizer step with the gradients" + which + " in {@code from}, starting at {@code offset}." + others + "\n")
          .addStatement("requireParameters()").addCode(each(own, copy)).addStatement("update$L()", suffix).build());
    }
  }

  /** Returns code for the gradient {@code matrix} of each of some parameters, which has {@code n} entries from {@code at} on. */
  private CodeBlock each(List<Integer> places, CodeBlock statement) {
    Optional<String> group = members.groups().constant(places);
    CodeBlock.Builder code = CodeBlock.builder().addStatement("int at = offset");
    if (group.isPresent()) {
      code.addStatement("int next = 0").beginControlFlow("for (int place : $L)", group.get())
          .beginControlFlow("while (next < place)").addStatement("at += parameters[next++].getNumElements()").endControlFlow()
          .addStatement("final $T matrix = gradients[place]", types.matrix()).addStatement("final int n = matrix.getNumElements()");
      return code.add(statement).endControlFlow().build();
    }
    return code.beginControlFlow("for ($T matrix : gradients)", types.matrix()).addStatement("final int n = matrix.getNumElements()")
        .add(statement).addStatement("at += n").endControlFlow().build();
  }

  private MethodSpec.Builder flatMethod(String name, String array, String text) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PUBLIC).addParameter(types.reals(), array)
        .addParameter(int.class, "offset")
        .addJavadoc("$L\n@param $L the flat array\n@param offset the index of the first entry in it\n"
            + "@throws IllegalArgumentException if {@link #PARAMETER_COUNT} entries do not fit there\n", text, array)
        .addStatement("requireRoom($L.length, offset)", array);
  }

  private CodeBlock copy(String matrices, String statement, Object... arguments) {
    return CodeBlock.builder().addStatement("int at = offset")
        .beginControlFlow("for ($T matrix : $L)", types.matrix(), matrices)
        .addStatement("final int n = matrix.getNumElements()")
        .addStatement(statement, arguments)
        .addStatement("at += n").endControlFlow().build();
  }

}
