package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.model.NestedClass;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.lang.model.element.Modifier;

/**
 * Code that does not depend on the model: static methods and nested classes for files, samples and arrays. A class has those that it calls, or
 * inherits them from the class that {@link SharedClass} writes once per package.
 */
final class Helpers {

  /** The class that holds a file's description of the data. */
  static final ClassName ABOUT = ClassName.get("", NestedClass.ABOUT_DATA.simpleName());

  private static final TypeName ROW = ArrayTypeName.of(TypeName.DOUBLE);
  private static final TypeName ROWS = ArrayTypeName.of(ROW);
  private static final TypeName NUMBER_ROWS = ArrayTypeName.of(IntegerArguments.NUMBERS);
  private static final TypeName STRINGS = ArrayTypeName.of(String.class);
  private static final Modifier[] PRIVATE = {Modifier.PRIVATE, Modifier.STATIC};

  private final Types types;
  private final Map<String, MethodSpec> methods = new LinkedHashMap<>();
  private final Templates files;
  private final Templates data;

  private Helpers(Types types) {
    this.types = types;
    this.files = new Templates("files.txt", arguments(types));
    this.data = new Templates("scaling.txt", arguments(types));
    addOrder(new Templates("epoch.txt", Map.of()));
    addRows(new Templates("rows.txt", arguments(types)));
    addFiles();
  }

  /** Returns the helpers of one precision. */
  static Helpers of(Types types) {
    return types.single() ? Singles.HELPERS : Doubles.HELPERS;
  }

  private static final class Singles {
    private static final Helpers HELPERS = new Helpers(Types.of(true));
  }

  private static final class Doubles {
    private static final Helpers HELPERS = new Helpers(Types.of(false));
  }

  /** Returns the templates' names of types. */
  static Map<String, Object> arguments(Types types) {
    Map<String, Object> arguments = new HashMap<>();
    for (Class<?> type : List.of(Map.class, List.class, Object.class, String.class, TreeMap.class, ArrayList.class)) {
      arguments.put(Identifiers.decapitalised(type.getSimpleName()), type);
    }
    arguments.put("linkedMap", LinkedHashMap.class);
    arguments.put("ioException", IOException.class);
    arguments.put("charsets", StandardCharsets.class);
    arguments.put("channel", FileChannel.class);
    arguments.put("buffer", ByteBuffer.class);
    arguments.put("byteOrder", ByteOrder.class);
    arguments.put("headerMap", JsonClass.HEADER);
    arguments.put("matrix", types.matrix());
    arguments.put("real", types.real());
    arguments.put("reals", types.reals());
    arguments.put("box", types.box());
    arguments.put("bytes", types.bytes());
    arguments.put("dtype", types.dtype());
    arguments.put("narrow", types.single() ? "(float) " : "");
    arguments.put("readTensors", readTensors(types));
    return arguments;
  }

  /** Returns the name of the method that reads tensors; it contains the number type, because one class may have both. */
  private static String readTensors(Types types) {
    return types.single() ? "readFloats" : "readDoubles";
  }

  /** Returns the method whose body has that name among the templates. */
  MethodSpec method(String template) {
    return methods.get(template);
  }

  /** Returns all methods. */
  List<MethodSpec> methods() {
    return List.copyOf(methods.values());
  }

  /** Returns the constant of methods that read and write. */
  static FieldSpec chunk() {
    return FieldSpec.builder(int.class, "CHUNK", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("1 << 16").addJavadoc("The number of bytes of a file that are read or written at once.\n").build();
  }

  /** Returns the class that reads headers of files. */
  TypeSpec json(Modifier... visibility) {
    return new JsonClass(files).type(visibility);
  }

  /** Returns the class that holds a file's description of the data. */
  TypeSpec aboutData(Modifier... visibility) {
    return TypeSpec.recordBuilder(ABOUT).addModifiers(visibility)
        .addJavadoc("A file's description of the training data. Features are scaled to {@code (x - shift) / divisor}; they are unscaled if both arrays are empty.\n\n"
            + "@param text the description as JSON, kept for the next file\n@param threshold a single output above it means the second class\n")
        .recordConstructor(MethodSpec.constructorBuilder().addParameter(String.class, "text").addParameter(ROW, "shift")
            .addParameter(ROW, "divisor").addParameter(STRINGS, "classNames").addParameter(STRINGS, "targetNames")
            .addParameter(TypeName.DOUBLE, "threshold").build())
        .addField(FieldSpec.builder(ABOUT, "NOTHING", Modifier.STATIC, Modifier.FINAL)
            .initializer("new $T(\"\", new double[0], new double[0], new String[0], new String[0], 0.5)", ABOUT).build())
        .addMethod(MethodSpec.methodBuilder("of").addModifiers(Modifier.STATIC).returns(ABOUT).addParameter(Object.class, "entry")
            .addParameter(TypeName.INT, "features").addException(IOException.class).addCode(data.body("of")).build())
        .addMethod(MethodSpec.methodBuilder("numbers").addModifiers(PRIVATE).returns(ROW).addParameter(Object.class, "list")
            .addCode(data.body("numbers")).build())
        .addMethod(MethodSpec.methodBuilder("strings").addModifiers(PRIVATE).returns(STRINGS).addParameter(Object.class, "list")
            .addCode(data.body("strings")).build())
        .build();
  }

  private void addOrder(Templates order) {
    methods.put("shuffled", pure("shuffled", TypeName.INT).addParameter(TypeName.INT, "position").addParameter(TypeName.INT, "count")
        .addParameter(TypeName.LONG, "seed")
        .addJavadoc("Returns the sample at a position of a random order: a permutation of 0, ..., count - 1 by a Feistel network (Luby and\n"
            + "Rackoff 1988) over the next power of four, which is applied until it is back in range.\n")
        .addCode(order.body("shuffled")).build());
    for (String name : List.of("copyColumn", "copyRow")) {
      methods.put(name, pure(name, TypeName.VOID).addParameter(types.matrix(), "from").addParameter(TypeName.INT, "sample")
          .addParameter(types.matrix(), "to").addParameter(TypeName.INT, "place").addCode(order.body(name)).build());
      methods.put(name + "OfNumbers", pure(name, TypeName.VOID).addParameter(IntegerArguments.NUMBERS, "from").addParameter(TypeName.INT, "samples")
          .addParameter(TypeName.INT, "sample").addParameter(types.matrix(), "to").addParameter(TypeName.INT, "place")
          .addCode(order.body(name + "OfNumbers")).build());
    }
  }

  private void addRows(Templates rows) {
    addCopies("setColumns", "Copies samples to the columns of a matrix.\n", rows);
    addCopies("setRows", "Copies rows to the rows of a matrix.\n", rows);
    methods.put("requireNumber", pure("requireNumber", TypeName.VOID).addParameter(String.class, "name").addParameter(TypeName.INT, "row")
        .addParameter(TypeName.INT, "place").addParameter(TypeName.INT, "number").addParameter(TypeName.INT, "count").addCode(rows.body("requireNumber")).build());
    methods.put("requireLength", pure("requireLength", TypeName.VOID).addParameter(String.class, "name").addParameter(TypeName.INT, "length")
        .addParameter(String.class, "what").addParameter(TypeName.INT, "required").addCode(rows.body("requireLength")).build());
    for (TypeName table : List.of(ROWS, NUMBER_ROWS)) {
      methods.put("width of " + table, pure("width", TypeName.INT).addParameter(table, "rows")
          .addStatement("return rows.length == 0 ? 0 : rows[0].length").build());
    }
    for (String name : List.of("columnsOf", "rowsOf")) {
      methods.put(name, pure(name, ROWS).addParameter(types.matrix(), "matrix").addCode(rows.body(name)).build());
    }
    methods.put("largest", pure("largest", TypeName.INT).addParameter(ROW, "numbers")
        .addJavadoc("Returns the index of the largest number, or the first such index.\n").addCode(rows.body("largest")).build());
    methods.put("requireShape", pure("requireShape", TypeName.VOID).addParameter(String.class, "name").addParameter(types.matrix(), "matrix")
        .addParameter(int.class, "rows").addParameter(int.class, "columns").addCode(rows.body("requireShape")).build());
  }

  private void addCopies(String name, String text, Templates rows) {
    methods.put(name, pure(name, TypeName.VOID).addParameter(String.class, "name").addParameter(ROWS, "from")
        .addParameter(types.matrix(), "to").addJavadoc(text).addCode(rows.body(name)).build());
    methods.put(name + "OfNumbers", pure(name, TypeName.VOID).addParameter(String.class, "name").addParameter(NUMBER_ROWS, "from")
        .addParameter(types.matrix(), "to").addJavadoc(text).addParameter(TypeName.INT, "count").addCode(rows.body(name + "OfNumbers")).build());
  }

  private void addFiles() {
    TypeName tensors = ParameterizedTypeName.get(ClassName.get(Map.class), ClassName.get(String.class), types.reals());
    TypeName matrices = ParameterizedTypeName.get(ClassName.get(Map.class), ClassName.get(String.class), types.matrix());
    methods.put("escaped", pure("escaped", TypeName.get(String.class)).addParameter(String.class, "text").addCode(files.body("escaped")).build());
    addReader("steps", reader("steps", TypeName.LONG).addParameter(Object.class, "steps"));
    addReader("readHeader", reader("readHeader", JsonClass.HEADER).addParameter(FileChannel.class, "channel")
        .addJavadoc("Reads the header: the descriptions of tensors and the metadata. The channel is then at the start of the data.\n"));
    addReader("noise", reader("noise", ArrayTypeName.of(TypeName.LONG)).addParameter(Object.class, "noise").addParameter(TypeName.LONG, "seed")
        .addParameter(TypeName.LONG, "steps")
        .addJavadoc("Returns the seed and the step of the noise; the given seed and the optimizer's number of steps if the file has none.\n"));
    addReader("readTensors", reader(readTensors(types), tensors).addParameter(FileChannel.class, "channel").addParameter(JsonClass.HEADER, "tensors")
        .addParameter(matrices, "matrices").addParameter(ParameterizedTypeName.get(List.class, String.class), "types")
        .addJavadoc("Reads the entries of matrices, in one of the types. The tensors of the file must be contiguous.\n"));
    addReader("range", reader("range", ArrayTypeName.of(TypeName.LONG)).addParameter(String.class, "name").addParameter(Object.class, "tensor")
        .addJavadoc("Returns the start and the end of a tensor.\n"));
    methods.put("sides", pure("sides", ParameterizedTypeName.get(List.class, Object.class)).addParameter(Object.class, "shape")
        .addJavadoc("Returns a shape without its sides of length 1: a vector may be a row, a column, or neither.\n").addCode(files.body("sides")).build());
    methods.put("width", pure("width", TypeName.INT).addParameter(String.class, "type").addJavadoc("Returns the number of bytes of a number of a type.\n")
        .addCode(files.body("width")).build());
    addReader("read", reader("read", TypeName.get(ByteBuffer.class)).addParameter(FileChannel.class, "channel")
        .addParameter(ByteBuffer.class, "bytes").addJavadoc("Fills the buffer and returns it ready to be read.\n"));
    addReader("readEntries", reader("readEntries", TypeName.VOID).addParameter(FileChannel.class, "channel").addParameter(String.class, "type")
        .addParameter(types.reals(), "entries"));
    methods.put("half", pure("half", TypeName.FLOAT).addParameter(short.class, "bits").addJavadoc("Converts 16 bits to a number (IEEE 754).\n")
        .addCode(files.body("half")).build());
    addReader("write", reader("write", TypeName.VOID).addParameter(FileChannel.class, "channel").addParameter(ByteBuffer.class, "bytes"));
    addReader("writeEntries", reader("writeEntries", TypeName.VOID).addParameter(FileChannel.class, "channel").addParameter(types.reals(), "entries")
        .addParameter(int.class, "count"));
  }

  private void addReader(String template, MethodSpec.Builder method) {
    methods.put(template, method.addCode(files.body(template)).build());
  }

  private static MethodSpec.Builder reader(String name, TypeName result) {
    return pure(name, result).addException(IOException.class);
  }

  private static MethodSpec.Builder pure(String name, TypeName result) {
    return MethodSpec.methodBuilder(name).addModifiers(PRIVATE).returns(result);
  }
}
