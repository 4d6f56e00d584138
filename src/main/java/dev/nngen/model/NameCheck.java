package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Item.BlockItem;
import dev.nngen.ast.Item.FunctionItem;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.StateDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds unknown names in definitions that no model calls, and whose bodies therefore are not typed. A body of statements may use all names that it
 * defines; their order is checked at a call.
 */
final class NameCheck {

  private final Consumer<Diagnostic> report;

  /**
   * @param report receives the errors
   */
  NameCheck(Consumer<Diagnostic> report) {
    this.report = report;
  }

  void check(Definition definition) {
    Set<String> known = new LinkedHashSet<>(List.of("m", "pi"));
    definition.parameters().forEach(p -> known.add(p.name().name()));
    definition.parameters().forEach(p -> p.pattern().forEach(size -> known.add(size.name())));
    definition.parameters().forEach(p -> p.fallback().ifPresent(e -> check(e, known, definition)));
    if (definition.item() instanceof FunctionItem function) {
      function.domain().forEach(r -> check(r.value(), known, definition));
      check(function.body(), known, definition);
      return;
    }
    if (definition.sort() == Callee.Sort.OPTIMIZER) {
      known.addAll(List.of("w", "g", "t", "gradnorm"));
    }
    List<Statement> body = ((BlockItem) definition.item()).body();
    body.forEach(s -> names(s).forEach(n -> known.add(n.name())));
    body.forEach(s -> check(s, known, definition));
  }

  /** Returns the names that a statement defines, in a model, a layer or an optimizer. */
  static List<Name> names(Statement statement) {
    List<Name> names = new ArrayList<>();
    names.addAll(Declarations.names(statement));
    return names;
  }

  /** Returns the names of values in an expression, in source order. */
  static List<Name> namesIn(Expr expr) {
    if (expr instanceof Name name) {
      return List.of(name);
    }
    return parts(expr).stream().flatMap(part -> namesIn(part).stream()).toList();
  }

  /** Returns the parts of an expression. */
  static List<Expr> parts(Expr expr) {
    if (expr instanceof Expr.Unary unary) {
      return List.of(unary.operand());
    } else if (expr instanceof Expr.Matrix matrix) {
      return matrix.rows().stream().flatMap(List::stream).toList();
    } else if (expr instanceof Expr.Transpose transpose) {
      return List.of(transpose.operand());
    } else if (expr instanceof Expr.Binary binary) {
      return List.of(binary.left(), binary.right());
    } else if (expr instanceof Expr.Pipe pipe) {
      return List.of(pipe.value(), pipe.call());
    } else if (expr instanceof Expr.Subscript subscript) {
      return Stream.concat(Stream.of(subscript.operand()), subscript.subscripts().stream()).toList();
    } else if (expr instanceof Expr.Reduction reduction) {
      return Stream.of(reduction.indices().stream().flatMap(index -> index.size().stream()), reduction.condition().stream(), Stream.of(reduction.body()))
          .flatMap(part -> part).toList();
    }
    return expr instanceof Expr.Call call ? call.arguments().stream().map(Expr.Argument::value).toList() : List.of();
  }

  private static List<Statement.ParamDecl> states(Statement statement) {
    return statement instanceof StateDecl decl ? decl.states() : List.of();
  }

  /** Returns the expressions of a statement, without those of nested statements. */
  static List<Expr> expressions(Statement statement) {
    if (statement instanceof Statement.Definition definition) {
      return Stream.concat(definition.indices().stream().flatMap(index -> index.size().stream()), Stream.of(definition.value())).toList();
    } else if (statement instanceof Statement.Return returned) {
      return returned.values();
    } else if (statement instanceof Statement.Unpacking unpacking) {
      return List.of(unpacking.value());
    } else if (statement instanceof Statement.SizeDecl size) {
      return size.value().stream().toList();
    } else if (statement instanceof Statement.Start start) {
      return List.of(start.value());
    } else if (statement instanceof Statement.Over over) {
      return over.index().size().stream().toList();
    } else if (statement instanceof Statement.ParamDecl param) {
      return Stream.concat(param.sizes().stream(), param.initial().stream()).toList();
    } else if (statement instanceof Statement.UpdateDecl update) {
      return List.of(update.value());
    } else if (statement instanceof Statement.NoiseDecl noise) {
      // The name of a distribution is not a function.
      return Stream.concat(noise.sizes().stream(), parts(noise.distribution()).stream()).toList();
    }
    return states(statement).stream().flatMap(state -> expressions(state).stream()).toList();
  }

  private void check(Statement statement, Set<String> known, Definition in) {
    Set<String> inside = new LinkedHashSet<>(known);
    if (statement instanceof Statement.Definition definition) {
      definition.indices().forEach(index -> inside.add(index.name().name()));
    }
    if (statement instanceof Statement.Repeat repeat) {
      check(repeat.count(), known, in);
      repeat.body().forEach(inner -> check(inner, known, in));
    }
    if (statement instanceof Statement.Over over) {
      inside.add(over.index().name().name());
      over.body().forEach(inner -> check(inner, inside, in));
    }
    expressions(statement).forEach(e -> check(e, inside, in));
  }

  private void check(Expr expr, Set<String> known, Definition in) {
    if (expr instanceof Name name) {
      name(name, known, in);
    } else if (expr instanceof Expr.Call call) {
      callee(call.callee(), known, in);
    } else if (expr instanceof Expr.Subscript || expr instanceof Expr.Reduction) {
      Set<String> inside = new LinkedHashSet<>(known);
      inside.add("end");
      if (expr instanceof Expr.Reduction reduction) {
        reduction.indices().forEach(index -> inside.add(index.name().name()));
      }
      parts(expr).forEach(part -> check(part, inside, in));
      return;
    }
    parts(expr).forEach(part -> check(part, known, in));
  }

  private void name(Name name, Set<String> known, Definition in) {
    FileScope file = in.home();
    if (known.contains(name.name()) || file.size(name.name()).isPresent() || file.callee(name.name()).isPresent()) {
      return;
    }
    Set<String> candidates = new LinkedHashSet<>(known);
    candidates.addAll(file.sizeNames());
    candidates.addAll(file.callable());
    report.accept(NameHelp.add(Diagnostic.of(ErrorCode.UNKNOWN_NAME, name.span(), "cannot find value `" + name.name() + "`"),
        name, candidates));
  }

  private void callee(Name name, Set<String> known, Definition in) {
    if (!known.contains(name.name()) && in.home().callee(name.name()).isEmpty()) {
      report.accept(NameHelp.add(Diagnostic.of(ErrorCode.UNKNOWN_NAME, name.span(),
          "cannot find function `" + name.name() + "`"), name, in.home().callable()));
    }
  }
}
