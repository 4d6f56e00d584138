package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.lower.Program;
import dev.nngen.plan.Plan;
import dev.nngen.plan.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Writes the rates that may be changed between steps, at most one per loss: fields, {@code setRate}, and their place in files. */
final class RateWriter {

  private final Types types;
  /** The suffix of the field and method, with the model's rate. */
  private final Map<String, Double> rates = new LinkedHashMap<>();

  RateWriter(Plan plan, Members members) {
    this.types = members.types();
    List<String> losses = plan.model().losses().stream().map(Program.Loss::name).toList();
    plan.updates().forEach(update -> update.of().rate().ifPresent(rate -> rates.put(members.suffix(losses.indexOf(update.of().loss())), rate)));
  }

  /** Returns the field, which has the name in {@link Scalar.Rate}. */
  private static String field(String suffix) {
    return suffix.isEmpty() ? "rate" : "rate_" + suffix;
  }

  private String literal(double rate) {
    return types.single() ? (float) rate + "f" : Double.toString(rate);
  }

  void write(TypeSpec.Builder type) {
    rates.forEach((suffix, rate) -> {
      type.addField(FieldSpec.builder(types.real(), field(suffix), Modifier.PRIVATE).initializer("$L", literal(rate)).build());
      type.addMethod(MethodSpec.methodBuilder("setRate" + suffix).addModifiers(Modifier.PUBLIC).addParameter(TypeName.DOUBLE, "newRate")
          .addJavadoc("Sets the optimizer's rate$L from the next step on. The model's rate is {@code $L}; {@link #save} stores a different one, {@link #load}\n"
              + "restores it, and {@link #initialize} does not change it.\n\n@param newRate finite and not negative\n@throws IllegalArgumentException if it is negative, infinite or NaN\n",
              suffix.isEmpty() ? "" : " for {@code " + Documentation.safe(suffix) + "}", literal(rate))
          .beginControlFlow("if (!($LnewRate >= 0) || Double.isInfinite($LnewRate))", narrow(), narrow())
          .addStatement("throw new IllegalArgumentException($S + newRate)", "a rate must be finite and not negative, not ")
          .endControlFlow().addStatement("$L = $LnewRate", field(suffix), narrow()).build());
    });
  }

  private String narrow() {
    return types.single() ? "(float) " : "";
  }

  boolean any() {
    return !rates.isEmpty();
  }

  /** Adds rates that differ from the model's to the metadata in {@code json}. */
  String save() {
    return rates.entrySet().stream().map(rate -> "\nif (" + field(rate.getKey()) + " != " + literal(rate.getValue()) + ") {\n  json.append(\"\\\",\\\"" + field(rate.getKey())
        + "\\\":\\\"\").append(" + field(rate.getKey()) + ");\n}").collect(Collectors.joining());
  }

  /** Declares locals for the rates in a file. */
  String declare() {
    return rates.keySet().stream().map(suffix -> "\nfinal double " + read(suffix) + ";").collect(Collectors.joining());
  }

  /** Reads rates from the metadata. */
  String read() {
    return rates.entrySet().stream().map(rate -> "\n  " + read(rate.getKey()) + " = rate(metadata.get(\"" + field(rate.getKey()) + "\"), " + literal(rate.getValue()) + ");")
        .collect(Collectors.joining());
  }

  private static String read(String suffix) {
    return "read" + Identifiers.capitalised(field(suffix));
  }

  /** Sets the rates from these locals. */
  CodeBlock take() {
    CodeBlock.Builder code = CodeBlock.builder();
    rates.keySet().forEach(suffix -> code.addStatement("setRate$L($L)", suffix, read(suffix)));
    return code.build();
  }
}
