package dev.nngen.ide;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.ast.Statement;
import dev.nngen.diag.Span;
import dev.nngen.ide.DefinedName.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All names that the well-formed statements of a file define, except functions and layers. */
final class Bindings {

  private final List<DefinedName> all = new ArrayList<>();

  private Bindings() {}

  static Bindings of(SourceFile file) {
    Bindings bindings = new Bindings();
    Span whole = new Span(file.source(), 0, file.source().text().length());
    file.items().forEach(item -> bindings.item(item, whole));
    return bindings;
  }

  List<DefinedName> all() {
    return all;
  }

  /** Returns the names in scope at an offset. */
  List<DefinedName> at(int offset) {
    return all.stream().filter(binding -> binding.scope().start() <= offset && offset <= binding.scope().end()).toList();
  }

  /** Resolves a name at an offset: the innermost binding, or the last before the offset among several of one scope. */
  Optional<DefinedName> find(String name, int offset) {
    List<DefinedName> visible = at(offset).stream().filter(binding -> binding.name().name().equals(name)).toList();
    Optional<DefinedName> innermost = visible.stream().min(Comparator.comparingInt(binding -> binding.scope().end() - binding.scope().start()));
    return visible.stream().filter(binding -> binding.scope().equals(innermost.get().scope()) && binding.name().span().start() <= offset)
        .reduce((first, next) -> next).or(() -> innermost);
  }

  private void item(Item item, Span whole) {
    if (item instanceof Item.ModelItem model) {
      model.body().forEach(statement -> statement(statement, model.span()));
    } else if (item instanceof Item.FunctionItem function) {
      parameters(function.parameters(), function.span());
      expression(function.body());
    } else if (item instanceof Item.BlockItem block) {
      parameters(block.parameters(), block.span());
      block.body().forEach(statement -> statement(statement, block.span()));
    } else if (item instanceof Item.Setting setting) {
      statement(setting.statement(), whole);
    }
  }

  private void parameters(List<Item.Parameter> parameters, Span item) {
    for (Item.Parameter parameter : parameters) {
      bind(parameter.name(), Kind.ARGUMENT, item, item);
      parameter.pattern().forEach(size -> bind(size, Kind.SIZE, item, item));
    }
  }

  private void bind(Name name, Kind kind, Span scope, Span declaration) {
    all.add(new DefinedName(name, kind, scope, declaration));
  }

  private void indices(List<Expr.Index> indices, Span scope) {
    indices.forEach(index -> bind(index.name(), Kind.INDEX, scope, scope));
  }

  private void statement(Statement statement, Span scope) {
    Span own = statement.span();
    if (statement instanceof Statement.DataDecl s) {
      bind(s.name(), s.kind() == Statement.DataKind.INPUT ? Kind.INPUT : Kind.TARGET, scope, own);
    } else if (statement instanceof Statement.ParamDecl s) {
      bind(s.name(), Kind.PARAMETER, scope, own);
    } else if (statement instanceof Statement.StateDecl s) {
      s.states().forEach(state -> bind(state.name(), Kind.STATE, scope, own));
    } else if (statement instanceof Statement.NoiseDecl s) {
      bind(s.name(), Kind.NOISE, scope, own);
    } else if (statement instanceof Statement.SizeDecl s) {
      bind(s.name(), Kind.SIZE, scope, own);
    } else if (statement instanceof Statement.Share s) {
      bind(s.name(), Kind.SHARED_LAYER, scope, own);
    } else if (statement instanceof Statement.Minimize s) {
      bind(s.name(), Kind.LOSS, scope, own);
      expression(s.value());
    } else {
      definition(statement, scope);
    }
  }

  private void definition(Statement statement, Span scope) {
    Span own = statement.span();
    if (statement instanceof Statement.Definition s) {
      bind(s.name(), Kind.VALUE, scope, own);
      indices(s.indices(), own);
      expression(s.value());
    } else if (statement instanceof Statement.Unpacking s) {
      s.names().forEach(name -> bind(name, Kind.VALUE, scope, own));
    } else if (statement instanceof Statement.Repeat s) {
      s.body().forEach(inner -> statement(inner, scope));
    } else if (statement instanceof Statement.Over s) {
      indices(List.of(s.index()), own);
      s.body().forEach(inner -> statement(inner, scope));
    } else if (statement instanceof Statement.Prove s) {
      expression(s.left());
      expression(s.right());
    } else if (statement instanceof Statement.Return s) {
      s.values().forEach(this::expression);
    } else if (statement instanceof Statement.UpdateDecl s) {
      expression(s.value());
    }
  }

  /** Adds the indices that reductions in an expression bind. */
  private void expression(Expr expr) {
    if (expr instanceof Expr.Reduction e) {
      indices(e.indices(), e.span());
      expression(e.body());
    } else if (expr instanceof Expr.Unary e) {
      expression(e.operand());
    } else if (expr instanceof Expr.Binary e) {
      expression(e.left());
      expression(e.right());
    } else if (expr instanceof Expr.Transpose e) {
      expression(e.operand());
    } else if (expr instanceof Expr.Call e) {
      e.arguments().forEach(argument -> expression(argument.value()));
    } else if (expr instanceof Expr.Pipe e) {
      expression(e.value());
      expression(e.call());
    } else if (expr instanceof Expr.Subscript e) {
      expression(e.operand());
      e.subscripts().forEach(this::expression);
    }
  }
}
