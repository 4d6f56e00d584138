package dev.nngen.codegen;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.model.NestedClass;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Plan;
import dev.nngen.plan.EntryPoint;
import dev.nngen.plan.Scalar;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/**
 * Powers of a constant with the number of the training step, such as Adam's beta^t, for which {@code Math.pow} takes 30 ns. A step multiplies the
 * previous power, and every {@value #PERIOD}th step calls {@code Math.pow}. The value thus depends only on the step's number, and resumed training
 * gives the same bits. Its relative error is at most {@value #PERIOD} times that of a multiplication in double precision, 7e-15.
 */
final class RunningPowers {

  private static final int PERIOD = 64;
  private static final ClassName POWER = ClassName.get("", NestedClass.POWER.simpleName());
  private static final String FIELD = "powers";

  /** A constant and the counter of steps that is its exponent. */
  private record Power(Rational base, Scalar.Time time) {}

  private final List<Power> powers;

  private RunningPowers(List<Power> powers) {
    this.powers = powers;
  }

  /** Returns the choice for a class that calls {@code Math.pow} in each step. */
  static RunningPowers none() {
    return new RunningPowers(List.of());
  }

  /** Returns the powers that the optimizers use. */
  static RunningPowers of(Plan plan) {
    return new RunningPowers(IntStream.range(0, plan.updates().size()).boxed().flatMap(k -> plan.kernels(EntryPoint.update(k)).stream()).flatMap(kernel -> kernel.steps().stream())
        .flatMap(step -> Accesses.expressions(step).stream()).flatMap(value -> Accesses.parts(value).stream())
        .filter(RunningPowers::isPowerOfTime).map(RunningPowers::power).distinct().toList());
  }

  private static boolean isPowerOfTime(Scalar scalar) {
    return scalar instanceof Scalar.Apply apply && apply.fn() == Fn.POW && apply.arguments().get(0) instanceof Scalar.Number
        && apply.arguments().get(1) instanceof Scalar.Time;
  }

  private static Power power(Scalar scalar) {
    List<Scalar> arguments = ((Scalar.Apply) scalar).arguments();
    return new Power(((Scalar.Number) arguments.get(0)).value(), (Scalar.Time) arguments.get(1));
  }

  boolean has(Scalar.Apply apply) {
    return isPowerOfTime(apply) && powers.contains(power(apply));
  }

  /** Returns the power as a Java expression of type double. */
  String call(Scalar.Apply apply) {
    return FIELD + "[" + powers.indexOf(power(apply)) + "].at(" + power(apply).time().name() + ")";
  }

  /** Adds the field and its class if there are such powers. */
  void addTo(TypeSpec.Builder type, Types types) {
    if (powers.isEmpty()) {
      return;
    }
    Literals literals = new Literals(types.single());
    CodeBlock all = powers.stream().map(power -> CodeBlock.of("new $T($L)", POWER, literals.real(power.base()))).collect(CodeBlock.joining(", ", "{", "}"));
    type.addField(FieldSpec.builder(ArrayTypeName.of(POWER), FIELD, Modifier.PRIVATE, Modifier.FINAL).initializer(all).build());
    Templates templates = new Templates("powers.txt", Map.of());
    type.addType(TypeSpec.classBuilder(POWER).addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("A power of a constant with the number of the training step: one multiplication per step, and {@code Math.pow} at every\n"
            + "$Lth, so that the value depends only on the number.\n", PERIOD)
        .addField(TypeName.DOUBLE, "base", Modifier.PRIVATE, Modifier.FINAL)
        .addField(FieldSpec.builder(TypeName.LONG, "exponent", Modifier.PRIVATE).initializer("-1").build())
        .addField(TypeName.DOUBLE, "value", Modifier.PRIVATE)
        .addMethod(MethodSpec.constructorBuilder().addParameter(TypeName.DOUBLE, "base").addStatement("this.base = base").build())
        .addMethod(MethodSpec.methodBuilder("at").returns(TypeName.DOUBLE).addParameter(TypeName.LONG, "t")
            .addCode(templates.body("at")).build()).build());
  }
}
