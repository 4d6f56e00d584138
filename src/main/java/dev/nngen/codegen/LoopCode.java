package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import dev.nngen.plan.LoopNest;
import dev.nngen.plan.MatrixProduct;
import dev.nngen.plan.ProductEpilogue;
import dev.nngen.plan.Tensor;
import dev.nngen.schedule.Domain;
import dev.nngen.schedule.Instruction;
import dev.nngen.schedule.Instruction.Part;
import dev.nngen.schedule.Instruction.Range;
import dev.nngen.schedule.LoopProgram;
import dev.nngen.schedule.NestLowering;
import dev.nngen.schedule.Pass;
import dev.nngen.schedule.ProductLowering;
import dev.nngen.schedule.Target;
import dev.nngen.schedule.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns steps of a kernel into Java by way of the loop language. */
final class LoopCode {

  private final List<Pass> passes;
  private final NumberFunctions functions;
  private final Set<Tensor> numbers;
  private final MethodScope scope;
  private final Variable.Source variables = new Variable.Source();
  private final Map<Variable, String> given = new LinkedHashMap<>();

  /**
   * @param passes what becomes of the loops before they are printed
   * @param functions how functions of single numbers are called
   * @param numbers scalars that become locals of the method
   */
  LoopCode(List<Pass> passes, NumberFunctions functions, Set<Tensor> numbers, MethodScope scope) {
    this.passes = passes;
    this.functions = functions;
    this.numbers = numbers;
    this.scope = scope;
  }

  CodeBlock of(LoopNest nest) {
    Domain domain = new Domain(Optional.ofNullable(scope.anySize()).map(this::given), part(), List.of());
    return print(NestLowering.lower(nest, numbers, domain, variables));
  }

  /** A product whose nest runs on each block. */
  CodeBlock of(ProductEpilogue pair) {
    return print(NestLowering.lower(pair, numbers, part(), variables));
  }

  /** A small product. */
  CodeBlock of(MatrixProduct product, Target target) {
    return print(ProductLowering.lower(product, target, variables));
  }

  /** A small product whose nest runs on each vector. */
  CodeBlock of(ProductEpilogue pair, Target target) {
    return print(ProductLowering.lower(pair, target, variables));
  }

  private Optional<Part> part() {
    return scope.range().map(range -> new Part(range.loop(), new Range(given(range.first()), given(range.last()))));
  }

  private Variable given(String name) {
    Variable variable = variables.next(name);
    given.put(variable, name);
    return variable;
  }

  private CodeBlock print(List<Instruction> body) {
    LoopProgram program = new LoopProgram(List.copyOf(given.keySet()), variables, body).run(passes);
    return LoopJava.write(program, numbers, functions, given, scope);
  }
}
