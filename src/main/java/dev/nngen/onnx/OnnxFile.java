package dev.nngen.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Parts of an ONNX file and their encoding; numbers of fields are those of onnx.proto. */
final class OnnxFile {

  /** Version of the standard operators; version 8 of the format introduced it. */
  static final int OPSET = 17;
  private static final int FORMAT = 8;

  /** Element types in use. */
  enum ElementType {
    FLOAT(1, Float.BYTES), INT64(7, Long.BYTES), BOOL(9, 1), DOUBLE(11, Double.BYTES);

    private final int number;
    private final int width;

    ElementType(int number, int width) {
      this.number = number;
      this.width = width;
    }

    int number() {
      return number;
    }
  }

  /** A constant with row-major entries. */
  record Constant(String name, ElementType type, List<Long> shape, double[] entries) {}

  /** An input or output; a side is a number, or a name if it is known only at run time. */
  record Port(String name, ElementType type, List<Object> shape) {}

  /** An attribute of an operator: a {@link Long}, {@link Float}, {@link String}, {@link Body}, or a list of longs or texts. */
  record Attribute(String name, Object value) {}

  /** A use of an operator; an output without a name is not used. */
  record Operation(String type, List<String> inputs, List<String> outputs, List<Attribute> attributes, String documentation) {}

  /** A graph that an operator runs, which can use the values of the outer graph. */
  record Body(String name, List<Port> inputs, List<Port> outputs, List<Operation> operations) {}

  private OnnxFile() {}

  /** Returns the bytes of a file. */
  static byte[] write(String name, String version, Map<String, String> metadata, List<Port> inputs, Port output, List<Constant> constants,
      List<Operation> operations) {
    ProtoWriter file = new ProtoWriter().integer(1, FORMAT).text(2, "nngen").text(3, version);
    file.message(7, graph -> {
      operations.forEach(operation -> graph.message(1, node -> write(operation, node)));
      graph.text(2, name);
      constants.forEach(constant -> graph.message(5, tensor -> write(constant, tensor)));
      inputs.forEach(input -> graph.message(11, port -> write(input, port)));
      graph.message(12, port -> write(output, port));
    });
    file.message(8, opset -> opset.integer(2, OPSET));
    metadata.forEach((key, value) -> file.message(14, entry -> entry.text(1, key).text(2, value)));
    return file.toBytes();
  }

  private static void write(Operation operation, ProtoWriter node) {
    operation.inputs().forEach(input -> node.name(1, input));
    operation.outputs().forEach(output -> node.name(2, output));
    node.text(3, operation.outputs().stream().filter(output -> !output.isEmpty()).findFirst().orElse("")).text(4, operation.type());
    operation.attributes().forEach(attribute -> node.message(5, message -> write(attribute, message)));
    node.text(6, operation.documentation());
  }

  private static void write(Attribute attribute, ProtoWriter message) {
    message.text(1, attribute.name());
    if (attribute.value() instanceof Float real) {
      message.real(2, real).integer(20, 1);
    } else if (attribute.value() instanceof Long integer) {
      message.integer(3, integer).integer(20, 2);
    } else if (attribute.value() instanceof String text) {
      message.text(4, text).integer(20, 3);
    } else if (attribute.value() instanceof Body body) {
      message.message(6, graph -> write(body, graph)).integer(20, 5);
    } else if (((List<?>) attribute.value()).get(0) instanceof String) {
      ((List<?>) attribute.value()).forEach(text -> message.text(9, (String) text));
      message.integer(20, 8);
    } else {
      ((List<?>) attribute.value()).forEach(integer -> message.integer(8, (Long) integer));
      message.integer(20, 7);
    }
  }

  private static void write(Body body, ProtoWriter graph) {
    body.operations().forEach(operation -> graph.message(1, node -> write(operation, node)));
    graph.text(2, body.name());
    body.inputs().forEach(input -> graph.message(11, port -> write(input, port)));
    body.outputs().forEach(output -> graph.message(12, port -> write(output, port)));
  }

  private static void write(Constant constant, ProtoWriter tensor) {
    constant.shape().forEach(side -> tensor.integer(1, side));
    ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(constant.entries().length, constant.type().width)).order(ByteOrder.LITTLE_ENDIAN);
    Consumer<Double> put = switch (constant.type()) {
      case FLOAT -> entry -> data.putFloat(entry.floatValue());
      case INT64 -> entry -> data.putLong(entry.longValue());
      case BOOL -> entry -> data.put(entry.byteValue());
      case DOUBLE -> data::putDouble;
    };
    for (double entry : constant.entries()) {
      put.accept(entry);
    }
    tensor.integer(2, constant.type().number()).text(8, constant.name()).data(9, data.array());
  }

  private static void write(Port port, ProtoWriter info) {
    info.text(1, port.name()).message(2, type -> type.message(1, tensor -> tensor.integer(1, port.type().number())
        .message(2, shape -> new ArrayList<>(port.shape()).forEach(side -> shape.message(1, dimension -> {
          if (side instanceof String symbol) {
            dimension.text(2, symbol);
          } else {
            dimension.integer(1, (Long) side);
          }
        })))));
  }
}
