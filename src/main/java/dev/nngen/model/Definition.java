package dev.nngen.model;

import dev.nngen.ast.Item;
import dev.nngen.ast.Item.BlockItem;
import dev.nngen.ast.Item.FunctionItem;
import dev.nngen.ast.Item.Parameter;
import dev.nngen.diag.Span;
import java.util.List;
import java.util.stream.Collectors;

/** A function, layer, initializer or optimizer written in the language, and the file whose scope it has. */
record Definition(Item item, FileScope home) implements Callee {

  @Override
  public String label() {
    return item instanceof FunctionItem f ? f.name().name() : ((BlockItem) item).name().name();
  }

  /** Returns the name at its declaration. */
  Span place() {
    return item instanceof FunctionItem f ? f.name().span() : ((BlockItem) item).name().span();
  }

  List<Parameter> parameters() {
    return item instanceof FunctionItem f ? f.parameters() : ((BlockItem) item).parameters();
  }

  @Override
  public Sort sort() {
    if (item instanceof FunctionItem f) {
      return f.kind() == Item.FunctionKind.INIT ? Sort.INIT : Sort.FUNCTION;
    }
    return ((BlockItem) item).kind() == Item.BlockKind.LAYER ? Sort.LAYER : Sort.OPTIMIZER;
  }

  @Override
  public String signature() {
    return label() + parameters().stream().map(Definition::text).collect(Collectors.joining(", ", "(", ")"));
  }

  private static String text(Parameter parameter) {
    return parameter.name().name() + parameter.fallback().map(e -> " = " + FaultReport.excerpt(e.span())).orElse("");
  }

  /** Compares identities: definitions are equal only if they are the same text. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Definition d && d.item == item;
  }

  @Override
  public int hashCode() {
    return item.span().hashCode();
  }
}
