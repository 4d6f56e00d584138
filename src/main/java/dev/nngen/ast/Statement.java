package dev.nngen.ast;

import dev.nngen.ast.Expr.Name;
import dev.nngen.diag.Span;
import java.util.List;
import java.util.Optional;

/** A statement inside a model, a layer or an optimizer, as it was written. The package {@code model} checks where each kind is allowed. */
public sealed interface Statement {

  Span span();

  /**
   * {@code input X[64] where X in [0, 1], colsum(X) == 1;} or {@code target}.
   *
   * @param count present for integer data: the number of values, which start at 0
   */
  record DataDecl(DataKind kind, Name name, List<Expr> sizes, Optional<Expr> count, List<Fact> facts, Span span) implements Statement {
    public DataDecl {
      sizes = List.copyOf(sizes);
      facts = List.copyOf(facts);
    }
  }

  enum DataKind { INPUT, TARGET }

  /**
   * {@code param W[16, 30] = glorot;}, a scalar without sizes. One {@code param} statement may declare one parameter.
   *
   * @param frozen true if training does not change it: {@code param W[16, 30] = glorot frozen;}
   */
  record ParamDecl(Name name, List<Expr> sizes, Optional<Expr> initial, boolean frozen, Span span) implements Statement {
    public ParamDecl {
      sizes = List.copyOf(sizes);
    }
  }

  /**
   * {@code A1 = tanh(Z1);} or an index equation {@code U[t] = sum[s : s <= t] X[s];}.
   *
   * @param indices the indices that the left side binds; empty without brackets
   */
  record Definition(Name name, List<Expr.Index> indices, Expr value, Span span) implements Statement {
    public Definition {
      indices = List.copyOf(indices);
    }

    public Definition(Name name, Expr value, Span span) {
      this(name, List.of(), value, span);
    }
  }

  /**
   * {@code minimize J = mean(E);} or {@code minimize D = mean(E) of W, b;}.
   *
   * @param parameters the names after {@code of}; empty without it
   */
  record Minimize(Name name, Expr value, List<Name> parameters, Span span) implements Statement {
    public Minimize {
      parameters = List.copyOf(parameters);
    }
  }

  /** {@code output P;} or {@code output mu, s;}. */
  record Output(List<Name> names, Span span) implements Statement {
    public Output {
      names = List.copyOf(names);
    }
  }

  /**
   * {@code train adam(rate = 1e-3);} or {@code train clipnorm(1) |> adam(rate = 1e-3) of W, b;}: an expression of calls and pipes.
   *
   * @param parameters the names after {@code of}; empty without it
   */
  record Train(Expr optimizer, List<Name> parameters, Span span) implements Statement {
    public Train {
      parameters = List.copyOf(parameters);
    }
  }

  /** {@code prove left == right;} */
  record Prove(Expr left, Expr right, Span span) implements Statement {}

  /** {@code return E;} or {@code return H, C;} in a layer. */
  record Return(List<Expr> values, Span span) implements Statement {
    public Return {
      values = List.copyOf(values);
    }
  }

  /** {@code (H, C) = cell(X, H0, C0, 32);}: names for the results of a layer. */
  record Unpacking(List<Name> names, Expr value, Span span) implements Statement {
    public Unpacking {
      names = List.copyOf(names);
    }
  }

  /** {@code share enc = dense(units = 16, f = tanh);}: a layer with one set of parameters. Calls leave out the arguments given here. */
  record Share(Name name, Expr.Call layer, Span span) implements Statement {}

  /** {@code repeat 4 { H = block(H); }}: the definitions, {@code count} times. A name on the right is the value of the previous round. */
  record Repeat(Expr count, List<Statement> body, Span span) implements Statement {
    public Repeat {
      body = List.copyOf(body);
    }
  }

  /** {@code over t { .. }}: the definitions for every value of an index. The size is empty if subscripts determine it. */
  record Over(Expr.Index index, List<Statement> body, Span span) implements Statement {
    public Over {
      body = List.copyOf(body);
    }
  }

  /** {@code start H = 0;} in a block: the value of {@code prev(H)} at the first index, or of {@code next(H)} at the last. */
  record Start(Name name, Expr value, Span span) implements Statement {}

  /**
   * {@code state mo = 0, s = 0;} in an optimizer, {@code state mean[c] = 0;} in a model or a layer: declared like parameters, and changed by
   * {@link UpdateDecl}.
   */
  record StateDecl(List<ParamDecl> states, Span span) implements Statement {
    public StateDecl {
      states = List.copyOf(states);
    }
  }

  /** {@code update mean = 0.9 * mean + 0.1 * M;}: the value of a state after a training step. */
  record UpdateDecl(Name state, Expr value, Span span) implements Statement {}

  /** {@code noise U[16] = bernoulli(0.9);}: drawn for each sample in each training step. */
  record NoiseDecl(Name name, List<Expr> sizes, Expr distribution, Span span) implements Statement {
    public NoiseDecl {
      sizes = List.copyOf(sizes);
    }
  }

  /** {@code size h = 128;}, at the top of a file or in a model. */
  record SizeDecl(Name name, Optional<Expr> value, Span span) implements Statement {}

  /** {@code samples rows;} or {@code samples columns;}, at the top of a file or in a model. */
  record Samples(Name orientation, Span span) implements Statement {}

  /** {@code precision f32;} or {@code f64}, at the top of a file or in a model. */
  record Precision(Name name, Span span) implements Statement {}

  /** A declared fact about data: {@code left == right}, or {@code value in [low, high)}. */
  sealed interface Fact {
    Span span();

    record Equality(Expr left, Expr right, Span span) implements Fact {}

    record Range(Expr value, Interval interval, Span span) implements Fact {}
  }

  /** {@code (low, high]}; no end is null. An infinite end is the name {@code inf}, or its negation {@code -inf}. */
  record Interval(Expr low, boolean lowOpen, Expr high, boolean highOpen, Span span) {}
}
