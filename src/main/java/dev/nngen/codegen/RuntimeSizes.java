package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Extent;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Sizes that a class knows at run time only: the number of samples, and those that the model declares without a number. The class has a
 * field for each and, from the constructor, how large it may become. Calls take it from a matrix that has it beside sizes that are known, or
 * else from an argument.
 */
final class OpenSizes {

  /**
   * Where calls find a size.
   *
   * @param others the other extents of that side of the matrix
   */
  private record Source(Tensor argument, boolean columns, List<Extent> others) {}

  private final Map<String, String> fields = new LinkedHashMap<>();
  private final Map<String, String> rooms = new LinkedHashMap<>();
  /** In the order in which they become known; empty for those that are arguments. */
  private final Map<String, Optional<Source>> sources = new LinkedHashMap<>();

  OpenSizes(Plan plan, ClassNames names) {
    plan.model().sizes().forEach(size -> {
      fields.put(size, names.field(size));
      rooms.put(size, names.field("max" + Identifiers.capitalised(size)));
    });
    List<Tensor> matrices = plan.arguments().subList(0, plan.output().isPresent() ? plan.model().inputs().size() : plan.arguments().size()).stream()
        .filter(argument -> !plan.model().counts().containsKey(argument.name())).toList();
    boolean found = true;
    while (found) {
      List<String> open = plan.model().sizes().stream().filter(size -> !sources.containsKey(size)).toList();
      Map<String, Source> known = new LinkedHashMap<>();
      open.forEach(size -> source(size, matrices).ifPresent(source -> known.put(size, source)));
      known.forEach((size, source) -> sources.put(size, Optional.of(source)));
      found = !known.isEmpty();
    }
    plan.model().sizes().forEach(size -> sources.putIfAbsent(size, Optional.empty()));
  }

  private Optional<Source> source(String size, List<Tensor> matrices) {
    Extent extent = new Extent.Symbol(size);
    return matrices.stream().flatMap(matrix -> Stream.of(false, true).map(columns -> {
      List<Extent> others = new ArrayList<>(columns ? matrix.columns() : matrix.rows());
      return others.remove(extent) && others.stream().allMatch(this::isKnown) ? new Source(matrix, columns, others) : null;
    })).filter(source -> source != null).findFirst();
  }

  private boolean isKnown(Extent extent) {
    return extent instanceof Extent.Fixed || sources.containsKey(extent.toString());
  }

  boolean exist() {
    return !fields.isEmpty();
  }

  /** An extent as Java: a number, or the field that holds it. */
  String name(Extent extent) {
    return extent.equals(Extent.BATCH) ? Extent.BATCH.name() : fields.getOrDefault(extent.toString(), extent.toString());
  }

  /** The number of rows or columns in the batch at hand. */
  String now(List<Extent> extents) {
    return product(extents, Extent.BATCH.name());
  }

  /** The number of rows or columns of so many samples. */
  String product(List<Extent> extents, String samples) {
    return product(extents, extent -> extent.equals(Extent.BATCH) ? samples : name(extent));
  }

  /** The number of rows or columns that there is memory for, with that many samples. */
  String room(List<Extent> extents, String samples) {
    return product(extents, extent -> extent.equals(Extent.BATCH) ? samples : rooms.getOrDefault(extent.toString(), extent.toString()));
  }

  private static String product(List<Extent> extents, Function<Extent, String> name) {
    return extents.isEmpty() ? "1" : extents.stream().map(name).collect(Collectors.joining(" * "));
  }

  /** Declares the fields. */
  void declare(TypeSpec.Builder type) {
    rooms.values().forEach(room -> type.addField(TypeName.INT, room, Modifier.PRIVATE, Modifier.FINAL));
    fields.forEach((size, field) -> type.addField(FieldSpec.builder(TypeName.INT, field, Modifier.PRIVATE)
        .addJavadoc("The size {@code $L} of the batch at hand.\n", Documentation.safe(size)).build()));
  }

  /** What constructors take besides the largest number of samples. */
  MethodSpec.Builder addRooms(MethodSpec.Builder method) {
    rooms.values().forEach(room -> method.addParameter(TypeName.INT, room));
    return method;
  }

  /** The same with a line of documentation for each. */
  MethodSpec.Builder addDocumentedRooms(MethodSpec.Builder method) {
    rooms.forEach((size, room) -> method.addJavadoc("@param $L the largest {@code $L}\n", room, Documentation.safe(size)));
    return addRooms(method);
  }

  /** Those arguments behind others; each of an object, if it is not empty. */
  String rooms(String object) {
    return rooms.values().stream().map(room -> ", " + (object.isEmpty() ? "" : object + ".") + room).collect(Collectors.joining());
  }

  /** Keeps what the constructor was given. */
  CodeBlock keepRooms() {
    CodeBlock.Builder code = CodeBlock.builder();
    rooms.values().forEach(room -> code.addStatement("this.$L = $L", room, room));
    return code.build();
  }

  /** Those that no matrix tells are the first arguments of every call. */
  private Stream<String> given() {
    return sources.keySet().stream().filter(size -> sources.get(size).isEmpty()).map(fields::get);
  }

  MethodSpec.Builder addGiven(MethodSpec.Builder method) {
    given().forEach(field -> method.addParameter(TypeName.INT, field));
    return method;
  }

  String givenDocumentation() {
    return given().map(field -> "@param " + field + " as the data have it\n").collect(Collectors.joining());
  }

  /** The arguments of a call, behind the sizes that no matrix tells. */
  String given(String arguments) {
    return Stream.concat(given(), Stream.of(arguments).filter(all -> !all.isEmpty())).collect(Collectors.joining(", "));
  }

  /** Declares locals for the sizes that matrices tell, which are called as fields are. */
  CodeBlock find(Function<Tensor, String> names) {
    CodeBlock.Builder code = CodeBlock.builder();
    sources.forEach((size, source) -> source.ifPresent(from -> code.addStatement("final int $L = $L.$L$L", fields.get(size), names.apply(from.argument()),
        from.columns() ? "numCols" : "numRows", from.others().isEmpty() ? "" : " / " + (from.others().size() > 1 ? "(" + now(from.others()) + ")" : now(from.others())))));
    return code.build();
  }

  /** What follows the number of samples in a call that adapts to sizes. */
  String arguments() {
    return fields.values().stream().map(field -> ", " + field).collect(Collectors.joining());
  }

  MethodSpec.Builder addSizes(MethodSpec.Builder method) {
    fields.values().forEach(field -> method.addParameter(TypeName.INT, field));
    return method;
  }

  /** Refuses sizes for which there is no memory. */
  CodeBlock check() {
    CodeBlock.Builder code = CodeBlock.builder();
    fields.forEach((size, field) -> code.beginControlFlow("if ($L < 1 || $L > $L)", field, field, rooms.get(size))
        .addStatement("throw new IllegalArgumentException($S + $L + $S + $L)", size + " is ", field, ", but must be 1 to ", rooms.get(size)).endControlFlow());
    return code.build();
  }

  /** Whether a size is another one than before. */
  String changed() {
    return fields.values().stream().map(field -> " || " + field + " != this." + field).collect(Collectors.joining());
  }

  CodeBlock keep() {
    CodeBlock.Builder code = CodeBlock.builder();
    fields.values().forEach(field -> code.addStatement("this.$L = $L", field, field));
    return code.build();
  }

  /** Refuses room for less than one. */
  CodeBlock checkRooms() {
    CodeBlock.Builder code = CodeBlock.builder();
    rooms.values().forEach(room -> code.beginControlFlow("if ($L < 1)", room)
        .addStatement("throw new IllegalArgumentException($S + $L)", room + " must be at least 1, not ", room).endControlFlow());
    return code.build();
  }
}
