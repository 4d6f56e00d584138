package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Buffer;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/** Writes the fields, the constructor that allocates everything, and the method that adapts to a batch's size. */
final class StorageWriter {

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final Chunks chunks;
  private final EpochWriter epoch;
  private final Threads threads;
  private final int together;
  private final String room;

  /** @param together buffers have room for a multiple of so many samples */
  StorageWriter(Plan plan, Members members, Chunks chunks, EpochWriter epoch, Threads threads, int together) {
    this.threads = threads;
    this.together = together;
    this.room = together > 1 ? "room" : "maxBatch";
    this.epoch = epoch;
    this.plan = plan;
    this.members = members;
    this.types = members.types();
    this.chunks = chunks;
  }

  void write(TypeSpec.Builder type) {
    List<CodeBlock> allocations = new ArrayList<>();
    boolean chunked = matrices() > Chunks.STATEMENTS;
    for (Tensor tensor : owned()) {
      field(type, tensor, chunked);
      allocations.add(allocation(tensor, "new $T($L, $L)", types.matrix()));
    }
    plan.buffers().forEach(buffer -> allocations.addAll(share(type, buffer, chunked)));
    allocations.addAll(epoch.allocate(type, !chunked));
    type.addField(FieldSpec.builder(types.matrices(), "parameters", Modifier.PRIVATE, Modifier.FINAL).build());
    if (!plan.gradients().isEmpty()) {
      type.addField(FieldSpec.builder(types.matrices(), "gradients", Modifier.PRIVATE, Modifier.FINAL).build());
    }
    members.roles().values().forEach(
        role -> type.addField(FieldSpec.builder(types.matrices(), role, Modifier.PRIVATE, Modifier.FINAL).build()));
    plan.scalars().forEach(scalar -> type.addField(types.real(), members.name(scalar), Modifier.PRIVATE));
    type.addField(TypeName.INT, "maxBatch", Modifier.PRIVATE, Modifier.FINAL);
    type.addField(FieldSpec.builder(TypeName.INT, "m", Modifier.PRIVATE)
        .addJavadoc("The number of samples in the batch at hand.\n").build());
    if (plan.model().update().isPresent()) {
      type.addField(FieldSpec.builder(TypeName.LONG, "t", Modifier.PRIVATE)
          .addJavadoc("How many training steps there were.\n").build());
    }
    if (threads.exist()) {
      type.addMethod(shortConstructor());
    }
    type.addMethod(constructor(type, allocations));
    type.addMethod(resize(type));
  }

  /** Matrices with memory of their own. */
  private List<Tensor> owned() {
    List<Tensor> owned = new ArrayList<>(plan.parameters());
    owned.addAll(plan.gradients());
    owned.add(plan.output());
    return owned;
  }

  private int matrices() {
    return owned().size() + epoch.matrices() + plan.buffers().stream().mapToInt(buffer -> buffer.tensors().size()).sum();
  }

  private void field(TypeSpec.Builder type, Tensor tensor, boolean chunked) {
    FieldSpec.Builder field = FieldSpec.builder(types.matrix(), members.name(tensor), Modifier.PRIVATE);
    type.addField((chunked ? field : field.addModifiers(Modifier.FINAL)).build());
  }

  private CodeBlock allocation(Tensor tensor, String format, Object... before) {
    List<Object> arguments = new ArrayList<>(List.of(before));
    arguments.add(product(tensor.rows(), room));
    arguments.add(product(tensor.columns(), room));
    return CodeBlock.builder().add("$L = ", members.name(tensor)).add(format, arguments.toArray()).add(";\n").build();
  }

  /** Allocates a buffer; where several values share it, all wrap one array. */
  private List<CodeBlock> share(TypeSpec.Builder type, Buffer buffer, boolean chunked) {
    List<CodeBlock> allocations = new ArrayList<>();
    buffer.tensors().forEach(tensor -> field(type, tensor, chunked));
    Tensor first = buffer.tensors().get(0);
    if (buffer.tensors().size() == 1) {
      return List.of(allocation(first, "new $T($L, $L)", types.matrix()));
    }
    String array;
    if (first.fixedSize() == buffer.fixedSize()) {
      allocations.add(allocation(first, "new $T($L, $L)", types.matrix()));
      array = members.name(first) + ".data";
    } else {
      Tensor largest = buffer.tensors().stream().filter(t -> t.fixedSize() == buffer.fixedSize()).findFirst().orElseThrow();
      allocations.add(allocation(largest, "new $T($L, $L)", types.matrix()));
      array = members.name(largest) + ".data";
      first = largest;
    }
    for (Tensor tensor : buffer.tensors()) {
      if (!tensor.equals(first)) {
        allocations.add(CodeBlock.builder().addStatement("$L = $T.wrap($L, $L, $L)", members.name(tensor), types.matrix(),
            product(tensor.rows(), room), product(tensor.columns(), room), array).build());
      }
    }
    return allocations;
  }

  /** The number of rows or columns; {@code batch} stands for the batch's size. */
  static String product(List<Extent> extents, String batch) {
    List<String> factors = extents.stream()
        .map(extent -> extent instanceof Extent.Fixed ? MethodScope.extent(extent) : batch).toList();
    return factors.isEmpty() ? "1" : String.join(" * ", factors);
  }

  private static final String ALLOCATES = "Allocates all memory; nothing is allocated after that. Parameters are zero until {@link #initialize}.\n\n"
      + "@param maxBatch the largest number of samples in a batch\n";

  private static MethodSpec shortConstructor() {
    return MethodSpec.constructorBuilder().addModifiers(Modifier.PUBLIC).addParameter(TypeName.INT, "maxBatch")
        .addJavadoc("$L@throws IllegalArgumentException if it is below 1, or too large for an array or the heap\n", ALLOCATES)
        .addStatement("this(maxBatch, 1)").build();
  }

  private MethodSpec constructor(TypeSpec.Builder type, List<CodeBlock> allocations) {
    CodeBlock.Builder code = CodeBlock.builder();
    int largest = largestBatch();
    code.beginControlFlow("if (maxBatch < 1 || maxBatch > $L)", largest)
        .addStatement("throw new IllegalArgumentException($S + maxBatch)", "maxBatch must be between 1 and " + largest + ", not ")
        .endControlFlow();
    if (threads.exist()) {
      code.beginControlFlow("if (threads < 1)")
          .addStatement("throw new IllegalArgumentException($S + threads)", "threads must be at least 1, not ").endControlFlow();
    }
    if (together > 1) {
      code.addStatement("final int room = (maxBatch + $L) / $L * $L", together - 1, together, together);
    }
    code.addStatement("final long bytes = $L", bytes()).beginControlFlow("if (bytes > Runtime.getRuntime().maxMemory())")
        .addStatement("throw new IllegalArgumentException(maxBatch + $S + bytes + $S + Runtime.getRuntime().maxMemory())",
            " samples at once take ", " bytes, and the heap has ")
        .endControlFlow().addStatement("this.maxBatch = maxBatch");
    code.add(chunks.run(type, "allocate", allocations, List.of(new Chunks.Argument(TypeName.INT, room))));
    code.add(lists(type));
    members.roles().values().forEach(role -> code.addStatement("$L = likeParameters()", role));
    MethodSpec.Builder constructor = MethodSpec.constructorBuilder().addModifiers(Modifier.PUBLIC).addParameter(TypeName.INT, "maxBatch")
        .addJavadoc("$L", ALLOCATES);
    if (threads.exist()) {
      constructor.addParameter(TypeName.INT, "threads").addJavadoc(Threads.PARAMETER);
      code.add(threads.construct());
    }
    return constructor.addJavadoc("@throws IllegalArgumentException if $L too large for an array or the heap\n",
        threads.exist() ? "one of them is below 1, or the batch" : "it is below 1, or").addCode(code.build()).build();
  }

  /** Fills the arrays of parameters and gradients. */
  private CodeBlock lists(TypeSpec.Builder type) {
    boolean trains = !plan.gradients().isEmpty();
    if (plan.parameters().size() <= Chunks.STATEMENTS) {
      CodeBlock.Builder code = CodeBlock.builder().addStatement("parameters = new $T {$L}", types.matrices(), names(plan.parameters()));
      return trains ? code.addStatement("gradients = new $T {$L}", types.matrices(), names(plan.gradients())).build() : code.build();
    }
    CodeBlock.Builder code = CodeBlock.builder().addStatement("parameters = new $T[$L]", types.matrix(), plan.parameters().size());
    if (trains) {
      code.addStatement("gradients = new $T[$L]", types.matrix(), plan.gradients().size());
    }
    List<CodeBlock> entries = new ArrayList<>();
    for (int k = 0; k < plan.parameters().size(); k++) {
      entries.add(CodeBlock.builder().addStatement("parameters[$L] = $L", k, members.name(plan.parameters().get(k))).build());
      if (trains) {
        entries.add(CodeBlock.builder().addStatement("gradients[$L] = $L", k, members.name(plan.gradients().get(k))).build());
      }
    }
    return code.add(chunks.run(type, "list", entries, List.of())).build();
  }

  private String names(List<Tensor> tensors) {
    return String.join(", ", tensors.stream().map(members::name).toList());
  }

  /** The most samples with which every array has less entries than an array may have. */
  private int largestBatch() {
    Stream<Tensor> buffered = plan.buffers().stream().flatMap(buffer -> buffer.tensors().stream());
    return Stream.of(buffered, epoch.copied(), owned().stream()).flatMap(tensors -> tensors).filter(tensor -> tensor.batchDegree() > 0)
        .mapToInt(tensor -> (int) Math.pow((double) Integer.MAX_VALUE / tensor.fixedSize(), 1.0 / tensor.batchDegree()))
        .min().orElse(Integer.MAX_VALUE) / together * together;
  }

  /** What all arrays take, as an expression in the batch's size. */
  private String bytes() {
    SortedMap<Integer, Long> entries = new TreeMap<>();
    Stream.concat(owned().stream(), epoch.copied()).forEach(tensor -> entries.merge(tensor.batchDegree(), tensor.fixedSize(), Long::sum));
    plan.buffers().forEach(buffer -> entries.merge(buffer.batchDegree(), buffer.fixedSize(), Long::sum));
    long parameters = plan.parameters().stream().mapToLong(Tensor::fixedSize).sum();
    entries.merge(0, parameters * members.roles().size(), Long::sum);
    return types.bytes() + "L * (" + entries.entrySet().stream().map(entry -> entry.getValue() + "L" + (" * " + room).repeat(entry.getKey()))
        .collect(Collectors.joining(" + ")) + ")";
  }

  private MethodSpec resize(TypeSpec.Builder type) {
    Map<String, Tensor> sized = new LinkedHashMap<>();
    List<Tensor> temporaries = new ArrayList<>(List.of(plan.output()));
    plan.buffers().forEach(buffer -> temporaries.addAll(buffer.tensors()));
    temporaries.stream().filter(tensor -> tensor.batchDegree() > 0).forEach(tensor -> sized.put(members.name(tensor), tensor));
    List<CodeBlock> reshapes = new ArrayList<>();
    sized.forEach((name, tensor) -> reshapes.add(CodeBlock.builder().addStatement("$L.reshape($L, $L)", name,
        product(tensor.rows(), "m"), product(tensor.columns(), "m")).build()));
    return MethodSpec.methodBuilder("resize").addModifiers(Modifier.PRIVATE).addParameter(String.class, "name")
        .addParameter(TypeName.INT, "samples")
        .addJavadoc("Adapts all buffers to the number of samples that the argument has; their arrays stay.\n")
        .beginControlFlow("if (samples < 1 || samples > maxBatch)")
        .addStatement("throw new IllegalArgumentException(name + $S + samples + $S + maxBatch)", " has ",
            " samples, but a batch has 1 to ")
        .endControlFlow()
        .beginControlFlow("if (samples != m)")
        .addStatement("m = samples")
        .addCode(chunks.run(type, "reshape", reshapes, List.of()))
        .endControlFlow().build();
  }
}
