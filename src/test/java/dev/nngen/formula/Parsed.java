package dev.nngen.formula;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item;
import dev.nngen.ast.SourceFile;
import dev.nngen.ast.Statement;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.formula.Formula.Kind;
import dev.nngen.formula.Formula.Term;
import dev.nngen.ir.Rational;
import dev.nngen.parse.NnParser;
import java.util.List;

/** Reads a text of the language back as a formula, one node per node of the syntax tree. */
public final class Parsed {

  private Parsed() {}

  public static Formula formula(String text) {
    Diagnostics diagnostics = new Diagnostics();
    SourceFile file = NnParser.parse(new Source("formula", "model M { F = " + text + "; }"), diagnostics);
    assertTrue(diagnostics.isEmpty(), () -> text + ": " + diagnostics.sorted());
    Item.ModelItem model = (Item.ModelItem) file.items().get(0);
    return convert(((Statement.Definition) model.body().get(0)).value());
  }

  private static Formula convert(Expr expr) {
    if (expr instanceof Expr.Literal literal) {
      return new Formula.Number(Rational.parse(literal.text()));
    }
    if (expr instanceof Expr.Name name) {
      return new Formula.Name(name.name());
    }
    if (expr instanceof Expr.Unary unary) {
      return new Formula.Negate(convert(unary.operand()));
    }
    if (expr instanceof Expr.Transpose transpose) {
      return new Formula.Transpose(convert(transpose.operand()));
    }
    if (expr instanceof Expr.Call call) {
      return new Formula.Call(call.callee().name(), 0, call.arguments().stream().map(a -> convert(a.value())).toList());
    }
    Expr.Binary binary = (Expr.Binary) expr;
    return binary(binary.op(), convert(binary.left()), convert(binary.right()));
  }

  private static Formula binary(Expr.BinaryOp op, Formula left, Formula right) {
    return switch (op) {
      case ADD -> new Formula.Sum(List.of(new Term(false, left), new Term(false, right)));
      case SUBTRACT -> new Formula.Sum(List.of(new Term(false, left), new Term(true, right)));
      case MULTIPLY -> FormulaFactory.product(Kind.PLAIN, List.of(left, right));
      case ENTRYWISE_MULTIPLY -> FormulaFactory.product(Kind.ENTRYWISE, List.of(left, right));
      case DIVIDE -> new Formula.Quotient(Kind.PLAIN, left, right);
      case ENTRYWISE_DIVIDE -> new Formula.Quotient(Kind.ENTRYWISE, left, right);
      case POWER -> new Formula.Power(Kind.PLAIN, left, right);
      case ENTRYWISE_POWER -> new Formula.Power(Kind.ENTRYWISE, left, right);
      case GREATER, AT_LEAST, EQUAL -> new Formula.Compare(op.symbol, left, right);
      default -> throw new IllegalArgumentException(op.symbol);
    };
  }
}
