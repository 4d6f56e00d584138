package dev.nngen.codegen;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Splits long lists of statements into methods, because HotSpot never compiles a method of more than 8,000 bytes. */
final class MethodSplitter {

  /** Maximum number of statements in a method. */
  static final int STATEMENTS = 200;

  /** A parameter that the statements use. */
  record Argument(TypeName type, String name) {}

  private final Members members;

  MethodSplitter(Members members) {
    this.members = members;
  }

  /** Returns the statements or, if there are many, calls of new methods of the class that run them. */
  CodeBlock run(TypeSpec.Builder type, String name, List<CodeBlock> statements, List<Argument> arguments) {
    return run(type, name, statements, arguments, Modifier.PRIVATE);
  }

  /** Like {@link #run}, with static methods. */
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
