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
 * Sizes that a class knows only at run time: the number of samples, and sizes that the model declares without a number. The class has a field for
 * each, and its constructor takes each maximum. A call takes a size from a matrix that has it beside known sizes, or else from an argument.
 */
final class RuntimeSizes {

  /**
   * The side of an argument from which calls take a size.
   *
   * @param others the other extents of that side of the matrix
   */
  private record Source(Tensor argument, boolean columns, List<Extent> others) {}

  private final Map<String, String> fields = new LinkedHashMap<>();
  private final Map<String, String> rooms = new LinkedHashMap<>();
  /** Sources in the order in which the sizes become known; empty for sizes that are arguments. */
  private final Map<String, Optional<Source>> sources = new LinkedHashMap<>();

  RuntimeSizes(Plan plan, ClassNames names) {
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

  /** Returns an extent as Java: a number, or the field that holds it. */
  String name(Extent extent) {
    return text(extent, fields);
  }

  /** Returns an extent as Java, with these variables for run-time sizes other than the number of samples. */
  private static String text(Extent extent, Map<String, String> variables) {
    Optional<Extent.Symbol> longer = Optional.of(extent).filter(Extent.Symbol.class::isInstance).map(Extent.Symbol.class::cast).filter(symbol -> symbol.base().isPresent());
    return longer.map(symbol -> "(" + text(symbol.base().get(), variables) + " + " + symbol.more() + ")").orElseGet(() -> variables.getOrDefault(extent.toString(), extent.toString()));
  }

  /** Returns the number of rows or columns in the current batch. */
  String now(List<Extent> extents) {
    return product(extents, Extent.BATCH.name());
  }

  /** Returns the number of rows or columns for that many samples. */
  String product(List<Extent> extents, String samples) {
    return product(extents, extent -> extent.equals(Extent.BATCH) ? samples : name(extent));
  }

  /** Returns the number of rows or columns that there is memory for, with that many samples. */
  String capacity(List<Extent> extents, String samples) {
    return product(extents, extent -> extent.equals(Extent.BATCH) ? samples : text(extent, rooms));
  }

  private static String product(List<Extent> extents, Function<Extent, String> name) {
    return extents.isEmpty() ? "1" : extents.stream().map(name).collect(Collectors.joining(" * "));
  }

  /** Declares the fields. */
  void declare(TypeSpec.Builder type) {
    rooms.values().forEach(room -> type.addField(TypeName.INT, room, Modifier.PRIVATE, Modifier.FINAL));
    fields.forEach((size, field) -> type.addField(FieldSpec.builder(TypeName.INT, field, Modifier.PRIVATE)
        .addJavadoc("The size {@code $L} of the current batch.\n", Documentation.safe(size)).build()));
  }

  /** Adds the constructor's parameters for the maximum sizes, except the number of samples. */
  MethodSpec.Builder addCapacities(MethodSpec.Builder method) {
    rooms.values().forEach(room -> method.addParameter(TypeName.INT, room));
    return method;
  }

  /** Adds these parameters with their documentation. */
  MethodSpec.Builder addDocumentedCapacities(MethodSpec.Builder method) {
    rooms.forEach((size, room) -> method.addJavadoc("@param $L the maximum of {@code $L}\n", room, Documentation.safe(size)));
    return addCapacities(method);
  }

  /** Returns these arguments after others; fields of an object if it is not empty. */
  String capacities(String object) {
    return rooms.values().stream().map(room -> ", " + (object.isEmpty() ? "" : object + ".") + room).collect(Collectors.joining());
  }

  /** Stores the constructor's arguments. */
  CodeBlock storeCapacities() {
    CodeBlock.Builder code = CodeBlock.builder();
    rooms.values().forEach(room -> code.addStatement("this.$L = $L", room, room));
    return code.build();
  }

  /** Returns the sizes that no matrix has; they are the first arguments of every call. */
  private Stream<String> given() {
    return sources.keySet().stream().filter(size -> sources.get(size).isEmpty()).map(fields::get);
  }

  MethodSpec.Builder addGiven(MethodSpec.Builder method) {
    given().forEach(field -> method.addParameter(TypeName.INT, field));
    return method;
  }

  String givenDocumentation() {
    return given().map(field -> "@param " + field + " of the data\n").collect(Collectors.joining());
  }

  /** Returns the arguments of a call, after the sizes that no matrix has. */
  String given(String arguments) {
    return Stream.concat(given(), Stream.of(arguments).filter(all -> !all.isEmpty())).collect(Collectors.joining(", "));
  }

  /** Declares locals for the sizes that matrices have; they are named like the fields. */
  CodeBlock find(Function<Tensor, String> names) {
    CodeBlock.Builder code = CodeBlock.builder();
    sources.forEach((size, source) -> source.ifPresent(from -> code.addStatement("final int $L = $L.$L$L", fields.get(size), names.apply(from.argument()),
        from.columns() ? "numCols" : "numRows", from.others().isEmpty() ? "" : " / " + (from.others().size() > 1 ? "(" + now(from.others()) + ")" : now(from.others())))));
    return code.build();
  }

  /** Returns the arguments after the number of samples in a call that adapts to sizes. */
  String arguments() {
    return fields.values().stream().map(field -> ", " + field).collect(Collectors.joining());
  }

  MethodSpec.Builder addSizes(MethodSpec.Builder method) {
    fields.values().forEach(field -> method.addParameter(TypeName.INT, field));
    return method;
  }

  /** Checks that there is memory for the sizes. */
  CodeBlock check() {
    CodeBlock.Builder code = CodeBlock.builder();
    fields.forEach((size, field) -> code.beginControlFlow("if ($L < 1 || $L > $L)", field, field, rooms.get(size))
        .addStatement("throw new IllegalArgumentException($S + $L + $S + $L)", size + " is ", field, ", but must be 1 to ", rooms.get(size)).endControlFlow());
    return code.build();
  }

  /** Returns a condition that a size has changed. */
  String changed() {
    return fields.values().stream().map(field -> " || " + field + " != this." + field).collect(Collectors.joining());
  }

  CodeBlock keep() {
    CodeBlock.Builder code = CodeBlock.builder();
    fields.values().forEach(field -> code.addStatement("this.$L = $L", field, field));
    return code.build();
  }

  /** Checks that each maximum is at least 1. */
  CodeBlock checkCapacities() {
    CodeBlock.Builder code = CodeBlock.builder();
    rooms.values().forEach(room -> code.beginControlFlow("if ($L < 1)", room)
        .addStatement("throw new IllegalArgumentException($S + $L)", room + " must be at least 1, not ", room).endControlFlow());
    return code.build();
  }
}
