package dev.nngen.model;

import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Rational;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Types calls of built-in functions: checks where they are allowed, and computes the shapes of the results. */
final class BuiltinCalls {

  private static final int POISON = Values.POISON;

  private final Session session;
  private final Values values;

  BuiltinCalls(Session session) {
    this.session = session;
    this.values = session.values;
  }

  int call(Builtin builtin, Invocation call) {
    Optional<List<Arguments.Given>> given = session.arguments.bind(builtin, call);
    if (given.isEmpty() || !mayStand(builtin, call, given.get().size())) {
      return POISON;
    }
    List<Integer> ids = new ArrayList<>();
    for (Arguments.Given argument : given.get()) {
      ids.add(id(builtin, argument));
    }
    if (ids.contains(POISON)) {
      return POISON;
    }
    noteDomains(builtin, call, given.get(), ids);
    if (builtin == Builtin.OfParameter.NORM) {
      return values.add(new Op.Norm(), Shape.SCALAR, ids.get(0));
    }
    return builtin instanceof Builtin.Entrywise function ? entrywise(function.fn(), call, given.get(), ids)
        : apply((Builtin.Operation) builtin, call, given.get(), ids);
  }

  /** Records the domains of the arguments, if they are restricted. */
  private void noteDomains(Builtin builtin, Invocation call, List<Arguments.Given> given, List<Integer> ids) {
    for (int k = 0; k < Math.min(ids.size(), builtin.parameters().size()); k++) {
      if (!builtin.domain(k).equals(Interval.REALS)) {
        session.preconditions.defined(builtin == Builtin.Operation.SQRT ? ArgumentCondition.Kind.ROOT : ArgumentCondition.Kind.DEFINED, builtin.label(), given.get(k).expr(), ids.get(k), builtin.domain(k), call.frame());
      }
    }
  }

  private int apply(Builtin.Operation operation, Invocation call, List<Arguments.Given> given, List<Integer> ids) {
    int first = ids.get(0);
    Shape shape = values.shape(first);
    return switch (operation) {
      case SQRT -> values.add(Op.Operator.POWER, shape, first, values.number(Rational.HALF));
      case MAX -> extreme(Fn.MAXIMUM, Op.Kind.MAX, call, given, ids);
      case MIN -> extreme(Fn.MINIMUM, Op.Kind.MIN, call, given, ids);
      case SUM -> reduce(Op.Kind.SUM, true, true, first);
      case MEAN -> mean(call, first);
      case ROWSUM -> reduce(Op.Kind.SUM, false, true, first);
      case COLSUM -> reduce(Op.Kind.SUM, true, false, first);
      case ROWMAX -> reduce(Op.Kind.MAX, false, true, first);
      case COLMAX -> reduce(Op.Kind.MAX, true, false, first);
      case ROWMIN -> reduce(Op.Kind.MIN, false, true, first);
      case COLMIN -> reduce(Op.Kind.MIN, true, false, first);
      case ROWS -> session.sizing.count(shape.rows().sizes());
      case COLS -> session.sizing.count(shape.columns().sizes());
      case SHAPE -> {
        session.report.error(Diagnostic.of(ErrorCode.MISPLACED, call.span(), "`shape` is used outside of a declaration's sizes").label("this is several numbers")
            .help("`noise U[shape(X)] = normal(1);`; single sizes are `rows(X)` and `cols(X)`"));
        yield POISON;
      }
      case FLATTEN -> session.axes.flat(first, call.frame().rows, call.span());
      case ONEHOT -> session.axes.onehot(first, call);
      case CLASSES -> session.axes.classes(first, call);
      case GRAD -> gradient(call, given, ids);
      case PREV, NEXT -> throw new IllegalStateException("typed by its name");
      case TRAINING -> training(call, given, ids);
      case L1 -> penalty(1, given, ids, call);
      case L2 -> penalty(2, given, ids, call);
      case UNIFORM -> values.add(Op.Draw.UNIFORM, Shape.SCALAR, first);
      case NORMAL -> values.add(Op.Draw.NORMAL, Shape.SCALAR, first);
    };
  }

  private boolean mayStand(Builtin builtin, Invocation call, int arguments) {
    Frame.Code code = call.frame().code;
    boolean overEntries = (builtin == Builtin.Operation.MAX || builtin == Builtin.Operation.MIN) && arguments == 1;
    if (code.isScalar() && (overEntries || builtin.sort() == Callee.Sort.MATRIX_FUNCTION)) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, call.name(),
          "`" + builtin.label() + "` needs a matrix and cannot be called in " + code.article + ", which sees one entry")
          .help(code == Frame.Code.OPTIMIZER ? "an optimizer can use norms of whole parameters: `norm(w)`, `norm(g)`, and `gradnorm` of all gradients"
              : "a layer sees whole matrices"));
      return false;
    }
    if (builtin == Builtin.Operation.TRAINING && (code == Frame.Code.OPTIMIZER || code == Frame.Code.INIT)) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, call.name(), "`training` cannot be called in " + code.article)
          .label("this code runs only in training").help("write only the value for training"));
      return false;
    }
    if (builtin.sort() == Callee.Sort.INIT && code != Frame.Code.INIT) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.NOT_CALLABLE, call.name(),
          "`" + builtin.label() + "` is an initializer and cannot be called here")
              .help(Callee.initializerHelp(call)));
      return false;
    }
    return true;
  }

  private int id(Builtin builtin, Arguments.Given argument) {
    if (argument.binding() instanceof Binding.Passed passed) {
      session.report.error(Diagnostic.of(ErrorCode.NOT_A_VALUE, argument.expr().span(), "`" + builtin.label()
          + "` expects values, but `"
          + passed.callee().label() + "` is " + passed.callee().sort().article));
      return POISON;
    }
    return argument.id();
  }

  private int entrywise(Fn fn, Invocation call, List<Arguments.Given> given, List<Integer> ids) {
    int[] operands = ids.stream().mapToInt(Integer::intValue).toArray();
    return session.operators.broadcast("arguments of `" + call.callee().label() + "`", call.span(), given, ids, call.frame())
        .map(shape -> session.operators.add(new Op.Function(fn), shape, call.span(), operands)).orElse(POISON);
  }

  /** Returns a value that training and predictions compute differently; if both are the same, that value. */
  private int training(Invocation call, List<Arguments.Given> given, List<Integer> ids) {
    return session.operators.broadcast("arguments of `training`", call.span(), given, ids, call.frame())
        .map(shape -> values.add(Op.Operator.TRAINING, shape, ids.get(0), ids.get(1))).orElse(POISON);
  }

  private int extreme(Fn fn, Op.Kind kind, Invocation call, List<Arguments.Given> given, List<Integer> ids) {
    return ids.size() == 2 ? entrywise(fn, call, given, ids) : reduce(kind, true, true, ids.get(0));
  }

  private int reduce(Op.Kind kind, boolean overRows, boolean overColumns, int operand) {
    Shape shape = values.shape(operand);
    Shape reduced = new Shape(overRows ? Dim.ONE : shape.rows(), overColumns ? Dim.ONE : shape.columns());
    return reduced.equals(shape) ? operand : values.add(new Op.Reduce(kind, overRows, overColumns), reduced, operand);
  }

  private int mean(Invocation call, int operand) {
    if (!session.batched) {
      session.report.error(ErrorCode.MISPLACED, call.span(), "`mean` divides by the number of samples, but no input here has samples");
      return POISON;
    }
    return values.add(Op.Operator.DIVIDE, Shape.SCALAR, reduce(Op.Kind.SUM, true, true, operand), session.sizing.value(Size.SAMPLES));
  }

  private int gradient(Invocation call, List<Arguments.Given> given, List<Integer> ids) {
    Shape shape = values.shape(ids.get(0));
    if (!shape.isScalar()) {
      session.report.error(session.operators.describe(Diagnostic.of(ErrorCode.NOT_A_SCALAR, call.span(),
          "`grad` expects a scalar, but `" + FaultReport.excerpt(given.get(0).expr().span()) + "` is " + shape),
          given.get(0).expr(), ids.get(0), call.frame()).help("`sum` or `mean` makes it one"));
      return POISON;
    }
    if (values.constant(ids.get(1)).isPresent()) {
      session.report.error(ErrorCode.NOT_A_VALUE, given.get(1).expr().span(), "`grad` with respect to a number");
      return POISON;
    }
    return values.add(Op.Operator.DERIVATIVE, values.shape(ids.get(1)), ids.get(0), ids.get(1));
  }

  /** Types {@code l1} and {@code l2}. A penalty of named values is expanded; one of all matrices is resolved when all are known. */
  private int penalty(int order, List<Arguments.Given> given, List<Integer> ids, Invocation call) {
    if (!values.shape(ids.get(0)).isScalar()) {
      session.report.error(Diagnostic.of(ErrorCode.NOT_A_SCALAR, given.get(0).expr().span(),
          "the factor of `" + call.callee().label() + "` is a scalar, not " + values.shape(ids.get(0)))
          .help("the factor comes first: `" + call.callee().label() + "(1e-4, " + FaultReport.excerpt(given.get(0).expr().span()) + ")`"));
      return POISON;
    }
    if (ids.size() == 1) {
      session.penalty(call.span());
      return values.add(new Op.Penalty(order), Shape.SCALAR, ids.get(0));
    }
    int total = values.number(0);
    for (int id : ids.subList(1, ids.size())) {
      Shape shape = values.shape(id);
      int norm = order == 1 ? values.add(new Op.Function(Fn.ABS), shape, id)
          : values.add(Op.Operator.POWER, shape, id, values.number(2));
      int sum = reduce(Op.Kind.SUM, true, true, norm);
      total = values.constant(total).isPresent() ? sum : values.add(Op.Operator.ADD, Shape.SCALAR, total, sum);
    }
    int factor = order == 1 ? ids.get(0) : values.add(Op.Operator.DIVIDE, Shape.SCALAR, ids.get(0), values.number(2));
    return values.add(Op.Operator.MULTIPLY, Shape.SCALAR, factor, total);
  }
}
