package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Span;
import java.util.List;
import java.util.Optional;

/**
 * What the statements of a file may name besides values: its own functions and sizes, those of its imports, the library and what is
 * built in. Of several of one name only the one that a call means.
 *
 * @param callables functions, layers and others in the order in which names are looked up
 * @param sizes the declared names of sizes
 */
public record KnownNames(List<Callable> callables, List<Name> sizes) {

  public KnownNames {
    callables = List.copyOf(callables);
    sizes = List.copyOf(sizes);
  }

  /** Kinds of what can be called. */
  public enum Kind { FUNCTION, LOSS, LAYER, INITIALIZER, OPTIMIZER }

  /**
   * What can be called.
   *
   * @param signature {@code dense(X, units, f = identity)}
   * @param place the name where it is defined; empty for what is built in
   */
  public record Callable(String name, Kind kind, String signature, List<String> parameters, Optional<Span> place) {
    public Callable {
      parameters = List.copyOf(parameters);
    }
  }

  /** The vocabulary of a file; faults of the file and its imports are ignored. */
  public static KnownNames of(SourceFile file, SourceLoader loader) {
    FileScope scope = Models.scope(file, loader);
    return new KnownNames(scope.callable().stream().map(name -> callable(scope.callee(name).orElseThrow())).toList(),
        scope.sizeNames().stream().map(name -> scope.size(name).orElseThrow().name()).toList());
  }

  /** What a name means if it is called. */
  public Optional<Callable> find(String name) {
    return callables.stream().filter(callable -> callable.name().equals(name)).findFirst();
  }

  private static Callable callable(Callee callee) {
    if (callee instanceof Definition definition) {
      return new Callable(definition.label(), kind(definition), definition.signature(),
          definition.parameters().stream().map(parameter -> parameter.name().name()).toList(), Optional.of(definition.place()));
    }
    Builtin builtin = (Builtin) callee;
    return new Callable(builtin.label(), kind(builtin), builtin.signature(), builtin.parameters(), Optional.empty());
  }

  private static Kind kind(Callee callee) {
    boolean loss = callee instanceof Definition definition && definition.item() instanceof Item.FunctionItem item && item.kind() == Item.FunctionKind.LOSS;
    return switch (callee.sort()) {
      case FUNCTION, MATRIX_FUNCTION -> loss ? Kind.LOSS : Kind.FUNCTION;
      case LAYER -> Kind.LAYER;
      case INIT -> Kind.INITIALIZER;
      case OPTIMIZER -> Kind.OPTIMIZER;
    };
  }
}
