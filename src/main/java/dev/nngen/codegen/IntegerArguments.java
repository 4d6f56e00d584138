package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Writes arguments that are integers. Callers pass them as {@code int[]}; the class checks them and copies them to matrices of its own, which its
 * kernels read. So each entry point has two methods: a public one that takes arrays, and a private one that takes matrices.
 */
final class IntegerArguments {

  static final TypeName NUMBERS = ArrayTypeName.of(TypeName.INT);
  private static final Modifier[] HELPER = {Modifier.PRIVATE, Modifier.STATIC};

  private final Plan plan;
  private final Members members;
  private final Map<Tensor, String> matrices;
  private final Templates templates;

  /**
   * @param matrices the matrices that arguments are copied to
   */
  IntegerArguments(Plan plan, Members members, Map<Tensor, String> matrices) {
    this.plan = plan;
    this.members = members;
    this.matrices = matrices;
    this.templates = new Templates("numbers.txt", Map.of());
  }

  /** Returns the number of values of an integer argument, which are 0 to that number less one; 0 for an argument of real numbers. */
  static int count(Plan plan, Tensor argument) {
    return plan.model().counts().getOrDefault(argument.name(), 0);
  }

  /** Whether an argument is an array of integers. */
  static boolean isWhole(Plan plan, Tensor argument) {
    return count(plan, argument) > 0;
  }

  boolean anyOf(List<Tensor> arguments) {
    return arguments.stream().anyMatch(argument -> isWhole(plan, argument));
  }

  /** Returns the type of an argument of public methods. */
  TypeName type(Tensor argument) {
    return isWhole(plan, argument) ? NUMBERS : members.types().matrix();
  }

  /**
   * Returns the Javadoc of an argument.
   *
   * @param samples the text for the number of samples
   */
  String description(Tensor argument, String samples) {
    String rows = members.sizes().product(argument.rows(), samples);
    String columns = members.sizes().product(argument.columns(), samples);
    if (!isWhole(plan, argument)) {
      return rows + " x " + columns;
    }
    String range = "integers from 0 to " + (count(plan, argument) - 1);
    if (!EpochWriter.isSampled(argument)) {
      return rows + " x " + columns + " " + range + ", row by row";
    }
    String size = entries(argument);
    String layout = isRow(argument) ? "{@code sample * " + size + " + t}" : "{@code t * " + samples + " + sample}";
    return size.equals("1") ? samples + " " + range + ", one for each sample" : rows + " * " + columns + " " + range + ": entry t of a sample is at " + layout;
  }

  /** Returns the number of entries of a sample, as an expression. */
  private String entries(Tensor argument) {
    return members.sizes().now(Stream.concat(argument.rows().stream(), argument.columns().stream()).filter(extent -> !extent.equals(Extent.BATCH)).toList());
  }

  /** Whether the entries of a sample are consecutive. */
  private static boolean isRow(Tensor argument) {
    return EpochWriter.isSampled(argument) && !EpochWriter.isBatch(argument.columns());
  }

  /** Adds an entry point and, if arguments are integers, the private method that takes their matrices. */
  void add(TypeSpec.Builder type, MethodSpec method, List<Tensor> arguments) {
    if (!anyOf(arguments)) {
      type.addMethod(method);
      return;
    }
    MethodSpec.Builder given = MethodSpec.methodBuilder(method.name()).addModifiers(Modifier.PUBLIC).returns(method.returnType()).addJavadoc(method.javadoc());
    members.sizes().addGiven(given);
    arguments.forEach(argument -> given.addParameter(type(argument), members.name(argument)));
    String call = method.name() + "(" + members.sizes().given(arguments.stream().map(this::matrix).collect(Collectors.joining(", "))) + ")";
    given.addStatement("prepare($L)", names(arguments)).addStatement(method.returnType().equals(TypeName.VOID) ? "$L" : "return $L", call);
    List<ParameterSpec> parameters = method.parameters();
    type.addMethod(given.build()).addMethod(MethodSpec.methodBuilder(method.name()).addModifiers(Modifier.PRIVATE).returns(method.returnType())
        .addJavadoc("Takes integers as matrices, which are already checked.\n").addParameters(parameters).addCode(method.code()).build());
  }

  /** Returns the matrix of an argument in a public method: a member of the class that holds integers, or the argument itself. */
  private String matrix(Tensor argument) {
    return isWhole(plan, argument) ? matrices.get(argument) : members.name(argument);
  }

  private String names(List<Tensor> arguments) {
    return members.sizes().given(arguments.stream().map(members::name).collect(Collectors.joining(", ")));
  }

  /** Writes the methods that check and copy arrays. */
  void write(TypeSpec.Builder type, List<List<Tensor>> argumentLists) {
    argumentLists.stream().filter(this::anyOf).forEach(arguments -> type.addMethod(prepare(arguments)));
    if (!anyOf(plan.arguments())) {
      return;
    }
    type.addMethod(numbers("setNumbers", true).addCode(templates.body("setNumbers")).build());
    type.addMethod(numbers("requireNumbers", false).addJavadoc("Checks the length of an array, and that each number is from 0 to {@code count - 1}.\n")
        .addCode(templates.body("requireNumbers")).build());
    if (plan.arguments().stream().filter(EpochWriter::isSampled).anyMatch(argument -> isWhole(plan, argument))) {
      type.addMethod(MethodSpec.methodBuilder("samplesOf").addModifiers(HELPER).returns(TypeName.INT).addParameter(String.class, "name")
          .addParameter(NUMBERS, "numbers").addParameter(TypeName.INT, "entries").addJavadoc("Returns the number of samples, of the given number of entries each.\n")
          .addCode(templates.body("samplesOf")).build());
    }
  }

  private MethodSpec.Builder numbers(String name, boolean copies) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(name).addModifiers(HELPER).addParameter(String.class, "name").addParameter(NUMBERS, "numbers")
        .addParameter(TypeName.INT, "entries").addParameter(TypeName.INT, "samples").addParameter(TypeName.BOOLEAN, "inRows").addParameter(TypeName.INT, "count");
    return copies ? method.addParameter(members.types().matrix(), "to") : method;
  }

  private MethodSpec prepare(List<Tensor> arguments) {
    MethodSpec.Builder method = MethodSpec.methodBuilder("prepare").addModifiers(Modifier.PRIVATE)
        .addJavadoc("Takes the number of samples from the arguments, checks integers and copies them to matrices.\n");
    members.sizes().addGiven(method);
    arguments.forEach(argument -> method.addParameter(type(argument), members.name(argument)));
    method.addCode(members.sizes().find(members::name)).addCode(samples(arguments).map(source -> CodeBlock.builder().addStatement("resize($S, $L$L)", source.name(), samples(source), members.sizes().arguments()).build())
        .orElseGet(() -> CodeBlock.builder().addStatement("resize($S, 1$L)", "the batch", members.sizes().arguments()).build()));
    arguments.stream().filter(argument -> isWhole(plan, argument)).forEach(argument -> {
      if (EpochWriter.isSampled(argument)) {
        method.addStatement("$L.reshape($L, $L)", matrices.get(argument), members.sizes().now(argument.rows()), members.sizes().now(argument.columns()));
      }
      method.addStatement(set(argument));
    });
    return method.build();
  }

  /** Returns the argument that the number of samples is taken from: a matrix, if one has samples. */
  Optional<Tensor> samples(List<Tensor> arguments) {
    List<Tensor> sampled = new ArrayList<>(arguments.stream().filter(EpochWriter::isSampled).toList());
    return sampled.stream().filter(argument -> !isWhole(plan, argument)).findFirst().or(() -> sampled.stream().findFirst());
  }

  /** Returns the number of samples of an argument, as an expression. */
  String samples(Tensor argument) {
    String name = members.name(argument);
    return !isWhole(plan, argument) ? name + (EpochWriter.isBatch(argument.columns()) ? ".numCols" : ".numRows")
        : "samplesOf(\"" + argument.name() + "\", " + name + ", " + entries(argument) + ")";
  }

  /** Checks an argument and copies it to its matrix, which has the argument's shape. */
  CodeBlock set(Tensor argument) {
    return CodeBlock.of("setNumbers($S, $L, $L, $L)", argument.name(), members.name(argument), shape(argument, "m"), matrices.get(argument));
  }

  /** Checks an argument that has that many samples. */
  CodeBlock require(Tensor argument, String samples) {
    return CodeBlock.of("requireNumbers($S, $L, $L)", argument.name(), members.name(argument), shape(argument, samples));
  }

  private String shape(Tensor argument, String samples) {
    return entries(argument) + ", " + (EpochWriter.isSampled(argument) ? samples : "1") + ", " + isRow(argument) + ", " + count(plan, argument);
  }
}
