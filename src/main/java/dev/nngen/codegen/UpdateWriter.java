package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Writes one step of the optimiser. */
final class UpdateWriter {

  private final Plan plan;
  private final Members members;
  private final Chunks chunks;
  private final EntryPoints entryPoints;

  UpdateWriter(Plan plan, Members members, Chunks chunks, EntryPoints entryPoints) {
    this.plan = plan;
    this.members = members;
    this.chunks = chunks;
    this.entryPoints = entryPoints;
  }

  void write(TypeSpec.Builder type) {
    List<String> formula = plan.model().update().orElseThrow().formula();
    List<CodeBlock> calls = new ArrayList<>();
    plan.kernels(Program.UPDATE).forEach(kernel -> calls.add(entryPoints.call(kernel)));
    MethodSpec.Builder update = MethodSpec.methodBuilder("update").addModifiers(Modifier.PRIVATE)
        .addJavadoc("One step of the optimiser for all parameters.\n")
        .addStatement("t++")
        .addCode(chunks.run(type, "updatePart", calls, List.of()));
    if (plan.template().isPresent()) {
      Plan.Template template = plan.template().get();
      String states = template.roles().stream().map(role -> ", " + members.roles().get(role) + "[k]").collect(Collectors.joining());
      update.beginControlFlow("for (int k = 0; k < parameters.length; k++)")
          .addStatement("update(parameters[k], gradients[k]$L)", states).endControlFlow();
      type.addMethod(update.build());
      type.addMethod(entrywise(template, formula));
    } else {
      update.addJavadoc("\n$L", Documentation.formulas(formula));
      type.addMethod(update.build());
    }
  }

  /** The update of any one parameter. */
  private MethodSpec entrywise(Plan.Template template, List<String> formula) {
    MethodScope scope = new MethodScope(members);
    MethodSpec.Builder method = MethodSpec.methodBuilder("update").addModifiers(Modifier.PRIVATE)
        .addJavadoc("The optimiser's step for a parameter {@code w} with gradient {@code g}.\n\n$L", Documentation.formulas(formula));
    String weight = scope.fresh("w");
    scope.rename(plan.parameters().get(template.parameter()), weight);
    String gradient = scope.fresh("g");
    scope.rename(plan.gradients().get(template.parameter()), gradient);
    method.addParameter(members.types().matrix(), weight).addParameter(members.types().matrix(), gradient);
    for (int k = 0; k < template.states().size(); k++) {
      String state = scope.fresh(template.roles().get(k));
      scope.rename(template.states().get(k), state);
      method.addParameter(members.types().matrix(), state);
    }
    String count = scope.fresh("n");
    scope.overAnySize(count);
    method.addStatement("final int $L = $L.getNumElements()", count, weight);
    for (Kernel kernel : plan.entrywiseUpdate()) {
      method.addCode(entryPoints.kernelSet().body(kernel, scope));
    }
    return method.build();
  }
}
