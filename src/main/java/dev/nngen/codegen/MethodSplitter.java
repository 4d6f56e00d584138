package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/**
 * Keeps methods short: HotSpot never compiles a method of more than 8,000 bytes, so that a long list of statements becomes
 * a list of calls.
 */
final class Chunks {

  /** Statements in one method. */
  static final int STATEMENTS = 200;

  /** A parameter that the statements use. */
  record Argument(TypeName type, String name) {}

  private final Members members;

  Chunks(Members members) {
    this.members = members;
  }

  /** The statements themselves, or where there are many, calls of methods that are added to the class and run them. */
  CodeBlock run(TypeSpec.Builder type, String name, List<CodeBlock> statements, List<Argument> arguments) {
    return run(type, name, statements, arguments, Modifier.PRIVATE);
  }

  /** The same for the class rather than an instance. */
  CodeBlock runStatic(TypeSpec.Builder type, String name, List<CodeBlock> statements) {
    return run(type, name, statements, List.of(), Modifier.PRIVATE, Modifier.STATIC);
  }

  private CodeBlock run(TypeSpec.Builder type, String name, List<CodeBlock> statements, List<Argument> arguments,
      Modifier... modifiers) {
    if (statements.size() <= STATEMENTS) {
      return CodeBlock.join(statements, "");
    }
    CodeBlock.Builder calls = CodeBlock.builder();
    for (int from = 0; from < statements.size(); from += STATEMENTS) {
      String part = members.names().method(name + (from / STATEMENTS + 1));
      MethodSpec.Builder method = MethodSpec.methodBuilder(part).addModifiers(modifiers);
      arguments.forEach(argument -> method.addParameter(argument.type(), argument.name()));
      method.addCode(CodeBlock.join(statements.subList(from, Math.min(from + STATEMENTS, statements.size())), ""));
      type.addMethod(method.build());
      calls.addStatement("$L($L)", part, arguments.stream().map(Argument::name).collect(Collectors.joining(", ")));
    }
    return calls.build();
  }
}
