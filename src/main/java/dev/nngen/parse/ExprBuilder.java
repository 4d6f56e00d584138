package dev.nngen.parse;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Expr.Argument;
import dev.nngen.ast.Expr.Binary;
import dev.nngen.ast.Expr.BinaryOp;
import dev.nngen.ast.Expr.Call;
import dev.nngen.ast.Expr.Index;
import dev.nngen.ast.Expr.Literal;
import dev.nngen.ast.Expr.Matrix;
import dev.nngen.ast.Expr.Name;
import dev.nngen.ast.Expr.Pipe;
import dev.nngen.ast.Expr.Reduction;
import dev.nngen.ast.Expr.Slice;
import dev.nngen.ast.Expr.Subscript;
import dev.nngen.ast.Expr.Transpose;
import dev.nngen.ast.Expr.Unary;
import dev.nngen.ast.Expr.UnaryOp;
import dev.nngen.diag.Span;
import dev.nngen.parse.antlr.NngenParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/** Converts ANTLR's tree of an expression to the syntax tree. Parentheses affect only the shape of the tree. */
final class ExprBuilder {

  private static final Map<String, BinaryOp> BINARY =
      Arrays.stream(BinaryOp.values()).collect(Collectors.toMap(op -> op.symbol, Function.identity()));

  private final TokenSpans places;

  ExprBuilder(TokenSpans places) {
    this.places = places;
  }

  Name name(NngenParser.NameContext name) {
    return new Name(name.getText(), places.of(name));
  }

  Name declared(NngenParser.DeclaredContext name) {
    return new Name(name.getText(), places.of(name));
  }

  Expr expression(NngenParser.ExpressionContext c) {
    return piped(c, disjunction(c.disjunction()), c.pipeTarget());
  }

  Expr side(NngenParser.SideContext c) {
    return piped(c, sum(c.sum()), c.pipeTarget());
  }

  private Expr piped(ParserRuleContext whole, Expr first, List<NngenParser.PipeTargetContext> targets) {
    Expr value = first;
    for (NngenParser.PipeTargetContext target : targets) {
      Call call = new Call(name(target.name()), arguments(target.arguments()), places.of(target));
      value = new Pipe(value, call, places.of(whole.getStart(), target.getStop()));
    }
    return value;
  }

  private Expr disjunction(NngenParser.DisjunctionContext c) {
    return chain(c.conjunction(), this::conjunction, k -> BinaryOp.OR);
  }

  private Expr conjunction(NngenParser.ConjunctionContext c) {
    return chain(c.comparison(), this::comparison, k -> BinaryOp.AND);
  }

  private Expr comparison(NngenParser.ComparisonContext c) {
    return chain(c.sum(), this::sum, k -> BINARY.get(c.op.getText()));
  }

  private Expr sum(NngenParser.SumContext c) {
    return chain(c.product(), this::product, operators(c.ops));
  }

  private Expr product(NngenParser.ProductContext c) {
    if (c.unary().isEmpty()) {
      return covering(c.covering());
    }
    Expr value = chain(c.unary(), this::unary, operators(c.ops));
    return c.covering() == null ? value
        : new Binary(BINARY.get(c.ops.get(c.ops.size() - 1).getText()), value, covering(c.covering()), places.of(c));
  }

  private Expr covering(NngenParser.CoveringContext c) {
    return c.op == null ? reduction(c.reduction()) : signed(c, c.op, covering(c.covering()));
  }

  private Expr unary(NngenParser.UnaryContext c) {
    return c.op == null ? power(c.power()) : signed(c, c.op, unary(c.unary()));
  }

  private Expr power(NngenParser.PowerContext c) {
    Expr value = transposed(c.transposed());
    for (int k = 0; k < c.exponent().size(); k++) {
      Span span = places.of(c.getStart(), c.exponent(k).getStop());
      value = new Binary(BINARY.get(c.ops.get(k).getText()), value, exponent(c.exponent(k)), span);
    }
    return value;
  }

  private Expr exponent(NngenParser.ExponentContext c) {
    return c.op == null ? transposed(c.transposed()) : signed(c, c.op, exponent(c.exponent()));
  }

  private Expr transposed(NngenParser.TransposedContext c) {
    Expr value = primary(c.primary());
    for (NngenParser.PostfixContext postfix : c.postfix()) {
      Span span = places.of(c.getStart(), postfix.getStop());
      value = postfix.quote != null ? new Transpose(value, span)
          : new Subscript(value, postfix.subscript().stream().map(this::subscript).toList(), span);
    }
    return value;
  }

  private Expr subscript(NngenParser.SubscriptContext c) {
    return c.expression() == null ? new Slice(places.of(c)) : expression(c.expression());
  }

  Index index(NngenParser.IndexContext c) {
    return new Index(name(c.name()), Optional.ofNullable(c.expression()).map(this::expression));
  }

  /** Builds a reduction. The expression after the last colon is a condition if it is a comparison, otherwise a size. */
  private Expr reduction(NngenParser.ReductionContext c) {
    List<Expr> behind = c.expression().stream().map(this::expression).toList();
    boolean conditional = behind.size() == 2 || behind.size() == 1 && isCondition(behind.get(0));
    boolean sized = behind.size() == 2 || behind.size() == 1 && !conditional;
    List<Index> indices = new ArrayList<>(c.index().stream().map(this::index).toList());
    indices.add(new Index(name(c.name()), sized ? Optional.of(behind.get(0)) : Optional.empty()));
    Optional<Expr> condition = conditional ? Optional.of(behind.get(behind.size() - 1)) : Optional.empty();
    return new Reduction(new Name(c.REDUCTION().getText(), places.of(c.REDUCTION().getSymbol())), indices, condition, product(c.product()), places.of(c));
  }

  static boolean isCondition(Expr expr) {
    return expr instanceof Unary unary && unary.op() == UnaryOp.NOT || expr instanceof Binary binary && switch (binary.op()) {
      case LESS, AT_MOST, GREATER, AT_LEAST, EQUAL, NOT_EQUAL, AND, OR -> true;
      default -> false;
    };
  }

  private Expr primary(NngenParser.PrimaryContext c) {
    if (c.NUMBER() != null) {
      return new Literal(c.getText(), places.of(c));
    } else if (c.call() != null) {
      return call(c.call());
    }
    if (c.matrix() != null) {
      return new Matrix(c.matrix().row().stream().map(row -> row.expression().stream().map(this::expression).toList()).toList(), places.of(c));
    }
    return c.name() != null ? name(c.name()) : expression(c.expression());
  }

  Call call(NngenParser.CallContext c) {
    return new Call(name(c.name()), arguments(c.arguments()), places.of(c));
  }

  private List<Argument> arguments(NngenParser.ArgumentsContext c) {
    return c == null ? List.of() : c.argument().stream().map(this::argument).toList();
  }

  private Argument argument(NngenParser.ArgumentContext c) {
    return new Argument(Optional.ofNullable(c.name()).map(this::name), expression(c.expression()));
  }

  private Expr signed(ParserRuleContext whole, Token sign, Expr operand) {
    UnaryOp op = sign.getText().equals(UnaryOp.NOT.symbol) ? UnaryOp.NOT : UnaryOp.NEGATE;
    return new Unary(op, operand, places.of(whole));
  }

  private static Function<Integer, BinaryOp> operators(List<Token> tokens) {
    return k -> BINARY.get(tokens.get(k).getText());
  }

  /** Builds a chain of operands of one precedence level, associated to the left; operator k follows operand k. */
  private <C extends ParserRuleContext> Expr chain(List<C> operands, Function<C, Expr> build,
      Function<Integer, BinaryOp> operator) {
    Expr value = build.apply(operands.get(0));
    for (int k = 1; k < operands.size(); k++) {
      Span span = places.of(operands.get(0).getStart(), operands.get(k).getStop());
      value = new Binary(operator.apply(k - 1), value, build.apply(operands.get(k)), span);
    }
    return value;
  }
}
