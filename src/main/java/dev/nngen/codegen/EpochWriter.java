package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Writes {@code epoch}, which trains on all samples in batches and in random order. The order is a permutation computed sample by sample, so it needs
 * no memory.
 */
final class EpochWriter {

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final Map<Tensor, String> batches = new LinkedHashMap<>();
  private final Helpers helpers;
  /** Name of the array of the mean losses of several losses. */
  private final String means;

  /**
   * @param inputs the matrices that samples of inputs are copied to
   */
  EpochWriter(Plan plan, Members members, Map<Tensor, String> inputs) {
    this.plan = plan;
    this.members = members;
    this.types = members.types();
    this.helpers = members.helpers();
    this.means = isSingle() ? "" : members.names().field("epochLosses");
    plan.arguments().stream().filter(argument -> IntegerArguments.isWhole(plan, argument) || !plan.updates().isEmpty() && isSampled(argument))
        .forEach(argument -> batches.put(argument, inputs.containsKey(argument) ? inputs.get(argument) : batch(argument, members)));
  }

  /** Returns a name for the matrix that samples of an argument are copied to. */
  static String batch(Tensor argument, Members members) {
    return members.names().field("batch" + Identifiers.capitalised(argument.name()));
  }

  /** Declares the matrices that batches of targets are copied to; returns their allocations. */
  List<CodeBlock> allocate(TypeSpec.Builder type) {
    targets().forEach(target -> type.addField(types.matrix(), batches.get(target), Modifier.PRIVATE));
    return targets().map(target -> RowWriter.allocation(batches.get(target), target, members)).toList();
  }

  /** Returns the matrices that integers and batches are copied to, by argument. */
  Map<Tensor, String> matrices() {
    return batches;
  }

  /** Returns the targets whose batches are copied. */
  Stream<Tensor> targets() {
    return batches.keySet().stream().filter(plan.arguments().subList(plan.model().inputs().size(), plan.arguments().size())::contains);
  }

  void write(TypeSpec.Builder type, IntegerArguments wholes) {
    if (plan.updates().isEmpty() || sampled().findAny().isEmpty()) {
      return;
    }
    if (!isSingle()) {
      type.addField(FieldSpec.builder(ArrayTypeName.of(TypeName.DOUBLE), means, Modifier.PRIVATE, Modifier.FINAL).initializer("new double[$L]", plan.losses().size()).build());
    }
    type.addMethod(epoch(wholes));
    type.addMethod(helpers.method("shuffled"));
    for (boolean whole : new boolean[] {false, true}) {
      sampled().filter(argument -> IntegerArguments.isWhole(plan, argument) == whole).map(argument -> isBatch(argument.columns())).distinct()
          .forEach(columns -> type.addMethod(helpers.method((columns ? "copyColumn" : "copyRow") + (whole ? "OfNumbers" : ""))));
    }
  }

  private Stream<Tensor> sampled() {
    return batches.keySet().stream().filter(EpochWriter::isSampled);
  }

  private MethodSpec epoch(IntegerArguments wholes) {
    String batchSize = members.names().local("batchSize");
    String seed = members.names().local("seed");
    MethodSpec.Builder method = MethodSpec.methodBuilder("epoch").addModifiers(Modifier.PUBLIC).returns(isSingle() ? TypeName.DOUBLE : ArrayTypeName.of(TypeName.DOUBLE));
    CodeBlock.Builder doc = CodeBlock.builder().add("Runs a training step for each batch of samples, in a random order that depends only on the seed.\n");
    doc.add(isSingle() ? "\n" : "Each is a step for " + plan.model().losses().stream().map(loss -> "{@code " + Documentation.safe(loss.name()) + "}")
        .collect(Collectors.joining(", then one for ")) + ".\n\n");
    members.sizes().addGiven(method);
    doc.add("$L", members.sizes().givenDocumentation());
    for (Tensor argument : plan.arguments()) {
      method.addParameter(wholes.type(argument), members.name(argument));
      doc.add("@param $L $L$L\n", members.name(argument), wholes.description(argument, "n"),
          isSampled(argument) ? ", with any number of samples n" : "");
    }
    doc.add("@param $L number of samples in a step; the last step has the rest\n@param $L of the order; pass a different one for each epoch\n", batchSize, seed)
        .add(isSingle() ? "@return the mean of the batches' losses, each before its step\n"
            : "@return the means of the batches' losses, each before its step, in that order; an internal buffer, valid until the next call\n")
        .add("@throws IllegalArgumentException if a shape $Lis wrong, or a batch larger than {@code maxBatch}\n", wholes.anyOf(plan.arguments()) ? "or an integer " : "");
    return method.addParameter(TypeName.INT, batchSize).addParameter(TypeName.LONG, seed).addJavadoc(doc.build())
        .addCode(body(batchSize, seed, wholes)).build();
  }

  private CodeBlock body(String batchSize, String seed, IntegerArguments wholes) {
    String samples = members.names().local("samples");
    String sum = members.names().local("lossSum");
    String from = members.names().local("from");
    String size = members.names().local("size");
    String place = members.names().local("place");
    String sample = members.names().local("sample");
    CodeBlock.Builder code = CodeBlock.builder().add(members.sizes().find(members::name))
        .addStatement("final int $L = $L", samples, wholes.samples(wholes.samples(plan.arguments()).orElseThrow()))
        .beginControlFlow("if ($L < 1 || $L > maxBatch)", batchSize, batchSize)
        .addStatement("throw new IllegalArgumentException($S + maxBatch + $S + $L)", "a batch has 1 to ", " samples, not ", batchSize)
        .endControlFlow()
        .beginControlFlow("if ($L < 1)", samples)
        .addStatement("throw new IllegalArgumentException($S)", "there are no samples").endControlFlow();
    batches.keySet().forEach(argument -> code.addStatement(!IntegerArguments.isWhole(plan, argument) ? CodeBlock.of("requireShape($S, $L, $L, $L)", argument.name(),
        members.name(argument), members.sizes().product(argument.rows(), samples), members.sizes().product(argument.columns(), samples))
        : isSampled(argument) ? wholes.require(argument, samples) : wholes.set(argument)));
    code.addStatement(isSingle() ? "double $L = 0" : "$T.fill($L, 0)", isSingle() ? new Object[] {sum} : new Object[] {Arrays.class, means})
        .add("for (int $L = 0; $L < $L; $L += $L) {\n$>", from, from, samples, from, batchSize)
        .addStatement("final int $L = Math.min($L, $L - $L)", size, batchSize, samples, from);
    sampled().forEach(argument -> code.addStatement("$L.reshape($L, $L)", batches.get(argument), members.sizes().product(argument.rows(), size),
        members.sizes().product(argument.columns(), size)));
    code.add("for (int $L = 0; $L < $L; $L++) {\n$>", place, place, size, place)
        .addStatement("final int $L = shuffled($L + $L, $L, $L)", sample, from, place, samples, seed);
    sampled().forEach(argument -> code.addStatement("$L($L$L, $L, $L, $L)", isBatch(argument.columns()) ? "copyColumn" : "copyRow",
        members.name(argument), IntegerArguments.isWhole(plan, argument) ? ", " + samples : "", sample, batches.get(argument), place));
    code.add("$<}\n");
    if (isSingle()) {
      return code.addStatement("$L += step($L) * (double) $L", sum, arguments(), size).add("$<}\n").addStatement("return $L / $L", sum, samples).build();
    }
    for (int k = 0; k < plan.losses().size(); k++) {
      code.addStatement("$L[$L] += step$L($L) * (double) $L / $L", means, k, members.suffix(k), arguments(), size, samples);
    }
    return code.add("$<}\n").addStatement("return $L", means).build();
  }

  private boolean isSingle() {
    return plan.losses().size() == 1;
  }

  private String arguments() {
    return members.sizes().given(plan.arguments().stream().map(argument -> batches.getOrDefault(argument, members.name(argument))).collect(Collectors.joining(", ")));
  }

  static boolean isSampled(Tensor argument) {
    return isBatch(argument.rows()) || isBatch(argument.columns());
  }

  static boolean isBatch(List<Extent> side) {
    return side.equals(List.of(Extent.BATCH));
  }
}
