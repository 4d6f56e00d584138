package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Writes the use of the training data's description in a loaded file: scaling of inputs, names of classes and targets. An input is scaled into a
 * matrix of the class, which exists only after such a file was loaded.
 */
final class ScalingWriter {

  private static final ClassName ABOUT = Helpers.ABOUT;
  private static final TypeName STRINGS = ArrayTypeName.of(String.class);

  private final Members members;
  private final Types types;
  private final RuntimeSizes sizes;
  private final Map<Tensor, String> scaled = new LinkedHashMap<>();
  /** The index of the first feature of each input that has samples. */
  private final Map<Tensor, Long> firsts = new HashMap<>();
  private long features;
  private final Templates templates;

  ScalingWriter(Plan plan, Members members) {
    this.members = members;
    this.types = members.types();
    this.sizes = members.sizes();
    List<Tensor> inputs = plan.arguments().subList(0, plan.model().inputs().size());
    inputs.stream().filter(input -> EpochWriter.isSampled(input) && input.openDims().equals(List.of(Extent.BATCH))).forEach(input -> {
      firsts.put(input, features);
      features += input.fixedSize();
      if (!IntegerArguments.isWhole(plan, input)) {
        scaled.put(input, members.names().field("scaled" + Identifiers.capitalised(input.name())));
      }
    });
    Map<String, Object> arguments = Helpers.arguments(types);
    arguments.put("from", types.single() ? "(float) (" : "");
    arguments.put("to", types.single() ? ")" : "");
    this.templates = new Templates("scaling.txt", arguments);
  }

  /** Returns the number of features of a sample that a file may scale. */
  long features() {
    return features;
  }

  /** Returns the inputs that may be scaled. */
  Stream<Tensor> inputs() {
    return scaled.keySet().stream();
  }

  /** Replaces arguments that are inputs by scaled inputs. */
  CodeBlock scale() {
    CodeBlock.Builder code = CodeBlock.builder();
    scaled.forEach((input, matrix) -> {
      String name = members.name(input);
      code.addStatement("$L = $L($L, $L, $L)", name, method(input), name, matrix, firsts.get(input));
    });
    return code.build();
  }

  private static String method(Tensor input) {
    return EpochWriter.isBatch(input.columns()) ? "scaledColumns" : "scaledRows";
  }

  /** Applies the description, which is in the local variable {@code described}. */
  CodeBlock take() {
    return CodeBlock.builder().addStatement("describeData(described)").build();
  }

  /** Writes a separate method: if names of inputs occur, fields may not have the names of locals. */
  private MethodSpec describeData() {
    MethodSpec.Builder method = MethodSpec.methodBuilder("describeData").addModifiers(Modifier.PRIVATE).addParameter(ABOUT, "described")
        .addJavadoc("Applies a file's description of data and allocates the matrices of scaled inputs.\n");
    if (!scaled.isEmpty()) {
      method.beginControlFlow("if (described.shift().length > 0)");
      scaled.forEach((input, name) -> method.addStatement("$L = new $T($L, $L)", name, types.matrix(),
          sizes.capacity(input.rows(), "maxBatch"), sizes.capacity(input.columns(), "maxBatch")));
      method.endControlFlow();
    }
    return method.addStatement("aboutData = described").build();
  }

  void write(TypeSpec.Builder type) {
    type.addField(FieldSpec.builder(ABOUT, "aboutData", Modifier.PRIVATE).initializer("$T.NOTHING", ABOUT).build());
    scaled.values().forEach(name -> type.addField(types.matrix(), name, Modifier.PRIVATE));
    type.addMethod(names("classNames", "{@return the names of the classes in the order of the output's entries; a single output above a\n"
        + "threshold means the second class; empty if no loaded file names them}\n"));
    type.addMethod(names("targetNames", "{@return the names of the training data's target columns, in the order of the targets; empty if no loaded file names them}\n"));
    scaled.keySet().stream().map(ScalingWriter::method).distinct().forEach(name -> type.addMethod(scaling(name)));
    type.addMethod(describeData());
    type.addType(members.helpers().aboutData(Modifier.PRIVATE));
  }

  private MethodSpec names(String name, String text) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PUBLIC).returns(STRINGS).addJavadoc(text)
        .addStatement("return aboutData.$L().clone()", name).build();
  }

  private MethodSpec scaling(String name) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).returns(types.matrix())
        .addParameter(types.matrix(), "input").addParameter(types.matrix(), "to").addParameter(TypeName.INT, "first")
        .addJavadoc("Scales an input into {@code to}, whose $L are features from number {@code first} on; returns the input itself if nothing is scaled.\n",
            name.equals("scaledColumns") ? "rows" : "columns")
        .addCode(templates.body(name)).build();
  }
}
