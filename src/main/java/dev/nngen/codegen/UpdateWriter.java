package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.EntrywiseUpdate;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Program;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.Step;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    List<CodeBlock> calls = entryPoints.calls(Program.UPDATE);
    MethodSpec.Builder update = MethodSpec.methodBuilder("update").addModifiers(Modifier.PRIVATE)
        .addJavadoc("One step of the optimiser for all parameters.\n")
        .addStatement("t++").addCode(NoiseWriter.count(plan))
        .addCode(chunks.run(type, "updatePart", calls, List.of()));
    Optional<CodeBlock> single = parameterByParameter("updateParameters", IntStream.range(0, plan.parameters().size()).boxed().toList());
    if (single.isPresent()) {
      type.addMethod(update.addCode(single.get()).build());
    } else if (plan.template().isPresent()) {
      type.addMethod(update.addCode(all(type)).build());
      type.addMethod(entrywise(plan.template().get(), formula));
    } else {
      update.addJavadoc("\n$L", Documentation.formulas(formula));
      type.addMethod(update.build());
    }
  }

  /** True where each thread changes a part of a parameter's entries. */
  private boolean isDivided() {
    return entryPoints.threads().divisions().isWorthwhile(plan.parameters().stream().mapToLong(Tensor::fixedSize).sum());
  }

  /** The update of every parameter. */
  private CodeBlock all(TypeSpec.Builder type) {
    String k = members.names().local("k");
    CodeBlock loop = CodeBlock.builder().beginControlFlow("for (int $L = 0; $L < parameters.length; $L++)", k, k, k)
        .addStatement("update(parameters[$L], gradients[$L]$L$L)", k, k, states(k), isDivided() ? ", part, parts" : "").endControlFlow().build();
    if (!isDivided()) {
      return loop;
    }
    type.addMethod(Threads.part("updateAll").addCode(loop).build());
    return entryPoints.threads().run("updateAll");
  }

  /** The updates of some parameters. */
  List<CodeBlock> of(TypeSpec.Builder type, List<Integer> parameters) {
    Optional<CodeBlock> single = parameters.isEmpty() ? Optional.empty() : parameterByParameter("updateOthers", parameters);
    if (single.isPresent()) {
      return List.of(single.get());
    }
    long entries = parameters.stream().mapToLong(k -> plan.parameters().get(k).fixedSize()).sum();
    boolean inParts = entryPoints.threads().divisions().isWorthwhile(entries);
    String part = !isDivided() ? "" : inParts ? ", part, parts" : ", 0, 1";
    List<CodeBlock> calls = parameters.stream().map(k -> CodeBlock.builder().addStatement("update($L, $L$L$L)",
        members.name(plan.parameters().get(k)), members.name(plan.gradients().get(k)), states(k.toString()), part).build()).toList();
    if (!inParts) {
      return calls;
    }
    List<Chunks.Argument> arguments = List.of(new Chunks.Argument(TypeName.INT, "part"), new Chunks.Argument(TypeName.INT, "parts"));
    String method = members.names().method("updateOthers");
    type.addMethod(Threads.part(method).addJavadoc("The optimiser's step for parameters that are not changed elsewhere.\n")
        .addCode(chunks.run(type, "updateOthersPart", calls, arguments)).build());
    return List.of(entryPoints.threads().run(method));
  }

  /** The states of a parameter, as further arguments. */
  private String states(String parameter) {
    return plan.template().orElseThrow().roles().stream().map(role -> ", " + members.roles().get(role) + "[" + parameter + "]")
        .collect(Collectors.joining());
  }

  /** A call of a method that updates some parameters in loops of a known length, where all are few and small. */
  private Optional<CodeBlock> parameterByParameter(String name, List<Integer> parameters) {
    if (isDivided() || !entryPoints.kernelSet().updatesOneByOne(plan.parameters())) {
      return Optional.empty();
    }
    return EntrywiseUpdate.of(plan).map(update -> {
      Kernel kernel = new Kernel(members.names().method(name), Set.of(Program.UPDATE), parameters.stream().<Step>map(update::nest).toList(), List.of(), Set.of());
      entryPoints.add(kernel, plan.model().update().orElseThrow().formula());
      return entryPoints.call(kernel);
    });
  }

  /** The update of any one parameter. */
  private MethodSpec entrywise(Plan.Template template, List<String> formula) {
    MethodScope scope = new MethodScope(members);
    MethodSpec.Builder method = MethodSpec.methodBuilder("update").addModifiers(Modifier.PRIVATE)
        .addJavadoc("The optimiser's step for a parameter {@code w} with gradient {@code g}.\n\n$L", Documentation.formulas(formula));
    String weight = parameter(method, scope, plan.parameters().get(template.parameter()), "w");
    parameter(method, scope, plan.gradients().get(template.parameter()), "g");
    for (int k = 0; k < template.states().size(); k++) {
      parameter(method, scope, template.states().get(k), template.roles().get(k));
    }
    String count = scope.fresh("n");
    scope.overAnySize(count);
    method.addStatement("final int $L = $L.getNumElements()", count, weight);
    if (isDivided()) {
      KernelPart part = KernelPart.ofEntries(scope.fresh("first"), scope.fresh("last"));
      method.addParameter(TypeName.INT, "part").addParameter(TypeName.INT, "parts").addCode(part.declarations(count));
      scope.divide(part);
    }
    for (Kernel kernel : plan.entrywiseUpdate()) {
      method.addCode(entryPoints.kernelSet().body(kernel, scope));
    }
    return method.build();
  }

  private String parameter(MethodSpec.Builder method, MethodScope scope, Tensor tensor, String wanted) {
    String name = scope.fresh(wanted);
    scope.rename(tensor, name);
    method.addParameter(members.types().matrix(), name);
    return name;
  }
}
