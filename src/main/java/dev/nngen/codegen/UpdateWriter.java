package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.EntrywiseUpdate;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.EntryPoint;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/** Writes a step of the optimizers of a loss's parameters. */
final class UpdateWriter {

  private final Plan plan;
  private final Members members;
  private final MethodSplitter chunks;
  private final EntryPoints entryPoints;
  private final String suffix;
  private final int loss;
  private final List<Integer> indices;

  UpdateWriter(Plan plan, Members members, MethodSplitter chunks, EntryPoints entryPoints, int loss) {
    this.loss = loss;
    this.suffix = members.suffix(loss);
    String name = plan.model().losses().get(loss).name();
    this.indices = IntStream.range(0, plan.updates().size()).filter(k -> plan.updates().get(k).of().loss().equals(name)).boxed().toList();
    this.plan = plan;
    this.members = members;
    this.chunks = chunks;
    this.entryPoints = entryPoints;
  }

  /** Returns the indices of the plan's updates of the loss's parameters. */
  List<Integer> indices() {
    return indices;
  }

  void write(TypeSpec.Builder type) {
    MethodSpec.Builder update = MethodSpec.methodBuilder("update" + suffix).addModifiers(Modifier.PRIVATE)
        .addJavadoc("$L", (indices.size() == 1 ? "Runs one optimizer step for all parameters" : "Runs one step of the optimizers for all parameters")
            + (suffix.isEmpty() ? "" : " of {@code " + Documentation.safe(suffix) + "}") + ".\n")
        .addStatement("$L++", members.steps(loss)).addCode(NoiseWriter.count(plan));
    List<MethodSpec> methods = new ArrayList<>();
    for (int k : indices) {
      Plan.Update of = plan.updates().get(k);
      update.addCode(chunks.run(type, "updatePart", entryPoints.calls(EntryPoint.update(k)), List.of()));
      Optional<CodeBlock> single = parameterByParameter("updateParameters", k, of.parameters());
      if (single.isPresent()) {
        update.addCode(single.get());
      } else if (of.template().isPresent()) {
        update.addCode(all(type, k));
        methods.add(entrywise(k, of.template().get()));
      } else {
        update.addJavadoc("\n$L", Documentation.formulas(of.of().formula()));
      }
    }
    type.addMethod(update.build()).addMethods(methods);
  }

  /** Returns the name of the method that changes one parameter. */
  private static String method(int index) {
    return index == 0 ? "update" : "update" + (index + 1);
  }

  /** Whether each thread changes a part of a parameter's entries. */
  private boolean isDivided(int index) {
    return entryPoints.threads().divisions().isWorthwhile(entries(plan.updates().get(index).parameters()));
  }

  private long entries(List<Integer> parameters) {
    return parameters.stream().mapToLong(k -> plan.parameters().get(k).fixedSize()).sum();
  }

  /** Returns the update of all parameters of an optimizer. */
  private CodeBlock all(TypeSpec.Builder type, int index) {
    String k = members.names().local("k");
    boolean divided = isDivided(index);
    CodeBlock loop = CodeBlock.builder().add("$L {\n$>", members.groups().loop(k, plan.updates().get(index).parameters()))
        .addStatement("$L(parameters[$L], gradients[$L]$L$L)", method(index), k, k, states(index, k), divided ? ", part, parts" : "").endControlFlow().build();
    if (!divided) {
      return loop;
    }
    String all = "updateAll" + (index == 0 ? "" : Integer.toString(index + 1));
    type.addMethod(ThreadWriter.part(all).addCode(loop).build());
    return entryPoints.threads().run(all);
  }

  /** Returns the updates of some of an optimizer's parameters; empty if kernels that run once change all of them. */
  List<CodeBlock> of(TypeSpec.Builder type, int index, List<Integer> parameters) {
    if (parameters.isEmpty() || plan.updates().get(index).template().isEmpty()) {
      return List.of();
    }
    Optional<CodeBlock> single = parameterByParameter("updateOthers", index, parameters);
    if (single.isPresent()) {
      return List.of(single.get());
    }
    boolean inParts = entryPoints.threads().divisions().isWorthwhile(entries(parameters));
    String part = !isDivided(index) ? "" : inParts ? ", part, parts" : ", 0, 1";
    List<CodeBlock> calls = parameters.stream().map(k -> CodeBlock.builder().addStatement("$L($L, $L$L$L)", method(index),
        members.name(plan.parameters().get(k)), members.name(plan.gradients().get(k)), states(index, k.toString()), part).build()).toList();
    if (!inParts) {
      return calls;
    }
    List<MethodSplitter.Argument> arguments = List.of(new MethodSplitter.Argument(TypeName.INT, "part"), new MethodSplitter.Argument(TypeName.INT, "parts"));
    String method = members.names().method("updateOthers");
    type.addMethod(ThreadWriter.part(method).addJavadoc("Runs the optimizer's step for parameters that are not updated elsewhere.\n")
        .addCode(chunks.run(type, "updateOthersPart", calls, arguments)).build());
    return List.of(entryPoints.threads().run(method));
  }

  /** Returns the states of a parameter, as further arguments. */
  private String states(int index, String parameter) {
    return plan.updates().get(index).template().orElseThrow().roles().stream()
        .map(role -> ", " + members.roles().get(new Members.Role(index, role)) + "[" + parameter + "]")
        .collect(Collectors.joining());
  }

  /** Returns a call of a method that updates some parameters in loops of known length, if all are few and small. */
  private Optional<CodeBlock> parameterByParameter(String name, int index, List<Integer> parameters) {
    if (isDivided(index) || !entryPoints.kernelSet().updatesOneByOne(plan.parameters())) {
      return Optional.empty();
    }
    return EntrywiseUpdate.of(plan, index).map(update -> {
      Kernel kernel = new Kernel(members.names().method(name), Set.of(EntryPoint.update(index)), parameters.stream().<Step>map(update::nest).toList(), List.of(), Set.of());
      entryPoints.add(kernel, plan.updates().get(index).of().formula());
      return entryPoints.call(kernel);
    });
  }

  /** Writes the update of any one parameter. */
  private MethodSpec entrywise(int index, Plan.Template template) {
    MethodScope scope = new MethodScope(members);
    MethodSpec.Builder method = MethodSpec.methodBuilder(method(index)).addModifiers(Modifier.PRIVATE)
        .addJavadoc("Runs the optimizer's step for a parameter {@code w} with gradient {@code g}.\n\n$L", Documentation.formulas(plan.updates().get(index).of().formula()));
    String weight = parameter(method, scope, plan.parameters().get(template.parameter()), "w");
    parameter(method, scope, plan.gradients().get(template.parameter()), "g");
    for (int k = 0; k < template.states().size(); k++) {
      parameter(method, scope, template.states().get(k), template.roles().get(k));
    }
    String count = scope.fresh("n");
    scope.overAnySize(count);
    method.addStatement("final int $L = $L.getNumElements()", count, weight);
    if (isDivided(index)) {
      KernelPart part = KernelPart.ofEntries(scope.fresh("first"), scope.fresh("last"));
      method.addParameter(TypeName.INT, "part").addParameter(TypeName.INT, "parts").addCode(part.declarations(count));
      scope.divide(part);
    }
    for (Kernel kernel : plan.updates().get(index).kernels()) {
      method.addCode(entryPoints.kernelSet().body(kernel, scope));
    }
    return method.build();
  }

  private String parameter(MethodSpec.Builder method, MethodScope scope, Tensor tensor, String suggestion) {
    String name = scope.fresh(suggestion);
    scope.rename(tensor, name);
    method.addParameter(members.types().matrix(), name);
    return name;
  }
}
