package dev.nngen.autodiff;

import dev.nngen.ast.Expr;
import dev.nngen.ast.Item.FunctionItem;
import dev.nngen.diag.Diagnostics;
import dev.nngen.diag.Source;
import dev.nngen.ir.Fn;
import dev.nngen.parse.NnParser;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Parses the partial derivatives of {@link Fn#partial}. Each text is parsed once. */
final class DerivativeTexts {

  private static final Map<String, Expr> PARSED = new ConcurrentHashMap<>();

  private DerivativeTexts() {}

  /** Returns the partial derivative with respect to an argument, in the names of {@link Fn#parameters}. */
  static Expr of(Fn fn, int position) {
    return PARSED.computeIfAbsent(fn.partial(position), DerivativeTexts::parse);
  }

  private static Expr parse(String text) {
    Diagnostics diagnostics = new Diagnostics();
    FunctionItem item = (FunctionItem) NnParser.parse(new Source("derivatives", "fn derivative() = " + text + ";"), diagnostics).items().get(0);
    if (diagnostics.hasErrors()) {
      throw new IllegalStateException("not an expression: " + text);
    }
    return item.body();
  }
}
