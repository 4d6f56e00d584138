package dev.nngen.ast;

import dev.nngen.ast.Expr.Name;
import dev.nngen.diag.Span;
import java.util.List;
import java.util.Optional;

/** A top-level item of a file. */
public sealed interface Item {

  Span span();

  record Import(String path, Span span) implements Item {}

  record ModelItem(Name name, List<Statement> body, Span span) implements Item {
    public ModelItem {
      body = List.copyOf(body);
    }
  }

  /** {@code fn}, {@code loss} or {@code init}: one expression. A {@code domain} clause gives regions of parameters. */
  record FunctionItem(FunctionKind kind, Name name, List<Parameter> parameters, List<Statement.Fact.Range> domain, Expr body,
      Span span) implements Item {
    public FunctionItem {
      parameters = List.copyOf(parameters);
      domain = List.copyOf(domain);
    }
  }

  enum FunctionKind { FN, LOSS, INIT }

  /** {@code layer} or {@code optimizer}: statements. */
  record BlockItem(BlockKind kind, Name name, List<Parameter> parameters, List<Statement> body, Span span) implements Item {
    public BlockItem {
      parameters = List.copyOf(parameters);
      body = List.copyOf(body);
    }
  }

  enum BlockKind { LAYER, OPTIMIZER }

  /** {@code size}, {@code samples} or {@code precision} for the whole file. */
  record Setting(Statement statement) implements Item {
    @Override
    public Span span() {
      return statement.span();
    }
  }

  /**
   * A parameter of a function, with its default if it has one.
   *
   * @param pattern names for the sizes of the argument's axes, without those of size m; empty without brackets
   */
  record Parameter(Name name, List<Name> pattern, Optional<Expr> fallback) {
    public Parameter {
      pattern = List.copyOf(pattern);
    }

    public Parameter(Name name, Optional<Expr> fallback) {
      this(name, List.of(), fallback);
    }
  }
}
