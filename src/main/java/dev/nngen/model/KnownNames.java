package dev.nngen.model;

import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.diag.Span;
import java.util.List;
import java.util.Optional;

/**
 * The names other than values that the statements of a file may use: its own functions and sizes, those of its imports, the library, and built-in
 * ones. Hidden names are left out.
 *
 * @param callables functions, layers and others in lookup order
 * @param sizes the declared names of sizes
 */
public record KnownNames(List<Callable> callables, List<Name> sizes) {

  public KnownNames {
    callables = List.copyOf(callables);
    sizes = List.copyOf(sizes);
  }

  /** Kind of a callable name. */
  public enum Kind { FUNCTION, LOSS, LAYER, INITIALIZER, OPTIMIZER }

  /**
   * A callable name.
   *
   * @param signature such as {@code dense(X, units, f = identity)}
   * @param place the name at its definition; empty for built-in ones
   */
  public record Callable(String name, Kind kind, String signature, List<String> parameters, Optional<Span> place) {
    public Callable {
      parameters = List.copyOf(parameters);
    }
  }

  /** Returns the names of a file; errors of the file and its imports are ignored. */
  public static KnownNames of(SourceFile file, SourceLoader loader) {
    FileScope scope = Models.scope(file, loader);
    return new KnownNames(scope.callable().stream().map(name -> callable(scope.callee(name).orElseThrow())).toList(),
        scope.sizeNames().stream().map(name -> scope.size(name).orElseThrow().name()).toList());
  }

  /** Returns the function of that name. */
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
