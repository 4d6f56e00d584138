package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.ir.Node;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Buffer;
import dev.nngen.plan.Plan;
import dev.nngen.plan.EntryPoint;
import dev.nngen.plan.SharedMemory;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Writes the fields, the constructors that allocate all memory, and the method that adapts to a batch size. A private constructor takes the
 * parameters and allocates what {@code predict} needs; the public one adds what training needs.
 */
final class StorageWriter {

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final RuntimeSizes sizes;
  private final MethodSplitter chunks;
  private final EpochWriter epoch;
  private final RowWriter rows;
  private final ScalingWriter scaling;
  private final ThreadWriter threads;
  private final int together;
  private final String room;
  /** The matrices that the private constructor makes; all if nothing trains. */
  private final Set<Tensor> provided = new HashSet<>();

  /**
   * @param together number of samples that buffer sizes are a multiple of
   */
  StorageWriter(Plan plan, Members members, MethodSplitter chunks, EpochWriter epoch, RowWriter rows, ScalingWriter scaling, ThreadWriter threads, int together) {
    this.scaling = scaling;
    this.threads = threads;
    this.together = together;
    this.epoch = epoch;
    this.rows = rows;
    this.plan = plan;
    this.members = members;
    this.types = members.types();
    this.sizes = members.sizes();
    this.chunks = chunks;
    this.room = together > 1 ? members.names().local("room") : "maxBatch";
    provided.addAll(plan.parameters());
    provided.addAll(plan.modelStates());
    provided.addAll(plan.outputs());
    plan.kernels().stream().filter(kernel -> plan.gradients().isEmpty() || kernel.programs().contains(EntryPoint.PREDICT))
        .flatMap(kernel -> kernel.steps().stream()).forEach(step -> {
          provided.addAll(Accesses.reads(step));
          provided.addAll(Accesses.writes(step));
        });
    plan.buffers().stream().flatMap(buffer -> buffer.tensors().stream()).filter(tensor -> tensor.kind() == Tensor.Kind.COPY).forEach(provided::add);
    plan.buffers().stream().filter(buffer -> buffer.tensors().stream().anyMatch(provided::contains)).forEach(buffer -> provided.add(owner(buffer)));
  }

  void write(TypeSpec.Builder type) {
    boolean chunked = singles().count() + rows.inputs().size() > MethodSplitter.STATEMENTS;
    SharedMemory memory = new SharedMemory(plan.buffers());
    plan.constants().forEach((tensor, leaf) -> constant(type, tensor, leaf));
    InPlaceProducts products = new InPlaceProducts(plan);
    singles().forEach(tensor -> field(type, tensor, chunked, memory, products));
    Map<Boolean, List<StatementRerolling.Line>> lines = allocations();
    List<CodeBlock> first = new ArrayList<>(StatementRerolling.roll(lines.get(true), members));
    first.addAll(rows.allocate(type, !chunked));
    List<CodeBlock> others = new ArrayList<>(StatementRerolling.roll(lines.get(false), members));
    others.addAll(epoch.allocate(type));
    members.arrays().forEach((name, series) -> type.addField(array(name, series)));
    type.addField(FieldSpec.builder(types.matrices(), "parameters", Modifier.PRIVATE, Modifier.FINAL).build());
    if (!plan.gradients().isEmpty()) {
      type.addField(types.matrices(), "gradients", Modifier.PRIVATE);
    }
    if (!plan.modelStates().isEmpty()) {
      type.addField(FieldSpec.builder(types.matrices(), "states", Modifier.PRIVATE, Modifier.FINAL).build());
    }
    if (!plan.nextStates().isEmpty()) {
      type.addField(types.matrices(), "nextStates", Modifier.PRIVATE);
    }
    members.roles().values().forEach(role -> type.addField(types.matrices(), role, Modifier.PRIVATE));
    plan.scalars().forEach(scalar -> type.addField(types.real(), members.name(scalar), Modifier.PRIVATE));
    type.addField(TypeName.INT, "maxBatch", Modifier.PRIVATE, Modifier.FINAL);
    sizes.declare(type);
    type.addField(FieldSpec.builder(TypeName.INT, "m", Modifier.PRIVATE)
        .addJavadoc("The number of samples in the current batch.\n").build());
    for (int k = 0; k < plan.losses().size() && !plan.updates().isEmpty(); k++) {
      type.addField(FieldSpec.builder(TypeName.LONG, members.steps(k), Modifier.PRIVATE)
          .addJavadoc("The number of training steps$L.\n", members.suffix(k).isEmpty() ? "" : " for {@code " + Documentation.safe(members.suffix(k)) + "}").build());
    }
    if (threads.exist()) {
      type.addMethod(shortConstructor());
    }
    type.addMethod(constructor(type, others));
    type.addMethod(predicting(type, first));
    type.addMethod(requireFits());
    type.addMethod(resize(type));
  }

  /** Returns the matrices with memory of their own. */
  private List<Tensor> owned() {
    List<Tensor> owned = new ArrayList<>(plan.parameters());
    owned.addAll(plan.gradients().values());
    owned.addAll(plan.modelStates());
    owned.addAll(plan.nextStates());
    owned.addAll(plan.noises());
    owned.addAll(plan.outputs());
    return owned;
  }

  /** Returns the matrices with fields of their own. */
  private Stream<Tensor> singles() {
    return Stream.concat(owned().stream(), plan.buffers().stream().flatMap(buffer -> buffer.tensors().stream()))
        .filter(tensor -> members.place(tensor).isEmpty());
  }

  /** Writes a method that makes the matrix, because a matrix of many numbers is long. */
  private void constant(TypeSpec.Builder type, Tensor tensor, Node.Leaf leaf) {
    String numbers = leaf.entries().stream().map(new Literals(types.single())::real).collect(Collectors.joining(", "));
    String maker = members.names().method("constant_" + members.name(tensor));
    type.addField(FieldSpec.builder(types.matrix(), members.name(tensor), Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL).initializer("$L()", maker).build());
    type.addMethod(MethodSpec.methodBuilder(maker).addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(types.matrix())
        .addStatement("return new $T($L, $L, true, $L)", types.matrix(), sizes.now(tensor.rows()), sizes.now(tensor.columns()), numbers).build());
  }

  private void field(TypeSpec.Builder type, Tensor tensor, boolean chunked, SharedMemory memory, InPlaceProducts products) {
    FieldSpec.Builder field = FieldSpec.builder(types.matrix(), members.name(tensor), Modifier.PRIVATE);
    memory.predecessor(tensor).ifPresent(before -> field.addJavadoc(
        "Shares its array with {@code $L}, which is no longer needed.\n", members.name(before)));
    if (tensor.kind() == Tensor.Kind.COPY) {
      field.addJavadoc("Entries of one side of a product, row by row.\n");
    }
    products.text(tensor, members::name).ifPresent(product -> field.addJavadoc("Holds {@code $L} before its final value.\n", product));
    type.addField((chunked || !provided.contains(tensor) ? field : field.addModifiers(Modifier.FINAL)).build());
  }

  /** Returns the largest tensor of a buffer, whose matrix owns the memory. */
  private static Tensor owner(Buffer buffer) {
    return buffer.tensors().stream().filter(tensor -> tensor.fixedSize() == buffer.fixedSize()).findFirst().orElseThrow();
  }

  private FieldSpec array(String name, MatrixArray series) {
    FieldSpec.Builder field = FieldSpec.builder(types.matrices(), name, Modifier.PRIVATE, Modifier.FINAL)
        .initializer("new $T[$L]", types.matrix(), series.size());
    return series.first() == 0 ? field.build()
        : field.addJavadoc("{@code $L} to {@code $L}; the index is the number in the name.\n", Documentation.safe(series.tensors().get(0).name()),
            Documentation.safe(series.tensors().get(series.tensors().size() - 1).name())).build();
  }

  /**
   * Returns the allocations, under true for the private constructor: arrays of matrices with memory of their own first, those that share memory last.
   * Parameters and gradients are made as arrays.
   */
  private Map<Boolean, List<StatementRerolling.Line>> allocations() {
    Map<Tensor, StatementRerolling.Line> made = new LinkedHashMap<>();
    Map<Tensor, StatementRerolling.Line> wrapped = new LinkedHashMap<>();
    entries("parameters", plan.parameters(), made);
    plan.gradients().forEach((k, gradient) -> made.put(gradient, entry("gradients", k, gradient)));
    entries("states", plan.modelStates(), made);
    entries("nextStates", plan.nextStates(), made);
    plan.noises().forEach(noise -> made.put(noise, allocation(noise)));
    plan.outputs().forEach(output -> made.put(output, allocation(output)));
    List<StatementRerolling.Line> singles = made.values().stream().filter(line -> members.place((Tensor) line.arguments()[0]).isEmpty())
        .collect(Collectors.toCollection(ArrayList::new));
    for (Buffer buffer : plan.buffers()) {
      Tensor first = owner(buffer);
      made.put(first, allocation(first));
      buffer.tensors().stream().filter(tensor -> !tensor.equals(first)).forEach(tensor -> wrapped.put(tensor, wrapping(tensor, first)));
      Stream.concat(Stream.of(made.get(first)), buffer.tensors().stream().map(wrapped::get)).filter(line -> line != null)
          .filter(line -> members.place((Tensor) line.arguments()[0]).isEmpty()).forEach(singles::add);
    }
    List<StatementRerolling.Line> lines = new ArrayList<>(ofArrays(made));
    lines.addAll(singles);
    lines.addAll(ofArrays(wrapped));
    return lines.stream().collect(Collectors.partitioningBy(line -> provided.contains((Tensor) line.arguments()[0])));
  }

  private static void entries(String array, List<Tensor> tensors, Map<Tensor, StatementRerolling.Line> made) {
    for (int k = 0; k < tensors.size(); k++) {
      made.put(tensors.get(k), entry(array, k, tensors.get(k)));
    }
  }

  private static StatementRerolling.Line entry(String array, int place, Tensor tensor) {
    return new StatementRerolling.Line("$L = " + array + "[$L]", tensor, new StatementRerolling.Place(place));
  }

  /** Returns the lines of matrices in arrays, array by array. */
  private List<StatementRerolling.Line> ofArrays(Map<Tensor, StatementRerolling.Line> lines) {
    return members.arrays().values().stream().flatMap(series -> series.tensors().stream()).filter(lines::containsKey).map(lines::get)
        .toList();
  }

  private StatementRerolling.Line allocation(Tensor tensor) {
    return new StatementRerolling.Line("$L = new $T($L, $L)", tensor, types.matrix(), sizes.capacity(tensor.rows(), room), sizes.capacity(tensor.columns(), room));
  }

  /** Returns an allocation of a matrix on the array of another. */
  private StatementRerolling.Line wrapping(Tensor tensor, Tensor owner) {
    return new StatementRerolling.Line("$L = $T.wrap($L, $L, $L.data)", tensor, types.matrix(), sizes.capacity(tensor.rows(), room),
        sizes.capacity(tensor.columns(), room), owner);
  }

  private static final String ALLOCATES = "Allocates all memory. Set the parameters before anything else: by {@link #initialize}, {@link #load} or\n"
      + "{@link #setParameters}.\n\n"
      + "@param maxBatch the maximum number of samples in a batch\n";

  private MethodSpec shortConstructor() {
    return sizes.addDocumentedCapacities(MethodSpec.constructorBuilder().addModifiers(Modifier.PUBLIC).addParameter(TypeName.INT, "maxBatch").addJavadoc("$L", ALLOCATES))
        .addJavadoc("@throws IllegalArgumentException if $L below 1, or too large for an array or the heap\n", sizes.exist() ? "one is" : "it is")
        .addStatement("this(maxBatch$L, 1)", sizes.capacities("")).build();
  }

  private MethodSpec constructor(TypeSpec.Builder type, List<CodeBlock> allocations) {
    CodeBlock.Builder code = CodeBlock.builder().addStatement("this(requireFits(maxBatch$L)$L, likeParameters()$L$L)", sizes.capacities(""), sizes.capacities(""), plan.modelStates().isEmpty() ? "" : ", likeStates()", threads.exist() ? ", threads" : "");
    if (!allocations.isEmpty()) {
      code.add(room());
    }
    if (!plan.gradients().isEmpty() && !predictsBy(plan.gradients().values())) {
      code.addStatement("gradients = $L", members.groups().matrices(members.groups().trained()));
    }
    if (!plan.nextStates().isEmpty() && !predictsBy(plan.nextStates())) {
      code.addStatement("nextStates = likeStates()");
    }
    code.add(chunks.run(type, "allocateTraining", allocations, List.of(new MethodSplitter.Argument(TypeName.INT, room))));
    members.roles().forEach((role, array) -> code.addStatement("$L = $L", array, members.groups().matrices(plan.updates().get(role.update()).parameters())));
    if (!plan.modelStates().isEmpty()) {
      code.addStatement("resetStates()");
    }
    MethodSpec.Builder constructor = sizes.addDocumentedCapacities(MethodSpec.constructorBuilder().addModifiers(Modifier.PUBLIC).addParameter(TypeName.INT, "maxBatch")
        .addJavadoc("$L", ALLOCATES));
    if (threads.exist()) {
      constructor.addParameter(TypeName.INT, "threads").addJavadoc(ThreadWriter.PARAMETER);
    }
    return constructor.addJavadoc("@throws IllegalArgumentException if $L too large for an array or the heap\n",
        threads.exist() || sizes.exist() ? "one of them is below 1, or the batch" : "it is below 1, or").addCode(code.build()).build();
  }

  /** Writes the private constructor. */
  private MethodSpec predicting(TypeSpec.Builder type, List<CodeBlock> allocations) {
    MethodSpec.Builder constructor = sizes.addCapacities(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).addParameter(TypeName.INT, "maxBatch"))
        .addParameter(types.matrices(), "parameters");
    if (!plan.modelStates().isEmpty()) {
      constructor.addParameter(types.matrices(), "states");
    }
    if (!plan.gradients().isEmpty()) {
      constructor.addJavadoc("Shares the given parameters, and allocates only what {@link #predict} needs.\n");
    }
    if (threads.exist()) {
      constructor.addParameter(TypeName.INT, "threads").beginControlFlow("if (threads < 1)")
          .addStatement("throw new IllegalArgumentException($S + threads)", "threads must be at least 1, not ").endControlFlow();
    }
    constructor.addStatement("this.maxBatch = maxBatch").addCode(sizes.storeCapacities()).addStatement("this.parameters = parameters");
    if (!plan.modelStates().isEmpty()) {
      constructor.addStatement("this.states = states");
    }
    if (predictsBy(plan.gradients().values())) {
      constructor.addStatement("gradients = $L", members.groups().matrices(members.groups().trained()));
    }
    if (predictsBy(plan.nextStates())) {
      constructor.addStatement("nextStates = likeStates()");
    }
    constructor.addCode(room()).addCode(chunks.run(type, "allocate", allocations, List.of(new MethodSplitter.Argument(TypeName.INT, room))));
    return (threads.exist() ? constructor.addCode(threads.construct()) : constructor).build();
  }

  /** Whether a gradient, or a state after a step, is also a value of the forward pass, so that predicting needs its matrix. */
  private boolean predictsBy(Collection<Tensor> tensors) {
    return tensors.stream().anyMatch(provided::contains);
  }

  private CodeBlock room() {
    return together == 1 ? CodeBlock.of("") : CodeBlock.builder()
        .addStatement("final int $L = (maxBatch + $L) / $L * $L", room, together - 1, together, together).build();
  }

  private MethodSpec requireFits() {
    String bytes = members.names().local("bytes");
    return sizes.addCapacities(MethodSpec.methodBuilder("requireFits").addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(TypeName.INT)
        .addParameter(TypeName.INT, "maxBatch")).addJavadoc("Checks that batches of that size fit in arrays and the heap, and returns the size.\n")
        .addCode(sizes.exist() ? requireArrays() : requireBatch())
        .addStatement("final long $L = $L", bytes, bytes()).beginControlFlow("if ($L > Runtime.getRuntime().maxMemory())", bytes)
        .addStatement("throw new IllegalArgumentException(maxBatch + $S + $L + $S + Runtime.getRuntime().maxMemory())",
            " samples in a batch take ", bytes, " bytes, and the heap has ")
        .endControlFlow().addStatement("return maxBatch").build();
  }

  private CodeBlock requireBatch() {
    int largest = largestBatch();
    return CodeBlock.builder().beginControlFlow("if (maxBatch < 1 || maxBatch > $L)", largest)
        .addStatement("throw new IllegalArgumentException($S + maxBatch)", "maxBatch must be between 1 and " + largest + ", not ")
        .endControlFlow().add(room()).build();
  }

  /** Checks the lengths of arrays that depend on several sizes. */
  private CodeBlock requireArrays() {
    String largest = members.names().local("largest");
    Map<List<Extent.Symbol>, Long> most = new LinkedHashMap<>();
    open().forEach(tensor -> most.merge(tensor.openDims(), tensor.fixedSize(), Math::max));
    List<String> lengths = most.entrySet().stream().map(entry -> entry.getValue() + ".0 * " + sizes.capacity(List.copyOf(entry.getKey()), room)).toList();
    String length = lengths.stream().reduce((one, other) -> "Math.max(" + one + ", " + other + ")").orElse("0");
    return CodeBlock.builder().beginControlFlow("if (maxBatch < 1)").addStatement("throw new IllegalArgumentException($S + maxBatch)", "maxBatch must be at least 1, not ")
        .endControlFlow().add(sizes.checkCapacities()).add(room()).addStatement("final double $L = $L", largest, length)
        .beginControlFlow("if ($L > Integer.MAX_VALUE)", largest)
        .addStatement("throw new IllegalArgumentException($S + (long) $L)", "an array cannot hold so many numbers: ", largest).endControlFlow().build();
  }

  /** Returns all matrices whose size is known only at run time. */
  private Stream<Tensor> open() {
    Stream<Tensor> buffered = plan.buffers().stream().flatMap(buffer -> buffer.tensors().stream());
    return Stream.of(buffered, epoch.targets(), rows.inputs().keySet().stream(), scaling.inputs(), owned().stream()).flatMap(tensors -> tensors).filter(Tensor::isOpen);
  }

  /** Returns the maximum number of samples for which no array is too long. */
  private int largestBatch() {
    return open().mapToInt(tensor -> (int) Math.pow((double) Integer.MAX_VALUE / tensor.fixedSize(), 1.0 / tensor.openDims().size()))
        .min().orElse(Integer.MAX_VALUE) / together * together;
  }

  /** Returns the size of all arrays in bytes, as an expression in the sizes. */
  private String bytes() {
    SortedMap<List<Extent.Symbol>, Long> entries = new TreeMap<>(Comparator.comparing((List<Extent.Symbol> dims) -> dims.size()).thenComparing(List::toString));
    Stream.of(owned().stream(), epoch.targets(), rows.inputs().keySet().stream()).flatMap(tensors -> tensors).forEach(tensor -> entries.merge(tensor.openDims(), tensor.fixedSize(), Long::sum));
    plan.buffers().forEach(buffer -> entries.merge(buffer.openDims(), buffer.fixedSize(), Long::sum));
    entries.merge(List.of(), plan.states().stream().mapToLong(Tensor::fixedSize).sum(), Long::sum);
    return types.bytes() + "L * (" + entries.entrySet().stream().map(entry -> entry.getValue() + "L" + (entry.getKey().isEmpty() ? "" : " * " + sizes.capacity(List.copyOf(entry.getKey()), room)))
        .collect(Collectors.joining(" + ")) + ")";
  }

  private MethodSpec resize(TypeSpec.Builder type) {
    Map<Tensor, StatementRerolling.Line> reshapes = new LinkedHashMap<>();
    Stream.of(plan.noises().stream(), plan.outputs().stream(), plan.buffers().stream().flatMap(buffer -> buffer.tensors().stream())).flatMap(tensors -> tensors)
        .filter(tensor -> tensor.isOpen()).forEach(tensor -> reshapes.put(tensor,
            new StatementRerolling.Line("$L.reshape($L, $L)", tensor, sizes.now(tensor.rows()), sizes.now(tensor.columns()))));
    Map<Boolean, List<CodeBlock>> code = new HashMap<>();
    for (boolean predicting : new boolean[] {true, false}) {
      Map<Tensor, StatementRerolling.Line> part = new LinkedHashMap<>(reshapes);
      part.keySet().removeIf(tensor -> provided.contains(tensor) != predicting);
      List<StatementRerolling.Line> lines = part.keySet().stream().filter(tensor -> members.place(tensor).isEmpty()).map(part::get)
          .collect(Collectors.toCollection(ArrayList::new));
      lines.addAll(ofArrays(part));
      code.put(predicting, StatementRerolling.roll(lines, members));
    }
    String name = members.names().local("name");
    String samples = members.names().local("samples");
    MethodSpec.Builder method = sizes.addSizes(MethodSpec.methodBuilder("resize").addModifiers(Modifier.PRIVATE).addParameter(String.class, name)
        .addParameter(TypeName.INT, samples))
        .addJavadoc("Adapts all buffers to the $L; their arrays stay.\n", sizes.exist() ? "sizes of the batch" : "number of samples that the argument has")
        .beginControlFlow("if ($L < 1 || $L > maxBatch)", samples, samples)
        .addStatement("throw new IllegalArgumentException($L + $S + $L + $S + maxBatch)", name, " has ", samples,
            " samples, but a batch has 1 to ")
        .endControlFlow().addCode(sizes.check())
        .beginControlFlow("if ($L != m$L)", samples, sizes.changed())
        .addStatement("m = $L", samples).addCode(sizes.keep())
        .addCode(chunks.run(type, "reshape", code.get(true), List.of()));
    if (!code.get(false).isEmpty()) {
      method.beginControlFlow("if (gradients != null)").addCode(chunks.run(type, "reshapeTraining", code.get(false), List.of())).endControlFlow();
    }
    return method.endControlFlow().build();
  }
}
