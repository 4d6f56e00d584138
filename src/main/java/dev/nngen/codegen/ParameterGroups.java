package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** The groups of parameters that a class treats alike: each a constant with the places of its parameters, unless it is all of them. */
final class ParameterGroups {

  private final Plan plan;
  private final Map<List<Integer>, String> constants = new LinkedHashMap<>();

  ParameterGroups(Plan plan) {
    this.plan = plan;
  }

  /** The constant with the places of some parameters; empty if they are all. */
  Optional<String> constant(List<Integer> places) {
    return places.size() == plan.parameters().size() ? Optional.empty()
        : Optional.of(constants.computeIfAbsent(places, group -> "GROUP_" + (constants.size() + 1)));
  }

  /** The places of all parameters that have gradients. */
  List<Integer> trained() {
    return List.copyOf(plan.gradients().keySet());
  }

  /** The places of a loss's parameters. */
  List<Integer> ofLoss(int loss) {
    List<String> names = plan.model().losses().get(loss).parameters();
    return trained().stream().filter(place -> names.contains(plan.parameters().get(place).name())).toList();
  }

  /** An array of new matrices of the shapes of some parameters, each at its place; others are null. */
  CodeBlock matrices(List<Integer> places) {
    return CodeBlock.of("likeParameters($L)", constant(places).orElse(""));
  }

  /** The head of a loop over places. */
  CodeBlock loop(String variable, List<Integer> places) {
    return constant(places).map(group -> CodeBlock.of("for (int $L : $L)", variable, group))
        .orElse(CodeBlock.of("for (int $L = 0; $L < parameters.length; $L++)", variable, variable, variable));
  }

  /** Whether there are constants. */
  boolean isAsked() {
    return !constants.isEmpty();
  }

  /** Declares the constants that were asked for. */
  void write(TypeSpec.Builder type) {
    constants.forEach((places, name) -> type.addField(FieldSpec.builder(ArrayTypeName.of(TypeName.INT), name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("The places of $L.\n", shown(places)).initializer(places.stream().map(place -> CodeBlock.of("$L", place)).collect(CodeBlock.joining(",$W", "{", "}")))
        .build()));
  }

  private String shown(List<Integer> places) {
    String some = places.stream().limit(4).map(place -> plan.parameters().get(place)).map(Tensor::name).map(name -> "{@code " + Documentation.safe(name) + "}")
        .collect(Collectors.joining(", "));
    return some + (places.size() > 4 ? " and others" : "");
  }
}
