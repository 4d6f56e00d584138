package dev.nngen.codegen;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nngen.model.NestedClass;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Modifier;

/** Writes the nested class that reads a file's header: the part of JSON that safetensors uses. */
final class JsonClass {

  static final TypeName HEADER = ParameterizedTypeName.get(Map.class, String.class, Object.class);

  private final Templates templates;

  JsonClass(Templates templates) {
    this.templates = templates;
  }

  TypeSpec type(Modifier... visibility) {
    return TypeSpec.classBuilder(NestedClass.JSON.simpleName()).addModifiers(visibility).addModifiers(Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("Reads a header: objects, arrays, strings and numbers, nested a few levels deep.\n")
        .addField(String.class, "text", Modifier.PRIVATE, Modifier.FINAL)
        .addField(int.class, "at", Modifier.PRIVATE)
        .addMethod(MethodSpec.constructorBuilder().addParameter(String.class, "text").addStatement("this.text = text").build())
        .addMethod(MethodSpec.methodBuilder("document").addException(IOException.class).returns(HEADER)
            .addCode(templates.body("document")).build())
        .addMethod(reader("value", TypeName.get(Object.class)).addParameter(int.class, "depth").build())
        .addMethod(reader("object", HEADER).addParameter(int.class, "depth").build())
        .addMethod(reader("array", ParameterizedTypeName.get(List.class, Object.class)).addParameter(int.class, "depth").build())
        .addMethod(reader("string", TypeName.get(String.class)).build())
        .addMethod(reader("number", TypeName.get(Number.class)).build())
        .addMethod(MethodSpec.methodBuilder("next").addModifiers(Modifier.PRIVATE).returns(char.class)
            .addJavadoc("Returns the next character other than a space, or 0 at the end.\n").addCode(templates.body("next")).build())
        .addMethod(reader("expect", TypeName.VOID).addParameter(char.class, "expected").build())
        .addMethod(MethodSpec.methodBuilder("fault").addModifiers(Modifier.PRIVATE).returns(IOException.class)
            .addParameter(String.class, "expected").addCode(templates.body("fault")).build())
        .build();
  }

  private MethodSpec.Builder reader(String name, TypeName result) {
    return MethodSpec.methodBuilder(name).addModifiers(Modifier.PRIVATE).returns(result).addException(IOException.class)
        .addCode(templates.body(name));
  }
}
