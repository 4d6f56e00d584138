package dev.nngen.simplify.rules;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item.FunctionItem;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.ir.Fn;
import dev.nngen.ir.Rational;
import dev.nngen.parse.NnParser;
import dev.nngen.simplify.rules.Pattern.Factor;
import dev.nngen.simplify.rules.Pattern.Product;
import dev.nngen.simplify.rules.Pattern.Sum;
import dev.nngen.simplify.rules.Pattern.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads expressions of the language as patterns, with sums as terms and products as factors. */
final class PatternReader {

  private PatternReader() {}

  /**
   * @throws IllegalArgumentException if the text is not an expression that a pattern can have
   */
  static Pattern read(String text) {
    return of(expression(text));
  }

  static Expr expression(String text) {
    Diagnostics diagnostics = new Diagnostics();
    FunctionItem item = (FunctionItem) NnParser.parse(new Source("rules", "fn rule() = " + text + ";"), diagnostics).items().get(0);
    if (diagnostics.hasErrors()) {
      throw new IllegalArgumentException("not an expression: " + text);
    }
    return item.body();
  }

  static Pattern of(Expr expr) {
    if (expr instanceof Expr.Name name) {
      return new Pattern.Variable(name.name());
    }
    if (expr instanceof Expr.Binary binary && isSum(binary)) {
      List<Term> terms = new ArrayList<>();
      Rational constant = addTerms(binary, Rational.ONE, terms);
      return terms.isEmpty() ? new Product(constant, List.of()) : new Sum(constant, terms);
    }
    Product product = product(expr);
    boolean isSingle = product.coefficient().isOne() && product.factors().size() == 1 && product.factors().get(0).exponent().isOne();
    return isSingle ? product.factors().get(0).base() : product;
  }

  private static boolean isSum(Expr.Binary binary) {
    return binary.op() == Expr.BinaryOp.ADD || binary.op() == Expr.BinaryOp.SUBTRACT;
  }

  /** Adds the terms of a multiple of an expression, and returns the constant ones. */
  private static Rational addTerms(Expr expr, Rational factor, List<Term> terms) {
    if (expr instanceof Expr.Binary binary && isSum(binary)) {
      Rational left = addTerms(binary.left(), factor, terms);
      return left.plus(addTerms(binary.right(), binary.op() == Expr.BinaryOp.ADD ? factor : factor.negate(), terms));
    }
    Product product = product(expr);
    if (product.factors().isEmpty()) {
      return product.coefficient().times(factor);
    }
    Pattern unit = of(product.factors());
    terms.add(new Term(product.coefficient().times(factor), unit));
    return Rational.ZERO;
  }

  private static Pattern of(List<Factor> factors) {
    return factors.size() == 1 && factors.get(0).exponent().isOne() ? factors.get(0).base() : new Product(Rational.ONE, factors);
  }

  private static Product product(Expr expr) {
    if (expr instanceof Expr.Literal literal) {
      return new Product(Rational.parse(literal.text()), List.of());
    }
    if (expr instanceof Expr.Unary unary && unary.op() == Expr.UnaryOp.NEGATE) {
      Product inner = product(unary.operand());
      return new Product(inner.coefficient().negate(), inner.factors());
    }
    if (expr instanceof Expr.Binary binary && !isSum(binary)) {
      return product(binary);
    }
    return new Product(Rational.ONE, List.of(new Factor(expr instanceof Expr.Call call ? call(call) : of(expr), Rational.ONE)));
  }

  private static Product product(Expr.Binary binary) {
    return switch (binary.op()) {
      case MULTIPLY, ENTRYWISE_MULTIPLY -> times(product(binary.left()), product(binary.right()));
      case DIVIDE, ENTRYWISE_DIVIDE -> times(product(binary.left()), power(product(binary.right()), Rational.MINUS_ONE));
      case POWER, ENTRYWISE_POWER -> power(product(binary.left()), product(binary.right()).coefficient());
      case GREATER -> applied(Fn.GREATER, binary.left(), binary.right());
      case LESS -> applied(Fn.GREATER, binary.right(), binary.left());
      case AT_LEAST -> applied(Fn.AT_LEAST, binary.left(), binary.right());
      case AT_MOST -> applied(Fn.AT_LEAST, binary.right(), binary.left());
      case EQUAL -> applied(Fn.EQUAL, binary.left(), binary.right());
      default -> throw new IllegalArgumentException("rules have no operator " + binary.op().symbol);
    };
  }

  private static Product applied(Fn fn, Expr left, Expr right) {
    return new Product(Rational.ONE, List.of(new Factor(new Pattern.Apply(fn, List.of(of(left), of(right))), Rational.ONE)));
  }

  private static Product times(Product a, Product b) {
    return new Product(a.coefficient().times(b.coefficient()), Stream.concat(a.factors().stream(), b.factors().stream()).toList());
  }

  private static Product power(Product base, Rational exponent) {
    Rational number = exponent.isInteger() ? base.coefficient().power(exponent.intValueExact()) : base.coefficient();
    return new Product(number, base.factors().stream().map(factor -> new Factor(factor.base(), factor.exponent().times(exponent))).toList());
  }

  private static Pattern call(Expr.Call call) {
    List<Pattern> arguments = call.arguments().stream().map(argument -> of(argument.value())).toList();
    return switch (call.callee().name()) {
      case "sqrt" -> new Product(Rational.ONE, List.of(new Factor(arguments.get(0), Rational.HALF)));
      case "max" -> new Pattern.Apply(Fn.MAXIMUM, arguments);
      case "min" -> new Pattern.Apply(Fn.MINIMUM, arguments);
      case "where" -> new Pattern.Apply(Fn.WHERE, arguments);
      default -> new Pattern.Apply(Fn.named(call.callee().name()).orElseThrow(() ->
          new IllegalArgumentException("rules have no function " + call.callee().name())), arguments);
    };
  }
}
