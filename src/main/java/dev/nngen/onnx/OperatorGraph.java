package dev.nngen.onnx;

import dev.nngen.ir.Extent;
import dev.nngen.onnx.OnnxFile.Attribute;
import dev.nngen.onnx.OnnxFile.Constant;
import dev.nngen.onnx.OnnxFile.ElementType;
import dev.nngen.onnx.OnnxFile.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Collects operations and constants, each structure once. A value is identified by its name. A nested graph can use all values of the outer one,
 * which receives each operation that does not depend on the nested one.
 */
final class OperatorGraph {

  private final Optional<OperatorGraph> outer;
  private final ElementType real;
  private final Set<String> taken;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Constant> constants = new LinkedHashMap<>();
  private final Map<Object, String> known = new HashMap<>();
  private final Set<String> unnamed = new HashSet<>();
  /** Values of a nested graph. */
  private final Set<String> own = new HashSet<>();
  private int count;

  /**
   * @param real the type of numbers
   * @param reserved names of the model's own values
   */
  OperatorGraph(ElementType real, Set<String> reserved) {
    this.outer = Optional.empty();
    this.real = real;
    this.taken = new HashSet<>(reserved);
  }

  /** Creates a nested graph. */
  OperatorGraph(OperatorGraph outer) {
    this.outer = Optional.of(outer);
    this.real = outer.real;
    this.taken = outer.taken;
  }

  ElementType real() {
    return real;
  }

  List<Operation> operations() {
    return operations;
  }

  List<Constant> constants() {
    return List.copyOf(constants.values());
  }

  String apply(String type, List<String> inputs, Attribute... attributes) {
    if (outer.isPresent() && inputs.stream().noneMatch(own::contains)) {
      return outer.get().apply(type, inputs, attributes);
    }
    List<Attribute> all = List.of(attributes);
    return known.computeIfAbsent(List.of(type, inputs, all), key -> apply(type, inputs, all, 1).get(0));
  }

  /** Adds an operation with several results. */
  List<String> apply(String type, List<String> inputs, List<Attribute> attributes, int results) {
    List<String> outputs = Stream.generate(() -> unique("v" + next())).limit(results).toList();
    unnamed.addAll(outputs);
    own.addAll(outputs);
    operations.add(new Operation(type, inputs, outputs, attributes, ""));
    return outputs;
  }

  /** Adds an input of a nested graph. */
  String input(String wanted) {
    String name = unique(wanted);
    own.add(name);
    return name;
  }

  /** Whether the value is the result of an operation of this graph. */
  boolean isComputed(String value) {
    return operations.stream().anyMatch(operation -> operation.outputs().contains(value));
  }

  private int next() {
    return outer.map(OperatorGraph::next).orElseGet(() -> ++count);
  }

  String apply(String type, String... inputs) {
    return apply(type, List.of(inputs));
  }

  /** Gives the result of the last operation a name and a description; false if the value is not that result. */
  boolean name(String value, String name, String documentation) {
    Operation last = operations.isEmpty() ? null : operations.get(operations.size() - 1);
    if (last == null || !last.outputs().contains(value) || !unnamed.remove(value)) {
      return false;
    }
    List<String> outputs = last.outputs().stream().map(output -> output.equals(value) ? name : output).toList();
    String all = Stream.of(last.documentation(), documentation).filter(text -> !text.isEmpty()).collect(Collectors.joining("\n"));
    operations.set(operations.size() - 1, new Operation(last.type(), last.inputs(), outputs, last.attributes(), all));
    known.replaceAll((key, output) -> output.equals(value) ? name : output);
    own.add(name);
    return true;
  }

  void constant(Constant constant) {
    constants.put(constant.name(), constant);
  }

  /** Returns a number of the model's precision. */
  String number(double number) {
    return constant("c", real, List.of(), number);
  }

  /** Returns a list of integers, such as shapes and axes. */
  String integers(long... integers) {
    return constant("i", ElementType.INT64, List.of((long) integers.length), LongStream.of(integers).asDoubleStream().toArray());
  }

  /** Returns an integer. */
  String integer(long integer) {
    return constant("i", ElementType.INT64, List.of(), (double) integer);
  }

  String constant(String prefix, ElementType type, List<Long> shape, double... entries) {
    if (outer.isPresent()) {
      return outer.get().constant(prefix, type, shape, entries);
    }
    return known.computeIfAbsent(List.of(type, shape, DoubleStream.of(entries).boxed().toList()), key -> {
      String name = unique(prefix + next());
      constant(new Constant(name, type, shape, entries));
      return name;
    });
  }

  /** Returns an unused name. */
  String unique(String wanted) {
    String name = wanted;
    while (!taken.add(name)) {
      name += "_";
    }
    return name;
  }

  String unsqueeze(String value, long... axes) {
    return apply("Unsqueeze", value, integers(axes));
  }

  String squeeze(String value, long... axes) {
    return apply("Squeeze", value, integers(axes));
  }

  /** Reduces over the last axes of a value, whose other axes are those of a shape. */
  String reduced(String type, String value, List<Extent> shape, int count) {
    if (count == 0) {
      return value;
    }
    long[] axes = LongStream.range(-count, 0).toArray();
    boolean column = shape.equals(List.of(Extent.BATCH));
    Attribute keep = new Attribute("keepdims", column && count == 1 ? 1L : 0L);
    String total = type.equals("ReduceSum") ? apply(type, List.of(value, integers(axes)), keep)
        : apply(type, List.of(value), new Attribute("axes", LongStream.of(axes).boxed().toList()), keep);
    return column && count > 1 ? unsqueeze(total, 1) : total;
  }

  String cast(String value, ElementType type) {
    return apply("Cast", List.of(value), new Attribute("to", (long) type.number()));
  }
}
