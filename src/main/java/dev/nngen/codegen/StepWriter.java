package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.EntrywiseUpdate;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.EntryPoint;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.WorkPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Writes {@code step}: gradients and then the update. If the kernel set fuses them, updates replace gradients that have no other reader. */
final class StepWriter {

  private final Plan plan;
  private final Members members;
  private final MethodSplitter chunks;
  private final EntryPoints entryPoints;
  private final UpdateWriter updates;
  /** The updates of the loss's parameters that are fused with their gradients. */
  private final Map<Kernel, FusedUpdates.Update> fused = new LinkedHashMap<>();
  private final int loss;

  StepWriter(Plan plan, Members members, MethodSplitter chunks, EntryPoints entryPoints, UpdateWriter updates,
      Map<Kernel, FusedUpdates.Update> fused, int loss) {
    this.loss = loss;
    this.updates = updates;
    this.plan = plan;
    this.members = members;
    this.chunks = chunks;
    this.entryPoints = entryPoints;
    Set<Integer> own = Set.copyOf(members.groups().ofLoss(loss));
    fused.forEach((kernel, update) -> {
      if (own.contains(update.parameter())) {
        this.fused.put(kernel, update);
      }
    });
  }

  void write(TypeSpec.Builder type) {
    List<Tensor> all = plan.arguments();
    String list = members.sizes().given(all.stream().map(members::name).collect(Collectors.joining(", ")));
    String suffix = members.suffix(loss);
    String which = "Runs one training step" + (suffix.isEmpty() ? "" : " for {@code " + Documentation.safe(suffix) + "}, which changes its own parameters only") + ".";
    String text = fused.isEmpty() ? which + "\n"
        : which + " The gradients of parameters that are updated while they are computed are not stored; {@link #gradients" + suffix + "} stores them.\n";
    MethodSpec.Builder step = entryPoints.entry("step" + suffix, all, members.types().real(), text, "@return the loss before the step\n");
    if (fused.isEmpty()) {
      String before = members.names().local("before");
      step.addStatement("final $T $L = gradients$L($L)", members.types().real(), before, suffix, list);
      if (!plan.modelStates().isEmpty()) {
        step.addStatement("updateState$L($L)", suffix, list);
      }
      entryPoints.add(type, step.addStatement("update$L()", suffix).addStatement("return $L", before).build());
      return;
    }
    List<MethodSplitter.Argument> arguments =
        all.stream().map(tensor -> new MethodSplitter.Argument(members.types().matrix(), members.name(tensor))).toList();
    entryPoints.add(type, step.addCode(entryPoints.begin(all).add(NoiseWriter.draw(plan)).build()).addStatement("$L++", members.steps(loss)).addCode(NoiseWriter.count(plan))
        .addCode(chunks.run(type, "stepPart", calls(type), arguments))
        .addStatement("return $L", members.name(plan.losses().get(loss))).build());
  }

  private List<CodeBlock> calls(TypeSpec.Builder type) {
    List<Integer> entrywise = updates.indices().stream().filter(k -> EntrywiseUpdate.of(plan, k).isPresent()).toList();
    List<CodeBlock> calls = new ArrayList<>();
    entrywise.forEach(k -> calls.addAll(entryPoints.calls(EntryPoint.update(k))));
    Map<Kernel, CodeBlock> instead = new HashMap<>();
    plan.kernels(EntryPoint.gradients(loss)).stream().filter(fused::containsKey).forEach(kernel -> instead.put(kernel, update(type, kernel)));
    calls.addAll(entryPoints.calls(EntryPoint.gradients(loss), instead));
    calls.addAll(entryPoints.states(loss));
    updates.indices().stream().filter(k -> !entrywise.contains(k)).forEach(k -> calls.addAll(entryPoints.calls(EntryPoint.update(k))));
    Set<Integer> done = fused.values().stream().map(FusedUpdates.Update::parameter).collect(Collectors.toSet());
    updates.indices().forEach(k -> calls.addAll(updates.of(type, k, plan.updates().get(k).parameters().stream().filter(place -> !done.contains(place)).toList())));
    return calls;
  }

  /** Adds the method of an update, and returns its call. */
  private CodeBlock update(TypeSpec.Builder type, Kernel kernel) {
    FusedUpdates.Update update = fused.get(kernel);
    String parameter = plan.parameters().get(update.parameter()).name();
    String name = members.names().method("update" + Identifiers.capitalised(parameter));
    MethodScope scope = new MethodScope(members);
    WorkPartition division = entryPoints.threads().divisions().updates().get(update);
    List<Tensor> arguments = division == null ? entryPoints.arguments(kernel) : List.of();
    MethodSpec.Builder method = division == null ? MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).addCode(entryPoints.products(update.steps(), "0"))
        : entryPoints.part(name, division, update.steps(), scope);
    method.addJavadoc("Runs the optimizer's step for {@code $L}, $L.\n\n$L", parameter,
        update instanceof FusedUpdates.OfEntries ? "for the entries that the batch selects; it changes no others" : "on each part of the gradient as soon as it is computed", Documentation.formulas(entryPoints.formulas(kernel)));
    arguments.forEach(argument -> method.addParameter(members.types().matrix(), members.name(argument)));
    type.addMethod(method.addCode(entryPoints.kernelSet().body(update, kernel, scope)).build());
    return division != null ? entryPoints.threads().runOnBatch(name) : CodeBlock.builder()
        .addStatement("$L($L)", name, arguments.stream().map(members::name).collect(Collectors.joining(", "))).build();
  }
}
