package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.plan.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Writes {@code save}, {@code load} and {@code loadParameters}. Files have the safetensors format, with the parameters, the optimizer's states by
 * names such as {@code W1.mo}, and as metadata the number of steps, a fingerprint of the model and {@code nngen train}'s description of the data.
 * Loading checks the whole file before it changes anything.
 */
final class SafetensorsWriter {

  private final Plan plan;
  private final Members members;
  private final Types types;
  private final ScalingWriter scaling;
  private final ParameterApi parameters;
  private final RateWriter rates;
  private final Helpers helpers;
  private final Templates templates;

  SafetensorsWriter(Plan plan, Members members, ScalingWriter scaling, ParameterApi parameters, RateWriter rates) {
    this.rates = rates;
    this.plan = plan;
    this.parameters = parameters;
    this.scaling = scaling;
    this.members = members;
    this.types = members.types();
    this.helpers = members.helpers();
    this.templates = new Templates("files.txt", arguments());
  }

  private Map<String, Object> arguments() {
    Map<String, Object> arguments = Helpers.arguments(types);
    arguments.put("path", Path.class);
    arguments.put("files", Files.class);
    arguments.put("option", StandardOpenOption.class);
    arguments.put("copyOption", StandardCopyOption.class);
    arguments.put("matrices", matricesByName());
    arguments.put("features", scaling.features());
    arguments.put("model", plan.model().name());
    arguments.put("steps", trains() ? steps() : "0");
    arguments.put("counts", counts());
    arguments.put("readSteps", hasSeveral() ? "stepsOfEach" : "steps");
    arguments.put("losses", plan.losses().size());
    arguments.put("stream", Stream.class);
    arguments.put("rate", rates.save());
    arguments.put("declareRate", rates.declare());
    arguments.put("readRate", rates.read());
    arguments.put("declareNoise", plan.noises().isEmpty() ? "" : "\nfinal long[] noise;");
    arguments.put("readNoise", plan.noises().isEmpty() ? "" : "\n  noise = noise(metadata.get(\"noise\"), noiseSeed, " + (hasSeveral() ? "$stream:T.of(steps).sum()" : "steps") + ");");
    arguments.put("states", plan.modelStates().isEmpty() ? "" : "\nfor (int k = 0; k < states.length; k++) {\n  matrices.put(STATE_NAMES[k], states[k]);\n}");
    arguments.put("noise", plan.noises().isEmpty() ? "" : "\njson.append(\"\\\",\\\"noise\\\":\\\"\").append(noiseSeed).append(' ').append(noiseStep);");
    return arguments;
  }

  void write(TypeSpec.Builder type) {
    type.addField(FieldSpec.builder(String.class, "FINGERPRINT", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .initializer("$S", fingerprint()).build());
    type.addField(Helpers.chunk());
    type.addMethod(save());
    type.addMethod(load());
    type.addMethod(loaded());
    type.addMethod(loadParameters());
    type.addMethod(saved());
    type.addMethod(MethodSpec.methodBuilder("header").addModifiers(Modifier.PRIVATE).returns(String.class)
        .addCode(templates.body("header")).build());
    type.addMethod(helpers.method("escaped"));
    type.addMethod(hasSeveral() ? reader("stepsOfEach", ArrayTypeName.of(TypeName.LONG)).addParameter(Object.class, "steps").build() : helpers.method("steps"));
    type.addMethod(helpers.method("readHeader"));
    if (!plan.noises().isEmpty()) {
      type.addMethod(helpers.method("noise"));
    }
    if (rates.any()) {
      type.addMethod(reader("rate", TypeName.DOUBLE).addParameter(Object.class, "entry").addParameter(TypeName.DOUBLE, "standard")
          .addJavadoc("Returns the rate in a file, or the model's rate if the file has none.\n").build());
    }
    for (String name : List.of("readTensors", "range", "sides", "width", "read", "readEntries", "half", "write", "writeEntries")) {
      type.addMethod(helpers.method(name));
    }
    type.addType(helpers.json(Modifier.PRIVATE));
  }

  /** Returns a hash of the names and shapes of parameters and the names of the optimizer's states. */
  private String fingerprint() {
    StringBuilder text = new StringBuilder();
    plan.model().parameters().forEach(
        p -> text.append(p.name()).append(' ').append(p.rows()).append(' ').append(p.columns()).append('\n'));
    plan.model().modelStates().forEach(s -> text.append("state ").append(s.name()).append(' ').append(s.rows()).append(' ').append(s.columns()).append('\n'));
    plan.updates().forEach(update -> update.of().states().forEach(state -> text.append(state.name()).append('\n')));
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private TypeName matricesByName() {
    return ParameterizedTypeName.get(ClassName.get(Map.class), ClassName.get(String.class), types.matrix());
  }

  private boolean trains() {
    return !plan.updates().isEmpty();
  }

  private MethodSpec save() {
    return MethodSpec.methodBuilder("save").addModifiers(Modifier.PUBLIC).addParameter(Path.class, "path")
        .addException(IOException.class)
        .addJavadoc("Writes a safetensors file from which training can continue: parameters, the optimizer's states and the\n"
            + "number of steps. An existing file is replaced atomically.\n\n@param path of the file\n@throws $T if it cannot be written\n", IOException.class)
        .addCode(templates.body("save")).build();
  }

  private MethodSpec load() {
    CodeBlock.Builder code = CodeBlock.builder().add(templates.body("load")).add(take());
    if (trains()) {
      code.add(takeSteps());
    }
    code.add(rates.take());
    if (!plan.noises().isEmpty()) {
      code.addStatement("setNoise(noise[0], noise[1], 0)");
    }
    return MethodSpec.methodBuilder("load").addModifiers(Modifier.PUBLIC).addParameter(Path.class, "path")
        .addException(IOException.class)
        .addJavadoc("Reads a file that {@link #save} or {@code nngen train} wrote; training continues exactly from there. If the file describes how\n"
            + "features are scaled, all methods scale their inputs from then on: they take unscaled data, and do not change it.\n\n@param path of the file\n"
            + "@throws $T if the file cannot be read, is damaged, contains NaN or belongs to another model; then\n"
            + "    nothing has changed\n", IOException.class)
        .addCode(code.build()).build();
  }

  private MethodSpec loadParameters() {
    CodeBlock.Builder code = CodeBlock.builder().add(templates.body("loadParameters")).add(take());
    if (trains()) {
      code.addStatement("forgetSteps()");
    }
    code.add(NoiseWriter.start(plan, "noiseSeed"));
    return MethodSpec.methodBuilder("loadParameters").addModifiers(Modifier.PUBLIC).addParameter(Path.class, "path")
        .returns(ParameterizedTypeName.get(List.class, String.class)).addException(IOException.class)
        .addJavadoc("Reads the parameters by name and shape from any safetensors file with numbers of type F16, BF16, F32 or F64; training starts\n"
            + "from them. Inputs are scaled only if the file is from {@code nngen train} and describes how.\n\n@param path of the file\n"
            + "@return the names of the file's other tensors, which are ignored\n"
            + "@throws $T if the file cannot be read, is damaged, lacks a parameter, or has one of another shape or that is not\n"
            + "    finite; then nothing has changed\n", IOException.class)
        .addCode(code.addStatement("return surplus").build()).build();
  }

  /** Whether each of several losses has a number of steps. */
  private boolean hasSeveral() {
    return trains() && plan.losses().size() > 1;
  }

  private TypeName counts() {
    return hasSeveral() ? ArrayTypeName.of(TypeName.LONG) : TypeName.LONG;
  }

  /** Returns the number of steps in files: one for each loss, separated by commas. */
  private String steps() {
    return IntStream.range(0, plan.losses().size()).mapToObj(members::steps).collect(Collectors.joining(").append(',').append("));
  }

  private CodeBlock takeSteps() {
    CodeBlock.Builder code = CodeBlock.builder();
    for (int k = 0; k < plan.losses().size(); k++) {
      code.addStatement("$L = steps$L", members.steps(k), plan.losses().size() == 1 ? "" : "[" + k + "]");
    }
    return code.build();
  }

  /** Applies the contents of a file. Matrices are allocated first, because that may fail. */
  private CodeBlock take() {
    return CodeBlock.builder().add(scaling.take())
        .addStatement("contents.forEach((name, entries) -> System.arraycopy(entries, 0, matrices.get(name).data, 0, entries.length))")
        .add(parameters.set()).build();
  }

  /** Writes the method that returns a new network with the contents of a file. */
  private MethodSpec loaded() {
    ClassName own = ClassName.get("", plan.model().name());
    String net = members.names().local("net");
    return members.sizes().addDocumentedCapacities(MethodSpec.methodBuilder("load").addModifiers(Modifier.PUBLIC, Modifier.STATIC).returns(own).addParameter(Path.class, "path")
        .addParameter(TypeName.INT, "maxBatch").addException(IOException.class)
        .addJavadoc("Creates a network from a file that {@link #save} or {@code nngen train} wrote.\n\n@param path of the file\n@param maxBatch the maximum number of samples in a batch\n"))
        .addJavadoc("@return the network\n@throws $T if the file cannot be read, is damaged or belongs to another model\n", IOException.class)
        .addStatement("final $T $L = new $T(maxBatch$L)", own, net, own, members.sizes().capacities("")).addStatement("$L.load(path)", net).addStatement("return $L", net).build();
  }

  private MethodSpec saved() {
    String saved = members.names().local("saved");
    String k = members.names().local("k");
    CodeBlock.Builder code = CodeBlock.builder()
        .addStatement("final $T $L = new $T<>()", matricesByName(), saved, LinkedHashMap.class)
        .beginControlFlow("for (int $L = 0; $L < parameters.length; $L++)", k, k, k)
        .addStatement("$L.put(PARAMETER_NAMES[$L], parameters[$L])", saved, k, k);
    members.roles().forEach((role, array) -> {
      CodeBlock put = CodeBlock.of("$L.put(PARAMETER_NAMES[$L] + $S, $L[$L])", saved, k, "." + role.name(), array, k);
      if (members.groups().constant(plan.updates().get(role.update()).parameters()).isEmpty()) {
        code.addStatement(put);
      } else {
        code.beginControlFlow("if ($L[$L] != null)", array, k).addStatement(put).endControlFlow();
      }
    });
    code.endControlFlow();
    if (!plan.modelStates().isEmpty()) {
      code.beginControlFlow("for (int $L = 0; $L < states.length; $L++)", k, k, k)
          .addStatement("$L.put(STATE_NAMES[$L], states[$L])", saved, k, k).endControlFlow();
    }
    return MethodSpec.methodBuilder("saved").addModifiers(Modifier.PRIVATE).returns(matricesByName())
        .addJavadoc("Returns the tensors by their names in the file.\n")
        .addCode(code.addStatement("return $L", saved).build()).build();
  }

  private MethodSpec.Builder reader(String name, TypeName result) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE, Modifier.STATIC).returns(result)
        .addException(IOException.class).addCode(templates.body(name));
  }
}
