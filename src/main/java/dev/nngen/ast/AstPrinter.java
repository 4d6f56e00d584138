package dev.nngen.ast;

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
import dev.nngen.ast.Item.BlockItem;
import dev.nngen.ast.Item.FunctionItem;
import dev.nngen.ast.Item.Import;
import dev.nngen.ast.Item.ModelItem;
import dev.nngen.ast.Item.Parameter;
import dev.nngen.ast.Item.Setting;
import dev.nngen.ast.Statement.DataDecl;
import dev.nngen.ast.Statement.Definition;
import dev.nngen.ast.Statement.Fact;
import dev.nngen.ast.Statement.Interval;
import dev.nngen.ast.Statement.Minimize;
import dev.nngen.ast.Statement.Output;
import dev.nngen.ast.Statement.ParamDecl;
import dev.nngen.ast.Statement.Precision;
import dev.nngen.ast.Statement.Prove;
import dev.nngen.ast.Statement.Return;
import dev.nngen.ast.Statement.Samples;
import dev.nngen.ast.Statement.SizeDecl;
import dev.nngen.ast.Statement.StateDecl;
import dev.nngen.ast.Statement.Train;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints a syntax tree as text of the language that reads back as the same tree, with no more parentheses than it needs. */
public final class AstPrinter {

  // Levels of precedence, as in the grammar. An operand gets parentheses if its level is below the level asked for.
  private static final int PIPE = 0;
  private static final int OR = 1;
  private static final int AND = 2;
  private static final int COMPARISON = 3;
  private static final int SUM = 4;
  private static final int PRODUCT = 5;
  private static final int SIGN = 6;
  private static final int POWER = 7;
  private static final int POSTFIX = 8;

  private AstPrinter() {}

  /** Prints a whole file. */
  public static String print(SourceFile file) {
    return file.items().stream().map(AstPrinter::print).collect(Collectors.joining("\n"));
  }

  /** Prints an item, with a line break at the end. */
  public static String print(Item item) {
    if (item instanceof Import i) {
      return "import \"" + i.path() + "\";\n";
    } else if (item instanceof ModelItem i) {
      return "model " + i.name().name() + block(i.body());
    } else if (item instanceof FunctionItem i) {
      return word(i.kind()) + " " + i.name().name() + parameters(i.parameters()) + domain(i) + " = " + print(i.body()) + ";\n";
    } else if (item instanceof BlockItem i) {
      return word(i.kind()) + " " + i.name().name() + parameters(i.parameters()) + block(i.body());
    }
    return print(((Setting) item).statement()) + "\n";
  }

  /** Prints a statement in one line. */
  public static String print(Statement statement) {
    if (statement instanceof Statement.Repeat repeat) {
      return "repeat " + print(repeat.count()) + inline(repeat.body());
    }
    return statement instanceof Statement.Over over ? "over " + index(over.index()) + inline(over.body()) : text(statement) + ";";
  }

  private static String inline(List<Statement> body) {
    return body.stream().map(AstPrinter::print).collect(Collectors.joining(" ", " { ", " }"));
  }

  /** Prints an expression in one line. */
  public static String print(Expr expr) {
    return at(PIPE, expr);
  }

  private static String text(Statement statement) {
    if (statement instanceof DataDecl s) {
      return word(s.kind()) + " " + s.name().name() + sizes(s.sizes()) + s.count().map(e -> " of " + print(e)).orElse("")
          + (s.facts().isEmpty() ? "" : " where " + list(s.facts(), AstPrinter::fact));
    } else if (statement instanceof ParamDecl s) {
      return "param " + declaration(s) + (s.frozen() ? " frozen" : "");
    } else if (statement instanceof Definition s) {
      return s.name().name() + (s.indices().isEmpty() ? "" : "[" + list(s.indices(), AstPrinter::index) + "]") + " = " + print(s.value());
    } else if (statement instanceof Minimize s) {
      return "minimize " + binding(s.name(), s.value()) + of(s.parameters());
    } else if (statement instanceof Output s) {
      return "output " + list(s.names(), Name::name);
    } else if (statement instanceof Train s) {
      return "train " + print(s.optimizer()) + of(s.parameters());
    } else if (statement instanceof Prove s) {
      return "prove " + at(SUM, s.left()) + " == " + at(SUM, s.right());
    } else if (statement instanceof Return s) {
      return "return " + list(s.values(), AstPrinter::print);
    } else if (statement instanceof Statement.Unpacking s) {
      return "(" + list(s.names(), Name::name) + ") = " + print(s.value());
    } else if (statement instanceof Statement.Start s) {
      return "start " + binding(s.name(), s.value());
    } else if (statement instanceof Statement.Share s) {
      return "share " + binding(s.name(), s.layer());
    } else if (statement instanceof StateDecl s) {
      return "state " + list(s.states(), AstPrinter::declaration);
    } else if (statement instanceof Statement.NoiseDecl s) {
      return "noise " + s.name().name() + sizes(s.sizes()) + " = " + print(s.distribution());
    } else if (statement instanceof Statement.UpdateDecl s) {
      return "update " + binding(s.state(), s.value());
    } else if (statement instanceof SizeDecl s) {
      return "size " + s.value().map(value -> binding(s.name(), value)).orElse(s.name().name());
    } else if (statement instanceof Samples s) {
      return "samples " + s.orientation().name();
    }
    return "precision " + ((Precision) statement).name().name();
  }

  private static String of(List<Name> parameters) {
    return parameters.isEmpty() ? "" : " of " + list(parameters, Name::name);
  }

  private static String declaration(ParamDecl s) {
    return s.name().name() + sizes(s.sizes()) + s.initial().map(e -> " = " + print(e)).orElse("");
  }

  private static String binding(Name name, Expr value) {
    return name.name() + " = " + print(value);
  }

  private static String fact(Fact fact) {
    if (fact instanceof Fact.Equality f) {
      return at(SUM, f.left()) + " == " + at(SUM, f.right());
    }
    Fact.Range range = (Fact.Range) fact;
    return at(SUM, range.value()) + " in " + interval(range.interval());
  }

  private static String interval(Interval i) {
    return (i.lowOpen() ? "(" : "[") + print(i.low()) + ", " + print(i.high()) + (i.highOpen() ? ")" : "]");
  }

  private static String domain(FunctionItem item) {
    return item.domain().isEmpty() ? "" : " domain " + list(item.domain(), AstPrinter::fact);
  }

  private static String parameters(List<Parameter> parameters) {
    return "(" + list(parameters, p -> p.name().name() + (p.pattern().isEmpty() ? "" : "[" + list(p.pattern(), Name::name) + "]") + p.fallback().map(e -> " = " + print(e)).orElse("")) + ")";
  }

  private static String block(List<Statement> body) {
    return body.stream().map(s -> "  " + print(s) + "\n").collect(Collectors.joining("", " {\n", "}\n"));
  }

  private static String sizes(List<Expr> sizes) {
    return sizes.isEmpty() ? "" : "[" + list(sizes, AstPrinter::print) + "]";
  }

  private static String word(Enum<?> kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static <T> String list(List<T> list, Function<T, String> print) {
    return list.stream().map(print).collect(Collectors.joining(", "));
  }

  private static String at(int asked, Expr expr) {
    return level(expr) < asked ? "(" + bare(expr) + ")" : bare(expr);
  }

  private static String bare(Expr expr) {
    if (expr instanceof Literal e) {
      return e.text();
    } else if (expr instanceof Name e) {
      return e.name();
    } else if (expr instanceof Unary e) {
      return e.op().symbol + at(SIGN, e.operand());
    } else if (expr instanceof Binary e) {
      return binary(e);
    } else if (expr instanceof Transpose e) {
      return at(POSTFIX, e.operand()) + "'";
    } else if (expr instanceof Call e) {
      return call(e);
    } else if (expr instanceof Subscript e) {
      return at(POSTFIX, e.operand()) + "[" + list(e.subscripts(), AstPrinter::print) + "]";
    } else if (expr instanceof Matrix e) {
      return "[" + e.rows().stream().map(row -> list(row, AstPrinter::print)).collect(Collectors.joining("; ")) + "]";
    } else if (expr instanceof Slice) {
      return ":";
    } else if (expr instanceof Reduction e) {
      return e.word().name() + "[" + list(e.indices(), AstPrinter::index) + e.condition().map(c -> " : " + print(c)).orElse("") + "] " + at(PRODUCT, e.body());
    }
    Pipe pipe = (Pipe) expr;
    return at(PIPE, pipe.value()) + " |> " + (pipe.call().arguments().isEmpty() ? pipe.call().callee().name() : call(pipe.call()));
  }

  private static String index(Index index) {
    return index.name().name() + index.size().map(size -> ": " + print(size)).orElse("");
  }

  private static String call(Call call) {
    return call.callee().name() + "(" + list(call.arguments(), AstPrinter::argument) + ")";
  }

  private static String argument(Argument argument) {
    return argument.name().map(name -> name.name() + " = ").orElse("") + print(argument.value());
  }

  /** Chains associate to the left. Comparisons do not chain, and a reduction on the left would extend over the whole product. */
  private static String binary(Binary e) {
    int level = level(e);
    String left = at(level == COMPARISON ? SUM : level == PRODUCT && e.left() instanceof Reduction ? PRODUCT + 1 : level, e.left());
    return level == POWER
        ? left + e.op().symbol + exponent(e.right())
        : left + " " + e.op().symbol + " " + at(level + 1, e.right());
  }

  /** The sign of an exponent binds tighter than the power: {@code a^-b^c} is {@code (a^(-b))^c}. */
  private static String exponent(Expr exponent) {
    return exponent instanceof Unary sign ? sign.op().symbol + exponent(sign.operand()) : at(POSTFIX, exponent);
  }

  private static int level(Expr expr) {
    if (expr instanceof Binary e) {
      return level(e.op());
    } else if (expr instanceof Unary) {
      return SIGN;
    } else if (expr instanceof Reduction) {
      return PRODUCT;
    }
    return expr instanceof Pipe ? PIPE : POSTFIX;
  }

  private static int level(BinaryOp op) {
    return switch (op) {
      case OR -> OR;
      case AND -> AND;
      case LESS, AT_MOST, GREATER, AT_LEAST, EQUAL, NOT_EQUAL -> COMPARISON;
      case ADD, SUBTRACT -> SUM;
      case MULTIPLY, DIVIDE, ENTRYWISE_MULTIPLY, ENTRYWISE_DIVIDE -> PRODUCT;
      case POWER, ENTRYWISE_POWER -> POWER;
    };
  }
}
