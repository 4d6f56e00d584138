package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.nngen.model.NestedClass;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import dev.nngen.plan.WorkPartition;
import dev.nngen.plan.WorkPartitions;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.lang.model.element.Modifier;

/**
 * Writes the code by which several threads share the work of a class: the nested class {@code Workers}, and for each divided kernel a method that
 * runs a part of it and a field that holds that method, so that no call allocates.
 */
final class ThreadWriter {

  private static final ClassName KERNEL_PART = ClassName.get("", NestedClass.KERNEL_PART.simpleName());
  private static final ClassName WORKERS = ClassName.get("", NestedClass.WORKERS.simpleName());

  /** Documentation of the constructor's second parameter. */
  static final String PARAMETER = "@param threads the number of threads that share the work of a batch, including the caller's; at most the number of cores. Results\n"
      + "    do not depend on it, because sums are added in the same order. {@link #close} stops the threads.\n";

  private final Members members;
  private final WorkPartitions divisions;
  private final String name;
  private final boolean multiply;
  private final Templates templates;
  private final List<FieldSpec> fields = new ArrayList<>();
  private final Set<Tensor> arguments = new LinkedHashSet<>();
  private Optional<String> layer = Optional.empty();

  /** @param multiply whether the class has a nested class {@code Products} */
  ThreadWriter(Plan plan, Members members, boolean multiply) {
    this.multiply = multiply;
    this.members = members;
    this.divisions = members.divisions();
    this.name = plan.model().name();
    this.templates = new Templates("workers.txt", Map.of("name", name, "lanes", WorkPartition.LANES, "lockSupport", LockSupport.class, "weakReference", WeakReference.class));
  }

  boolean exist() {
    return divisions.areUsed();
  }

  WorkPartitions divisions() {
    return divisions;
  }

  /** Returns a method that runs a part of a kernel, without its body. */
  static MethodSpec.Builder part(String method) {
    return MethodSpec.methodBuilder(method).addModifiers(Modifier.PRIVATE).addParameter(TypeName.INT, "part").addParameter(TypeName.INT, "parts");
  }

  /** Runs a method's parts on all threads if the batch is large enough. */
  CodeBlock runOnBatch(String method) {
    return CodeBlock.builder().addStatement(divisions.leastBatch() > 1 ? "inParts($L)" : "workers.run($L)", field(method)).build();
  }

  /** Runs a method's parts on all threads. */
  CodeBlock run(String method) {
    return CodeBlock.builder().addStatement("workers.run($L)", field(method)).build();
  }

  private String field(String method) {
    String reference = "this::" + method;
    return fields.stream().filter(field -> field.initializer().toString().equals(reference)).map(FieldSpec::name).findFirst().orElseGet(() -> {
      String field = members.names().field(method);
      fields.add(FieldSpec.builder(KERNEL_PART, field, Modifier.PRIVATE, Modifier.FINAL).initializer(reference).build());
      return field;
    });
  }

  /** Sets the layer that the parts of a kernel compute, if the kernel serves many. */
  CodeBlock assignLayer(String number) {
    return CodeBlock.builder().addStatement("$L = $L", layer(), number).build();
  }

  /** Declares the number of the layer in a method that serves many. */
  CodeBlock declareLayer() {
    return CodeBlock.builder().addStatement("final int $L = $L", members.round(), layer()).build();
  }

  private String layer() {
    if (layer.isEmpty()) {
      layer = Optional.of(members.names().field("layer"));
    }
    return layer.get();
  }

  /** Makes the class store arguments of its entry points, because parts of kernels have no parameters for them. */
  void keep(List<Tensor> read) {
    arguments.addAll(read);
  }

  /** Stores the arguments that parts of kernels read. */
  CodeBlock assignments(List<Tensor> given) {
    CodeBlock.Builder code = CodeBlock.builder();
    given.stream().filter(arguments::contains).forEach(argument -> code.addStatement("this.$L = $L", members.name(argument), members.name(argument)));
    return code.build();
  }

  /** Declares the object that multiplies matrices, in a method that calls it outside of parts. */
  CodeBlock products(String part) {
    return exist() ? CodeBlock.builder().addStatement("final Products products = this.products[$L]", part).build() : CodeBlock.of("");
  }

  /** Returns the constructor's code for threads. */
  CodeBlock construct() {
    CodeBlock.Builder code = CodeBlock.builder();
    if (multiply) {
      String k = members.names().local("k");
      code.addStatement("products = new Products[threads]").beginControlFlow("for (int $L = 0; $L < threads; $L++)", k, k, k)
          .addStatement("products[$L] = new Products()", k).endControlFlow();
    }
    return code.addStatement("workers = new Workers(this, threads)").build();
  }

  /** Adds all members to the class. */
  void write(TypeSpec.Builder type) {
    if (!exist()) {
      return;
    }
    type.addSuperinterface(AutoCloseable.class);
    arguments.forEach(argument -> type.addField(members.types().matrix(), members.name(argument), Modifier.PRIVATE));
    type.addFields(fields);
    layer.ifPresent(field -> type.addField(FieldSpec.builder(TypeName.INT, field, Modifier.PRIVATE)
        .addJavadoc("The layer that the parts of a kernel compute.\n").build()));
    type.addField(WORKERS, "workers", Modifier.PRIVATE, Modifier.FINAL);
    if (divisions.leastBatch() > 1) {
      type.addMethod(MethodSpec.methodBuilder("inParts").addModifiers(Modifier.PRIVATE).addParameter(KERNEL_PART, "kernel")
          .addJavadoc("Runs a kernel on all threads if the batch is large enough for that to be faster.\n")
          .beginControlFlow("if (m < $L)", divisions.leastBatch()).addStatement("kernel.run(0, 1)")
          .nextControlFlow("else").addStatement("workers.run(kernel)").endControlFlow().build());
    }
    type.addMethod(share()).addMethod(close()).addType(kernelPart()).addType(workers());
  }

  private MethodSpec share() {
    return MethodSpec.methodBuilder("share").addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(TypeName.INT)
        .addParameter(TypeName.INT, "count").addParameter(TypeName.INT, "row").addParameter(TypeName.INT, "part").addParameter(TypeName.INT, "parts").addCode(templates.body("share"))
        .addJavadoc("Returns the start of a part of {@code count} rows of {@code row} entries. Parts start at a multiple of " + WorkPartition.LANES + " entries, the maximum number of lanes of a\n"
            + "vector, so that vectors have the same entries with any number of threads.\n").build();
  }

  private static MethodSpec close() {
    return MethodSpec.methodBuilder("close").addModifiers(Modifier.PUBLIC).addAnnotation(Override.class)
        .addJavadoc("Stops the threads and waits for them. Later calls run on the caller's thread alone.\n")
        .addStatement("workers.close()").build();
  }

  private static TypeSpec kernelPart() {
    return TypeSpec.interfaceBuilder(KERNEL_PART).addModifiers(Modifier.PRIVATE).addJavadoc("A kernel of which each thread runs a part.\n")
        .addMethod(MethodSpec.methodBuilder("run").addModifiers(Modifier.PUBLIC, Modifier.ABSTRACT)
            .addParameter(TypeName.INT, "part").addParameter(TypeName.INT, "parts").build()).build();
  }

  private TypeSpec workers() {
    ParameterizedTypeName anyThrowable = ParameterizedTypeName.get(AtomicReference.class, Throwable.class);
    return TypeSpec.classBuilder(WORKERS).addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("Threads that run parts of kernels together with the caller's thread. Between kernels they spin for a moment, then they sleep. They stop\n"
            + "when the network is closed or garbage-collected.\n")
        .addField(constant(TypeName.INT, "SPINS", "4000", "The number of checks for work before sleeping: some hundred microseconds.\n"))
        .addField(constant(TypeName.LONG, "SECOND", "1_000_000_000L", "The time after which a sleeping thread checks whether the network is still in use, in nanoseconds.\n"))
        .addField(field(ParameterizedTypeName.get(ClassName.get(WeakReference.class), WildcardTypeName.subtypeOf(Object.class)), "owner", ""))
        .addField(field(ArrayTypeName.of(Thread.class), "threads", ""))
        .addField(field(TypeName.INT, "spins", ""))
        .addField(field(TypeName.get(AtomicInteger.class), "round", "new $T()"))
        .addField(field(TypeName.get(AtomicInteger.class), "pending", "new $T()"))
        .addField(field(anyThrowable, "failure", "new $T<>()"))
        .addField(TypeName.BOOLEAN, "closed", Modifier.PRIVATE, Modifier.VOLATILE)
        .addField(KERNEL_PART, "kernel", Modifier.PRIVATE).addField(Thread.class, "caller", Modifier.PRIVATE)
        .addMethod(MethodSpec.constructorBuilder().addParameter(ClassName.get("", name), "net").addParameter(TypeName.INT, "threads")
            .addCode(templates.body("Workers")).build())
        .addMethod(method("run", "Runs all parts of a kernel, the first on this thread, and returns when they are done. Rethrows what one of them throws.\n")
            .addParameter(KERNEL_PART, "kernel").build())
        .addMethod(method("begin", "Wakes the threads for the next round.\n").build())
        .addMethod(method("work", "Runs a part of each round's kernel.\n").addParameter(TypeName.INT, "part").build())
        .addMethod(method("awaitRound", "Waits for the next round.\n\n@return false if the thread must stop\n")
            .returns(TypeName.BOOLEAN).addParameter(TypeName.INT, "done").build())
        .addMethod(method("close", "Stops the threads.\n").build()).build();
  }

  private static FieldSpec constant(TypeName type, String name, String value, String text) {
    return FieldSpec.builder(type, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL).initializer(value).addJavadoc(text).build();
  }

  private static FieldSpec field(TypeName type, String name, String initializer) {
    FieldSpec.Builder field = FieldSpec.builder(type, name, Modifier.PRIVATE, Modifier.FINAL);
    return initializer.isEmpty() ? field.build()
        : field.initializer(initializer, type instanceof ParameterizedTypeName generic ? generic.rawType() : type).build();
  }

  private MethodSpec.Builder method(String method, String text) {
    CodeBlock body = templates.body(method);
    return MethodSpec.methodBuilder(method).addModifiers(Modifier.PRIVATE).addJavadoc(text).addCode(body);
  }
}
