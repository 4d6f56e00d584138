package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.FusedUpdates;
import dev.nngen.plan.Kernel;
import dev.nngen.plan.Plan;
import dev.nngen.plan.EntryPoint;
import dev.nngen.plan.Step;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.WorkPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/** Writes {@code predict}, {@code loss}, {@code gradients} and {@code step}, the kernels that they run, and their argument checks. */
final class EntryPoints {

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final MethodSplitter chunks;
  private final KernelSet kernelSet;
  private final ThreadWriter threads;
  private final ScalingWriter scaling;
  private final IntegerArguments wholes;
  private final Map<Kernel, FusedUpdates.Update> fused;
  private final KernelFormulas formulas;
  private final Map<Kernel, String> methods = new HashMap<>();
  /** Kernels that are not in the plan but replace kernels of it. */
  private final Set<Kernel> further = new LinkedHashSet<>();
  private final Set<Kernel> replaced = new HashSet<>();

  EntryPoints(Plan plan, Members members, MethodSplitter chunks, ThreadWriter threads, ScalingWriter scaling, IntegerArguments wholes, KernelSet kernelSet,
      Map<Kernel, FusedUpdates.Update> fused) {
    this.fused = fused;
    this.wholes = wholes;
    this.threads = threads;
    this.scaling = scaling;
    this.plan = plan;
    this.members = members;
    this.types = members.types();
    this.chunks = chunks;
    this.kernelSet = kernelSet;
    this.formulas = new KernelFormulas(plan, members);
    plan.kernels().forEach(kernel -> {
      if (!methods.containsKey(kernel)) {
        name(kernel);
      }
    });
    threads.divisions().kernels().keySet().forEach(kernel -> threads.keep(arguments(kernel)));
  }

  /** Allocates the name of the kernel's method, which serves all kernels of its position in a loop. */
  private void name(Kernel kernel) {
    List<Kernel> served = members.layers().site(kernel).map(site -> site.kernels()).orElse(List.of(kernel));
    String method = members.names().method(served.size() == 1 ? kernel.name() : MatrixArray.commonName(served.stream().map(Kernel::name).toList()));
    served.forEach(one -> methods.put(one, method));
  }

  void write(TypeSpec.Builder type) {
    List<Tensor> inputs = plan.arguments().subList(0, plan.model().inputs().size());
    List<Tensor> all = plan.arguments();
    plan.output().ifPresent(output -> wholes.add(type, entry("predict", inputs, types.matrix(), "Returns the prediction for each sample: {@code "
            + Documentation.safe(plan.model().output().orElseThrow()) + "}" + (accessible().isEmpty() ? "" : ", and the values that " + accessible().stream()
                .map(other -> "{@link #" + members.accessor(other) + "}").collect(Collectors.joining(", ")) + " return afterwards") + ".\n",
            "@return an internal buffer, valid until the next call\n")
        .addCode(calls(type, EntryPoint.PREDICT, inputs)).addStatement("return $L", members.name(output)).build(), inputs));
    accessible().forEach(output -> type.addMethod(output(output)));
    for (int k = 0; k < plan.losses().size(); k++) {
      String loss = members.name(plan.losses().get(k));
      Tensor predicted = plan.predictedLosses().get(k);
      boolean alike = predicted.equals(plan.losses().get(k));
      String named = Documentation.safe(plan.model().losses().get(k).name());
      String which = plan.losses().size() == 1 ? "Returns the loss" : "Returns the loss {@code " + named + "}";
      wholes.add(type, entry("loss" + members.suffix(k), all, types.real(), which + (alike ? "" : " of the values that {@code predict} computes") + ".\n", "@return {@code " + (alike ? loss : named) + "}\n")
          .addCode(calls(type, EntryPoint.loss(k), all)).addStatement("return $L", members.name(predicted)).build(), all);
      wholes.add(type, entry("gradients" + members.suffix(k), all, types.real(),
              which + (alike ? "" : " in training") + ", and its gradient with respect to " + differentiated() + ".\n",
              "@return {@code " + loss + "}\n")
          .addCode(calls(type, EntryPoint.gradients(k), all)).addStatement("return $L", loss).build(), all);
    }
    for (int k = 0; k < plan.losses().size() && !plan.nextStates().isEmpty(); k++) {
      String suffix = members.suffix(k);
      wholes.add(type, entry("updateState" + suffix, all, TypeName.VOID, "Changes the model's states as a training step does, after {@link #gradients" + suffix + "} for the same batch."
              + (plan.updates().isEmpty() ? "" : " {@link #step" + suffix + "} does so itself.") + "\n", "")
          .addCode(begin(all).add(chunks.run(type, "statesPart", states(k), arguments(all))).build()).build(), all);
    }
    for (int k = 0; k < plan.losses().size() && !plan.updates().isEmpty(); k++) {
      UpdateWriter updates = new UpdateWriter(plan, members, chunks, this, k);
      new StepWriter(plan, members, chunks, this, updates, fused, k).write(type);
      updates.write(type);
    }
    if (plan.output().isPresent() || all.size() == inputs.size()) {
      type.addMethod(prepare(inputs));
    }
    if (all.size() > inputs.size()) {
      type.addMethod(prepare(all));
    }
    type.addMethod(members.helpers().method("requireShape"));
    wholes.write(type, all.size() > inputs.size() ? plan.output().isPresent() ? List.of(inputs, all) : List.of(all) : List.of(inputs));
    plan.kernels().stream().filter(kernel -> !replaced.contains(kernel))
        .filter(kernel -> members.layers().site(kernel).map(site -> site.round() == 0).orElse(true))
        .forEach(kernel -> type.addMethods(kernel(kernel)));
    further.forEach(kernel -> type.addMethods(kernel(kernel)));
  }

  /** Returns the outputs with accessors: all of several, except those named like a parameter, which has one itself. */
  private List<Tensor> accessible() {
    return plan.outputs().stream().filter(output -> members.accessor(output) != null).toList();
  }

  private MethodSpec output(Tensor output) {
    return MethodSpec.methodBuilder(members.accessor(output)).addModifiers(Modifier.PUBLIC).returns(types.matrix())
        .addJavadoc("Returns the output {@code $L}, $L x $L, as of the last {@link #predict}.\n\n@return an internal buffer, valid until the next call\n",
            Documentation.safe(output.name()), shown(output.rows()), shown(output.columns()))
        .addStatement("return $L", members.name(output)).build();
  }

  /** Describes the parameters that a loss is differentiated by. */
  private String differentiated() {
    return plan.losses().size() > 1 ? "every parameter of its own" : plan.gradients().size() == plan.parameters().size() ? "every parameter" : "every parameter that is not frozen";
  }

  MethodSpec.Builder entry(String name, List<Tensor> arguments, com.palantir.javapoet.TypeName result, String text,
      String returns) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(name).addModifiers(Modifier.PUBLIC).returns(result);
    CodeBlock.Builder doc = CodeBlock.builder().add("$L\n$L", text, members.sizes().givenDocumentation());
    members.sizes().addGiven(method);
    for (Tensor argument : arguments) {
      method.addParameter(types.matrix(), members.name(argument));
      doc.add("@param $L $L\n", members.name(argument), wholes.description(argument, "m"));
    }
    return method.addJavadoc(doc.add("$L", returns).add("@throws IllegalArgumentException if a shape $L\n$L",
        wholes.anyOf(arguments) ? "or an integer is wrong" : "is wrong", ParameterApi.unset(plan)).build());
  }

  private String shown(List<Extent> extents) {
    return members.sizes().now(extents);
  }

  private CodeBlock calls(TypeSpec.Builder type, EntryPoint program, List<Tensor> arguments) {
    List<CodeBlock> calls = calls(program);
    String prefix = switch (program.kind()) {
      case PREDICT -> "predictPart";
      case LOSS -> "lossPart";
      case GRADIENTS -> "gradientsPart";
      case STATES -> "statesPart";
      case UPDATE -> "updatePart";
    };
    return begin(arguments).add(program.kind() == EntryPoint.Kind.GRADIENTS ? NoiseWriter.draw(plan) : CodeBlock.of("")).add(chunks.run(type, prefix, calls, arguments(arguments))).build();
  }

  private List<MethodSplitter.Argument> arguments(List<Tensor> tensors) {
    return tensors.stream().map(a -> new MethodSplitter.Argument(types.matrix(), members.name(a))).toList();
  }

  /** Computes the model's states after a step of a loss, all from the old ones, and then replaces these. */
  List<CodeBlock> states(int loss) {
    List<CodeBlock> code = new ArrayList<>(calls(EntryPoint.states(loss)));
    if (!plan.nextStates().isEmpty()) {
      code.add(CodeBlock.builder().addStatement("takeNextStates()").build());
    }
    return code;
  }

  /** Checks the arguments, scales inputs and assigns fields that parts of kernels read. */
  CodeBlock.Builder begin(List<Tensor> arguments) {
    CodeBlock.Builder code = CodeBlock.builder();
    if (!arguments.isEmpty()) {
      code.addStatement("prepare($L)", members.sizes().given(arguments.stream().map(members::name).collect(Collectors.joining(", "))));
    }
    if (!plan.parameters().isEmpty()) {
      code.addStatement("requireParameters()");
    }
    return arguments.isEmpty() ? code : code.add(scaling.scale()).add(threads.assignments(arguments));
  }

  /** Returns calls of the methods of the entry point's kernels; repeated kernels are called in a loop. */
  List<CodeBlock> calls(EntryPoint program) {
    return calls(program, Map.of());
  }

  /**
   * @param instead code that replaces some kernels
   */
  List<CodeBlock> calls(EntryPoint program, Map<Kernel, CodeBlock> instead) {
    if (program.kind() == EntryPoint.Kind.GRADIENTS && instead.isEmpty() && runsAtOnce(program)) {
      return List.of(call(gradientsAtOnce(program)));
    }
    List<CodeBlock> calls = new ArrayList<>();
    for (Kernel kernel : plan.kernels(program)) {
      Optional<LayerLoop.Site> site = members.layers().site(kernel).filter(found -> found.loop().kernels().noneMatch(instead::containsKey));
      if (site.isEmpty()) {
        calls.add(instead.containsKey(kernel) ? instead.get(kernel) : call(kernel));
      } else if (site.get().isFirstOf(program)) {
        calls.add(loop(site.get().loop(), program));
      }
    }
    return calls;
  }

  private boolean runsAtOnce(EntryPoint gradients) {
    List<Kernel> kernels = plan.kernels(gradients);
    return kernels.size() > 1 && kernels.stream().allMatch(kernel -> members.layers().site(kernel).isEmpty())
        && !threads.divisions().areUsed() && kernelSet.runsAtOnce(kernels);
  }

  /** Returns all kernels of the gradients as one. */
  private Kernel gradientsAtOnce(EntryPoint gradients) {
    List<Kernel> kernels = plan.kernels(gradients);
    Kernel joined = Kernel.joined(members.names().method("computeGradients"), kernels);
    add(joined, kernels.stream().flatMap(kernel -> formulas.of(kernel).stream()).distinct().toList());
    kernels.stream().filter(kernel -> fused.isEmpty() && kernel.programs().equals(Set.of(gradients))).forEach(replaced::add);
    return joined;
  }

  /** Adds a kernel that is not in the plan. */
  void add(Kernel kernel, List<String> texts) {
    methods.put(kernel, kernel.name());
    formulas.define(kernel, texts);
    further.add(kernel);
  }

  private CodeBlock loop(LayerLoop loop, EntryPoint program) {
    CodeBlock.Builder code = CodeBlock.builder().add(loop.count().loop(members.round(), loop.run().rounds())).add(" {\n$>");
    loop.round(program).forEach(kernel -> code.add(call(kernel, Optional.of(members.round()))));
    return code.add("$<}\n").build();
  }

  CodeBlock call(Kernel kernel) {
    return call(kernel, members.layers().site(kernel).map(site -> Integer.toString(site.number())));
  }

  /**
   * @param round number of the round, for a repeated kernel
   */
  private CodeBlock call(Kernel kernel, Optional<String> round) {
    if (threads.divisions().kernels().containsKey(kernel)) {
      return round.map(threads::assignLayer).orElse(CodeBlock.of("")).toBuilder().add(threads.runOnBatch(methods.get(kernel))).build();
    }
    Stream<String> arguments = Stream.concat(arguments(kernel).stream().map(members::name), round.stream());
    return CodeBlock.builder().addStatement("$L($L)", methods.get(kernel), arguments.collect(Collectors.joining(", "))).build();
  }

  List<Tensor> arguments(Kernel kernel) {
    Set<Tensor> read = new LinkedHashSet<>();
    kernel.steps().forEach(step -> read.addAll(Accesses.reads(step)));
    return plan.arguments().stream().filter(read::contains).toList();
  }

  /** Returns the kernel's method, and those for parts of it. */
  private List<MethodSpec> kernel(Kernel kernel) {
    MethodScope scope = new MethodScope(members);
    Optional<LayerLoop.Site> site = members.layers().site(kernel);
    WorkPartition division = threads.divisions().kernels().get(kernel);
    site.ifPresent(scope::over);
    if (division == null) {
      scope.divisible(methods.get(kernel), arguments(kernel));
    }
    MethodSpec.Builder method = division == null ? whole(kernel) : part(methods.get(kernel), division, kernel.steps(), scope);
    site.ifPresent(found -> method.addJavadoc("$L", found.description(members.round())));
    if (site.isPresent() && division != null) {
      method.addCode(threads.declareLayer());
    }
    List<String> computed = formulas.of(kernel);
    if (!computed.isEmpty()) {
      method.addJavadoc("$L", Documentation.formulas(computed));
    }
    MethodSpec whole = method.addCode(kernelSet.body(kernel, scope)).build();
    return Stream.concat(Stream.of(whole), scope.parts().stream()).toList();
  }

  private MethodSpec.Builder whole(Kernel kernel) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(methods.get(kernel)).addModifiers(Modifier.PRIVATE);
    arguments(kernel).forEach(argument -> method.addParameter(types.matrix(), members.name(argument)));
    members.layers().site(kernel).ifPresent(site -> method.addParameter(TypeName.INT, members.round()));
    boolean multiplies = kernel.steps().stream().anyMatch(step -> kernelSet.multiplies(step, types));
    return multiplies ? method.addCode(threads.products("0")) : method;
  }

  /** Returns a method that runs a part of some steps, without the steps. */
  MethodSpec.Builder part(String name, WorkPartition division, List<Step> steps, MethodScope scope) {
    KernelPart part = new KernelPart(division, steps, scope);
    scope.divide(part);
    MethodSpec.Builder method = ThreadWriter.part(name);
    return method.addCode(products(steps, "part")).addCode(part.declarations(scope));
  }

  /** Declares the object that multiplies matrices in a part of the steps, if one of them needs it. */
  CodeBlock products(List<Step> steps, String part) {
    return steps.stream().anyMatch(step -> kernelSet.multiplies(step, types)) ? threads.products(part) : CodeBlock.of("");
  }

  /** Adds an entry point that takes all data. */
  void add(TypeSpec.Builder type, MethodSpec method) {
    wholes.add(type, method, plan.arguments());
  }

  /** Returns the formulas that the kernel computes. */
  List<String> formulas(Kernel kernel) {
    return formulas.own(kernel);
  }

  ThreadWriter threads() {
    return threads;
  }

  KernelSet kernelSet() {
    return kernelSet;
  }

  /** Writes the method that checks the arguments' shapes and takes the batch size from the first one with samples. */
  private MethodSpec prepare(List<Tensor> arguments) {
    MethodSpec.Builder method = MethodSpec.methodBuilder("prepare").addModifiers(Modifier.PRIVATE)
        .addJavadoc("Checks the arguments and takes $L from them.\n", members.sizes().exist() ? "sizes" : "the number of samples");
    members.sizes().addGiven(method);
    arguments.forEach(argument -> method.addParameter(types.matrix(), members.name(argument)));
    method.addCode(members.sizes().find(members::name));
    Optional<Tensor> sampled = arguments.stream().filter(argument -> hasSamples(argument.rows()) || hasSamples(argument.columns()))
        .findFirst();
    sampled.ifPresent(argument -> method.addStatement("resize($S, $L.$L$L)", argument.name(), members.name(argument),
        hasSamples(argument.columns()) ? "numCols" : "numRows", members.sizes().arguments()));
    if (sampled.isEmpty()) {
      method.addStatement("resize($S, 1$L)", "the batch", members.sizes().arguments());
    }
    arguments.forEach(argument -> method.addStatement("requireShape($S, $L, $L, $L)", argument.name(), members.name(argument),
        members.sizes().now(argument.rows()), members.sizes().now(argument.columns())));
    return method.build();
  }

  private static boolean hasSamples(List<Extent> side) {
    return side.equals(List.of(Extent.BATCH));
  }
}
