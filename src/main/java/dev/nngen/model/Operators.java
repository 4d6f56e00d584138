package dev.nngen.model;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Binary;
import dev.nngen.ast.Expr.BinaryOp;
import dev.nngen.ast.Expr.Transpose;
import dev.nngen.ast.Expr.Unary;
import dev.nngen.ast.Expr.UnaryOp;
import dev.nngen.diag.Diagnostic;
import dev.nngen.diag.ErrorCode;
import dev.nngen.diag.Span;
import dev.nngen.ir.Interval;
import dev.nngen.ir.Rational;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Types operators. In scalar code all of them are entrywise. */
final class Operators {

  private final Session session;
  private final Set<Object> clashes = new HashSet<>();

  Operators(Session session) {
    this.session = session;
  }

  int unary(Unary expr, int operand) {
    Op.Operator op = expr.op() == UnaryOp.NEGATE ? Op.Operator.NEGATE : Op.Operator.NOT;
    return operand == Values.POISON ? operand : session.values.add(op, session.values.shape(operand), operand);
  }

  int transpose(Transpose expr, int operand, Frame frame) {
    if (frame.code.isScalar()) {
      session.report.intrinsic(Diagnostic.of(ErrorCode.MISPLACED, expr.span(),
          "nothing can be transposed in " + frame.code.article + ", which sees one entry"));
      return Values.POISON;
    }
    if (operand == Values.POISON || !session.values.shape(operand).isTensor()) {
      return session.values.transpose(operand);
    }
    Shape shape = session.values.shape(operand);
    if (!isSampledMatrix(shape)) {
      session.report.error(Diagnostic.of(ErrorCode.SHAPE_MISMATCH, expr.span(), "`" + FaultReport.excerpt(expr.operand().span()) + "` has the axes "
          + Subscripted.text(shape) + "; only a matrix, or one for each sample, can be transposed")
          .help("an index equation puts axes in another order: `B[j, i] = A[i, j];`"));
      return Values.POISON;
    }
    return session.values.add(Op.Operator.SAMPLED_TRANSPOSE, sampled(shape, 1, shape, 0), operand);
  }

  /** Whether the value is a matrix for each sample. */
  private static boolean isSampledMatrix(Shape shape) {
    return shape.axes().size() == 3 && (shape.rows().hasBatch() || shape.columns().hasBatch());
  }

  /** Returns the shape of a matrix for each sample with a row axis of one and a column axis of another; both are counted without m. */
  private static Shape sampled(Shape rows, int row, Shape columns, int column) {
    boolean first = rows.rows().hasBatch();
    Size r = rows.axes().get(first ? row + 1 : row);
    Size c = columns.axes().get(first ? column + 1 : column);
    return Shape.of(first ? List.of(Size.SAMPLES, r, c) : List.of(r, c, Size.SAMPLES), first);
  }

  int binary(Binary expr, int left, int right, Frame frame) {
    if (left == Values.POISON || right == Values.POISON || dividesByZero(expr, right)) {
      return Values.POISON;
    }
    defined(expr, left, right, frame);
    boolean scalars = session.values.shape(left).isScalar() && session.values.shape(right).isScalar();
    if (frame.code.isScalar() || scalars) {
      return entrywise(expr, left, right, frame);
    }
    return switch (expr.op()) {
      case MULTIPLY -> product(expr, left, right, frame);
      case DIVIDE -> session.values.shape(right).isScalar()
          ? entrywise(expr, left, right, frame) : needsPoint(expr, expr.right(), right, "divide by", frame);
      case POWER -> needsPoint(expr, expr.left(), left, "raise", frame);
      default -> entrywise(expr, left, right, frame);
    };
  }

  /** Records conditions: divisors are not zero, and the base of a power is in its domain. */
  private void defined(Binary expr, int left, int right, Frame frame) {
    Optional<Rational> exponent = session.values.constant(right);
    boolean divides = expr.op() == BinaryOp.DIVIDE || expr.op() == BinaryOp.ENTRYWISE_DIVIDE;
    boolean raises = exponent.isPresent() && (expr.op() == BinaryOp.POWER || expr.op() == BinaryOp.ENTRYWISE_POWER);
    if (divides) {
      session.preconditions.defined(ArgumentCondition.Kind.NONZERO, expr.op().symbol, expr.right(), right, Interval.point(0), frame);
    } else if (raises && !exponent.get().isInteger()) {
      boolean root = exponent.get().signum() > 0 && exponent.get().minus(Rational.ONE).signum() < 0;
      session.preconditions.defined(root ? ArgumentCondition.Kind.ROOT : ArgumentCondition.Kind.DEFINED, expr.op().symbol, expr.left(), left,
          exponent.get().signum() > 0 ? Interval.NON_NEGATIVE : Interval.POSITIVE, frame);
    } else if (raises && exponent.get().signum() < 0) {
      session.preconditions.defined(ArgumentCondition.Kind.NONZERO, expr.op().symbol, expr.left(), left, Interval.point(0), frame);
    }
  }

  /** Returns the value with the shape of the operation; reports a matrix that exceeds a Java array. */
  int add(Op op, Shape shape, Span span, int... operands) {
    if (isTooLarge(shape, span)) {
      return Values.POISON;
    }
    return session.values.add(op, shape, operands);
  }

  /** Whether a matrix has more entries than a Java array; this is reported. */
  boolean isTooLarge(Shape shape, Span span) {
    if (shape.entries() <= Integer.MAX_VALUE - 8) {
      return false;
    }
    session.report.error(Diagnostic.of(ErrorCode.MATRIX_TOO_LARGE, span,
        "a matrix of " + shape + " takes " + bytes(shape) + " bytes, more than a Java array holds"));
    return true;
  }

  /** Returns the shape of an entrywise operation on the operands, which are not poison; empty after a reported error. */
  Optional<Shape> broadcast(String what, Span span, List<Arguments.Given> operands, List<Integer> ids, Frame frame) {
    Shape shape = Shape.SCALAR;
    for (int k = 0; k < ids.size(); k++) {
      Optional<Shape> both = shape.broadcast(session.values.shape(ids.get(k)));
      if (both.isEmpty()) {
        clash(what, span, operands, ids, frame, k);
        return Optional.empty();
      }
      shape = both.get();
    }
    return Optional.of(shape);
  }

  /** Returns the diagnostic with the shape of the operand, at its declaration if it is a name. */
  Diagnostic describe(Diagnostic diagnostic, Expr operand, int id, Frame frame) {
    Shape shape = session.values.shape(id);
    Span declared = session.expressions.declaration(operand, frame);
    Diagnostic described = declared.equals(operand.span())
        ? diagnostic.note(operand.span(), "this is " + shape)
        : diagnostic.note(declared, "`" + FaultReport.excerpt(operand.span()) + "` is declared here, " + shape);
    Diagnostic.Note note = described.notes().get(described.notes().size() - 1);
    return diagnostic.notes().contains(note) ? diagnostic : described;
  }

  private void clash(String what, Span span, List<Arguments.Given> operands, List<Integer> ids, Frame frame, int at) {
    int other = 0;
    while (session.values.shape(ids.get(other)).broadcast(session.values.shape(ids.get(at))).isPresent()) {
      other++;
    }
    Expr left = operands.get(other).expr();
    Expr right = operands.get(at).expr();
    Shape a = session.values.shape(ids.get(other));
    Shape b = session.values.shape(ids.get(at));
    Diagnostic fault = Diagnostic.of(ErrorCode.SHAPE_MISMATCH, span,
        what + ": " + named(left, a) + ", and " + named(right, b) + ", do not fit entry by entry").label(meeting(a, b));
    boolean rows = !a.rows().equals(b.rows()) && !a.rows().isOne() && !b.rows().isOne();
    if (isNews(rows ? a.rows() : a.columns(), rows ? b.rows() : b.columns(), ids.get(other), ids.get(at))) {
      Diagnostic described = describe(describe(fault, left, ids.get(other), frame), right, ids.get(at), frame);
      boolean proposes = what.startsWith("operator") && operands.size() == 2 && (a.isTensor() || b.isTensor());
      session.report.error(proposes ? described.help("write an index equation to pair the axes: `"
          + IndexProposal.of(left, a, what.substring(what.indexOf('`') + 1, what.length() - 1), right, b, false, frame) + "`") : described);
    }
  }

  private int entrywise(Binary expr, int left, int right, Frame frame) {
    boolean divides = expr.op() == BinaryOp.DIVIDE || expr.op() == BinaryOp.ENTRYWISE_DIVIDE;
    if (divides && left == right && frame.code == Frame.Code.MATRIX && session.values.constant(left).isEmpty()) {
      session.report.error(Diagnostic.of(ErrorCode.ALWAYS_ONE, expr.span(), "`" + FaultReport.excerpt(expr.span()) + "` is 1 for every input")
          .help("the share of a single entry is 1; one probability is `sigmoid(Z)`"));
    }
    Optional<Integer> condition = session.conditions.of(expr.op(), left, right);
    if (condition.isPresent()) {
      return condition.get();
    }
    List<Arguments.Given> operands = List.of(given(expr.left(), left), given(expr.right(), right));
    return broadcast("operator `" + expr.op().symbol + "`", expr.span(), operands, List.of(left, right), frame)
        .map(shape -> add(operator(expr.op()), shape, expr.span(), left, right)).orElse(Values.POISON);
  }

  private int product(Binary expr, int left, int right, Frame frame) {
    Shape a = session.values.shape(left);
    Shape b = session.values.shape(right);
    if (session.values.isOpen(left) || session.values.isOpen(right)) {
      return session.values.isOpen(left) ? left : right;
    }
    if (a.isScalar() || b.isScalar()) {
      return entrywise(expr, left, right, frame);
    }
    if (isSampledMatrix(a) && isSampledMatrix(b) && a.rows().hasBatch() == b.rows().hasBatch()) {
      int first = a.rows().hasBatch() ? 1 : 0;
      if (a.axes().get(first + 1).equals(b.axes().get(first))) {
        return add(Op.Operator.SAMPLED_PRODUCT, sampled(a, 0, b, 1), expr.span(), left, right);
      }
    } else if (a.columns().equals(b.rows())) {
      return add(Op.Operator.MATRIX_PRODUCT, new Shape(a.rows(), b.columns()), expr.span(), left, right);
    }
    Diagnostic fault = Diagnostic.of(ErrorCode.SHAPE_MISMATCH, expr.span(),
        "cannot multiply " + named(expr.left(), a) + ", by " + named(expr.right(), b))
        .label(meeting(a.columns(), "column") + count(b.rows(), "row"));
    fault = describe(describe(fault, expr.left(), left, frame), expr.right(), right, frame);
    if (isNews(a.columns(), b.rows(), left, right)) {
      session.report.error(advice(fault, expr, a, b, frame));
    }
    return Values.POISON;
  }

  private static Diagnostic advice(Diagnostic fault, Binary expr, Shape a, Shape b, Frame frame) {
    if (a.equals(b)) {
      return fault.help("the entrywise product is `" + quoted(expr.left(), "") + " .* " + quoted(expr.right(), "") + "`");
    } else if (a.rows().equals(b.rows())) {
      return fault.help("`" + quoted(expr.left(), "'") + " * " + quoted(expr.right(), "") + "` would fit");
    }
    if (a.isTensor() || b.isTensor()) {
      return fault.help("write an index equation to pair the axes: `" + IndexProposal.of(expr.left(), a, "*", expr.right(), b, true, frame) + "`");
    }
    return a.columns().equals(b.columns())
        ? fault.help("`" + quoted(expr.left(), "") + " * " + quoted(expr.right(), "'") + "` would fit") : fault;
  }

  /**
   * Whether a mismatch of dimensions is the first of its kind. One wrong number clashes with the same other number at each use of its value. m
   * clashes with every number, so then the operands decide.
   */
  private boolean isNews(Dim one, Dim other, int left, int right) {
    return one.isBatch() || other.isBatch() ? clashes.add(List.of(left, right)) : clashes.add(Set.of(one, other));
  }

  private int needsPoint(Binary expr, Expr operand, int id, String verb, Frame frame) {
    String name = named(operand, session.values.shape(id));
    session.report.error(describe(Diagnostic.of(ErrorCode.NOT_A_SCALAR, expr.span(),
        "cannot " + verb + " a matrix with `" + expr.op().symbol + "`: " + name + ", is not a scalar"), operand, id, frame)
        .help("the entrywise operator is `." + expr.op().symbol + "`"));
    return Values.POISON;
  }

  private boolean dividesByZero(Binary expr, int right) {
    boolean divides = expr.op() == BinaryOp.DIVIDE || expr.op() == BinaryOp.ENTRYWISE_DIVIDE;
    if (divides && session.values.constant(right).map(Rational::isZero).orElse(false)) {
      session.report.error(ErrorCode.INVALID_NUMBER, expr.span(), "division by zero");
      return true;
    }
    return false;
  }

  private BigInteger bytes(Shape shape) {
    return BigInteger.valueOf(shape.entries()).multiply(
        BigInteger.valueOf(session.singlePrecision ? Float.BYTES : Double.BYTES));
  }

  private static Arguments.Given given(Expr expr, int id) {
    return new Arguments.Given(expr, new Binding.Bound(id, Optional.empty()));
  }

  /** Returns the text {@code W1, 16 x 30}. */
  private static String named(Expr expr, Shape shape) {
    return "`" + FaultReport.excerpt(expr.span()) + "`, " + shape;
  }

  private static String quoted(Expr expr, String suffix) {
    String text = FaultReport.excerpt(expr.span());
    return expr instanceof Expr.Binary || expr instanceof Expr.Unary ? "(" + text + ")" + suffix : text + suffix;
  }

  private static String meeting(Shape a, Shape b) {
    boolean rows = !a.rows().equals(b.rows()) && !a.rows().isOne() && !b.rows().isOne();
    return rows ? meeting(a.rows(), "row") + b.rows() : meeting(a.columns(), "column") + b.columns();
  }

  private static String meeting(Dim dim, String unit) {
    return count(dim, unit) + (dim.isOne() ? " meets " : " meet ");
  }

  private static String count(Dim dim, String unit) {
    return dim + " " + unit + (dim.isOne() ? "" : "s");
  }

  private static Op.Operator operator(BinaryOp op) {
    return switch (op) {
      case ADD -> Op.Operator.ADD;
      case SUBTRACT -> Op.Operator.SUBTRACT;
      case MULTIPLY, ENTRYWISE_MULTIPLY -> Op.Operator.MULTIPLY;
      case DIVIDE, ENTRYWISE_DIVIDE -> Op.Operator.DIVIDE;
      case POWER, ENTRYWISE_POWER -> Op.Operator.POWER;
      case LESS -> Op.Operator.LESS;
      case AT_MOST -> Op.Operator.AT_MOST;
      case GREATER -> Op.Operator.GREATER;
      case AT_LEAST -> Op.Operator.AT_LEAST;
      case EQUAL -> Op.Operator.EQUAL;
      case NOT_EQUAL -> Op.Operator.NOT_EQUAL;
      case AND -> Op.Operator.AND;
      case OR -> Op.Operator.OR;
    };
  }
}
