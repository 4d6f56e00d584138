package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.model.NestedClass;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/**
 * Writes predictions for services: {@code predict} and {@code predictClass} of plain arrays, in which a sample is a row, and {@code predictor}, which
 * returns an instance for another thread.
 */
final class RowWriter {

  private static final TypeName SAMPLE = ArrayTypeName.of(TypeName.DOUBLE);
  private static final TypeName ROWS = ArrayTypeName.of(SAMPLE);
  private static final ClassName PREDICTOR = ClassName.get("", NestedClass.SHARED_PREDICTOR.simpleName());
  private static final String SHAPES = "@throws IllegalArgumentException if an array has the wrong length\n";

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final Helpers helpers;
  private final ClassName own;
  /** The matrices that rows are copied to. */
  private final Map<Tensor, String> inputs = new LinkedHashMap<>();

  RowWriter(Plan plan, Members members) {
    this.plan = plan;
    this.members = members;
    this.types = members.types();
    this.helpers = members.helpers();
    this.own = ClassName.get("", plan.model().name());
    plan.arguments().subList(0, plan.model().inputs().size()).forEach(input -> inputs.put(input, EpochWriter.batch(input, members)));
  }

  /** Returns the matrices that inputs are copied to, by input. */
  Map<Tensor, String> inputs() {
    return inputs;
  }

  /** Declares the matrices; returns their allocations. A class that neither predicts nor trains has only those of integers. */
  List<CodeBlock> allocate(TypeSpec.Builder type, boolean assignedOnce) {
    List<CodeBlock> allocations = new ArrayList<>();
    inputs.forEach((input, name) -> {
      if (plan.output().isEmpty() && plan.updates().isEmpty() && !isWhole(input)) {
        return;
      }
      FieldSpec.Builder field = FieldSpec.builder(types.matrix(), name, Modifier.PRIVATE);
      type.addField((assignedOnce ? field.addModifiers(Modifier.FINAL) : field).build());
      allocations.add(allocation(name, input, members));
    });
    return allocations;
  }

  static CodeBlock allocation(String name, Tensor argument, Members members) {
    return CodeBlock.builder().addStatement("$L = new $T($L, $L)", name, members.types().matrix(),
        members.sizes().capacity(argument.rows(), "maxBatch"), members.sizes().capacity(argument.columns(), "maxBatch")).build();
  }

  void write(TypeSpec.Builder type, IntegerArguments wholes) {
    if (plan.output().isEmpty()) {
      return;
    }
    List<MethodSpec> methods = methods();
    type.addMethods(methods).addMethod(predictor()).addType(sharedPredictor(methods, wholes));
    if (!inputs.isEmpty()) {
      helpers(type);
    }
  }

  /** Returns the public methods that take arrays. */
  private List<MethodSpec> methods() {
    List<MethodSpec> methods = new ArrayList<>();
    if (!inputs.isEmpty()) {
      methods.add(predictAll());
    }
    if (inputs.keySet().stream().anyMatch(RowWriter::isSampled) && isSampled(output())) {
      if (!inputs.keySet().stream().allMatch(this::isWhole)) {
        methods.add(predictOne());
      }
      if (hasTargetLikeOutput()) {
        methods.add(predictClass());
      }
    }
    return methods;
  }

  private Tensor output() {
    return plan.output().orElseThrow();
  }

  /** Whether the matrix has a row or a column for each sample. */
  private static boolean isSampled(Tensor tensor) {
    return EpochWriter.isBatch(tensor.rows()) != EpochWriter.isBatch(tensor.columns());
  }

  private static boolean isColumns(Tensor tensor) {
    return isSampled(tensor) && EpochWriter.isBatch(tensor.columns());
  }

  private boolean hasTargetLikeOutput() {
    return output().openDims().equals(List.of(Extent.BATCH)) && plan.arguments().stream().skip(inputs.size()).anyMatch(target -> isSampled(target)
        && (isWhole(target) && target.fixedSize() == 1 ? IntegerArguments.count(plan, target) == Math.max(2, output().fixedSize()) : target.fixedSize() == output().fixedSize()));
  }

  private MethodSpec predictAll() {
    MethodSpec.Builder method = array("predict", ROWS, false, isSampled(output())
        ? "Predicts the outputs of samples, which are the rows of an array.\n\n" : "Predicts the output for matrices given as arrays of rows.\n\n",
        "@return a new array with a row " + (isSampled(output()) ? "for each sample" : "for each of the output's") + "\n");
    inputs.keySet().stream().filter(EpochWriter::isSampled).findFirst().filter(first -> !members.sizes().exist())
        .ifPresent(first -> method.addStatement("resize($S, $L.length)", first.name(), members.name(first)));
    inputs.forEach((input, name) -> {
      if (input.isOpen()) {
        method.addStatement("$L.reshape($L)", name, members.sizes().exist() ? shapeOf(input) : members.sizes().now(input.rows()) + ", " + members.sizes().now(input.columns()));
      }
      method.addStatement("$L($S, $L, $L$L)", isColumns(input) ? "setColumns" : "setRows", input.name(), members.name(input), name,
          isWhole(input) ? ", " + IntegerArguments.count(plan, input) : "");
    });
    return method.addStatement("return $L(predict($L))", isColumns(output()) ? "columnsOf" : "rowsOf", members.sizes().given(String.join(", ", inputs.values()))).build();
  }

  /** Returns the shape of an array's rows, for a class that does not know sizes before it has seen the array. */
  private String shapeOf(Tensor input) {
    String name = members.name(input);
    String count = name + ".length";
    if (!isSampled(input)) {
      return count + ", width(" + name + ")";
    }
    List<Extent> features = isColumns(input) ? input.rows() : input.columns();
    String width = features.stream().allMatch(Extent.Fixed.class::isInstance) ? members.sizes().now(features) : "width(" + name + ")";
    return isColumns(input) ? width + ", " + count : count + ", " + width;
  }

  private MethodSpec predictOne() {
    return ofSample("predict", SAMPLE, "Predicts the output of one sample.\n\n", "@return a new array with the sample's output\n")
        .addStatement("return predict($L)[0]", ofOneSample()).build();
  }

  private String ofOneSample() {
    return members.sizes().given(inputs.keySet().stream().map(input -> !isSampled(input) ? members.name(input)
        : "new " + (isWhole(input) ? "int" : "double") + "[][] {" + members.name(input) + "}").collect(Collectors.joining(", ")));
  }

  private boolean isWhole(Tensor argument) {
    return IntegerArguments.isWhole(plan, argument);
  }

  private MethodSpec predictClass() {
    String call = inputs.keySet().stream().allMatch(this::isWhole) ? "predict(" + ofOneSample() + ")[0]" : "predict(" + arguments() + ")";
    if (output().fixedSize() > 1) {
      return ofSample("predictClass", TypeName.INT, "Predicts the class of one sample, if the output has a number for each class.\n\n",
          "@return the index of the largest output, which is the index of the class in {@link #classNames}\n")
          .addStatement("return largest($L)", call).build();
    }
    return ofSample("predictClass", TypeName.INT, "Predicts one of two classes by the threshold in the loaded file.\n\n",
        "@return 0 or 1, the index of the class in {@link #classNames}\n")
        .addJavadoc("@throws IllegalStateException if no loaded file names classes\n")
        .beginControlFlow("if (aboutData.classNames().length == 0)")
        .addStatement("throw new IllegalStateException($S)", "no loaded file names the classes of " + plan.model().name() + ": load weights that `nngen train` wrote for labels")
        .endControlFlow().addStatement("return $L[0] > aboutData.threshold() ? 1 : 0", call).build();
  }

  private String arguments() {
    return members.sizes().given(inputs.keySet().stream().map(members::name).collect(Collectors.joining(", ")));
  }

  private MethodSpec.Builder ofSample(String name, TypeName result, String text, String returns) {
    return array(name, result, true, text, returns);
  }

  /**
   * @param ofOne whether the samples are arrays of numbers, not arrays of arrays
   */
  private MethodSpec.Builder array(String name, TypeName result, boolean ofOne, String text, String returns) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(name).addModifiers(Modifier.PUBLIC).returns(result).addJavadoc("$L$L", text, members.sizes().givenDocumentation());
    members.sizes().addGiven(method);
    inputs.keySet().forEach(input -> {
      TypeName numbers = isWhole(input) ? IntegerArguments.NUMBERS : SAMPLE;
      boolean single = ofOne && isSampled(input);
      method.addParameter(single ? numbers : ArrayTypeName.of(numbers), members.name(input));
      String rows = members.sizes().now(input.rows());
      String columns = members.sizes().now(input.columns());
      String kind = isWhole(input) ? " integers from 0 to " + (IntegerArguments.count(plan, input) - 1) : "";
      method.addJavadoc("@param $L $L\n", members.name(input), !isSampled(input) ? rows + " x " + columns + kind
          : (input.openDims().equals(List.of(Extent.BATCH)) ? Long.toString(input.fixedSize()) : isColumns(input) ? rows : columns) + (kind.isEmpty() ? " numbers" : kind) + (single ? "" : " for each sample"));
    });
    return method.addJavadoc("$L$L$L", returns, SHAPES, ParameterApi.unset(plan));
  }

  private void helpers(TypeSpec.Builder type) {
    for (boolean whole : new boolean[] {false, true}) {
      inputs.keySet().stream().filter(input -> isWhole(input) == whole).map(RowWriter::isColumns).distinct()
          .forEach(columns -> type.addMethod(helpers.method((columns ? "setColumns" : "setRows") + (whole ? "OfNumbers" : ""))));
    }
    if (inputs.keySet().stream().anyMatch(this::isWhole)) {
      type.addMethod(helpers.method("requireNumber"));
    }
    type.addMethod(helpers.method("requireLength"));
    if (members.sizes().exist()) {
      inputs.keySet().stream().map(input -> ArrayTypeName.of(isWhole(input) ? IntegerArguments.NUMBERS : SAMPLE)).distinct()
          .forEach(rows -> type.addMethod(helpers.method("width of " + rows)));
    }
    type.addMethod(helpers.method(isColumns(output()) ? "columnsOf" : "rowsOf"));
    if (methods().stream().anyMatch(method -> method.name().equals("predictClass")) && output().fixedSize() > 1) {
      type.addMethod(helpers.method("largest"));
    }
  }

  private MethodSpec predictor() {
    MethodSpec.Builder method = MethodSpec.methodBuilder("predictor").addModifiers(Modifier.PUBLIC).returns(PREDICTOR)
        .addJavadoc("Returns a predictor for another thread. It shares this network's parameters and has buffers of its own.\n"
            + "Changes of the parameters affect it, so do not train or load while it predicts. It scales inputs as this\n"
            + "network does now; after {@link #load}, make a new predictor.\n\n@return a predictor for batches of up to {@code maxBatch} samples\n$L", ParameterApi.unset(plan));
    return (plan.parameters().isEmpty() ? method : method.addStatement("requireParameters()")).addStatement("return new $T(this)", PREDICTOR).build();
  }

  private TypeSpec sharedPredictor(List<MethodSpec> methods, IntegerArguments wholes) {
    String net = members.names().local("net");
    String source = members.names().local("source");
    MethodSpec.Builder constructor = MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).addParameter(own, source)
        .addStatement("$L = new $T($L.maxBatch$L, $L.parameters$L$L)", net, own, source, members.sizes().capacities(source), source, plan.modelStates().isEmpty() ? "" : ", " + source + ".states", members.divisions().areUsed() ? ", 1" : "")
        .addStatement("$L.describeData($L.aboutData)", net, source);
    if (!plan.parameters().isEmpty()) {
      constructor.addStatement("$L.parametersAreSet = true", net);
    }
    TypeSpec.Builder type = TypeSpec.classBuilder(PREDICTOR).addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("Predicts with the parameters of a network, which it does not change. Not thread-safe: use one per thread.\n")
        .addField(own, net, Modifier.PRIVATE, Modifier.FINAL).addMethod(constructor.build());
    MethodSpec.Builder predict = MethodSpec.methodBuilder("predict").addModifiers(Modifier.PUBLIC).returns(types.matrix())
        .addJavadoc("Predicts as the network does.\n\n$L", members.sizes().givenDocumentation());
    members.sizes().addGiven(predict);
    inputs.keySet().forEach(input -> predict.addParameter(wholes.type(input), members.name(input))
        .addJavadoc("@param $L $L\n", members.name(input), wholes.description(input, "m")));
    predict.addJavadoc("@return an internal buffer, valid until the next call\n");
    type.addMethod(predict.addStatement("return $L.predict($L)", net, arguments()).build());
    plan.outputs().stream().map(members::accessor).filter(accessor -> accessor != null).forEach(accessor -> type.addMethod(MethodSpec.methodBuilder(accessor)
        .addModifiers(Modifier.PUBLIC).returns(types.matrix()).addJavadoc("{@return an output as of the last {@link #predict}: an internal buffer, valid until the next call}\n")
        .addStatement("return $L.$L()", net, accessor).build()));
    methods.forEach(method -> type.addMethod(MethodSpec.methodBuilder(method.name()).addModifiers(Modifier.PUBLIC).returns(method.returnType())
        .addParameters(method.parameters()).addJavadoc(method.javadoc()).addStatement("return $L.$L($L)", net, method.name(), arguments()).build()));
    return type.build();
  }
}
