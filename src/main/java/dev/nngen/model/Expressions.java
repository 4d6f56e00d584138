package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Binary;
import dev.nngen.ast.Expr.Call;
import dev.nngen.ast.Expr.Literal;
import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Expr.Pipe;
import dev.nngen.ast.Expr.Transpose;
import dev.nngen.ast.Expr.Unary;
import dev.nngen.ast.Statement;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Plural;
import dev.nngen.diag.Span;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Types expressions. Each error is reported once and makes the value {@link Values#POISON}. */
final class Expressions {

  /** Maximum magnitude of a decimal exponent; larger ones exceed a double. */
  private static final int MAX_EXPONENT = 400;
  private static final int MAX_DIGITS = 1000;

  /** Maximum number of entries of a literal matrix, which becomes a field of the class. */
  private static final int MAX_ENTRIES = 4096;

  /** Maximum nesting of expressions and calls, far below the limit of a thread's stack. */
  private static final int MAX_DEPTH = 1200;

  private final Session session;
  private int depth;

  Expressions(Session session) {
    this.session = session;
  }

  /** Returns the id of the expression's value. Sums of many terms are deep on the left, so a loop instead of recursion saves stack. */
  int value(Expr expr, Frame frame) {
    List<Binary> outer = new ArrayList<>();
    Expr first = expr;
    for (; first instanceof Binary binary; first = binary.left()) {
      outer.add(binary);
    }
    depth += outer.size();
    int value = inner(first, frame);
    for (int k = outer.size() - 1; k >= 0; k--) {
      value = session.operators.binary(outer.get(k), value, value(outer.get(k).right(), frame), frame);
      depth--;
    }
    return value;
  }

  private int inner(Expr expr, Frame frame) {
    if (depth >= MAX_DEPTH) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.TOO_MANY_EXPANSIONS, expr.span(),
          "expressions and calls are nested more than " + MAX_DEPTH + " deep"));
      return Values.POISON;
    }
    depth++;
    int value = expr instanceof Unary unary ? session.operators.unary(unary, value(unary.operand(), frame)) : simple(expr, frame);
    depth--;
    return value;
  }

  /** Returns the value of a definition: of its right side, or of its index equation. */
  int defined(Statement.Definition definition, Frame frame) {
    return definition.indices().isEmpty() ? value(definition.value(), frame)
        : IndexExpressions.equation(session, definition.indices(), definition.value(), frame);
  }

  private int simple(Expr expr, Frame frame) {
    if (expr instanceof Literal literal) {
      return literal(literal);
    } else if (expr instanceof Name name) {
      return name(name, frame);
    } else if (expr instanceof Transpose transpose) {
      return session.operators.transpose(transpose, value(transpose.operand(), frame), frame);
    } else if (expr instanceof Pipe pipe) {
      Binding piped = argument(pipe.value(), frame);
      return call(pipe.call(), Optional.of(new Arguments.Given(pipe.value(), piped)), pipe.span(), frame);
    } else if (expr instanceof Expr.Matrix matrix) {
      return matrix(matrix, frame);
    }
    return expr instanceof Call call ? call(call, Optional.empty(), call.span(), frame) : indexed(expr, frame);
  }

  /** Returns a literal constant; one entry is a number. */
  private int matrix(Expr.Matrix matrix, Frame frame) {
    List<List<Expr>> rows = matrix.rows();
    int columns = rows.get(0).size();
    Optional<List<Expr>> ragged = rows.stream().filter(row -> row.size() != columns).findFirst();
    if (frame.code.isScalar()) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, matrix.span(), "a matrix stands in " + frame.code.article + ", which sees one entry"));
      return Values.POISON;
    } else if (ragged.isPresent()) {
      session.report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, ragged.get().get(0).span(), "expected a row of " + Plural.count(columns, "number") + ", found "
          + ragged.get().size()).note(rows.get(0).get(0).span(), "the first row has " + columns));
      return Values.POISON;
    } else if ((long) rows.size() * columns > MAX_ENTRIES) {
      session.report.error(Diagnostic.of(ErrorCode.TOO_LARGE, matrix.span(), "a constant of more than " + MAX_ENTRIES + " numbers")
          .help("pass it as a fixed input: `input C[" + rows.size() + ", " + columns + "];`"));
      return Values.POISON;
    }
    List<Rational> entries = new ArrayList<>();
    for (Expr entry : rows.stream().flatMap(List::stream).toList()) {
      int value = value(entry, frame);
      if (value == Values.POISON) {
        return Values.POISON;
      }
      Optional<Rational> number = session.values.constant(value);
      if (number.isEmpty()) {
        session.report.error(Diagnostic.of(ErrorCode.NOT_A_CONSTANT, entry.span(), "expected a number, found `" + FaultReport.excerpt(entry.span()) + "`")
            .help(session.values.shape(value).isScalar() ? "a matrix with computed entries is an index equation: `A[i: " + rows.size() + ", j: " + columns + "] = where(i == 0, .., ..);`"
                : "`concat(A, B)` puts the rows of one matrix above those of another"));
        return Values.POISON;
      }
      entries.add(number.get());
    }
    return entries.size() == 1 ? session.values.number(entries.get(0)) : session.values.add(new Op.Matrix(entries), Shape.of(rows.size(), columns));
  }

  private int indexed(Expr expr, Frame frame) {
    if (frame.code.isScalar() || expr instanceof Expr.Slice) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, expr.span(), "nothing can be subscripted in " + frame.code.article + ", which sees one entry"));
      return Values.POISON;
    }
    return IndexExpressions.value(session, expr, frame);
  }

  /** Returns the binding of an argument: a value, or the function that a name refers to. */
  Binding argument(Expr expr, Frame frame) {
    if (expr instanceof Name name && !isValue(name, frame)) {
      Optional<Callee> callee = callee(name.name(), frame);
      if (callee.isPresent()) {
        return new Binding.Passed(callee.get());
      }
    }
    return new Binding.Bound(value(expr, frame), Optional.of(declaration(expr, frame)));
  }

  /** Returns the function of that name, among those passed and those of the file. */
  Optional<Callee> callee(String name, Frame frame) {
    return frame.bindings.get(name) instanceof Binding.Passed passed
        ? Optional.of(passed.callee()) : frame.file.callee(name);
  }

  /** Returns the declaration of the name that the expression is, or else the expression itself. */
  Span declaration(Expr expr, Frame frame) {
    return expr instanceof Name name && frame.bindings.get(name.name()) instanceof Binding.Bound bound
        ? bound.declared().orElse(expr.span()) : expr.span();
  }

  private int call(Call call, Optional<Arguments.Given> piped, Span span, Frame frame) {
    Optional<Callee> callee = callee(call.callee().name(), frame);
    if (callee.filter(c -> c instanceof Builtin builtin && builtin.isCarrying()).isPresent()) {
      return session.blocks.carried(call, frame);
    }
    List<Arguments.Given> given = callee.isPresent() && callee.get() instanceof Builtin choice && choice.isChoice()
        ? session.arguments.branches(call, piped, frame) : session.arguments.evaluate(call, frame);
    if (callee.isEmpty()) {
      return notCallable(call.callee(), frame);
    }
    Invocation invocation = new Invocation(callee.get(), call, piped, given, span, frame);
    if (callee.get() instanceof Builtin builtin) {
      return session.builtins.call(builtin, invocation);
    }
    if (callee.get() instanceof SharedLayer shared) {
      return session.layers.call(shared, invocation);
    }
    Definition definition = (Definition) callee.get();
    return switch (definition.sort()) {
      case FUNCTION, INIT -> session.functions.call(definition, invocation);
      case LAYER -> session.layers.call(definition, invocation);
      default -> misplaced(definition, invocation);
    };
  }

  private int misplaced(Definition definition, Invocation invocation) {
    session.report.error(Diagnostic.of(ErrorCode.NOT_CALLABLE, invocation.name(),
        "`" + definition.label() + "` is " + definition.sort().article + " and cannot be called here")
        .note(definition.place(), "it is defined here").help("optimizers follow `train`: `train " + FaultReport.excerpt(invocation.call().span()) + ";`"));
    return Values.POISON;
  }

  private int notCallable(Name callee, Frame frame) {
    if (frame.bindings.get(callee.name()) instanceof Binding.Bound bound && bound.value() == Values.POISON) {
      return Values.POISON;
    } else if (isValue(callee, frame)) {
      Diagnostic fault = Diagnostic.of(ErrorCode.NOT_CALLABLE, callee.span(), "`" + callee.name() + "` is a value and cannot be called");
      session.report.error(frame.file.isLibrary() ? fault : fault.help("a product is written `" + callee.name() + " * (...)`"));
    } else if (callee.name().equals("pad")) {
      session.report.error(Diagnostic.of(ErrorCode.MISPLACED, callee.span(), "`pad` is only allowed before subscripts").help("write a position that may be outside as `pad(X)[i - 1]`"));
    } else {
      session.report.unknown(callee.name(), () -> NameHelp.add(Diagnostic.of(ErrorCode.UNKNOWN_NAME, callee.span(),
          "cannot find function `" + callee.name() + "`"), callee, frame.file.callable()));
    }
    return Values.POISON;
  }

  private int literal(Literal literal) {
    BigDecimal value = new BigDecimal(literal.text());
    if (Math.abs((long) value.precision() - value.scale()) > MAX_EXPONENT || value.precision() > MAX_DIGITS) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.INVALID_NUMBER,
          literal.span(), "the number is out of a double's range"));
      return Values.POISON;
    }
    return session.values.number(Rational.parse(literal.text()));
  }

  private boolean isValue(Name name, Frame frame) {
    return frame.bindings.get(name.name()) instanceof Binding.Bound || frame.later.containsKey(name.name())
        || frame.file.size(name.name()).isPresent() || name.name().equals("m") || name.name().equals("pi");
  }

  private int name(Name name, Frame frame) {
    Binding binding = frame.bindings.get(name.name());
    if (binding instanceof Binding.Bound bound) {
      return bound.value();
    }
    if (frame.later.containsKey(name.name())) {
      return tooEarly(name, frame.later.get(name.name()));
    }
    Optional<SizeDecl> size = frame.file.size(name.name());
    if (size.isPresent()) {
      return session.sizing.ofFile(size.get(), frame);
    }
    return switch (name.name()) {
      case "m" -> batch(name, frame);
      case "pi" -> session.values.add(new Op.Function(Fn.PI), Shape.SCALAR);
      default -> unknown(name, frame);
    };
  }

  private int batch(Name name, Frame frame) {
    if (frame.code.isScalar()) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, name.span(),
          "`m`, the number of samples, is not known in " + frame.code.article));
      return Values.POISON;
    }
    if (!session.batched) {
      session.report.error(ErrorCode.MISPLACED, name.span(), "`m` is the number of samples, but no input here has samples");
      return Values.POISON;
    }
    return session.sizing.value(Size.SAMPLES);
  }

  private int tooEarly(Name name, Span definition) {
    session.report.early(name.name(), () -> Diagnostic.of(ErrorCode.USED_TOO_EARLY, name.span(), "`" + name.name()
        + "` is used before its definition")
        .note(definition, "it is defined here").help("statements take effect in source order"));
    return Values.POISON;
  }

  private int unknown(Name name, Frame frame) {
    Optional<Callee> callee = callee(name.name(), frame);
    if (callee.isPresent()) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.NOT_A_VALUE, name.span(),
          "expected a value, found `" + name.name() + "`, which is " + callee.get().sort().article).help("call it: `"
              + callee.get().signature() + "`"));
    } else if (frame.code == Frame.Code.OPTIMIZER && frame.hidden.containsKey(name.name())) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, name.span(),
          "`" + name.name() + "` is a value of the model, which an optimizer cannot use")
          .note(frame.hidden.get(name.name()), "it is defined here").help("it can use numbers, sizes and the step `t`"));
    } else if (!isLocalOfPoison(name.name(), frame)) {
      session.report.unknown(name.name(), () -> NameHelp.add(Diagnostic.of(ErrorCode.UNKNOWN_NAME, name.span(),
          "cannot find value `" + name.name() + "`"), name, NameHelp.names(frame)));
    }
    return Values.POISON;
  }

  /** Whether the name belongs to a local of a failed definition, whose locals are unknown. */
  private static boolean isLocalOfPoison(String name, Frame frame) {
    for (int at = name.indexOf('_'); at >= 0; at = name.indexOf('_', at + 1)) {
      String owner = name.substring(at + 1).replaceAll("_[0-9]+$", "");
      if (frame.bindings.get(owner) instanceof Binding.Bound bound && bound.value() == Values.POISON) {
        return true;
      }
    }
    return false;
  }
}
