package dev.nngen.codegen;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.ir.Fn;
import dev.nngen.model.NestedClass;
import dev.nngen.plan.Accesses;
import dev.nngen.plan.Plan;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * Functions of single numbers and vectors that a kernel set computes itself because those of {@code Math} are slow: the nested class
 * {@code Functions} of generated classes.
 */
final class NumberFunctions {

  /** No functions; all are those of {@code Math}. */
  static final NumberFunctions NONE = new NumberFunctions("", Map.of(), Map.of());

  private static final String CLASS = NestedClass.FUNCTIONS.simpleName();

  private final String description;
  /** Suppliers of the methods, called only for classes that use them. */
  private final Map<Fn, Supplier<MethodSpec>> methods;
  /** Suppliers of the methods of vectors. */
  private final Map<Fn, Supplier<MethodSpec>> vectors;

  private NumberFunctions(String description, Map<Fn, Supplier<MethodSpec>> methods, Map<Fn, Supplier<MethodSpec>> vectors) {
    this.description = description;
    this.methods = methods;
    this.vectors = vectors;
  }

  /**
   * Computes functions by the shortest vector with equal lanes. The machine code for vectors takes a fifth of the time of {@code Math}'s, and
   * remainders of loops get the same numbers as vectors.
   */
  static NumberFunctions byVectors(Types types) {
    VectorTypes vectors = VectorTypes.of(types);
    Map<Fn, Supplier<MethodSpec>> methods = new EnumMap<>(Fn.class);
    Arrays.stream(Fn.values()).forEach(fn -> fn.vectorOperator().ifPresent(operator -> methods.put(fn, () -> method(fn, types)
        .addStatement("return $T.broadcast($T.SPECIES_128, x).lanewise($T.$L$L).lane(0)", vectors.vector(), vectors.vector(),
            VectorTypes.OPERATORS, operator, fn.arity() == 1 ? "" : ", y").build())));
    return new NumberFunctions("Functions of one number by a short vector. They are faster than {@code Math} and give the same results\n"
        + "as longer vectors.\n", methods, ofVectors(types));
  }

  /**
   * Returns the functions of vectors that the JDK does not have, in single precision. Each is one method within HotSpot's limits for inlining; a
   * longer one would allocate an object for each vector. The error function in double precision takes 28 multiply-adds, which are too many.
   */
  private static Map<Fn, Supplier<MethodSpec>> ofVectors(Types types) {
    ClassName vector = VectorTypes.of(types).vector();
    Map<Fn, Supplier<MethodSpec>> methods = new EnumMap<>(Fn.class);
    Arrays.stream(Fn.values()).filter(fn -> fn.hasOwnVectors() && types.single()).forEach(fn -> methods.put(fn, () -> MethodSpec.methodBuilder(fn.label())
        .addModifiers(Modifier.STATIC).returns(vector).addParameter(vector, "x")
        .addCode(new Templates("vector-functions.txt", Map.of("vector", vector, "operators", VectorTypes.OPERATORS)).body(fn.label())).build()));
    return methods;
  }

  /** Returns the hyperbolic tangent without branches, which HotSpot vectorizes in loops; {@code Math.tanh} is a call per entry. */
  static NumberFunctions byRationals(Types types) {
    return new NumberFunctions("Functions of one number that HotSpot vectorizes in loops.\n",
        Map.of(Fn.TANH, () -> tanh(types)), Map.of());
  }

  private static MethodSpec tanh(Types types) {
    boolean single = types.single();
    return method(Fn.TANH, types)
        .addJavadoc("Computes the hyperbolic tangent as {@code x P(x^2) / Q(x^2)} with polynomials of degree $L: the quotient of least relative error,\n"
            + "$L, where {@code x} is at most $L, found by the exchange algorithm of Remez, with 1 for both constants. Rounding\n"
            + "included, the error is below $L units in the last place; beyond, the result is 1 or -1.\n",
            single ? 4 : 9, single ? "2.1e-8" : "5.0e-17", single ? "9" : "18.75", tanhUlps(types))
        .addCode(new Templates("tanh.txt", Map.of()).body(types.real().toString())).build();
  }

  /** Returns a bound of the error of the quotient for the hyperbolic tangent, in units in the last place. */
  static int tanhUlps(Types types) {
    return types.single() ? 6 : 9;
  }

  private static MethodSpec.Builder method(Fn fn, Types types) {
    MethodSpec.Builder method = MethodSpec.methodBuilder(fn.label()).addModifiers(Modifier.STATIC).returns(types.real());
    Stream.of("x", "y").limit(fn.arity()).forEach(parameter -> method.addParameter(types.real(), parameter));
    return method;
  }

  boolean has(Fn fn) {
    return methods.containsKey(fn);
  }

  /** Returns the beginning of a call of the function. */
  static String call(Fn fn) {
    return CLASS + "." + fn.label();
  }

  /** Adds the class with the functions that the plan's kernels apply. */
  void addTo(TypeSpec.Builder type, Plan plan) {
    List<MethodSpec> applied = Stream.of(methods, vectors).flatMap(each -> each.entrySet().stream()).filter(each -> isApplied(plan, each.getKey()))
        .map(each -> each.getValue().get()).toList();
    if (!applied.isEmpty()) {
      type.addType(TypeSpec.classBuilder(CLASS).addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
          .addJavadoc("$L", description).addMethods(applied).build());
    }
  }

  private static boolean isApplied(Plan plan, Fn fn) {
    return plan.allKernels()
        .anyMatch(kernel -> kernel.steps().stream().anyMatch(step -> Accesses.applies(step, fn)));
  }
}
