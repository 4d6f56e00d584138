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

/** The groups of parameters that a class handles together: each a constant with the indices of its parameters, unless it contains all. */
final class ParameterGroups {

  private final Plan plan;
  private final Map<List<Integer>, String> constants = new LinkedHashMap<>();

  ParameterGroups(Plan plan) {
    this.plan = plan;
  }

  /** Returns the constant with the indices of some parameters; empty if they are all. */
  Optional<String> constant(List<Integer> places) {
    return places.size() == plan.parameters().size() ? Optional.empty()
        : Optional.of(constants.computeIfAbsent(places, group -> "GROUP_" + (constants.size() + 1)));
  }

  /** Returns the indices of all parameters with gradients. */
  List<Integer> trained() {
    return List.copyOf(plan.gradients().keySet());
  }

  /** Returns the indices of a loss's parameters. */
  List<Integer> ofLoss(int loss) {
    List<String> names = plan.model().losses().get(loss).parameters();
    return trained().stream().filter(place -> names.contains(plan.parameters().get(place).name())).toList();
  }

  /** Returns an array of new matrices with the shapes of some parameters, each at its index; others are null. */
  CodeBlock matrices(List<Integer> places) {
    return CodeBlock.of("likeParameters($L)", constant(places).orElse(""));
  }

  /** Returns the head of a loop over indices. */
  CodeBlock loop(String variable, List<Integer> places) {
    return constant(places).map(group -> CodeBlock.of("for (int $L : $L)", variable, group))
        .orElse(CodeBlock.of("for (int $L = 0; $L < parameters.length; $L++)", variable, variable, variable));
  }

  /** Whether there are constants. */
  boolean isAsked() {
    return !constants.isEmpty();
  }

  /** Declares the constants in use. */
  void write(TypeSpec.Builder type) {
    constants.forEach((places, name) -> type.addField(FieldSpec.builder(ArrayTypeName.of(TypeName.INT), name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("The indices of $L.\n", shown(places)).initializer(places.stream().map(place -> CodeBlock.of("$L", place)).collect(CodeBlock.joining(",$W", "{", "}")))
        .build()));
  }

  private String shown(List<Integer> places) {
    String some = places.stream().limit(4).map(place -> plan.parameters().get(place)).map(Tensor::name).map(name -> "{@code " + Documentation.safe(name) + "}")
        .collect(Collectors.joining(", "));
    return some + (places.size() > 4 ? " and others" : "");
  }
}
